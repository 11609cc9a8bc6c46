/** What happens in the current step: in words, in letters, with names, with numbers, and the sum that grows. */

import { html, nothing } from "lit";
import { formatFull, formatShort, prettifyText, toNumber } from "../numbers.js";
import { listLeaves } from "../points.js";
import { symbolOf } from "../picture.js";
import { derivativeOf, isFalling, markLetter, partsOf, quantityOfPart, quantityOfPhase } from "../quantities.js";
import { contributionsTo, layerOf, numbersOf } from "../replay.js";
import { explanations, outdated, question, snapshot, step, trace } from "../store.js";
import { View } from "./element.js";

/**
 * @typedef {import("../trace.js").Trace} Trace
 * @typedef {import("../replay.js").Snapshot} Snapshot
 * @typedef {import("../replay.js").Contribution} Contribution
 * @typedef {import("../protocol.js").Explanation} Explanation
 */

/** Events that a sum has to do with. */
const SUMMED = Object.freeze(["contribution", "curvature", "adjoint", "tangent"]);
/** A sum with more parts than this is shown by its latest. */
const MOST_SUMMANDS = 3;

/** @type {Readonly<Record<import("../protocol.js").Mode, string>>} */
const OVERVIEWS = Object.freeze({
  forward:
    "Forward mode carries a tangent with every value, from the inputs up: one sweep gives one column of the Jacobian.",
  reverse:
    "Reverse mode first lets the values rise from the inputs, then adjoints fall from the output: " +
    "one sweep gives every partial of it.",
  "forward-over-reverse":
    "Second order is forward over reverse: values rise with their tangents along the direction, then adjoints fall, each " +
    "with a tangent of its own. One sweep gives the Hessian times the direction.",
});

/**
 * @param {Trace} shown
 * @param {Snapshot} shot
 * @returns {string}
 */
function phaseWords(shown, shot) {
  if (!shot.now || shot.now.kind === "result") return shot.now ? "result" : "start";
  const quantity = quantityOfPhase(shot.now.phase);
  if (shown.mode === "forward-over-reverse") return quantity.name === "second" ? quantity.label : quantity.moves;
  if (quantity.name === "primal") return shown.mode === "forward" ? "forward sweep, value" : "values rise";
  return `${shown.mode} sweep`;
}

export class StepCard extends View {
  render() {
    const [shown, shot] = [trace.value, snapshot.value];
    if (!shown || !shot) return html`<div class="step-card waiting-card"></div>`;
    const quantity = shot.now ? quantityOfPhase(shot.now.phase) : null;
    const said = shot.now ? explanations.value.get(shot.now.index) : undefined;
    return html`<section
      id="step-card"
      class="step-card ${outdated.value ? "dimmed" : ""}"
      data-quantity=${quantity?.name ?? "primal"}
      data-step=${step.value}
      aria-label="Current step"
    >
      <p class="step-head">
        <span id="step-count">Step ${step.value} of ${shown.steps}</span>
        <span class="step-phase"
          >${phaseWords(shown, shot)} <span class="arrow" aria-hidden="true">${quantity?.arrow ?? ""}</span></span
        >
      </p>
      ${this.body(shown, shot, said)}
    </section>`;
  }

  /**
   * @param {Trace} shown
   * @param {Snapshot} shot
   * @param {Explanation | undefined} said
   * @returns {import("lit").TemplateResult}
   */
  body(shown, shot, said) {
    if (!shot.now) return this.overview(shown);
    if (shot.now.kind === "result") return this.result(shown, said);
    const formulas = [said?.letters ?? "", said?.names ?? "", said?.numbers ?? ""].filter(Boolean);
    return html`
      <p class="sentence" id="sentence">${said?.sentence ?? this.plainSentence(shown, shot)}</p>
      <div class="lines">${formulas.map((latex) => html`<wg-math .latex=${latex}></wg-math>`)}</div>
      ${said?.rule ? html`<p class="rule">${prettifyText(said.rule)}</p>` : nothing}
      ${this.sum(shown, shot) ?? this.digits(shown, shot)}
    `;
  }

  /**
   * What can be said before the explanation has come.
   * @param {Trace} shown
   * @param {Snapshot} shot
   * @returns {string}
   */
  plainSentence(shown, shot) {
    if (!shot.now) return "";
    const quantity = quantityOfPhase(shot.now.phase);
    return `${markLetter(symbolOf(shown.graph, shot.now.node), quantity)} = ${formatShort(shot.now.value)}`;
  }

  /**
   * @param {Trace} shown
   * @returns {import("lit").TemplateResult}
   */
  overview(shown) {
    const { mode } = question.value;
    const operations = shown.result.cost?.operations;
    return html`<p class="sentence" id="sentence">${OVERVIEWS[mode]}</p>
      <p class="rule">
        Play, or press <kbd>Space</kbd>; <kbd>→</kbd> goes one
        step.${operations ? ` ${operations.primal} operations to evaluate, ${operations.derivative} more to differentiate.` : ""}
      </p>`;
  }

  /**
   * @param {Trace} shown
   * @param {Explanation | undefined} said
   * @returns {import("lit").TemplateResult}
   */
  result(shown, said) {
    const { mode, result, outputs } = shown;
    const quantity = derivativeOf(mode);
    const values = result.jacobian.flat();
    const leaves = listLeaves(shown.inputs, question.value.point).map(({ label }) => label);
    const names = mode === "forward" ? outputs : leaves;
    return html`<p class="sentence" id="sentence">${said?.sentence ?? "The sweep is complete."}</p>
      <dl class="results" id="results" data-quantity=${quantity.name}>
        ${outputs.map(
          (name, index) =>
            html`<div>
              <dt>${prettifyText(name)}</dt>
              <dd title=${formatFull(result.value[index])}>${formatShort(result.value[index], 6)}</dd>
            </div>`,
        )}
        ${names.map(
          (name, index) =>
            html`<div class="derived">
              <dt>${markLetter(prettifyText(name), quantity)}</dt>
              <dd title=${formatFull(values[index])}>${formatShort(values[index], 6)}</dd>
            </div>`,
        )}
      </dl>`;
  }

  /**
   * The running sum of a node that several contributions reach.
   * @param {Trace} shown
   * @param {Snapshot} shot
   * @returns {import("lit").TemplateResult | null}
   */
  sum(shown, shot) {
    if (!shot.now || !SUMMED.includes(shot.now.kind)) return null;
    const parts = contributionsTo(shown, shot, shot.now.node);
    if (parts.length < 2) return null;
    const arrived = parts.filter(({ done }) => done);
    const latest = arrived.slice(-MOST_SUMMANDS);
    const next = parts.slice(arrived.length, arrived.length + 1);
    const quantity = quantityOfPhase(shot.now.phase);
    const letter = markLetter(symbolOf(shown.graph, shot.now.node), quantity);
    return html`<table class="sum" data-quantity=${quantity.name} aria-label="Running sum of ${letter}">
      <tbody>
        ${this.restRow(arrived.length - latest.length, "earlier")}
        ${latest.map((part) => this.sumRow(shown, part, quantity))}
        ${next.map((part) => this.sumRow(shown, part, quantity))}
        ${this.restRow(parts.length - arrived.length - next.length, "more to come")}
        <tr class="total">
          <th scope="row">${letter}</th>
          <td></td>
          <td>${formatShort(layerOf(shot, shot.now.phase)[shot.now.node])}</td>
        </tr>
      </tbody>
    </table>`;
  }

  /**
   * The summands that there is no room for.
   * @param {number} count
   * @param {string} words
   * @returns {import("lit").TemplateResult | typeof nothing}
   */
  restRow(count, words) {
    if (count < 1) return nothing;
    return html`<tr class="pending">
      <th scope="row">${count} ${words}</th>
      <td></td>
      <td></td>
    </tr>`;
  }

  /**
   * Every digit of what is known of the node.
   * @param {Trace} shown
   * @param {Snapshot} shot
   * @returns {import("lit").TemplateResult | typeof nothing}
   */
  digits(shown, shot) {
    const node = shot.now?.node;
    if (node === undefined) return nothing;
    const known = partsOf(shown.mode).filter((part) => numbersOf(shot, part)[node] != null);
    return html`<dl class="all-digits" id="all-digits">
      ${known.map((part) => {
        const quantity = quantityOfPart(part, shown.mode);
        return html`<div data-quantity=${quantity.name}>
          <dt>${markLetter(symbolOf(shown.graph, node), quantity)}</dt>
          <dd>${formatFull(numbersOf(shot, part)[node])}</dd>
        </div>`;
      })}
    </dl>`;
  }

  /**
   * @param {Trace} shown
   * @param {Contribution} part
   * @param {import("../quantities.js").Quantity} quantity
   * @returns {import("lit").TemplateResult}
   */
  sumRow(shown, { edge, partial, factor, done, curved }, quantity) {
    const falling = isFalling(quantity);
    const symbol = symbolOf(shown.graph, falling ? edge.user : edge.argument);
    const changing = `as ∂${symbol}/∂${symbolOf(shown.graph, edge.argument)} changes`;
    const words = curved ? changing : `${falling ? "from" : "through"} ${symbol}`;
    const product = done && partial !== null && factor !== null ? toNumber(partial) * toNumber(factor) : null;
    return html`<tr class=${done ? "" : "pending"}>
      <th scope="row">${words}</th>
      <td>${done ? `${formatShort(factor)} · ${formatShort(partial)}` : "still to come"}</td>
      <td>${done ? formatShort(product) : "·"}</td>
    </tr>`;
  }
}

customElements.define("wg-step", StepCard);
