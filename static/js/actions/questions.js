/** What a person may change about the question: function, point, mode, seed. */

import { batch } from "@preact/signals-core";
import { askMove, askProgram, askTrace } from "./asking.js";
import { pause } from "./playback.js";
import { AS_ARRIVED } from "../folding.js";
import { settle } from "../newest.js";
import { firstDirection, listLeaves, withLeaf } from "../points.js";
import * as store from "../store.js";

/**
 * @typedef {import("../protocol.js").Num} Num
 * @typedef {import("../points.js").Leaf} Leaf
 */

/** @type {readonly import("../store.js").PanelName[]} */
const PANELS = Object.freeze(["gallery", "help", "share"]);

/** @type {import("../timeline.js").Stops} */
const NO_STOPS = { nodes: [], lines: [] };

const askProgramSoon = settle(220, () => askProgram());

/**
 * @param {Partial<import("../protocol.js").Question>} change
 * @returns {void}
 */
function changeQuestion(change) {
  store.question.value = { ...store.question.value, ...change };
}

/**
 * @param {string} source
 * @param {number[]} lines where the breakpoints of lines stand now
 * @returns {void}
 */
export function editSource(source, lines) {
  if (source === store.question.value.source) return;
  pause();
  forgetPlaces();
  store.stops.value = { nodes: [], lines };
  changeQuestion({ source });
  store.savings.value = null;
  askProgramSoon();
}

/**
 * @param {Leaf} leaf
 * @param {Num} value
 * @returns {void}
 */
export function moveLeaf(leaf, value) {
  changeQuestion({ point: withLeaf(store.question.value.point, leaf, value) });
  askMove();
}

/**
 * Move the first leaves of the point at once, rounded to what a pointer can mean.
 * @param {number[]} values
 * @returns {void}
 */
export function moveLeaves(values) {
  const leaves = listLeaves(store.program.value?.inputs ?? [], store.question.value.point);
  const rounded = values.map((value) => Number(value.toPrecision(4)));
  const point = leaves
    .slice(0, values.length)
    .reduce((moved, leaf, place) => withLeaf(moved, leaf, rounded[place] ?? 0), store.question.value.point);
  changeQuestion({ point });
  askMove();
}

/**
 * Make a vector longer or shorter by one element.
 * @param {string} name
 * @param {1 | -1} change
 * @returns {void}
 */
export function resizeVector(name, change) {
  const { point } = store.question.value;
  const vector = point[name];
  if (!Array.isArray(vector) || vector.length + change < 1) return;
  changeQuestion({ point: { ...point, [name]: change > 0 ? [...vector, 1] : vector.slice(0, -1) } });
  askProgram();
}

/**
 * @param {Leaf} leaf
 * @param {Num} value
 * @returns {void}
 */
export function setSeed(leaf, value) {
  const { seed, point } = store.question.value;
  changeQuestion({ seed: withLeaf(seed ?? firstDirection(store.program.value?.inputs ?? [], point), leaf, value) });
  askTrace();
}

/**
 * @param {number} output
 * @param {Num} value
 * @returns {void}
 */
export function setWeight(output, value) {
  const count = store.program.value?.outputs.length ?? 1;
  const weights = store.question.value.weights ?? Array.from({ length: count }, (_, index) => (index === 0 ? 1 : 0));
  changeQuestion({ weights: weights.map((weight, index) => (index === output ? value : weight)) });
  askTrace();
}

/**
 * @param {import("../protocol.js").Mode} mode
 * @returns {void}
 */
export function setMode(mode) {
  if (mode === store.question.value.mode) return;
  pause();
  store.region.value = null;
  changeQuestion({ mode });
  askTrace(store.step.value === store.trace.value?.steps ? undefined : 0);
}

/** Another graph has other nodes and steps. @returns {void} */
function forgetPlaces() {
  store.region.value = null;
  store.why.value = null;
  store.stops.value = { ...store.stops.value, nodes: [] };
}

/**
 * @param {boolean} shared
 * @returns {void}
 */
export function setShared(shared) {
  pause();
  forgetPlaces();
  changeQuestion({ shared });
  askTrace();
}

/**
 * @param {import("../protocol.js").Example} example
 * @returns {void}
 */
export function openExample({ source, point, mode, seed, weights }) {
  const start = { ...(seed ? { seed } : {}), ...(weights ? { weights } : {}) };
  const question = { source, point, mode, shared: false, ...start };
  const fresh = { step: 0, panel: "", choice: { output: 0, input: 0 }, stops: NO_STOPS, region: null, why: null };
  const { beside } = store;
  openView({ question, ...fresh, beside: beside.value });
}

/**
 * Show exactly what a view describes.
 * @param {import("../address.js").View} view
 * @returns {void}
 */
export function openView({ question, step, panel, choice, stops, region, why, beside, folds = AS_ARRIVED }) {
  pause();
  batch(() => {
    store.question.value = question;
    store.choice.value = choice;
    store.stops.value = stops;
    store.region.value = region;
    store.why.value = why;
    store.beside.value = beside;
    store.folds.value = folds;
    store.panel.value = PANELS.find((each) => each === panel) ?? "";
    store.simplified.value = false;
    store.program.value = null;
    store.savings.value = null;
  });
  askProgram(step);
}

/**
 * Show what another window shows: where only the point has moved, without reading the program again.
 * @param {import("../protocol.js").Question} question
 * @returns {void}
 */
export function followQuestion(question) {
  const { point, ...rest } = question;
  const { point: old, ...known } = store.question.value;
  if (JSON.stringify(point) === JSON.stringify(old) && JSON.stringify(rest) === JSON.stringify(known)) return;
  const moved = Object.entries(rest).every(([name, value]) =>
    JSON.stringify(value) === JSON.stringify(/** @type {Record<string, unknown>} */ (known)[name]));
  changeQuestion(question);
  if (moved) askMove();
  else askProgram();
}
