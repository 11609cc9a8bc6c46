/** How far a step goes, what playing repeats, and where it stops. */

import * as store from "../store.js";
import { turnRegion } from "../timeline.js";
import { announce } from "./telling.js";

/** @typedef {import("../store.js").Stride} Stride */

/**
 * @param {Stride} stride
 * @returns {void}
 */
export function setStride(stride) {
  store.stride.value = stride;
}

/** @returns {number} */
function lastStep() {
  return store.trace.value?.steps ?? 0;
}

/**
 * Repeat from one step to another; two steps in the wrong order are turned round, none and one are no part.
 * @param {number} one
 * @param {number} other
 * @returns {void}
 */
export function setRegion(one, other) {
  const [from, to] = [Math.max(0, Math.min(one, other)), Math.min(lastStep(), Math.max(one, other))];
  store.region.value = to > from ? { from, to } : null;
  announce(to > from ? `Steps ${from} to ${to} are repeated.` : "Nothing is repeated.");
}

/** Repeat from the current step on. @returns {void} */
export function startRegionHere() {
  const to = store.region.value?.to ?? lastStep();
  setRegion(store.step.value, to > store.step.value ? to : lastStep());
}

/** Repeat up to the current step. @returns {void} */
export function endRegionHere() {
  const from = store.region.value?.from ?? 0;
  setRegion(from < store.step.value ? from : 0, store.step.value);
}

/** @returns {void} */
export function clearRegion() {
  setRegion(0, 0);
}

/** Repeat the loop turn that the current step is in, in this direction of the sweep. @returns {void} */
export function repeatTurn() {
  const trace = store.trace.value;
  const turn = trace && turnRegion(trace, store.step.value);
  if (turn) setRegion(turn.from, turn.to);
  else announce("There is no loop turn here.");
}

/**
 * Put a breakpoint, or take it away.
 * @param {"nodes" | "lines"} kind
 * @param {number} place
 * @returns {void}
 */
export function toggleStop(kind, place) {
  const old = store.stops.value;
  const there = old[kind].includes(place);
  const places = there ? old[kind].filter((each) => each !== place) : [...old[kind], place].sort((a, b) => a - b);
  store.stops.value = { ...old, [kind]: places };
  const name = kind === "lines" ? `line ${place}` : (store.graph.value?.labels.symbol(place) ?? "the node");
  announce(there ? `The breakpoint at ${name} is gone.` : `Playing stops at ${name}.`);
}

/** A breakpoint at the node that is pointed at, else at that of the current step. @returns {void} */
export function toggleStopHere() {
  const [node] = store.lit.value;
  if (node !== undefined) toggleStop("nodes", node);
}

/** @returns {void} */
export function clearStops() {
  store.stops.value = { nodes: [], lines: [] };
}
