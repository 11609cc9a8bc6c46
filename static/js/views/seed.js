/** Where a sweep starts: a direction in the inputs for forward mode and second order, output weights for reverse mode. */

import { html } from "lit";
import { setSeed, setWeight } from "../actions/questions.js";
import { prettifyText } from "../numbers.js";
import { firstDirection, listLeaves } from "../points.js";
import { markLetter, QUANTITIES, SEED_MEANING } from "../quantities.js";
import { program, question } from "../store.js";
import { View } from "./element.js";
import "./number-field.js";
import { term } from "./term.js";

export class SeedView extends View {
  render() {
    const forward = question.value.mode !== "reverse";
    const quantity = forward ? QUANTITIES.tangent : QUANTITIES.adjoint;
    const title = forward ? "Direction" : "Output weights";
    return html`<div class="seed-rows">
      <h2 class="heading">
        ${title}<br /><span class="aside"
          >${term("seed", SEED_MEANING)} of the ${term(`${quantity.label}s`, quantity.meaning)}</span
        >
      </h2>
      <div class="seeds" data-quantity=${quantity.name}>${forward ? this.directions() : this.weights()}</div>
    </div>`;
  }

  /** @returns {import("lit").TemplateResult[]} */
  directions() {
    const inputs = program.value?.inputs ?? [];
    const { seed, point } = question.value;
    return listLeaves(inputs, seed ?? firstDirection(inputs, point)).map((leaf) => {
      const letter = markLetter(prettifyText(leaf.label), QUANTITIES.tangent);
      return html`<label class="seed"
        ><span class="letter">${letter}</span>
        <wg-number
          .value=${leaf.value}
          .label=${`direction in ${leaf.label}`}
          .field=${`seed-${leaf.label}`}
          @number=${(/** @type {CustomEvent} */ event) => setSeed(leaf, event.detail)}
        ></wg-number
      ></label>`;
    });
  }

  /** @returns {import("lit").TemplateResult[]} */
  weights() {
    const { weights } = question.value;
    return (program.value?.outputs ?? []).map((name, index) => {
      const letter = markLetter(prettifyText(name), QUANTITIES.adjoint);
      return html`<label class="seed"
        ><span class="letter">${letter}</span>
        <wg-number
          .value=${weights?.[index] ?? (index === 0 ? 1 : 0)}
          .label=${`weight of ${name}`}
          .field=${`weight-${index}`}
          @number=${(/** @type {CustomEvent} */ event) => setWeight(index, event.detail)}
        ></wg-number
      ></label>`;
    });
  }
}

customElements.define("wg-seed", SeedView);
