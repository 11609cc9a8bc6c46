/** One edge of the graph: its line, its local partial, and what runs along it in the current step. */

import { nothing, svg } from "lit";
import { curveOf } from "../curves.js";
import { formatShort } from "../numbers.js";
import { isFalling } from "../quantities.js";

/**
 * @typedef {import("../layout/layout.js").Spot} Spot
 * @typedef {import("../picture.js").Line} Line
 * @typedef {import("../protocol.js").Num} Num
 */

const CHARACTER = 6.4;
const PRODUCT_CHARACTER = 7.6;

/**
 * The partial as a formula, and as a number once it has been used.
 * @param {Line} line
 * @param {Num | null | undefined} partial
 * @returns {string}
 */
export function tagText({ label }, partial) {
  const number = formatShort(partial);
  return !number || number === label ? label : `${label} = ${number}`;
}

/**
 * @param {Line} line
 * @param {Spot[]} route
 * @param {boolean} used
 * @param {boolean} lit
 * @returns {import("lit").TemplateResult}
 */
export function edgeTemplate(line, route, used, lit) {
  return svg`<path class="edge ${used ? "used" : ""} ${lit ? "lit" : ""}" data-edge=${line.key} d=${curveOf(route)}
    marker-end=${lit ? "url(#arrow-lit)" : "url(#arrow)"}></path>`;
}

/**
 * A value that stands far below, or outside of a loop, drawn again at its use.
 * @param {string} words
 * @param {Spot} end where it enters its user
 * @param {boolean} left whether its words stand on the left
 * @param {import("../quantities.js").Quantity | null} flow what runs along it now
 * @returns {import("lit").TemplateResult}
 */
export function stubTemplate(words, { x, y }, left, flow) {
  const side = left ? -1 : 1;
  const head = flow ? `url(#arrow-${flow.name})` : "url(#arrow)";
  const down = flow !== null && isFalling(flow);
  return svg`<g class="stub ${flow ? "flowing" : ""}" data-quantity=${flow?.name ?? "primal"}>
    <path class="edge" d=${down ? `M${x} ${y}V${y + 22}` : `M${x} ${y + 22}V${y}`} marker-end=${head}></path>
    <text x=${x + side * 7} y=${y + 22} text-anchor=${left ? "end" : "start"}>${words}</text>
  </g>`;
}

/**
 * The part of a line that leads to the first of the places where it is drawn again.
 * @param {Spot[]} route
 * @returns {import("lit").TemplateResult}
 */
export function trunkTemplate(route) {
  return svg`<path class="edge" d=${curveOf(route)}></path>`;
}

/**
 * What runs along an edge now: tangents rise, adjoints fall.
 * @param {Spot[]} route
 * @param {import("../quantities.js").Quantity} quantity
 * @returns {import("lit").TemplateResult}
 */
export function flowTemplate(route, quantity) {
  const path = curveOf(isFalling(quantity) ? [...route].reverse() : route);
  return svg`<g class="flow" data-quantity=${quantity.name}>
    <path class="flow-line" d=${path} pathLength="1" marker-end="url(#arrow-${quantity.name})"></path>
    <circle class="flow-dot" r="5.5" .style=${`offset-path: path("${path}")`}></circle>
  </g>`;
}

/**
 * @param {{x: number, y: number}} tag
 * @param {string} text
 * @param {{text: string, quantity: string} | null} flow the product that runs along the edge now
 * @param {boolean} lit
 * @returns {import("lit").TemplateResult | typeof nothing}
 */
export function tagTemplate(tag, text, flow, lit) {
  if (!text && !flow) return nothing;
  const width = Math.max(text.length * CHARACTER, (flow?.text.length ?? 0) * PRODUCT_CHARACTER) + 8;
  const height = flow && text ? 36 : 18;
  const first = tag.y - height / 2 + 13;
  const second = first + (text ? 17 : 0);
  return svg`<g class="tag ${lit ? "lit" : ""}" data-quantity=${flow?.quantity ?? "primal"}>
    <rect x=${tag.x - width / 2} y=${tag.y - height / 2} width=${width} height=${height} rx="5"></rect>
    <text text-anchor="middle" x=${tag.x} y=${first}>${text}</text>
    ${flow ? svg`<text class="product" text-anchor="middle" x=${tag.x} y=${second}>${flow.text}</text>` : nothing}
  </g>`;
}
