/** Two views side by side, under one cursor. */

import { batch } from "@preact/signals-core";
import * as store from "../store.js";
import { goTo } from "./playback.js";
import { openView } from "./questions.js";

/** @returns {void} */
export function toggleBeside() {
  store.beside.value = store.beside.value ? null : { kind: "mode" };
}

/** @returns {void} */
export function showOtherMode() {
  store.beside.value = { kind: "mode" };
}

/** Keep what is shown now beside whatever comes next. @returns {void} */
export function pinView() {
  store.beside.value = { kind: "pinned", question: store.question.value };
}

/** The pinned view becomes the one that is worked on, and the other way round. @returns {void} */
export function swapViews() {
  const { beside, question, step, choice } = store;
  if (beside.value?.kind !== "pinned") return;
  const pinned = beside.value.question;
  const kept = question.value;
  batch(() => {
    const fresh = { panel: "", stops: { nodes: [], lines: [] }, region: null, why: null };
    openView({ question: pinned, step: step.value, choice: choice.value, beside: null, ...fresh });
    beside.value = { kind: "pinned", question: kept };
  });
}

/** @returns {number} how far through the trace the cursor is, from 0 to 1 */
export function cursorShare() {
  const steps = store.trace.value?.steps ?? 0;
  return steps ? store.step.value / steps : 0;
}

/**
 * Go as far through this trace as the other view is through its own.
 * @param {number} share
 * @returns {void}
 */
export function goToShare(share) {
  const steps = store.trace.value?.steps ?? 0;
  const wanted = Math.round(share * steps);
  if (wanted !== store.step.value) goTo(wanted);
}
