/** The same derivative, four ways: value, digits that agree, cost; the formula of the symbolic one. */

import { html, nothing } from "lit";
import { choose, setSimplified } from "../actions/comparing.js";
import { countOf, formatFull, formatShort, prettifyText, splitAgreement, toNumber } from "../numbers.js";
import { listLeaves } from "../points.js";
import { choice, comparison, program, question, simplified, symbolic, trace } from "../store.js";
import { View } from "./element.js";

/**
 * @typedef {import("../protocol.js").Way} Way
 * @typedef {import("../store.js").Comparison} Comparison
 */

/** @type {readonly {way: string, label: string, quantity: string}[]} */
const ROWS = Object.freeze([
  { way: "forward", label: "forward", quantity: "tangent" },
  { way: "reverse", label: "reverse", quantity: "adjoint" },
  { way: "symbolic", label: "symbolic", quantity: "symbolic" },
  { way: "numerical", label: "numerical", quantity: "primal" },
]);

/** A number with more characters than this is written smaller, beside its cost. */
const MOST_ROOMY = 19;
/** With fewer digits than these, of nearly sixteen, reverse mode is said to have lost some. */
const MOST_KEPT = 9;
/** The kinds of warning after which there is no one derivative. */
const CONVENTIONS = Object.freeze(["kink", "tie"]);

/**
 * @param {number} digits
 * @returns {string}
 */
function agreement(digits) {
  if (digits === 0) return "no digit agrees";
  return `${countOf(digits, "digit")} ${digits === 1 ? "agrees" : "agree"}`;
}

/**
 * @param {Way} way
 * @returns {string}
 */
function costOf({ operations, step }) {
  if (step !== null && step !== undefined) return `h = ${formatShort(step, 2)}`;
  return operations === null ? "" : `${operations} ops`;
}

export class WaysView extends View {
  render() {
    const symbolicWay = symbolic.value.ways[0];
    if (!program.value?.inputs.length) return nothing;
    return html`
      <h2 class="heading ways-heading">Four ways to ${this.derivative()}</h2>
      <table class="ways" id="ways" aria-label="The same derivative four ways">
        <thead class="unseen">
          <tr>
            <th scope="col">way</th>
            <th scope="col">derivative</th>
            <th scope="col">cost</th>
          </tr>
        </thead>
        <tbody>
          ${ROWS.map((row) => this.row(row))}
        </tbody>
      </table>
      ${this.summary()}${symbolicWay ? this.formula(symbolicWay) : nothing}
    `;
  }

  /** @returns {import("lit").TemplateResult} */
  derivative() {
    const outputs = program.value?.outputs ?? [];
    const leaves = listLeaves(program.value?.inputs ?? [], question.value.point).map(({ label }) => label);
    return html`<span class="derivative"
      >∂${this.names("output", "Output", outputs)}<span class="slash">/</span
      >∂${this.names("input", "Input", leaves)}</span
    >`;
  }

  /**
   * @param {"output" | "input"} which
   * @param {string} label
   * @param {string[]} names
   * @returns {import("lit").TemplateResult}
   */
  names(which, label, names) {
    const at = choice.value[which];
    /** @param {{target: EventTarget | null}} event */
    const pick = ({ target }) => choose({ [which]: /** @type {HTMLSelectElement} */ (target).selectedIndex });
    if (names.length < 2) return html`<i>${prettifyText(names[0] ?? "")}</i>`;
    return html`<select id="choose-${which}" aria-label=${label} @change=${pick}>
      ${names.map((name, index) => html`<option .selected=${index === at}>${prettifyText(name)}</option>`)}
    </select>`;
  }

  /**
   * @param {{way: string, label: string, quantity: string}} row
   * @returns {import("lit").TemplateResult}
   */
  row({ way, label, quantity }) {
    const from = way === "symbolic" ? symbolic.value : comparison.value;
    const found = from.ways.find((each) => each.way === way);
    const waiting = from.message || (from.state === "busy" ? "working" : "");
    return html`<tr
      data-way=${way}
      data-quantity=${quantity}
      class=${from.state === "busy" && way === "symbolic" ? "dimmed" : ""}
    >
      <th scope="row">${label}</th>
      ${found ? this.cells(found) : html`<td colspan="2" class="waiting">${waiting}</td>`}
    </tr>`;
  }

  /**
   * @param {Way} way
   * @returns {import("lit").TemplateResult}
   */
  cells(way) {
    if (way.error) return html`<td colspan="2" class="waiting">${way.error.message}</td>`;
    const { output, input } = choice.value;
    const text = formatFull(way.jacobian?.[output]?.[input]);
    const { agrees, differs } = splitAgreement(text, way.digits?.[output]?.[input] ?? 17);
    const words = differs ? `${agreement(way.digits?.[output]?.[input] ?? 0)} with ${way.against}` : "";
    return html`<td class=${text.length > MOST_ROOMY ? "digits long" : "digits"} title=${words}>
        ${agrees}${differs ? html`<s class="differs">${differs}</s>` : nothing}
      </td>
      <td class="cost" title=${way.note}>${costOf(way)}</td>`;
  }

  /** @returns {import("lit").TemplateResult | typeof nothing} */
  summary() {
    const { output, input } = choice.value;
    const numerical = comparison.value.ways.find(({ way }) => way === "numerical");
    const digits = numerical?.digits?.[output]?.[input];
    const leaves = listLeaves(program.value?.inputs ?? [], question.value.point).length;
    if (digits === undefined || !Number.isFinite(toNumber(numerical?.jacobian?.[output]?.[input]))) return nothing;
    const delicate = trace.value?.result.warnings.some(({ kind }) => CONVENTIONS.includes(kind));
    const atKink = delicate ? " At a kink each way keeps a convention of its own, so the four may differ." : "";
    const others = leaves - 1;
    const free = others > 0 ? ` One reverse sweep also gave the other ${others === 1 ? "partial" : others}.` : "";
    return html`<p class="quiet-words">Numerical: ${agreement(digits)}.${this.lost()}${atKink}${free}</p>`;
  }

  /**
   * Reverse mode is said to have lost digits where a run in hundreds of digits shows it.
   * @returns {string}
   */
  lost() {
    const { output, input } = choice.value;
    const reverse = comparison.value.ways.find(({ way }) => way === "reverse");
    const digits = reverse?.digits?.[output]?.[input] ?? MOST_KEPT;
    if (!reverse || digits >= MOST_KEPT) return "";
    return ` Reverse: ${agreement(digits)} with ${reverse.against}; ${digits ? "the others" : "they"} were lost in rounding.`;
  }

  /**
   * @param {Way} way
   * @returns {import("lit").TemplateResult | typeof nothing}
   */
  formula(way) {
    const { output, input } = choice.value;
    const latex = way.formulas?.[output]?.[input];
    if (!latex) return nothing;
    return html`<div class="symbolic-formula" data-quantity="symbolic">
      <div class="scroll-x" tabindex="0" role="group" aria-label="Symbolic derivative">
        <wg-math .latex=${latex} .block=${true}></wg-math>
      </div>
      <div class="formula-foot">
        <span class="quiet-words">${way.note}</span>
        <button
          id="simplify"
          type="button"
          class="link"
          aria-pressed=${simplified.value ? "true" : "false"}
          @click=${() => setSimplified(!simplified.value)}
        >
          ${simplified.value ? "as derived" : "simplify"}
        </button>
      </div>
    </div>`;
  }
}

customElements.define("wg-ways", WaysView);
