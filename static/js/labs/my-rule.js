/** My own rule: the verdict on each partial, its curve beside the right one, and what it does to the gradient. */

import { html, nothing } from "lit";
import { formatFull, formatShort } from "../numbers.js";
import { line } from "../plot/line.js";
import { rule as across } from "../plot/rule.js";

/**
 * @typedef {import("../protocol.js").LabAnswer} LabAnswer
 * @typedef {import("../protocol.js").Num} Num
 * @typedef {{name: string, sentence: string}} Finding
 * @typedef {{name: string, given: Num, expected: Num, digits: number, verdict: string, findings: Finding[]}} Part
 * @typedef {{name: string, at: Num, x: Num[], written: Num[], right: Num[]}} Curve
 * @typedef {{subject: string, verdict: string, components: Part[], curves: Curve[], points: number}} Rule
 */

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
export function draw({ rules, effect }) {
  return html`${rules.map(drawRule)} ${drawEffect(effect)}`;
}

/**
 * @param {Rule} rule
 * @returns {import("lit").TemplateResult}
 */
function drawRule({ subject, components, curves, points }) {
  return html`<section class="nan-lab" aria-label="The rule of ${subject}">
    <h2 class="heading">The rule of ${subject}, compared at ${points} points</h2>
    ${components.map((part, place) => drawPart(subject, part, curves[place]))}
  </section>`;
}

/**
 * @param {string} subject
 * @param {Part} part
 * @param {Curve | undefined} curve
 * @returns {import("lit").TemplateResult}
 */
function drawPart(subject, { name, given, expected, verdict, findings }, curve) {
  const words = {
    right: `∂${subject}/∂${name} is right`,
    wrong: `∂${subject}/∂${name} is wrong: ${formatShort(given, 6)} is written, ${formatShort(expected, 6)} is right`,
  }[verdict];
  return html`<div class="verdict ${verdict === "wrong" ? "bad" : "good"}" data-partial=${name}>
      <p>${words ?? `∂${subject}/∂${name} cannot be decided here`}</p>
      ${findings.map(({ sentence }) => html`<p class="finding">${sentence}</p>`)}
      ${verdict === "wrong" && !findings.length ? html`<p class="finding">No known mistake explains it.</p>` : nothing}
    </div>
    ${curve ? html`<wg-plot .plot=${plotPartial(subject, curve)}></wg-plot>` : nothing}`;
}

/**
 * @param {string} subject
 * @param {Curve} curve
 * @returns {import("../plot/plot.js").Plot}
 */
function plotPartial(subject, { name, at, x, written, right }) {
  return {
    title: `∂${subject}/∂${name} along ${name}`,
    description: "Where the two curves lie on each other, the rule is right.",
    x: { label: name },
    y: { label: `∂${subject}/∂${name}` },
    height: 210,
    marks: [
      line({ x, y: right, quantity: "symbolic", label: "what the function does" }),
      line({ x, y: written, quantity: "adjoint", dashed: true, label: "the rule as written" }),
      across({ x: at, words: "first call" }),
    ],
  };
}

/**
 * @param {{output: string, input: string, rules: Num, differences: Num}[]} effect
 * @returns {import("lit").TemplateResult}
 */
function drawEffect(effect) {
  return html`<h2 class="heading">What it does to the derivatives of the program</h2>
    <div class="scroll-x" tabindex="0" role="group" aria-label="Derivatives of the program">
      <table class="walk">
        <thead>
          <tr>
            <th scope="col">derivative</th>
            <th scope="col">by the rules as written</th>
            <th scope="col">by differences, which know no rule</th>
          </tr>
        </thead>
        <tbody>
          ${effect.map(
            ({ output, input, rules, differences }) => html`<tr>
              <th scope="row">∂${output}/∂${input}</th>
              <td class="digits" data-quantity="adjoint">${formatFull(rules)}</td>
              <td class="digits" data-quantity="primal">${formatFull(differences)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
