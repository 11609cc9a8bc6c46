/** One line above an embedded graph: the function, what happens now, and the way to the whole page. */

import { html, nothing } from "lit";
import { formatShort, prettifyText } from "../numbers.js";
import { derivativeOf, markLetter, quantityOfPhase } from "../quantities.js";
import { listLeaves } from "../points.js";
import { explanations, question, snapshot, step, trace } from "../store.js";
import { View } from "./element.js";
import "./math.js";

export class CaptionView extends View {
  render() {
    const [shown, shot] = [trace.value, snapshot.value];
    if (!shown || !shot) return nothing;
    const said = explanations.value.get(step.value - 1);
    const { name, label, arrow } = derivativeOf(shown.mode);
    return html`<header class="caption" data-quantity=${quantityOfPhase(shot.now?.phase ?? "").name}>
      <p class="caption-head">
        <b data-quantity=${name}>${shown.mode === "forward-over-reverse" ? label : `${label}s`} ${arrow}</b>
        <span class="caption-point">${this.point(shown)}</span>
        <span class="caption-result" data-quantity=${name}>${this.result(shown)}</span>
        <a class="whole" href="/${location.hash || location.search.replace(/^\?/, "#")}" target="_blank" rel="noopener">Wengert</a>
      </p>
      ${this.program(shown)}
      <p class="caption-sentence" id="sentence">${said?.sentence ?? ""}</p>
    </header>`;
  }

  /**
   * The function: as a formula where that is one line, else as its source in one line.
   * @param {import("../trace.js").Trace} shown
   * @returns {import("lit").TemplateResult}
   */
  program({ latex }) {
    if (!latex.includes("\\\\")) return html`<wg-math class="caption-formula" .latex=${latex}></wg-math>`;
    const { source } = question.value;
    const line = source.trim().split(/\s*\n\s*/).join("; ").replaceAll(":;", ":");
    return html`<code class="caption-source" title=${source}>${line}</code>`;
  }

  /**
   * @param {import("../trace.js").Trace} shown
   * @returns {string}
   */
  point({ inputs }) {
    const leaves = listLeaves(inputs, question.value.point);
    const words = leaves.slice(0, 3).map(({ label, value }) => `${prettifyText(label)} = ${formatShort(value)}`);
    return words.join(", ") + (leaves.length > 3 ? ", …" : "");
  }

  /**
   * What the sweep found, once it is at its end.
   * @param {import("../trace.js").Trace} shown
   * @returns {string}
   */
  result({ inputs, mode, outputs, result, steps }) {
    if (step.value < steps) return "";
    const quantity = derivativeOf(mode);
    const leaves = listLeaves(inputs, question.value.point).map(({ label }) => label);
    const names = mode === "forward" ? outputs : leaves;
    const numbers = result.jacobian.flat();
    const words = names.map((name, place) => `${markLetter(prettifyText(name), quantity)} = ${formatShort(numbers[place])}`);
    return words.slice(0, 3).join(", ") + (words.length > 3 ? ", …" : "");
  }
}

customElements.define("wg-caption", CaptionView);
