/** The page of an exercise: bring the views to life, then open what the address says. */

import { effect } from "@preact/signals-core";
import { startExercise } from "./actions/exercise-page.js";
import { exercise, problem } from "./store.js";
import "./views/editor.js";
import "./views/exercise.js";
import "./views/exercise-controls.js";
import "./views/formula.js";
import "./views/math.js";
import "./views/point.js";
import "./views/print-link.js";
import "./views/speech.js";
import "./views/theme-button.js";
import "./views/trouble.js";

void startExercise();

/** Say on the root element when the first exercise has been drawn. */
effect(() => {
  if (!exercise.value && !problem.value) return;
  requestAnimationFrame(() => requestAnimationFrame(() => (document.documentElement.dataset.ready = "true")));
});
