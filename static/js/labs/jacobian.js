/** Jacobian: the matrix as it fills, the graph as it empties, and what each way costs. */

import { html, nothing } from "lit";
import { countOf, formatShort } from "../numbers.js";
import { stepper } from "../views/stepper.js";
import { drawElimination } from "./elimination.js";

/**
 * @typedef {import("../protocol.js").LabAnswer} LabAnswer
 * @typedef {import("../protocol.js").Num} Num
 * @typedef {Record<string, import("../protocol.js").OptionValue>} Options
 * @typedef {{title: string, row: (row: number) => number, column: (column: number) => number, colours: boolean}} Sweeps
 *   In which sweep, counted from 0, an entry is found: the larger of the two, -1 where it does not matter.
 */

const SERIES = 6;

/**
 * @param {LabAnswer} answer
 * @param {Options} options
 * @returns {import("lit").TemplateResult}
 */
export function draw(answer, options) {
  const wanted = Number(options.step ?? 0);
  const body =
    answer.way === "elimination" ? drawElimination(answer.elimination, wanted) : drawSweeps(answer, wanted);
  return html`${body}${drawCosts(answer)}`;
}

/**
 * @param {LabAnswer} answer
 * @returns {Sweeps}
 */
function sweepsOf({ way, colours }) {
  const none = () => -1;
  if (way === "columns by forward") return { title: "column", row: none, column: (j) => j, colours: false };
  if (way === "rows by reverse") return { title: "row", row: (i) => i, column: none, colours: false };
  if (way === "coloured rows") return { title: "rows", row: (i) => colours[i], column: none, colours: true };
  return { title: "columns", row: none, column: (j) => colours[j], colours: true };
}

/**
 * The matrix, as far as the sweeps have come.
 * @param {LabAnswer} answer
 * @param {number} wanted
 * @returns {import("lit").TemplateResult}
 */
function drawSweeps(answer, wanted) {
  const { matrix, shape, passes, inputs, outputs, pattern } = answer;
  const sweeps = sweepsOf(answer);
  const steps = sweeps.colours ? passes : sweeps.title === "column" ? shape[1] : shape[0];
  const step = Math.min(wanted, steps);
  const words = step ? `Sweep ${step} of ${steps} gives the ${sweeps.title} marked` : `${countOf(steps, "sweep")} to come`;
  const cut = shape[0] > matrix.length || shape[1] > (matrix[0]?.length ?? 0);
  return html`${stepper({ name: "step", step, steps, words })}
    <div class="scroll-x" tabindex="0" role="group" aria-label="The Jacobian">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">∂</th>
            ${inputs.slice(0, matrix[0]?.length).map((/** @type {string} */ name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${matrix.map(
            (/** @type {Num[]} */ row, /** @type {number} */ i) => html`<tr>
              <th scope="row">${outputs[i]}</th>
              ${row.map((entry, j) => drawEntry(pattern[i].includes(j) ? entry : null, i, j, sweeps, step))}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${cut ? html`<p class="quiet-words">Only the first rows and columns of ${shape[0]} × ${shape[1]} are shown.</p>` : nothing}`;
}

/**
 * @param {Num | null} entry null where the Jacobian is zero by structure
 * @param {number} i
 * @param {number} j
 * @param {Sweeps} sweeps
 * @param {number} step
 * @returns {import("lit").TemplateResult}
 */
function drawEntry(entry, i, j, sweeps, step) {
  const sweep = Math.max(sweeps.row(i), sweeps.column(j));
  const text = entry === null ? "·" : sweep < step ? formatShort(entry) : "";
  return html`<td
    class="${entry === null ? "" : "there"} ${sweep === step - 1 ? "now" : ""}"
    data-series=${sweeps.colours ? (sweep % SERIES) + 1 : 0}
    data-quantity=${sweeps.title.startsWith("column") ? "tangent" : "adjoint"}
  >
    ${text}
  </td>`;
}

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
function drawCosts({ costs, way, order }) {
  const largest = Math.max(1, ...costs.map((/** @type {any} */ cost) => cost.multiplications ?? 0));
  const chosen = way === "elimination" ? `elimination, ${order} order` : way;
  return html`<h2 class="heading">What it costs</h2>
    <table class="costs">
      <thead>
        <tr>
          <th scope="col">way</th>
          <th scope="col">sweeps</th>
          <th scope="col">multiplications</th>
        </tr>
      </thead>
      <tbody>
        ${costs.map(
          (/** @type {{way: string, sweeps: number | null, multiplications: number | null}} */ cost) => html`<tr
            class=${cost.way === chosen ? "chosen" : ""}
          >
            <th scope="row">${cost.way}</th>
            <td>${cost.sweeps ?? ""}</td>
            <td>
              <span class="bar" .style=${`width: ${(100 * (cost.multiplications ?? 0)) / largest}px`}></span>
              ${cost.multiplications?.toLocaleString("en-US") ?? "too many orders to try"}
            </td>
          </tr>`,
        )}
      </tbody>
    </table>`;
}
