/** A mark: a line through points, broken where a number is missing or not finite. */

import { svg } from "lit";
import { toNumber } from "../numbers.js";

/**
 * @typedef {import("../protocol.js").Num} Num
 * @typedef {import("./plot.js").Mark} Mark
 * @typedef {{
 *   x: readonly (Num | null)[], y: readonly (Num | null)[], quantity?: string, series?: number, dashed?: boolean,
 *   faint?: boolean, label?: string
 * }} Line `faint` is for what stands behind.
 */

/**
 * @param {readonly number[]} xs pixels
 * @param {readonly number[]} ys
 * @returns {string} a path
 */
export function pathOf(xs, ys) {
  let pen = "M";
  const parts = xs.map((x, place) => {
    const y = ys[place] ?? NaN;
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      pen = "M";
      return "";
    }
    const part = `${pen}${x.toFixed(2)} ${y.toFixed(2)}`;
    pen = "L";
    return part;
  });
  return parts.join("");
}

/**
 * @param {readonly number[]} xs pixels
 * @param {readonly number[]} ys
 * @returns {import("./words.js").Segment[]} what words keep off
 */
function inkOf(xs, ys) {
  /** @type {import("./words.js").Segment[]} */
  const pieces = xs.slice(1).map((x, place) => [xs[place] ?? NaN, ys[place] ?? NaN, x, ys[place + 1] ?? NaN]);
  return pieces.filter((piece) => piece.every(Number.isFinite));
}

/**
 * @param {Line} line
 * @returns {Mark}
 */
export function line({ x, y, quantity = "", series = 0, dashed = false, faint = false, label = "" }) {
  const [xs, ys] = [x.map(toNumber), y.map(toNumber)];
  const look = `line ${dashed ? "dashed" : ""} ${faint ? "faint" : ""}`;
  return {
    xs,
    ys,
    ink: (frame) => inkOf(xs.map(frame.x), ys.map(frame.y)),
    draw: (frame) => {
      const path = pathOf(xs.map(frame.x), ys.map(frame.y));
      return svg`<path class=${look} data-quantity=${quantity} data-series=${series} d=${path}></path>`;
    },
    ...(label
      ? {
          legend: {
            label,
            picture: svg`<path class=${look} data-quantity=${quantity} data-series=${series} d="M1 6H25"></path>`,
          },
        }
      : {}),
  };
}
