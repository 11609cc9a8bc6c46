/** Words in a plot: each stands at the first of its places that nothing else is drawn on. Pure functions. */

import { svg } from "lit";

/**
 * @typedef {[number, number, number, number]} Segment from x, y to x, y in pixels
 * @typedef {{x: number, y: number, anchor: "start" | "middle" | "end"}} Place where a line of writing is fixed
 * @typedef {{text: string, quantity: string, places: Place[]}} Words
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box
 */

/** A letter of the smallest size, on average, and how far letters reach over and under their line, with some room. */
const LETTER = 6.5;
const ASCENT = 11;
const DESCENT = 4;
const ROOM = 2;
/** What is worse than to cross a line: to be written over other words, and to stand outside. */
const ON_WORDS = 1e3;
const OUTSIDE = 1e6;
/** Words may stand that far outside the axes. */
const SPILL = 6;

/**
 * @param {string} text
 * @param {Place} place
 * @returns {Box}
 */
function boxOf(text, { x, y, anchor }) {
  const width = LETTER * text.length;
  const left = x - { start: 0, middle: width / 2, end: width }[anchor];
  return { left: left - ROOM, top: y - ASCENT, right: left + width + ROOM, bottom: y + DESCENT };
}

/**
 * Whether a segment enters a box, by clipping the segment at each side (Liang and Barsky 1984).
 * @param {Segment} segment
 * @param {Box} box
 * @returns {boolean}
 */
export function crosses([fromX, fromY, toX, toY], { left, top, right, bottom }) {
  const [run, rise] = [toX - fromX, toY - fromY];
  let [enters, leaves] = [0, 1];
  for (const [speed = 0, room = 0] of [
    [-run, fromX - left],
    [run, right - fromX],
    [-rise, fromY - top],
    [rise, bottom - fromY],
  ]) {
    if (speed === 0 && room < 0) return false;
    if (speed < 0) enters = Math.max(enters, room / speed);
    if (speed > 0) leaves = Math.min(leaves, room / speed);
  }
  return enters <= leaves;
}

/**
 * @param {Box} one
 * @param {Box} other
 * @returns {boolean}
 */
function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/**
 * The place of each of several words, in their order.
 * @param {import("./axes.js").Frame} frame
 * @param {Words[]} all
 * @param {Segment[]} ink
 * @returns {(Place & {clear: boolean})[]} not `clear` where no place is free
 */
export function placeWords({ left, top, width, height }, all, ink) {
  /** @type {Box[]} */
  const taken = [];
  /** @param {Box} box */
  const cost = (box) => {
    const across = box.left < left - SPILL || box.right > left + width + SPILL;
    const outside = across || box.top < top - SPILL || box.bottom > top + height;
    const words = taken.filter((other) => overlap(box, other)).length;
    return (outside ? OUTSIDE : 0) + words * ON_WORDS + ink.filter((segment) => crosses(segment, box)).length;
  };
  return all.map(({ text, places }) => {
    const boxes = places.map((place) => boxOf(text, place));
    const costs = boxes.map(cost);
    const best = costs.indexOf(Math.min(...costs));
    taken.push(...boxes.slice(best, best + 1));
    return { .../** @type {Place} */ (places[best]), clear: costs[best] === 0 };
  });
}

/**
 * @param {import("./axes.js").Frame} frame
 * @param {import("./plot.js").Mark[]} marks
 * @returns {import("lit").TemplateResult}
 */
export function drawWords(frame, marks) {
  const all = marks.flatMap((mark) => (mark.words ? [mark.words(frame)] : [])).filter(({ text }) => text);
  const ink = all.length ? marks.flatMap((mark) => mark.ink?.(frame) ?? []) : [];
  const places = placeWords(frame, all, ink);
  return svg`${all.map(({ text, quantity }, order) => {
    const { x = 0, y = 0, anchor = "start", clear = true } = places[order] ?? {};
    const look = `mark-words ${clear ? "" : "over"}`;
    return svg`<text class=${look} data-quantity=${quantity} x=${x} y=${y} text-anchor=${anchor}>${text}</text>`;
  })}`;
}
