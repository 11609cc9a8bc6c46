/** Asking where a number comes from. */

import { fetchExplanations, Refusal, Unreachable } from "../api.js";
import { partsOf } from "../quantities.js";
import { numbersOf } from "../replay.js";
import * as store from "../store.js";

/**
 * @typedef {import("../store.js").Part} Part
 */

/**
 * @param {number} node
 * @param {Part} part
 * @returns {void}
 */
export function askWhy(node, part) {
  store.why.value = { node, part };
  if (part === "value") void explainValue(node);
}

/** Ask of the node that is lit: of the last of its numbers that is known by now. @returns {void} */
export function askWhyHere() {
  const [node] = store.lit.value;
  const shot = store.snapshot.value;
  const mode = store.trace.value?.mode;
  if (node === undefined || !shot || !mode) return;
  askWhy(node, partsOf(mode).findLast((part) => numbersOf(shot, part)[node] != null) ?? "value");
}

/** @returns {void} */
export function closeWhy() {
  store.why.value = null;
}

/**
 * How a value was computed is told by the event that made it.
 * @param {number} node
 * @returns {Promise<void>}
 */
async function explainValue(node) {
  const trace = store.trace.value;
  const index = trace?.events.node.findIndex((each, at) => each === node && trace.events.kind[at] === "value") ?? -1;
  if (index < 0 || store.explanations.value.has(index)) return;
  try {
    const found = await fetchExplanations(store.question.value, index, 1);
    if (store.trace.value?.events.value !== trace?.events.value || !found[0]) return;
    store.explanations.value = new Map([...store.explanations.value, [index, found[0]]]);
  } catch (failure) {
    if (!(failure instanceof Refusal || failure instanceof Unreachable)) throw failure;
  }
}
