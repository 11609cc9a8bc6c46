/** Four ways: the same derivative by each, and how far each errs along an input. */

import { html, nothing } from "lit";
import { moveLeaf } from "../actions/questions.js";
import { formatFull, splitAgreement } from "../numbers.js";
import { line } from "../plot/line.js";
import { rule } from "../plot/rule.js";

/**
 * @typedef {import("../protocol.js").LabAnswer} LabAnswer
 * @typedef {import("../protocol.js").Num} Num
 * @typedef {{
 *   way: string, label: string, value: Num | null, digits: number | null, operations: number | null, note: string,
 *   error: string, formula: string
 * }} Way
 */

/** @type {Readonly<Record<string, {quantity: string, dashed: boolean, series?: number}>>} */
const LOOKS = Object.freeze({
  forward: { quantity: "tangent", dashed: false },
  reverse: { quantity: "adjoint", dashed: true },
  symbolic: { quantity: "symbolic", dashed: false },
  numerical: { quantity: "primal", dashed: false },
  "complex-step": { quantity: "", dashed: true, series: 5 },
});
/** Half the distance of two neighbouring floats, relative to them. */
const ROUNDING = 2 ** -53;

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
export function draw(answer) {
  const formula = answer.ways.find((/** @type {Way} */ way) => way.formula)?.formula;
  return html`${drawTable(answer)}
    <p class="quiet-words">Digits that differ from ${answer.against} are underlined.</p>
    ${answer.why ? html`<p class="why">${answer.why}</p>` : nothing}
    ${
      formula
        ? html`<div class="symbolic-formula scroll-x" data-quantity="symbolic" tabindex="0" role="group"
            aria-label="The symbolic derivative"><wg-math .latex=${formula} .block=${true}></wg-math></div>`
        : nothing
    }
    ${answer.exact === null ? nothing : html`<wg-plot .plot=${plotErrors(answer)}></wg-plot>`}`;
}

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
function drawTable({ ways, output, input, exact }) {
  return html`<div class="scroll-x" tabindex="0" role="group" aria-label="The ways">
    <table class="walk">
      <thead>
        <tr>
          <th scope="col">way</th>
          <th scope="col">∂${output}/∂${input}</th>
          <th scope="col">operations</th>
          <th scope="col">remark</th>
        </tr>
      </thead>
      <tbody>
        ${ways.map(drawWay)}
        ${
          exact === null
            ? nothing
            : html`<tr>
                <th scope="row">in 400 digits</th>
                <td class="digits">${formatFull(exact)}</td>
                <td></td>
                <td>rounded to the nearest float</td>
              </tr>`
        }
      </tbody>
    </table>
  </div>`;
}

/**
 * @param {Way} way
 * @returns {import("lit").TemplateResult}
 */
function drawWay({ way, label, value, digits, operations, note, error }) {
  const { agrees, differs } = splitAgreement(formatFull(value), digits ?? 17);
  return html`<tr data-way=${way} data-quantity=${LOOKS[way]?.quantity ?? "primal"}>
    <th scope="row">${label}</th>
    <td class="digits">
      ${value === null ? "–" : html`${agrees}<span class="differs">${differs}</span>`}
    </td>
    <td class="digits">${operations ?? ""}</td>
    <td class="wide">${error || note}</td>
  </tr>`;
}

/**
 * @param {LabAnswer} answer
 * @returns {import("../plot/plot.js").Plot}
 */
function plotErrors({ errors, input, output, at, summary }) {
  return {
    title: "How far each way errs along the input",
    description: summary,
    x: { label: input },
    y: { label: `relative error of ∂${output}/∂${input}`, scale: "log" },
    press: (x) => moveLeaf({ name: input, path: [], label: input, value: at }, Number(x.toPrecision(4))),
    marks: [
      ...errors.series.map((/** @type {{way: string, label: string, error: Num[]}} */ { way, label, error }) =>
        line({ x: errors.x, y: error, label, ...LOOKS[way] }),
      ),
      rule({ y: ROUNDING, words: "rounding to a float" }),
      rule({ x: at }),
    ],
  };
}
