/** Each step, spoken: a live region with the sentence of the current step. */

import { html } from "lit";
import { explanations, notice, step, trace } from "../store.js";
import { View } from "./element.js";

export class SpeechView extends View {
  render() {
    const said = explanations.value.get(step.value - 1);
    const steps = trace.value?.steps ?? 0;
    const words = said ? `Step ${step.value} of ${steps}. ${said.sentence}` : "";
    return html`<p class="unseen" id="speech" role="status" aria-live="polite">${words}</p>
      <p class="toast ${notice.value ? "shown" : ""}" id="notice" role="status">${notice.value}</p>`;
  }
}

customElements.define("wg-speech", SpeechView);
