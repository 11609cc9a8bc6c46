/** Groups on the graph: a closed one as a box with what it hands on, an open one as a frame with a heading. */

import { nothing, svg } from "lit";
import { formatBrief, formatShort } from "../numbers.js";
import { isFalling } from "../quantities.js";
import { chipTemplate } from "./graph-box.js";

/**
 * @typedef {import("../picture.js").Box} Box
 * @typedef {import("../picture.js").Frame} Frame
 * @typedef {import("../progress.js").Progress} Progress
 * @typedef {import("../quantities.js").Quantity} Quantity
 * @typedef {{
 *   box: Box, spot: import("../layout/layout.js").Spot, progress: Progress, name: string, stacked: boolean,
 *   quantity: Quantity, lit: boolean, current: boolean, focusable: boolean, phase: string
 * }} GroupState
 */

const HEADER_HEIGHT = 22;
const BAR_HEIGHT = 4;

/**
 * Where the sweep is: `turn 37 of 1,000`, or how much there is.
 * @param {GroupState} state
 * @returns {string}
 */
function placeWords({ box, progress, stacked }) {
  if (!stacked || progress.current < 0) return box.symbol;
  const word = box.symbol.replace(/^[\d,⋯]+ ?|s$/g, "") || "turn";
  const total = box.rest ? "" : ` of ${progress.turns.toLocaleString("en-US")}`;
  return `${word} ${(progress.current + 1).toLocaleString("en-US")}${total}`;
}

/**
 * @param {GroupState} state
 * @returns {string} what a screen reader says of the group
 */
function sayGroup(state) {
  const { box, progress, name, quantity } = state;
  const parts = [`Group ${box.title}`, placeWords(state)];
  if (progress.value !== null) parts.push(`${name} is ${formatShort(progress.value)}`);
  if (progress.derivative !== null) parts.push(`${quantity.label} ${formatShort(progress.derivative)}`);
  return `${parts.join(", ")}. Closed.`;
}

/**
 * The share of the turns that are done: values fill it from the left, adjoints come back from the right.
 * @param {GroupState} state
 * @returns {import("lit").TemplateResult}
 */
function barTemplate({ box, progress, quantity }) {
  const room = box.width - 26;
  const [left, y] = [13 - box.width / 2, box.height / 2 - 11];
  const known = (room * progress.known) / progress.turns;
  const derived = (room * progress.derived) / progress.turns;
  const start = isFalling(quantity) ? left + room - derived : left;
  return svg`<g class="bar">
    <rect class="track" x=${left} y=${y} width=${room} height=${BAR_HEIGHT} rx="2"></rect>
    <rect class="known" x=${left} y=${y} width=${known} height=${BAR_HEIGHT} rx="2"></rect>
    <rect class="derived" data-quantity=${quantity.name} x=${start} y=${y - 1} width=${derived}
      height=${BAR_HEIGHT + 2} rx="2"></rect>
  </g>`;
}

/**
 * @param {GroupState} state
 * @returns {import("lit").TemplateResult}
 */
export function groupTemplate(state) {
  const { box, spot, progress, name, stacked, lit, current, focusable, phase, quantity } = state;
  const [left, top] = [-box.width / 2, -box.height / 2];
  const classes = `box group ${lit ? "lit" : ""} ${current ? "current" : ""} ${progress.known ? "" : "unknown"}`;
  const value = formatBrief(progress.value);
  return svg`<g class=${classes} role="button" tabindex=${focusable ? "0" : "-1"} data-box=${box.id}
      data-group=${box.group} data-phase=${phase} aria-expanded="false" aria-label=${sayGroup(state)}
      transform="translate(${spot.x} ${spot.y})">
    ${stacked ? [8, 4].map((shift) => cardTemplate(left + shift, top - shift, box, "card behind")) : nothing}
    ${cardTemplate(left, top, box, "card")}
    <path class="opener" d="M${left + 12} ${top + 12}l4 4l-4 4"></path>
    <text class="words" x=${left + 24} y=${top + 20}>${box.title}</text>
    <text class="amount-words" x=${box.width / 2 - 13} y=${top + 20} text-anchor="end">${placeWords(state)}</text>
    <text class="value" data-quantity="primal" x=${left + 13} y=${top + 46}>${
      value ? svg`<tspan class="symbol">${name}</tspan><tspan dx="7">${value}</tspan>` : nothing
    }</text>
    ${chipTemplate(progress, quantity, box.width / 2 - 9, top + 31)}
    ${stacked ? barTemplate(state) : nothing}
  </g>`;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {{width: number, height: number}} size
 * @param {string} names
 * @returns {import("lit").TemplateResult}
 */
function cardTemplate(x, y, { width, height }, names) {
  return svg`<rect class=${names} x=${x} y=${y} width=${width} height=${height} rx="11"></rect>`;
}

/**
 * Turns of a long loop that are not shown one by one: a way to them.
 * @param {GroupState} state
 * @returns {import("lit").TemplateResult}
 */
export function restTemplate(state) {
  const { box, spot, progress, lit, current, focusable, phase } = state;
  const [left, top] = [-box.width / 2, -box.height / 2];
  const now = progress.current >= 0 ? `now in turn ${(progress.current + 1).toLocaleString("en-US")}` : "";
  const words = now || `show ${box.rest?.from ? "the next" : "the ones before"}`;
  return svg`<g class="box rest ${lit ? "lit" : ""} ${current ? "current" : ""}" role="button"
      tabindex=${focusable ? "0" : "-1"} data-box=${box.id} data-rest=${box.id} data-phase=${phase}
      aria-label=${`${box.title}, not shown. ${now}`} transform="translate(${spot.x} ${spot.y})">
    ${[8, 4].map((shift) => cardTemplate(left + shift, top - shift, box, "card behind"))}
    ${cardTemplate(left, top, box, "card")}
    <text class="words" x="0" y="-9" text-anchor="middle">${box.title}</text>
    <text class="amount-words" x="0" y="9" text-anchor="middle">${words}</text>
    ${barTemplate(state)}
  </g>`;
}

/**
 * @typedef {{place: string, focused: boolean, current: boolean, depth: number, phase: string, top: number}} FrameState
 *   `place`: where the sweep is inside; `top`: how high its heading stands.
 */
/**
 * An open group.
 * @param {import("../layout/layout.js").Area} area
 * @param {FrameState} state
 * @returns {import("lit").TemplateResult}
 */
export function frameTemplate(area, { current, depth, phase }) {
  const { left, top, width, height } = area;
  return svg`<rect class="frame ${current ? "current" : ""} ${depth % 2 ? "odd" : ""}" data-phase=${phase} x=${left}
    y=${top} width=${width} height=${height} rx="14"></rect>`;
}

/**
 * The heading of an open group, which closes it.
 * @param {Frame} frame
 * @param {import("../layout/layout.js").Area} area
 * @param {FrameState} state
 * @returns {import("lit").TemplateResult}
 */
export function headingTemplate(frame, area, { place, focused, current, phase, top }) {
  const words = place ? `${frame.title.replace(/ · .*/, "")} · ${place}` : frame.title;
  const width = Math.min(area.width - 12, words.length * 6.6 + 34);
  return svg`<g class="heading-button ${current ? "current" : ""}" role="button" tabindex=${focused ? "0" : "-1"}
      data-box=${frame.id} data-frame=${frame.group} data-phase=${phase} aria-expanded="true" aria-label=${`Group ${words}. Open.`}
      transform="translate(${area.left + 6} ${top})">
    <rect width=${width} height=${HEADER_HEIGHT} rx="8"></rect>
    <path class="opener" d="M9 9l4 4l4 -4"></path>
    <text x="23" y="15.5">${words}</text>
  </g>`;
}
