/** Taylor polynomials: the curve with the polynomials up to an order, their errors, and the polynomial in letters. */

import { html, nothing } from "lit";
import { setOption } from "../actions/lab.js";
import { moveLeaves } from "../actions/questions.js";
import { formatShort, toNumber } from "../numbers.js";
import { band } from "../plot/band.js";
import { line } from "../plot/line.js";
import { points } from "../plot/points.js";
import { rule } from "../plot/rule.js";

/**
 * @typedef {import("../protocol.js").LabAnswer} LabAnswer
 * @typedef {import("../protocol.js").OptionValue} OptionValue
 * @typedef {import("../protocol.js").Num} Num
 */

/** How many lower orders are drawn behind the chosen one. */
const BEHIND = 4;
/** Errors below this, relative to the value, are rounding. */
const SMALLEST = 1e-16;
/** Errors beyond this, relative to the largest value, are far away. */
const LARGEST = 100;

/**
 * @param {LabAnswer} answer
 * @param {Record<string, OptionValue>} options
 * @returns {import("lit").TemplateResult}
 */
export function draw(answer, options) {
  const order = Math.min(Number(options.order), answer.polynomials.length - 1);
  return html`<wg-plot .plot=${curvePlot(answer, order)}></wg-plot>${written(answer, order)}
    <wg-plot .plot=${errorPlot(answer, order)}></wg-plot><wg-plot .plot=${radiusPlot(answer, order)}></wg-plot>`;
}

/**
 * @param {LabAnswer} answer
 * @param {number} order
 * @returns {import("../plot/plot.js").Plot}
 */
function radiusPlot({ input, radii, reach, tolerance }, order) {
  const far = radii.map((/** @type {Num | null} */ radius) => radius ?? reach);
  const orders = [...radii.keys()];
  const words = orders.map((/** @type {number} */ each) => `order ${each}: ${reached(radii[each], reach)}`);
  return {
    title: `How far each order stays within ${formatShort(tolerance)}`,
    description: words.join(", "),
    x: { label: "order" },
    y: { label: `distance from ${input}`, domain: [0, toNumber(reach) * 1.06] },
    height: 220,
    press: (there) => setOption("order", Math.min(Math.max(0, Math.round(there)), radii.length - 1)),
    marks: [
      rule({ y: reach, words: "as far as is shown" }),
      line({ x: orders, y: far, quantity: "tangent", faint: true }),
      points({ x: orders, y: far, words, quantity: "tangent", shape: "square" }),
      points({ x: [order], y: [far[order]], quantity: "tangent", shape: "diamond", large: true, label: `order ${order}` }),
    ],
  };
}

/**
 * @param {Num | null} radius
 * @param {Num} reach
 * @returns {string}
 */
function reached(radius, reach) {
  return radius === null ? `as far as is shown (${formatShort(reach)})` : `up to a distance of ${formatShort(radius)}`;
}

/**
 * @param {LabAnswer} answer
 * @param {number} order
 * @returns {import("../plot/plot.js").Plot}
 */
function curvePlot(answer, order) {
  const { input, output, at, value, x, y, polynomials, radii, reach, first, summary } = answer;
  const [low, high] = spanOf(y);
  const lower = polynomials.slice(Math.max(0, order - BEHIND), order);
  const radius = radii[order];
  const within = { x: [at - (radius ?? reach), at + (radius ?? reach)], low: [low, low], high: [high, high] };
  return {
    title: `${output} and its Taylor polynomial of order ${order}`,
    description: summary,
    x: { label: input },
    y: { label: output, domain: [low, high] },
    height: 340,
    ...(first ? { press: (/** @type {number} */ there) => moveLeaves([there]) } : {}),
    marks: [
      band({ ...within, quantity: "tangent", label: "within the tolerance" }),
      ...lower.map((/** @type {Num[]} */ each, /** @type {number} */ place) =>
        line({ x, y: each, series: 6, dashed: true, faint: true, ...(place ? {} : { label: "lower orders" }) }),
      ),
      line({ x, y, quantity: "primal", label: output }),
      line({ x, y: polynomials[order], quantity: "tangent", label: `order ${order}` }),
      points({ x: [at], y: [value], quantity: "tangent", large: true }),
    ],
  };
}

/**
 * @param {LabAnswer} answer
 * @param {number} order
 * @returns {import("../plot/plot.js").Plot}
 */
function errorPlot(answer, order) {
  const { input, output, x, y, errors, tolerance } = answer;
  const largest = Math.max(...[...y, 1].map(toNumber).map(Math.abs).filter(Number.isFinite));
  const floor = SMALLEST * largest;
  const shown = [...new Set([order - 2, order - 1, order])].filter((each) => each >= 0);
  return {
    title: "Distance between the curve and the polynomial",
    description: `On a logarithmic axis, for orders ${shown.join(", ")}.`,
    x: { label: input },
    y: { label: "error", unit: `the unit of ${output}`, scale: "log", domain: [floor, LARGEST * largest] },
    press: (_, height) => setOption("digits", Math.min(12, Math.max(0, Math.round(-Math.log10(height))))),
    marks: [
      rule({ y: tolerance, words: `tolerance ${formatShort(tolerance)}` }),
      ...shown.map((each) =>
        line({
          x,
          y: errors[each].map((/** @type {Num} */ error) => (toNumber(error) < floor ? null : error)),
          ...(each === order ? { quantity: "tangent" } : { series: 6, dashed: true, faint: true }),
          label: `order ${each}`,
        }),
      ),
    ],
  };
}

/**
 * The polynomial in letters; its terms flow over lines as words do.
 * @param {LabAnswer} answer
 * @param {number} order
 * @returns {import("lit").TemplateResult}
 */
function written({ terms, radii, reach, tolerance, notes }, order) {
  const shown = terms.slice(0, order + 1).filter(Boolean);
  return html`<section class="growing">
    <h2 class="heading">The polynomial of order ${order}</h2>
    <div class="running-formula" role="group" aria-label="The polynomial of order ${order}" data-quantity="tangent">
      ${(shown.length ? shown : ["0"]).map(
        (/** @type {string} */ term) => html`<wg-math .latex=${term}></wg-math><wbr />`,
      )}
    </div>
    <p id="radius" class="quiet-words">It stays within ${formatShort(tolerance)} of the function ${reached(radii[order], reach)}.</p>
    ${notes.length ? html`<p class="quiet-words">${notes[0]}</p>` : nothing}
  </section>`;
}

/**
 * The curve decides what is shown: polynomials leave at the top and bottom.
 * @param {Num[]} y
 * @returns {[number, number]}
 */
function spanOf(y) {
  const finite = y.map(toNumber).filter(Number.isFinite);
  if (!finite.length) return [-1, 1];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const spare = (high - low || 1) / 3;
  return [low - spare, high + spare];
}
