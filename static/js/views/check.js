/** The verdict on a derivative: in words, and number by number. */

import { html, nothing } from "lit";
import { openDerivative, samples } from "../actions/checking.js";
import { isCurrent, VERDICTS } from "../checking.js";
import { formatFull, formatShort } from "../numbers.js";
import { checking, problem, question } from "../store.js";
import { View } from "./element.js";

/**
 * @typedef {import("../checking.js").Report} Report
 * @typedef {import("../checking.js").Component} Component
 */

const ALL_DIGITS = 15;

export class VerdictView extends View {
  render() {
    return html`<div role="status">${this.verdict()}</div>
      ${this.shown() ? this.table(/** @type {Report} */ (checking.value.report)) : nothing}`;
  }

  /** @returns {boolean} whether there is a verdict on what is written now */
  shown() {
    return !problem.value && isCurrent(checking.value, question.value);
  }

  /** @returns {import("lit").TemplateResult} */
  verdict() {
    const { report, problem: unread } = checking.value;
    if (problem.value) return html`<p class="check-waiting">The function cannot be read yet.</p>`;
    if (unread) return html`<p class="check-waiting">The derivative cannot be read yet.</p>`;
    if (!report || !this.shown()) return html`<p class="check-waiting">Checking</p>`;
    return html`<h2 class="check-verdict" data-verdict=${report.verdict}>
        <span aria-hidden="true">${{ right: "✓", wrong: "✗", undecided: "?" }[report.verdict]}</span>
        ${VERDICTS[report.verdict]}
      </h2>
      <p class="check-summary" id="summary">${report.summary}</p>`;
  }

  /**
   * @param {Report} report
   * @returns {import("lit").TemplateResult}
   */
  table({ components, at, moved }) {
    const place = Object.entries(at).map(([name, value]) => `${name} = ${written(value)}`).join(", ");
    return html`<div class="scroll-x" tabindex="0" role="group" aria-label="Number by number">
      <table class="check-table">
        <caption class=${moved ? "moved" : ""}>At ${place}</caption>
        <thead>
          <tr>
            <th scope="col">by</th>
            <th scope="col">yours</th>
            <th scope="col">reverse mode</th>
            <th scope="col">digits of yours</th>
            <th scope="col">digits of the two computations</th>
          </tr>
        </thead>
        <tbody>
          ${components.map((part) => this.row(part))}
        </tbody>
      </table>
    </div>`;
  }

  /**
   * @param {Component} part
   * @returns {import("lit").TemplateResult}
   */
  row({ name, given, expected, digits, oracle, oracle_digits: steady, verdict }) {
    return html`<tr data-verdict=${verdict}>
      <th scope="row">${name}</th>
      <td class="digits">${formatFull(given)}</td>
      <td class="digits" data-quantity="adjoint">${formatFull(expected)}</td>
      <td>${digits >= ALL_DIGITS ? "all" : digits} · ${VERDICTS[verdict].toLowerCase()}</td>
      <td>${steady >= ALL_DIGITS ? "all" : steady} (${oracle})</td>
    </tr>`;
  }
}

/**
 * @param {unknown} value of an input
 * @returns {string}
 */
function written(value) {
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  return formatShort(/** @type {import("../protocol.js").Num} */ (value));
}

export class SamplesView extends View {
  render() {
    return html`<ul class="check-list">
      ${samples().map(
        ({ title, source, point, backward }) => html`<li>
          <button type="button" class="button quiet" @click=${() => openDerivative({ source, point, derivative: backward })}>
            ${title}
          </button>
        </li>`,
      )}
    </ul>`;
  }
}

customElements.define("wg-verdict", VerdictView);
customElements.define("wg-samples", SamplesView);
