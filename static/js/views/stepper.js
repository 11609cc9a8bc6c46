/** A control for the steps of a lab: back, on, and a slider that says where it is in words. */

import { html } from "lit";
import { setOption } from "../actions/lab.js";

/**
 * @param {{name: string, step: number, steps: number, words: string}} stepper `name` is the option that keeps the step
 * @returns {import("lit").TemplateResult}
 */
export function stepper({ name, step, steps, words }) {
  /** @param {number} wanted */
  const go = (wanted) => setOption(name, Math.max(0, Math.min(steps, wanted)));
  return html`<div class="stepper" role="group" aria-label="Steps">
    <button type="button" class="button quiet" aria-label="One step back" ?disabled=${step <= 0} @click=${() => go(step - 1)}>
      ←
    </button>
    <button type="button" class="button quiet" aria-label="One step on" ?disabled=${step >= steps} @click=${() => go(step + 1)}>
      →
    </button>
    <input
      class="slider"
      type="range"
      min="0"
      max=${steps}
      .value=${String(step)}
      aria-label="Step"
      aria-valuetext=${words}
      @input=${(/** @type {Event} */ event) => go(/** @type {HTMLInputElement} */ (event.target).valueAsNumber)}
    />
    <p class="stepper-words" role="status">${words}</p>
  </div>`;
}
