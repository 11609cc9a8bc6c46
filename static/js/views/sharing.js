/** The switch that shares common sub-expressions, and what that saves. */

import { html } from "lit";
import { setShared } from "../actions/questions.js";
import { countOf } from "../numbers.js";
import { countRepeats } from "../repeats.js";
import { graph, question, savings } from "../store.js";
import { View } from "./element.js";

export class SharingView extends View {
  render() {
    const { shared } = question.value;
    return html`<label class="sharing">
      <input id="shared" type="checkbox" role="switch" .checked=${shared} @change=${() => setShared(!shared)} />
      <span>Share common sub-expressions</span>
      <span class="saving" id="saving">${this.words(shared)}</span>
    </label>`;
  }

  /**
   * @param {boolean} shared
   * @returns {string}
   */
  words(shared) {
    if (!graph.value) return "";
    if (!shared) {
      const repeats = countRepeats(graph.value);
      return repeats ? `would save ${countOf(repeats, "operation")}` : "nothing is repeated";
    }
    if (savings.value === null) return "equal operations are one node";
    return savings.value ? `saves ${countOf(savings.value, "operation")}` : "nothing was repeated";
  }
}

customElements.define("wg-sharing", SharingView);
