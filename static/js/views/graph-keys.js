/** Keys on the graph: along the edges, beside on a layer, to a node's step, larger and smaller. */

import { goToNode } from "../actions/playback.js";
import * as store from "../store.js";

/** @typedef {import("./graph.js").GraphView} GraphView */

/**
 * @param {number} node
 * @param {string} key
 * @returns {number | undefined} the node that an arrow key leads to
 */
function neighbourOf(node, key) {
  const lines = store.picture.value?.lines ?? [];
  if (key === "ArrowUp") return lines.find(({ from }) => from === node)?.to;
  if (key === "ArrowDown") return lines.find(({ to }) => to === node)?.from;
  const spots = store.layout.value?.spots ?? {};
  const here = spots[node];
  if (!here) return undefined;
  const side = key === "ArrowRight" ? 1 : -1;
  const row = Object.entries(spots).filter(([, spot]) => spot.y === here.y && side * (spot.x - here.x) > 0);
  row.sort(([, one], [, two]) => side * (one.x - two.x));
  return row[0] ? Number(row[0][0]) : undefined;
}

/**
 * @param {KeyboardEvent} event
 * @param {GraphView} view
 * @returns {void}
 */
export function pressKey(event, view) {
  const box = event.target instanceof Element ? event.target.closest("[data-node]") : null;
  if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
  const node = Number(box.getAttribute("data-node"));
  const act = actionOf(event.key, node, view);
  if (!act) return;
  event.preventDefault();
  act();
}

/**
 * @param {string} key
 * @param {number} node
 * @param {GraphView} view
 * @returns {(() => void) | undefined}
 */
function actionOf(key, node, view) {
  if (key === "+" || key === "=") return () => view.pointer.zoom(1.25);
  if (key === "-") return () => view.pointer.zoom(0.8);
  if (key === "0") return () => view.pointer.fit(true);
  if (key === "Enter") return () => goToNode(node);
  if (!key.startsWith("Arrow")) return undefined;
  const next = neighbourOf(node, key);
  return () => {
    const box = next === undefined ? null : view.querySelector(`.box[data-node="${next}"]`);
    if (box instanceof SVGElement) box.focus();
  };
}
