/** The frame of a lab: its picture, what is seen in words, the numbers as tables, and how to stop waiting. */

import { html, nothing } from "lit";
import { resetLab } from "../actions/lab.js";
import { formatShort } from "../numbers.js";
import { lab, outdated } from "../store.js";
import { View } from "./element.js";

/**
 * @typedef {import("../protocol.js").LabState} LabState
 * @typedef {import("../protocol.js").LabAnswer} LabAnswer
 * @typedef {import("../protocol.js").Table} Table
 * @typedef {(answer: LabAnswer, options: Record<string, import("../protocol.js").OptionValue>) => unknown} Picture
 *   What a lab draws of its answer: the one export of its module.
 */

const MOST_ROWS = 200;

export class LabView extends View {
  static properties = { picture: { attribute: false } };

  constructor() {
    super();
    /** @type {Picture | null} set once the module of the lab has arrived */
    this.picture = null;
  }

  render() {
    const state = lab.value;
    if (!state) return nothing;
    const { answer, options } = state;
    return html`
      <div class="lab-picture ${outdated.value ? "dimmed" : ""}">
        ${answer && this.picture ? this.picture(answer, options) : nothing}
      </div>
      ${answer ? this.words(answer) : nothing}
    `;
  }

  /**
   * @param {LabAnswer} answer
   * @returns {import("lit").TemplateResult}
   */
  words({ summary, tables = [] }) {
    return html`<p class="lab-summary" id="summary" role="status">${summary}</p>
      ${tables.map((each) => this.table(each))}
      <p><button type="button" class="link" id="reset" @click=${resetLab}>Back to how this lab opened</button></p>`;
  }

  /**
   * @param {Table} table
   * @returns {import("lit").TemplateResult}
   */
  table({ title, columns, rows }) {
    const more = rows.length - MOST_ROWS;
    return html`<details class="lab-table">
      <summary>${title}, as a table</summary>
      <div class="scroll-x" tabindex="0" role="group" aria-label=${title}>
        <table>
          <thead>
            <tr>
              ${columns.map((column) => html`<th scope="col">${column}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.slice(0, MOST_ROWS).map((row) => html`<tr>${row.map((cell) => html`<td>${written(cell)}</td>`)}</tr>`)}
          </tbody>
        </table>
        ${more > 0 ? html`<p class="quiet-words">and ${more} more rows</p>` : nothing}
      </div>
    </details>`;
  }
}

/**
 * @param {import("../protocol.js").Num | string | null} cell
 * @returns {string}
 */
function written(cell) {
  return typeof cell === "number" ? formatShort(cell, 7) : (cell ?? "");
}

customElements.define("wg-lab", LabView);
