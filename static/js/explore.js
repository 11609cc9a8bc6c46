/** The explore page: bring the views to life, then start. */

import { effect } from "@preact/signals-core";
import { startPage } from "./actions/page.js";
import { copyFormulasAsLatex } from "./copying-formulas.js";
import { listenToNumbers } from "./asking-why.js";
import { listenToKeys } from "./keys.js";
import { fetchOnDemand } from "./on-demand.js";
import { layout, trace } from "./store.js";
import "./views/controls.js";
import "./views/editor.js";
import "./views/formula.js";
import "./views/graph.js";
import "./views/math.js";
import "./views/notices.js";
import "./views/point.js";
import "./views/practise-link.js";
import "./views/seed.js";
import "./views/sharing.js";
import "./views/speech.js";
import "./views/step-card.js";
import "./views/theme-button.js";
import "./views/transport.js";
import "./views/trouble.js";
import "./views/ways.js";
import "./views/wengert-list.js";

listenToKeys();
listenToNumbers();
copyFormulasAsLatex();
fetchOnDemand();
void startPage();

/** Say on the root element when the first trace has been drawn. */
effect(() => {
  if (!trace.value || !layout.value) return;
  requestAnimationFrame(() => requestAnimationFrame(() => (document.documentElement.dataset.ready = "true")));
});
