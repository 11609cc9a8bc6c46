/** The page of practice: bring the views to life, then open the record. */

import { effect } from "@preact/signals-core";
import { startPractice } from "./actions/practice.js";
import { practice } from "./store.js";
import "./views/practice.js";
import "./views/practice-method.js";
import "./views/practice-own.js";
import "./views/practice-record.js";
import "./views/practice-skills.js";
import "./views/speech.js";
import "./views/theme-button.js";
import "./views/trouble.js";

void startPractice().then(() => (document.documentElement.dataset.started = "true"));

/** Say on the root element when the page has been drawn. */
effect(() => {
  if (!practice.value.table) return;
  requestAnimationFrame(() => requestAnimationFrame(() => (document.documentElement.dataset.ready = "true")));
});
