/** The function as mathematics, and how it was read where the source was written as people write. */

import { html, nothing } from "lit";
import { quantityOfPhase } from "../quantities.js";
import { outdated, program, snapshot, trace } from "../store.js";
import { View } from "./element.js";

export class FormulaView extends View {
  render() {
    const { latex = "", rewritten = false, normalized = "" } = program.value ?? {};
    const linked = trace.value?.latex || latex;
    const { name } = quantityOfPhase(snapshot.value?.now?.phase ?? "primal");
    return html`
      <div
        class="formula ${outdated.value ? "dimmed" : ""}"
        id="formula"
        data-quantity=${name}
        tabindex="0"
        role="group"
        aria-label="The function as mathematics"
      >
        ${linked ? html`<wg-math .latex=${linked} .block=${true}></wg-math>` : nothing}
      </div>
      ${rewritten ? html`<p class="reading" id="reading">read as <code>${normalized}</code></p>` : nothing}
    `;
  }
}

customElements.define("wg-formula", FormulaView);
