/** A mark: a straight line across the whole plot, at one x or one y, with a word. */

import { svg } from "lit";
import { toNumber } from "../numbers.js";

/**
 * @typedef {import("./axes.js").Frame} Frame
 * @typedef {import("./words.js").Place} Place
 */

/** How far the line of writing is from the rule: above it, below it, beside it. */
const ABOVE = 6;
const BELOW = 14;
const BESIDE = 5;
const LINE_HEIGHT = 18;

/**
 * @param {{x?: import("../protocol.js").Num, y?: import("../protocol.js").Num, words?: string, quantity?: string}} rule
 * @returns {import("./plot.js").Mark}
 */
export function rule({ x, y, words = "", quantity = "" }) {
  const [atX, atY] = [x === undefined ? null : toNumber(x), y === undefined ? null : toNumber(y)];
  /** @param {Frame} frame @returns {import("./words.js").Segment} */
  const across = (frame) =>
    atX === null
      ? [frame.left, frame.y(atY ?? 0), frame.left + frame.width, frame.y(atY ?? 0)]
      : [frame.x(atX), frame.top, frame.x(atX), frame.top + frame.height];
  return {
    xs: atX === null ? [] : [atX],
    ys: atY === null ? [] : [atY],
    ink: (frame) => [across(frame)],
    draw: (frame) => {
      const [left, top, right, bottom] = across(frame);
      return svg`<path class="line rule-line dashed" data-quantity=${quantity} d="M${left} ${top}L${right} ${bottom}"></path>`;
    },
    words: (frame) => ({
      text: words,
      quantity,
      places: atX === null ? placesAlong(frame, frame.y(atY ?? 0)) : placesBeside(frame, frame.x(atX)),
    }),
  };
}

/**
 * @param {Frame} frame
 * @param {number} y
 * @returns {Place[]} at the right, at the left, in the middle; above the rule before below it
 */
function placesAlong({ left, width }, y) {
  /** @type {Omit<Place, "y">[]} */
  const spots = [
    { x: left + width - 4, anchor: "end" },
    { x: left + 4, anchor: "start" },
    { x: left + width / 2, anchor: "middle" },
  ];
  return spots.flatMap((spot) => [
    { ...spot, y: y - ABOVE },
    { ...spot, y: y + BELOW },
  ]);
}

/**
 * @param {Frame} frame
 * @param {number} x
 * @returns {Place[]} from the top down, and at the bottom; right of the rule before left of it
 */
function placesBeside({ top, height }, x) {
  const first = top + 13;
  const rows = [0, 1, 2, 3].map((row) => first + row * LINE_HEIGHT);
  return [...rows, top + height - 8].flatMap((y) => [
    { x: x + BESIDE, y, anchor: "start" },
    { x: x - BESIDE, y, anchor: "end" },
  ]);
}
