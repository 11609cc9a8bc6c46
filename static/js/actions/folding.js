/** Opening and closing groups of the graph. Every change is laid out before it is shown. */

import { effect } from "@preact/signals-core";
import { Arranger } from "../layout/arranger.js";
import { foldGroups, openOnArrival, pageOf } from "../folding.js";
import { groupNodes, groupsAround } from "../groups.js";
import { drawPicture } from "../picture.js";
import * as store from "../store.js";

/** @typedef {import("../folding.js").Folds} Folds */

const OVERLOOKED = 300;

const arranger = new Arranger();

/**
 * The drawing of a new trace, folded as a person has left it or, another program, as it arrives.
 * @param {import("../trace.js").Trace} trace
 * @returns {Promise<import("../store.js").Drawing | null>} null where a newer one has been asked for
 */
export async function drawTrace({ graph, outputs, mode }) {
  const tree = groupNodes(graph);
  const folding = foldGroups(tree, openOnArrival(tree), store.folds.value);
  const picture = drawPicture(graph, outputs, tree, folding, mode);
  const layout = await arranger.arrange(picture);
  return layout && { picture, layout, args: graph.args };
}

/** Lay out what has been opened or closed, and show it. @returns {void} */
export function followFolds() {
  effect(() => {
    const [graph, picture] = [store.graph.value, store.picture.value];
    if (!graph || !picture) return;
    const shown = store.drawing.peek();
    if (shown?.args === graph.args && shown.picture.signature === picture.signature) return;
    void arrangeVisibly(picture).then((layout) => {
      if (layout) store.drawing.value = { picture, layout, args: graph.args };
    });
  });
}

/**
 * Say that the page is at work where laying out takes longer than a person overlooks.
 * @param {import("../picture.js").Picture} picture
 * @returns {Promise<import("../layout/layout.js").Layout | null>}
 */
async function arrangeVisibly(picture) {
  const late = setTimeout(() => (store.busy.value = true), OVERLOOKED);
  try {
    return await arranger.arrange(picture);
  } finally {
    clearTimeout(late);
    store.busy.value = false;
  }
}

/**
 * @param {Partial<Folds>} change
 * @returns {void}
 */
function changeFolds(change) {
  store.folds.value = { ...store.folds.value, ...change };
}

/**
 * Open a closed group, close an open one. A long loop opens at the turn of the current step.
 * @param {number} group
 * @returns {void}
 */
export function toggleGroup(group) {
  const tree = store.tree.value;
  const key = tree?.groups[group]?.key;
  if (!tree || key === undefined) return;
  if (store.folds.value.all) return closeAround(group);
  const { toggled, pages } = store.folds.value;
  const opens = !store.folding.value?.frames.includes(group);
  const turn = turnWithin(group);
  const known = toggled.includes(key);
  const wanted = (store.arrived.value[group] ?? false) !== opens;
  if (!opens && store.folds.value.following) changeFolds({ following: false });
  changeFolds({
    toggled: known === wanted ? toggled : known ? toggled.filter((each) => each !== key) : [...toggled, key],
    pages: opens && turn >= 0 ? { ...pages, [key]: pageOf(turn) } : pages,
  });
}

/**
 * Where everything stands open, closing one group closes what arrives closed as well.
 * @param {number} group
 * @returns {void}
 */
function closeAround(group) {
  const key = store.tree.value?.groups[group]?.key ?? "";
  changeFolds({ all: false, toggled: store.arrived.value[group] ? [key] : [] });
}

/**
 * @param {number} group
 * @returns {number} which of its groups the current step is in, -1 for none
 */
function turnWithin(group) {
  const tree = store.tree.value;
  const now = store.snapshot.value?.now;
  if (!tree || !now) return -1;
  const inner = groupsAround(tree, now.node).find((index) => tree.groups[index]?.parent === group);
  return inner === undefined ? -1 : (tree.groups[inner]?.place ?? -1);
}

/**
 * Show other turns of a long loop.
 * @param {number} group
 * @param {number} turn
 * @returns {void}
 */
export function turnPage(group, turn) {
  const key = store.tree.value?.groups[group]?.key ?? "";
  changeFolds({ pages: { ...store.folds.value.pages, [key]: pageOf(Math.max(0, turn)) }, following: false });
}

/** Open everything, or fold again. @returns {void} */
export function toggleAll() {
  changeFolds({ all: !store.folds.value.all, toggled: [], following: false });
}

/** Keep what is around the current step open, or not. @returns {void} */
export function toggleFollowing() {
  changeFolds({ following: !store.folds.value.following });
}
