/** A mark: points, each a dot or another shape, with words that a pointer brings up. */

import { svg } from "lit";
import { toNumber } from "../numbers.js";

/**
 * @typedef {import("../protocol.js").Num} Num
 * @typedef {import("./plot.js").Mark} Mark
 * @typedef {keyof typeof SHAPES} Shape
 * @typedef {{
 *   x: readonly (Num | null)[], y: readonly (Num | null)[], words?: readonly string[], quantity?: string,
 *   series?: number, shape?: Shape, label?: string, large?: boolean
 * }} Points
 */

const RADIUS = 5;
/** Shapes tell series apart where colours do not. */
const SHAPES = Object.freeze({
  dot: "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0Z",
  square: "M-4 -4H4V4H-4Z",
  diamond: "M0 -5.5L5.5 0L0 5.5L-5.5 0Z",
  triangle: "M0 -5.5L5 4H-5Z",
  cross: "M-4 -4L4 4M-4 4L4 -4",
});

/**
 * @param {Points} points
 * @returns {Mark}
 */
export function points({ x, y, words = [], quantity = "", series = 0, shape = "dot", label = "", large = false }) {
  const [xs, ys] = [x.map(toNumber), y.map(toNumber)];
  const size = large ? 1.5 : 1;
  const look = `point ${shape}`;
  /** @param {number} left @param {number} top @param {string} said */
  const draw = (left, top, said) =>
    svg`<path class=${look} data-quantity=${quantity} data-series=${series} d=${SHAPES[shape]}
      transform="translate(${left} ${top}) scale(${size})">${said ? svg`<title>${said}</title>` : ""}</path>`;
  return {
    xs,
    ys,
    whole: true,
    ink: (frame) =>
      xs.flatMap((at, place) => {
        const [left, top] = [frame.x(at), frame.y(ys[place] ?? NaN)];
        return Number.isFinite(left + top) ? [[left - RADIUS, top, left + RADIUS, top]] : [];
      }),
    draw: (frame) =>
      svg`${xs.map((at, place) => {
        const [left, top] = [frame.x(at), frame.y(ys[place] ?? NaN)];
        return Number.isFinite(left) && Number.isFinite(top) ? draw(left, top, words[place] ?? "") : "";
      })}`,
    ...(label ? { legend: { label, picture: draw(13, 6, "") } } : {}),
  };
}
