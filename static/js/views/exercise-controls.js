/** Which exercise of the function is wanted: its kind, its level, and another one of the same. */

import { html } from "lit";
import { askAnother, changeDrill } from "../actions/exercise-page.js";
import { drill } from "../store.js";
import { View } from "./element.js";

const LEVELS = Object.freeze([1, 2, 3]);

export class ExerciseControls extends View {
  static properties = { kinds: { type: Array } };

  constructor() {
    super();
    /** @type {{name: string, title: string}[]} */
    this.kinds = [];
  }

  render() {
    const { kind, level } = drill.value;
    return html`<div class="exercise-controls">
      <div class="field">
        <label for="kind">Exercise</label>
        <select id="kind" @change=${(/** @type {Event} */ event) => changeDrill({ kind: valueOf(event) })}>
          ${this.kinds.map(({ name, title }) => html`<option value=${name} .selected=${name === kind}>${title}</option>`)}
        </select>
      </div>
      <fieldset class="levels">
        <legend>Level</legend>
        ${LEVELS.map(
          (each) =>
            html`<label
              ><input
                type="radio"
                name="level"
                value=${each}
                .checked=${each === level}
                @change=${() => changeDrill({ level: each })}
              />
              ${each}</label
            >`,
        )}
      </fieldset>
      <button id="another" type="button" class="button" @click=${askAnother}>Another</button>
    </div>`;
  }
}

/**
 * @param {Event} event
 * @returns {string}
 */
function valueOf({ target }) {
  return target instanceof HTMLSelectElement ? target.value : "";
}

customElements.define("wg-exercise-controls", ExerciseControls);
