/** Second order: the function with its second-order model, the Hessian, a product with a direction, the nodes. */

import { html, nothing } from "lit";
import { moveLeaves } from "../actions/questions.js";
import { formatShort, toNumber } from "../numbers.js";
import { contour } from "../plot/contour.js";
import { line } from "../plot/line.js";
import { points } from "../plot/points.js";
import { vector } from "../plot/vector.js";

/**
 * @typedef {import("../protocol.js").LabAnswer} LabAnswer
 * @typedef {import("../protocol.js").Num} Num
 */

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
export function draw(answer) {
  const { picture, names } = answer;
  const plot = picture && (names.length === 1 ? plotCurve(answer) : plotMap(answer));
  return html`${plot ? html`<wg-plot .plot=${plot}></wg-plot>` : nothing} ${drawMatrix(answer)} ${drawNodes(answer)}`;
}

/**
 * @param {LabAnswer} answer
 * @returns {import("../plot/plot.js").Plot}
 */
function plotCurve({ picture, names, at, summary, hessian }) {
  const [x] = picture.axes;
  const heights = picture.values.map(toNumber).filter(Number.isFinite);
  const spare = (Math.max(...heights) - Math.min(...heights) || 1) / 5;
  return {
    title: "The function, its tangent and the parabola that curves as it does",
    description: summary,
    x: { label: names[0] },
    y: { label: "value", domain: [Math.min(...heights) - spare, Math.max(...heights) + spare] },
    press: (across) => moveLeaves([across]),
    marks: [
      line({ x, y: picture.values, quantity: "primal", label: "function" }),
      line({ x, y: picture.line, quantity: "tangent", label: "tangent", dashed: true }),
      line({ x, y: picture.model, quantity: "second", dashed: true, label: `second order, f″ = ${formatShort(hessian[0][0])}` }),
      points({ x: [at[0]], y: [picture.value], quantity: "primal", large: true }),
    ],
  };
}

/**
 * @param {LabAnswer} answer
 * @returns {import("../plot/plot.js").Plot}
 */
function plotMap({ picture, names, at, gradient, direction, product, curvatures, axes, summary }) {
  const [x, y] = picture.axes;
  const reach = (toNumber(x.at(-1)) - toNumber(x[0])) / 2;
  const levels = contour({ x, y, z: picture.values });
  // Arrows that lie on one line are told apart by where they end.
  /** @param {Num[]} arrow @param {number} share of the half width @param {object} look */
  const from = (arrow, share, look) => vector({ at, along: arrow, length: share * reach, ...look });
  return {
    title: "Contour lines, and dashed those of the second-order model",
    description: summary,
    x: { label: names[0] },
    y: { label: names[1] },
    square: true,
    press: (across, up) => moveLeaves([across, up]),
    marks: [
      levels,
      contour({ x, y, z: picture.model, levels: levels.levels, lines: true }),
      ...axes.map((/** @type {Num[]} */ axis, /** @type {number} */ place) =>
        from(axis, 0.55, {
          both: true,
          series: 6,
          label: `axis ${place + 1}, curvature ${formatShort(curvatures[place])}`,
          dashed: toNumber(curvatures[place]) < 0,
        }),
      ),
      from(gradient, 0.6, { quantity: "adjoint", label: "gradient" }),
      from(direction, 0.35, { quantity: "tangent", label: "direction" }),
      from(product, 0.45, { quantity: "second", label: "Hessian times direction" }),
      points({ x: [at[0]], y: [at[1]], quantity: "primal", large: true }),
    ],
  };
}

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
function drawMatrix({ names, hessian, pattern, direction, product, gradient, mode }) {
  return html`<h2 class="heading">The Hessian, by ${mode}</h2>
    <div class="scroll-x" tabindex="0" role="group" aria-label="The Hessian and its product">
      <table class="matrix" data-quantity="second">
        <thead>
          <tr>
            <th scope="col">∂²</th>
            ${names.map((/** @type {string} */ name) => html`<th scope="col">${name}</th>`)}
            <th scope="col" data-quantity="tangent">direction</th>
            <th scope="col">product</th>
            <th scope="col" data-quantity="adjoint">gradient</th>
          </tr>
        </thead>
        <tbody>
          ${names.map(
            (/** @type {string} */ name, /** @type {number} */ i) => html`<tr>
              <th scope="row">${name}</th>
              ${hessian[i].map(
                (/** @type {Num} */ entry, /** @type {number} */ j) =>
                  html`<td class=${pattern[i][j] ? "there" : ""}>${pattern[i][j] ? formatShort(entry) : "·"}</td>`,
              )}
              <td data-quantity="tangent" class="aside-number">${formatShort(direction[i])}</td>
              <td class="aside-number">${formatShort(product[i])}</td>
              <td data-quantity="adjoint" class="aside-number">${formatShort(gradient[i])}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

const QUANTITIES = Object.freeze(["primal", "tangent", "adjoint", "second"]);

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
function drawNodes({ nodes: { title, columns, rows } }) {
  const parts = title === "Hyper-dual numbers" ? ["primal", "tangent", "tangent", "second"] : QUANTITIES;
  return html`<h2 class="heading">${title}: what every node carries along the direction</h2>
    <div class="scroll-x" tabindex="0" role="group" aria-label=${title}>
      <table class="walk">
        <thead>
          <tr>
            <th scope="col">name</th>
            <th scope="col">operation</th>
            ${columns.map((/** @type {string} */ column) => html`<th scope="col">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (/** @type {[string, string, ...(Num | null)[]]} */ [name, operation, ...numbers]) => html`<tr>
              <th scope="row">${name}</th>
              <td><code>${operation}</code></td>
              ${numbers.map((each, place) => html`<td class="digits" data-quantity=${parts[place]}>${formatShort(each)}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
