/** Where did this NaN come from: what is the matter, the walk back, and what to write instead. */

import { html, nothing } from "lit";
import { adoptSource } from "../actions/lab.js";
import { formatFull, formatShort } from "../numbers.js";

/**
 * @typedef {import("../protocol.js").LabAnswer} LabAnswer
 * @typedef {import("../protocol.js").Num} Num
 * @typedef {{
 *   symbol: string, text: string, state: string, culprit: boolean, value: Num, adjoint: Num | null
 * }} Operation
 * @typedef {{
 *   text: string, parts: {before: string, after: string}[], reason: string, points: number, value: Num | null,
 *   gradient: Num[], note: string
 * }} Proposal
 */

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
export function draw(answer) {
  return html`<div class="nan-lab">
    <p class="verdict ${answer.symptom ? "bad" : "good"}">${answer.sentence}</p>
    ${
      answer.leaked
        ? html`<p>
            It stands in the ${answer.leaked} branch of <code>${answer.branch}</code>, which is not taken: its infinite
            slope times the adjoint 0 is nan all the same.
          </p>`
        : nothing
    }
    ${answer.proposal ? drawProposal(answer.proposal, answer) : nothing} ${drawWalk(answer)}
  </div>`;
}

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
function drawWalk({ operations, more }) {
  return html`<h2 class="heading">Back from the result</h2>
    <div class="scroll-x" tabindex="0" role="group" aria-label="The operations, the last first">
      <table class="walk">
        <thead>
          <tr>
            <th scope="col">name</th>
            <th scope="col">operation</th>
            <th scope="col" data-quantity="primal">value</th>
            <th scope="col" data-quantity="adjoint">adjoint</th>
            <th scope="col">note</th>
          </tr>
        </thead>
        <tbody>
          ${operations.map(drawOperation)}
        </tbody>
      </table>
    </div>
    ${more ? html`<p class="quiet-words">and ${more} more operations</p>` : nothing}`;
}

/**
 * @param {Operation} operation
 * @returns {import("lit").TemplateResult}
 */
function drawOperation({ symbol, text, value, adjoint, state, culprit }) {
  return html`<tr class=${culprit ? "culprit" : state ? "spoiled" : ""}>
    <th scope="row">${symbol}</th>
    <td><code>${text}</code></td>
    <td class="digits" data-quantity="primal">${formatShort(value)}</td>
    <td class="digits" data-quantity="adjoint">${formatShort(adjoint)}</td>
    <td class="state">${state}</td>
  </tr>`;
}

/**
 * @param {Proposal} proposal
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
function drawProposal({ text, parts, reason, points, value, gradient, note }, { before, inputs }) {
  /** @param {Num[]} numbers */
  const slopes = (numbers) => numbers.map((each, place) => `∂${inputs[place] ?? ""} ${formatFull(each)}`).join(", ");
  return html`<section class="proposal" aria-label="What to write instead">
    <h2 class="heading">What to write instead</h2>
    ${parts.map(
      (part) => html`<p class="change">
        <code class="before">${part.before}</code> <span aria-label="becomes">→</span>
        <code class="after">${part.after}</code>
      </p>`,
    )}
    <p>${reason} Checked against the function as written at ${points} other points.</p>
    <dl class="compare">
      <dt>as written</dt>
      <dd><span data-quantity="primal">${formatFull(before.value)}</span>
        <span data-quantity="adjoint">${slopes(before.gradient)}</span></dd>
      <dt>rewritten</dt>
      <dd>
        ${
          note ||
          html`<span data-quantity="primal">${formatFull(value)}</span>
            <span data-quantity="adjoint">${slopes(gradient)}</span>`
        }
      </dd>
    </dl>
    <button type="button" class="button" id="use" @click=${() => adoptSource(text)}>Use it</button>
  </section>`;
}
