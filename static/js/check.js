/** The page that checks a derivative: bring the views to life, then start. */

import { effect } from "@preact/signals-core";
import { startChecking } from "./actions/checking.js";
import { checking, problem } from "./store.js";
import "./views/check.js";
import "./views/checked-text.js";
import "./views/formula.js";
import "./views/math.js";
import "./views/point.js";
import "./views/speech.js";
import "./views/theme-button.js";
import "./views/trouble.js";

startChecking();

/** Say on the root element when the first answer has been drawn. */
effect(() => {
  const { report, problem: unread } = checking.value;
  if (!report && !unread && !problem.value) return;
  requestAnimationFrame(() => requestAnimationFrame(() => (document.documentElement.dataset.ready = "true")));
});
