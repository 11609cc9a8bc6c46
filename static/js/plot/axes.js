/** The axes of a plot: scales from data to pixels, ticks that do not crowd, labels with units. Pure functions. */

import { scaleLinear, scaleLog } from "d3-scale";
import { svg } from "lit";
import { formatShort } from "../numbers.js";

/**
 * @typedef {{label: string, unit?: string, scale?: "linear" | "log", domain?: [number, number]}} Axis
 *   `domain` is what the data span unless it is given.
 * @typedef {((value: number) => number) & {
 *   ticks: (count?: number) => number[], invert: (pixel: number) => number, domain: () => number[]
 * }} Scale
 * @typedef {{x: Scale, y: Scale, left: number, top: number, width: number, height: number}} Frame
 *   Where the data are drawn, in pixels.
 */

const TICK = 5;
const PIXELS_PER_TICK = { x: 90, y: 48 };
/** An axis with fewer ticks does not say how long its unit is. */
const FEWEST_TICKS = { x: 3, y: 2 };
/** How much of the data's extent stays free above and below it. */
const PADDING = 0.06;
const LABEL_GAP = 40;

/**
 * @param {Axis} axis
 * @returns {string} the label with its unit
 */
export function wordsOf({ label, unit = "" }) {
  return unit ? `${label} (${unit})` : label;
}

/**
 * What an axis spans: what was asked for, else the finite data with some room.
 * @param {Axis} axis
 * @param {number[]} data
 * @param {boolean} tight whether the data reach the ends
 * @returns {[number, number]}
 */
export function domainOf({ domain, scale }, data, tight) {
  if (domain) return domain;
  const usable = data.filter((each) => Number.isFinite(each) && (scale !== "log" || each > 0));
  const low = usable.reduce((least, each) => Math.min(least, each), Infinity);
  const high = usable.reduce((most, each) => Math.max(most, each), -Infinity);
  if (low > high) return scale === "log" ? [0.1, 10] : [-1, 1];
  if (scale === "log") return low === high ? [low / 10, high * 10] : [low / (tight ? 1 : 2), high * (tight ? 1 : 2)];
  const spare = low === high ? Math.max(1, Math.abs(low)) / 2 : (high - low) * (tight ? 0 : PADDING);
  return [low - spare, high + spare];
}

/**
 * @param {Axis} axis
 * @param {[number, number]} domain
 * @param {[number, number]} range
 * @returns {Scale}
 */
export function scaleOf({ scale }, domain, range) {
  return /** @type {Scale} */ ((scale === "log" ? scaleLog() : scaleLinear()).domain(domain).range(range));
}

/** First digits of the ticks on a logarithmic axis that is too short for two powers of ten. */
const ROUND = Object.freeze(new Set([1, 2, 5]));

/**
 * Ticks that are not too many: on a logarithmic axis, powers of ten only.
 * @param {Scale} scale
 * @param {boolean} log
 * @param {number} most
 * @returns {number[]}
 */
function ticksOf(scale, log, most) {
  const ticks = scale.ticks(most);
  if (!log) return ticks;
  const powers = ticks.filter((each) => Math.abs(Math.log10(each) - Math.round(Math.log10(each))) < 1e-9);
  if (powers.length < 2) return ticks.filter((each) => ROUND.has(each / 10 ** Math.floor(Math.log10(each))));
  const stride = Math.ceil(powers.length / Math.max(2, most));
  return powers.filter((_, place) => place % stride === 0);
}

/**
 * @param {number} value
 * @param {boolean} log
 * @returns {import("lit").TemplateResult | string}
 */
function tickWords(value, log) {
  const power = Math.round(Math.log10(value));
  if (!log || Math.abs(power) < 3 || Math.abs(value / 10 ** power - 1) > 1e-9) return formatShort(value, 6);
  const exponent = String(power).replace("-", "\u2212");
  return svg`10<tspan class="tick-power" dy="-5">${exponent}</tspan>`;
}

/**
 * @param {Frame} frame
 * @param {Axis} axis
 * @returns {import("lit").TemplateResult}
 */
export function horizontalAxis({ x, left, top, width, height }, axis) {
  const log = axis.scale === "log";
  const bottom = top + height;
  return svg`<g class="axis">
    ${ticksOf(x, log, Math.max(FEWEST_TICKS.x, Math.floor(width / PIXELS_PER_TICK.x))).map(
      (tick) => svg`<path class="grid" d="M${x(tick)} ${top}V${bottom + TICK}"></path>
        <text class="tick" x=${x(tick)} y=${bottom + 19} text-anchor="middle">${tickWords(tick, log)}</text>`,
    )}
    <path class="rule" d="M${left} ${bottom}H${left + width}"></path>
    <text class="axis-label" x=${left + width / 2} y=${bottom + LABEL_GAP} text-anchor="middle">${wordsOf(axis)}</text>
  </g>`;
}

/**
 * @param {Frame} frame
 * @param {Axis} axis
 * @returns {import("lit").TemplateResult}
 */
export function verticalAxis({ y, left, top, width, height }, axis) {
  const log = axis.scale === "log";
  return svg`<g class="axis">
    ${ticksOf(y, log, Math.max(FEWEST_TICKS.y, Math.floor(height / PIXELS_PER_TICK.y))).map(
      (tick) => svg`<path class="grid" d="M${left - TICK} ${y(tick)}H${left + width}"></path>
        <text class="tick" x=${left - 9} y=${y(tick) + 4} text-anchor="end">${tickWords(tick, log)}</text>`,
    )}
    <path class="rule" d="M${left} ${top}V${top + height}"></path>
    <text class="axis-label" x="0" y=${top - 12}>${wordsOf(axis)}</text>
  </g>`;
}
