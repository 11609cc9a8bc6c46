/** The page of exercises on paper: what its address names is fetched with its key, drawn and laid out for printing. */

import { effect } from "@preact/signals-core";
import { startSheet } from "./actions/sheet.js";
import { problem, sheet } from "./store.js";
import "./views/math.js";
import "./views/sheet.js";
import "./views/theme-button.js";

void startSheet(location.hash);
addEventListener("hashchange", () => location.reload());

/** Say on the root element when everything has been drawn. */
effect(() => {
  if (!sheet.value && !problem.value) return;
  requestAnimationFrame(() => requestAnimationFrame(() => (document.documentElement.dataset.ready = "true")));
});
