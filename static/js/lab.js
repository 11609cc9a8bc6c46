/** A page of a lab: bring the views to life, fetch the lab's own module, then start. */

import { effect } from "@preact/signals-core";
import { startLab } from "./actions/lab.js";
import { lab, problem } from "./store.js";
import { LabView } from "./views/lab.js";
import "./plot/plot.js";
import "./views/editor.js";
import "./views/formula.js";
import "./views/math.js";
import "./views/options.js";
import "./views/point.js";
import "./views/speech.js";
import "./views/theme-button.js";
import "./views/trouble.js";

const name = document.getElementById("main")?.dataset.lab ?? "";
void startLab(name);
const { draw } = await import(`./labs/${name}.js`);
for (const frame of document.querySelectorAll("wg-lab")) if (frame instanceof LabView) frame.picture = draw;

/** Say on the root element when the first answer has been drawn. */
effect(() => {
  if (!lab.value?.answer && !problem.value) return;
  requestAnimationFrame(() => requestAnimationFrame(() => (document.documentElement.dataset.ready = "true")));
});
