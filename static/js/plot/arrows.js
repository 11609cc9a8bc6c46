/** A mark: arrows of a field, each as long as its size allows within its cell. */

import { svg } from "lit";
import { toNumber } from "../numbers.js";

/** @typedef {import("../protocol.js").Num} Num */

const LONGEST = 30;
const SHORTEST = 5;

/**
 * Directions are those of the data: an arrow that goes up in y goes up in the plot, whatever the scales.
 * @param {{x: readonly Num[], y: readonly Num[], dx: readonly Num[], dy: readonly Num[], quantity?: string,
 *   label?: string}} field
 * @returns {import("./plot.js").Mark}
 */
export function arrows({ x, y, dx, dy, quantity = "", label = "" }) {
  const columns = [x, y, dx, dy].map((column) => column.map(toNumber));
  const [xs = [], ys = [], across = [], up = []] = columns;
  const largest = Math.max(...across.map((each, place) => Math.hypot(each, up[place] ?? 0)).filter(Number.isFinite), 0);
  return {
    xs: [],
    ys: [],
    draw: (frame) =>
      svg`${xs.map((at, place) => {
        const [rise, run] = [up[place] ?? NaN, across[place] ?? NaN];
        const size = Math.hypot(run, rise);
        if (!Number.isFinite(size) || size === 0 || largest === 0) return "";
        const length = SHORTEST + (LONGEST - SHORTEST) * Math.sqrt(size / largest);
        const [left, top] = [frame.x(at), frame.y(ys[place] ?? NaN)];
        const turn = (Math.atan2(-rise, run) * 180) / Math.PI;
        return arrow(left, top, length, turn, quantity);
      })}`,
    ...(label ? { legend: { label, picture: arrow(2, 6, 22, 0, quantity) } } : {}),
  };
}

/**
 * @param {number} left
 * @param {number} top
 * @param {number} length
 * @param {number} turn degrees
 * @param {string} quantity
 * @returns {import("lit").TemplateResult}
 */
export function arrow(left, top, length, turn, quantity) {
  const head = Math.min(6, length / 2);
  const path = `M0 0H${length}M${length - head} ${-head * 0.6}L${length} 0L${length - head} ${head * 0.6}`;
  return svg`<path class="arrow-mark" data-quantity=${quantity} d=${path}
    transform="translate(${left.toFixed(1)} ${top.toFixed(1)}) rotate(${turn.toFixed(1)})"></path>`;
}
