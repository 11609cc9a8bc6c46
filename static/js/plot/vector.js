/** A mark: one arrow from a point, of a length in the units of the axes; or a line through it to both sides. */

import { svg } from "lit";
import { toNumber } from "../numbers.js";

/**
 * @typedef {import("../protocol.js").Num} Num
 * @typedef {{
 *   at: readonly Num[], along: readonly Num[], length: number, both?: boolean, quantity?: string, series?: number,
 *   dashed?: boolean, label?: string
 * }} Vector
 */

const HEAD = 8;

/**
 * @param {number[]} from pixels
 * @param {number[]} to
 * @param {boolean} head
 * @returns {string}
 */
function arrowPath([x = 0, y = 0], [toX = 0, toY = 0], head) {
  const turn = Math.atan2(toY - y, toX - x);
  const barb = (/** @type {number} */ side) =>
    `${toX - HEAD * Math.cos(turn + side * 0.45)} ${toY - HEAD * Math.sin(turn + side * 0.45)}`;
  return `M${x} ${y}L${toX} ${toY}${head ? `M${barb(1)}L${toX} ${toY}L${barb(-1)}` : ""}`;
}

/**
 * @param {Vector} vector
 * @returns {import("./plot.js").Mark}
 */
export function vector({ at, along, length, both = false, quantity = "", series = 0, dashed = false, label = "" }) {
  const [x = NaN, y = NaN] = at.map(toNumber);
  const [across = NaN, up = NaN] = along.map(toNumber);
  const size = Math.hypot(across, up);
  const look = `arrow-mark ${dashed ? "dashed" : ""}`;
  return {
    xs: [],
    ys: [],
    draw: (frame) => {
      if (!Number.isFinite(size) || size === 0) return svg``;
      const [run, rise] = [(across / size) * length, (up / size) * length];
      /** @param {number} side */
      const end = (side) => [frame.x(x + side * run), frame.y(y + side * rise)];
      const path = arrowPath(both ? end(-1) : [frame.x(x), frame.y(y)], end(1), !both);
      return svg`<path class="${look} strong" data-quantity=${quantity} data-series=${series} d=${path}></path>`;
    },
    ...(label
      ? {
          legend: {
            label,
            picture: svg`<path class="${look} strong" data-quantity=${quantity} data-series=${series}
              d=${arrowPath([2, 6], [24, 6], !both)}></path>`,
          },
        }
      : {}),
  };
}
