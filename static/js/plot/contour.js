/** A mark: contour lines of numbers on a regular grid. Lines that are not finite are left out. */

import { contours } from "d3-contour";
import { svg } from "lit";
import { toNumber } from "../numbers.js";

/** @typedef {import("../protocol.js").Num} Num */

const LEVELS = 14;

/**
 * Levels that divide the numbers into shares of equal size, so that a valley with steep walls shows its floor.
 * @param {number[]} numbers
 * @returns {number[]}
 */
function levelsOf(numbers) {
  const sorted = numbers.filter(Number.isFinite).sort((a, b) => a - b);
  const shares = Array.from({ length: LEVELS }, (_, place) => (place + 0.5) / LEVELS);
  return [...new Set(shares.map((share) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0))];
}

/**
 * @param {{
 *   x: readonly Num[], y: readonly Num[], z: readonly (readonly Num[])[], levels?: number[], lines?: boolean
 * }} grid `z[row][column]` belongs to `y[row]` and `x[column]`; both are evenly spaced. `levels`: where the lines are,
 *   those of another map for example; `lines`: dashed lines alone, without the shades between
 * @returns {import("./plot.js").Mark & {levels: number[]}}
 */
export function contour({ x, y, z, levels: given, lines = false }) {
  const [xs, ys] = [x.map(toNumber), y.map(toNumber)];
  const numbers = z.flatMap((row) => row.map(toNumber));
  const levels = given ?? levelsOf(numbers);
  const trace = contours().size([xs.length, ys.length]).thresholds(levels);
  const shapes = trace(numbers.map((each) => (Number.isFinite(each) ? each : -Infinity)));
  const [left = 0, low = 0] = [xs[0], ys[0]];
  const stride = { x: (xs.at(-1) ?? 0) - left, y: (ys.at(-1) ?? 0) - low };
  /** @param {number} column */
  const abscissa = (column) => left + ((column - 0.5) / Math.max(1, xs.length - 1)) * stride.x;
  /** @param {number} row */
  const ordinate = (row) => low + ((row - 0.5) / Math.max(1, ys.length - 1)) * stride.y;
  return {
    xs,
    ys,
    levels,
    tight: true,
    draw: (frame) => {
      /** @param {import("./axes.js").Frame} within @param {number[][]} ring */
      const ringPath = (within, ring) =>
        ring
          .map(([column = 0, row = 0], place) => {
            const [across, up] = [within.x(abscissa(column)), within.y(ordinate(row))];
            return `${place ? "L" : "M"}${across.toFixed(1)} ${up.toFixed(1)}`;
          })
          .join("");
      return svg`${shapes.map(({ coordinates, value }, place) => {
        const path = coordinates.flatMap((polygon) => polygon.map((ring) => `${ringPath(frame, ring)}Z`)).join("");
        return svg`<path class="contour ${lines ? "model" : ""}" data-level=${value} d=${path}
          .style=${`--share: ${(place + 1) / shapes.length}`}></path>`;
      })}`;
    },
  };
}
