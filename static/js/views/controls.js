/** The controls in the head of the page: mode, examples, share, help. */

import { html } from "lit";
import { toggleBeside } from "../actions/beside.js";
import { openPanel } from "../actions/page.js";
import { setMode } from "../actions/questions.js";
import { derivativeOf } from "../quantities.js";
import { beside, question } from "../store.js";
import { View } from "./element.js";
import { ICONS } from "./icons.js";

/** @type {readonly {mode: import("../protocol.js").Mode, label: string, name: string}[]} */
const MODES = Object.freeze([
  { mode: "forward", label: "Forward", name: "Forward mode" },
  { mode: "reverse", label: "Reverse", name: "Reverse mode" },
  { mode: "forward-over-reverse", label: "Second order", name: "Forward over reverse" },
]);

/**
 * @param {{mode: import("../protocol.js").Mode, label: string, name: string}} choice
 * @param {boolean} chosen
 * @returns {import("lit").TemplateResult}
 */
function modeButton({ mode, label, name }, chosen) {
  const quantity = derivativeOf(mode);
  return html`<button
    type="button"
    id="mode-${mode}"
    data-quantity=${quantity.name}
    aria-pressed=${chosen ? "true" : "false"}
    title="${name}: ${quantity.moves}"
    @click=${() => setMode(mode)}
  >
    ${label}<span class="arrow" aria-hidden="true">${quantity.arrow}</span>
  </button>`;
}

export class ControlsView extends View {
  render() {
    const { mode } = question.value;
    return html`
      <div class="switch" role="group" aria-label="Mode">
        ${MODES.map((each) => modeButton(each, each.mode === mode))}
      </div>
      <button
        id="open-beside"
        class="button quiet"
        type="button"
        aria-label="Two views side by side"
        title="Two views side by side (V)"
        aria-pressed=${beside.value ? "true" : "false"}
        @click=${toggleBeside}
      >
        ${ICONS.beside}
      </button>
      <button id="open-gallery" class="button" type="button" @click=${() => openPanel("gallery")}>Examples</button>
      <button id="share" class="button" type="button" @click=${() => openPanel("share")}>Share</button>
      <button
        id="open-help"
        class="button quiet"
        type="button"
        aria-label="Keys and words"
        @click=${() => openPanel("help")}
      >
        ?
      </button>
    `;
  }
}

customElements.define("wg-controls", ControlsView);
