/** What the trace warns of, and the decisions under which it holds. */

import { html, nothing } from "lit";
import { pointAt } from "../actions/pointing.js";
import { goToNode } from "../actions/playback.js";
import { prettifyText } from "../numbers.js";
import { graph, problem, trace } from "../store.js";
import { View } from "./element.js";

/** @typedef {import("../protocol.js").Warning} Warning */

export class NoticesView extends View {
  render() {
    if (problem.value) return nothing;
    return html`${this.warnings()}${this.decisions()}`;
  }

  /** @returns {import("lit").TemplateResult | typeof nothing} */
  warnings() {
    const warnings = trace.value?.result.warnings ?? [];
    if (!warnings.length) return nothing;
    return html`<ul class="warnings" id="warnings" aria-label="Warnings">
      ${warnings.map((warning) => html`<li>${this.warning(warning)}</li>`)}
    </ul>`;
  }

  /**
   * @param {Warning} warning
   * @returns {import("lit").TemplateResult}
   */
  warning({ message, hint, span, node }) {
    const place = span ? html`<span class="place">Line ${span.line}</span> ` : nothing;
    const words = html`<span class="warning-sign" aria-hidden="true">△</span>
      <span>${place}${message}${hint ? ` ${hint}` : ""}</span>`;
    if (node === null) return html`<p class="warning">${words}</p>`;
    return html`<button
      type="button"
      class="warning"
      @pointerenter=${() => pointAt([node])}
      @pointerleave=${() => pointAt([])}
      @click=${() => goToNode(node)}
    >
      ${words}
    </button>`;
  }

  /** @returns {import("lit").TemplateResult | typeof nothing} */
  decisions() {
    const decisions = graph.value?.decisions ?? [];
    if (!decisions.length) return nothing;
    const words = [...new Set(decisions.map(({ text }) => prettifyText(text)))];
    const shown = words.slice(0, 4);
    const more = words.length - shown.length;
    const list = shown.map((text, place) => html`${place ? " and " : ""}<code>${text}</code>`);
    return html`<p class="decisions" id="decisions" title=${words.join("\n")}>
      valid while ${list}${more > 0 ? ` and ${more} more` : ""}
    </p>`;
  }
}

customElements.define("wg-notices", NoticesView);
