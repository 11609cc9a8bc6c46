/** The same derivative by every way. The symbolic way runs apart, so that it never delays the others. */

import { fetchWays, Refusal, Unreachable } from "../api.js";
import { Newest, settle } from "../newest.js";
import * as store from "../store.js";

const NUMERIC_WAYS = ["forward", "reverse", "numerical"];

const numeric = new Newest(async () => {
  const { source, point } = store.question.value;
  await fillComparison(store.comparison, { source, point, ways: NUMERIC_WAYS });
});

/** Compare forward, reverse and numerical; while a slider moves, the newest point wins. */
export const compareSoon = settle(60, () => void numeric.offer(undefined));

const flight = { controller: new AbortController() };

/** Differentiate the formula once the point has come to rest; an older request is given up. */
export const compareSymbolicSoon = settle(350, () => {
  flight.controller.abort();
  flight.controller = new AbortController();
  const { source, point } = store.question.value;
  const simplify = store.simplified.value;
  void fillComparison(store.symbolic, { source, point, ways: ["symbolic"], simplify }, flight.controller.signal);
});

/**
 * @param {boolean} simplify
 * @returns {void}
 */
export function setSimplified(simplify) {
  store.simplified.value = simplify;
  compareSymbolicSoon();
}

/**
 * Choose the derivative that the ways show.
 * @param {Partial<import("../store.js").Choice>} change
 * @returns {void}
 */
export function choose(change) {
  store.choice.value = { ...store.choice.value, ...change };
}

/**
 * @param {import("../store.js").Signal<import("../store.js").Comparison>} target
 * @param {Parameters<typeof fetchWays>[0]} body
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
async function fillComparison(target, body, signal) {
  target.value = { ...target.value, state: "busy" };
  try {
    target.value = { state: "done", ways: await fetchWays(body, signal), message: "" };
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") return;
    if (!(failure instanceof Refusal || failure instanceof Unreachable)) throw failure;
    target.value = { ...target.value, state: "failed", message: failure.message };
  }
}
