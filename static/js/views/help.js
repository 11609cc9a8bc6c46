/** The help sheet: the keys, from the one table of keys, and the words of the field. */

import { html } from "lit";
import { setCharacterKeys } from "../actions/preferences.js";
import { KEY_GROUPS } from "../keys.js";
import { markLetter, QUANTITIES, SEED_MEANING } from "../quantities.js";
import { characterKeys } from "../store.js";
import { DialogView } from "./dialog.js";

/** @type {readonly {word: string, meaning: string}[]} */
const WORDS = Object.freeze([
  { word: "seed", meaning: SEED_MEANING },
  {
    word: "local partial",
    meaning: "The derivative of one operation with respect to one of its arguments: the number on an edge.",
  },
  { word: "Wengert list", meaning: "The program as a list of single operations, each with a symbol of its own." },
]);

/**
 * @param {readonly {shown: string, meaning: string}[]} keys
 * @returns {import("lit").TemplateResult}
 */
function keyList(keys) {
  return html`<dl class="keys">
    ${keys.map(
      ({ shown, meaning }) =>
        html`<div>
          <dt><kbd>${shown}</kbd></dt>
          <dd>${meaning}</dd>
        </div>`,
    )}
  </dl>`;
}

export class HelpView extends DialogView {
  /** @returns {import("../store.js").PanelName} */
  get panelName() {
    return "help";
  }

  get heading() {
    return "Keys and words";
  }

  content() {
    return html`<div class="help" id="help">
      ${KEY_GROUPS.map(
        ({ title, keys }) => html`<section>
          <h3 class="heading">${title}</h3>
          ${keyList(keys)}
        </section>`,
      )}
      ${this.letters()} ${this.words()}
    </div>`;
  }

  /** @returns {import("lit").TemplateResult} */
  letters() {
    return html`<section>
      <h3 class="heading">If letters are in the way</h3>
      <label class="choice">
        <input
          id="character-keys"
          type="checkbox"
          role="switch"
          .checked=${characterKeys.value}
          @change=${() => setCharacterKeys(!characterKeys.value)}
        />
        Letters and signs act as keys
      </label>
    </section>`;
  }

  /** @returns {import("lit").TemplateResult} */
  words() {
    return html`<section>
      <h3 class="heading">Words</h3>
      <dl class="glossary">
        ${Object.values(QUANTITIES).map(
          (quantity) =>
            html`<div data-quantity=${quantity.name}>
              <dt>
                ${quantity.label}
                ${quantity.mark ? html`<span class="letter">${markLetter("v", quantity)}</span>` : ""}
              </dt>
              <dd>${quantity.meaning}</dd>
            </div>`,
        )}
        ${WORDS.map(
          ({ word, meaning }) =>
            html`<div>
              <dt>${word}</dt>
              <dd>${meaning}</dd>
            </div>`,
        )}
      </dl>
    </section>`;
  }
}

customElements.define("wg-help", HelpView);
