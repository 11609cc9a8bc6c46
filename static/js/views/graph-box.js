/** One node of the graph: its name and operation, its value, its derivative. */

import { nothing, svg } from "lit";
import { formatBrief, formatFull, formatShort } from "../numbers.js";
import { SECOND_ROW } from "../picture.js";
import { QUANTITIES } from "../quantities.js";

/**
 * @typedef {import("../quantities.js").Quantity} Quantity
 * @typedef {import("../protocol.js").Num} Num
 * @typedef {{
 *   box: import("../picture.js").Box, spot: import("../layout/layout.js").Spot, value: Num | null,
 *   derivative: Num | null, complete: boolean, tangent: Num | null, adjoint: Num | null, quantity: Quantity,
 *   lit: boolean, current: boolean, focusable: boolean, phase: string, mistaken: boolean
 * }} BoxState `tangent` and `adjoint` stand in second order, where `derivative` is the tangent of the adjoint.
 */

const CHIP_HEIGHT = 21;
/** Between a number and the side of its box, and between two numbers. */
const MARGIN = 9;
const GAP = 6;
/** Where a value begins, and how wide one of its characters is. */
const VALUE_LEFT = 13;
const VALUE_CHARACTER = 8.43;
const DIGITS_WIDTH = 214;
const DIGITS_ROW = 20;

/**
 * @param {BoxState} state
 * @returns {string} what a screen reader says of the node
 */
function nameOf({ box, value, tangent, adjoint, derivative, quantity, mistaken }) {
  const parts = [`${box.symbol}, ${box.title}`];
  if (value !== null) parts.push(`value ${formatShort(value)}`);
  if (tangent !== null) parts.push(`tangent ${formatShort(tangent)}`);
  if (adjoint !== null) parts.push(`adjoint ${formatShort(adjoint)}`);
  if (derivative !== null) parts.push(`${quantity.label} ${formatShort(derivative)}`);
  if (box.output) parts.push("output");
  if (mistaken) parts.push("here is the mistake");
  return parts.join(", ");
}

/**
 * Every digit of a node that is pointed at, below its box.
 * @param {BoxState} state
 * @returns {import("lit").TemplateResult | typeof nothing}
 */
export function digitsTemplate({ box, spot, value, tangent, adjoint, derivative, quantity }) {
  const rows = [
    { name: "primal", mark: "v", text: formatFull(value) },
    { name: "tangent", mark: `v${QUANTITIES.tangent.mark}`, text: formatFull(tangent) },
    { name: "adjoint", mark: `v${QUANTITIES.adjoint.mark}`, text: formatFull(adjoint) },
    { name: quantity.name, mark: `v${quantity.mark}`, text: formatFull(derivative) },
  ].filter(({ text }) => text);
  if (!rows.length) return nothing;
  const height = rows.length * DIGITS_ROW + 12;
  return svg`<g class="all-digits-tip" transform="translate(${spot.x} ${spot.y + box.height / 2 + 7})">
    <rect x=${-DIGITS_WIDTH / 2} width=${DIGITS_WIDTH} height=${height} rx="9"></rect>
    ${rows.map(
      ({ name, mark, text }, row) => svg`<text data-quantity=${name} y=${row * DIGITS_ROW + 20}>
        <tspan class="mark" x=${14 - DIGITS_WIDTH / 2}>${mark}</tspan>
        <tspan x=${DIGITS_WIDTH / 2 - 12} text-anchor="end">${text}</tspan>
      </text>`,
    )}
  </g>`;
}

/**
 * The derivative of a node as far as it is known; dashed while contributions are still to come.
 * @param {{derivative: Num | null, complete: boolean}} state
 * @param {Quantity} quantity
 * @param {number} right
 * @param {number} top
 * @param {number} [room] how wide it may be
 * @returns {import("lit").TemplateResult | typeof nothing}
 */
export function chipTemplate({ derivative, complete }, quantity, right, top, room = Infinity) {
  if (derivative === null) return nothing;
  const { text, width } = chipSize(derivative, room);
  return svg`<g class="chip ${complete ? "complete" : "growing"}" data-quantity=${quantity.name}
      transform="translate(${right - width} ${top})">
    <rect width=${width} height=${CHIP_HEIGHT} rx="6"></rect>
    <text class="mark" x="7" y="15">v${quantity.mark}</text>
    <text class="amount" x=${width - 7} y="15" text-anchor="end">${text}</text>
  </g>`;
}

/**
 * In second order: the adjoint beside the value, the tangent below it.
 * @param {BoxState} state
 * @param {number} top
 * @returns {unknown[]}
 */
function otherChips({ box, tangent, adjoint }, top) {
  const room = halfOf(box);
  const right = chipSize(tangent, room).width + MARGIN - box.width / 2;
  const [first, second] = [
    chipTemplate({ derivative: adjoint, complete: true }, QUANTITIES.adjoint, box.width / 2 - MARGIN, top),
    chipTemplate({ derivative: tangent, complete: true }, QUANTITIES.tangent, right, top + SECOND_ROW, room),
  ];
  return [svg`<g data-why="adjoint">${first}</g>`, svg`<g data-why="tangent">${second}</g>`];
}

/**
 * @param {import("../picture.js").Box} box
 * @returns {number} what each of two numbers has that stand side by side
 */
function halfOf({ width }) {
  return (width - 2 * MARGIN - GAP) / 2;
}

/**
 * @param {Num | null} derivative
 * @param {number} room digits are left out where it would be wider
 * @returns {{text: string, width: number}}
 */
function chipSize(derivative, room) {
  return fitting(derivative, [2, 1], room, (text) => (text.length + 2) * 7.3 + 14);
}

/**
 * The value of a node, beside the derivative on its right.
 * @param {BoxState} state
 * @param {Num | null} beside
 * @returns {string}
 */
function valueText({ box, value }, beside) {
  const taken = beside === null ? MARGIN : chipSize(beside, Infinity).width + MARGIN + GAP;
  return fitting(value, [3, 2], box.width - VALUE_LEFT - taken, (text) => text.length * VALUE_CHARACTER).text;
}

/**
 * A number with the most digits that there is room for.
 * @param {Num | null} number
 * @param {number[]} digits how many are left where those of a small box do not fit
 * @param {number} room
 * @param {(text: string) => number} measure
 * @returns {{text: string, width: number}}
 */
function fitting(number, digits, room, measure) {
  const texts = [formatBrief(number), ...digits.map((count) => formatShort(number, count))];
  const sizes = texts.map((text) => ({ text, width: measure(text) }));
  return sizes.find(({ width }) => width <= room) ?? /** @type {{text: string, width: number}} */ (sizes.at(-1));
}

/**
 * @param {BoxState} state
 * @returns {import("lit").TemplateResult}
 */
export function boxTemplate(state) {
  const { box, spot, value, derivative, adjoint, lit, current, focusable, phase, quantity } = state;
  const [top, right, tall] = [-box.height / 2, box.width / 2 - MARGIN, quantity === QUANTITIES.second];
  const classes = [
    "box",
    lit ? "lit" : "",
    current ? "current" : "",
    state.mistaken ? "mistaken" : "",
    value === null ? "unknown" : "",
    box.output ? "output" : "",
    box.input ? "input" : "",
  ];
  return svg`<g class=${classes.join(" ")} role="button" tabindex=${focusable ? "0" : "-1"} data-node=${box.id} data-box=${box.id}
      data-phase=${phase} aria-label=${nameOf(state)} transform="translate(${spot.x} ${spot.y})">
    <rect class="card" x=${-box.width / 2} y=${top} width=${box.width} height=${box.height} rx="11"></rect>
    <text class="words" x=${VALUE_LEFT - box.width / 2} y=${top + 21}>
      <tspan class="symbol">${box.symbol}</tspan><tspan class="operation" dx="8">${box.title}</tspan>
    </text>
    <text class="value" data-quantity="primal" x=${VALUE_LEFT - box.width / 2} y=${top + 47}>
      ${valueText(state, tall ? adjoint : derivative)}
    </text>
    ${tall ? otherChips(state, top + 32) : nothing}
    ${tall ? chipTemplate(state, quantity, right, top + 32 + SECOND_ROW, halfOf(box)) : chipTemplate(state, quantity, right, top + 32)}
  </g>`;
}
