/** A word of the field, with its one-line meaning where it is pointed at or focused. */

import { html } from "lit";

/**
 * @param {unknown} word
 * @param {string} meaning
 * @returns {import("lit").TemplateResult}
 */
export function term(word, meaning) {
  return html`<span class="term" tabindex="0" role="note"
    >${word}<span class="meaning" role="tooltip">${meaning}</span></span
  >`;
}
