/** The table of an exercise: cells that are given, and blanks with fields in their places. */

import { html, nothing } from "lit";
import { answerBlank, goToBlank } from "../actions/exercise.js";
import { pointAt } from "../actions/pointing.js";
import { blankOf, isDone, knownCells } from "../cells.js";
import { formatFull, formatShort } from "../numbers.js";
import { exercise, lit } from "../store.js";
import { deskTemplate, DIGITS, saidId } from "./exercise-desk.js";

/**
 * @typedef {import("../protocol.js").ExerciseState} ExerciseState
 * @typedef {import("../protocol.js").Blank} Blank
 * @typedef {import("../exercise-sheet.js").Sheet} Sheet
 * @typedef {import("../exercise-sheet.js").Row} Row
 * @typedef {import("../exercise-sheet.js").Head} Head
 * @typedef {import("../exercise-sheet.js").Column} Column
 * @typedef {Map<string, import("../protocol.js").Num>} Known
 */

/** The one form of all fields of the table: Enter in a field checks it. */
const FORM = "exercise-form";

/**
 * @param {ExerciseState} state
 * @param {Sheet} sheet
 * @param {Set<string>} near the rows that are shown
 * @returns {import("lit").TemplateResult}
 */
export function sheetTemplate(state, sheet, near) {
  const known = knownCells(state);
  const bright = new Set(lit.value);
  /** @param {Row} row @param {number} place */
  const rowOf = (row, place) => {
    if (near.has(row.key)) return rowTemplate(state, sheet, row, known, bright);
    return near.has(sheet.rows[place - 1]?.key ?? "") ? restTemplate(sheet, place, near) : nothing;
  };
  return html`<form id=${FORM} autocomplete="off" @submit=${check}>
    <div class="scroll-x" tabindex="0" role="group" aria-label="Table of the exercise">
      <table class="exercise-table" data-layout=${sheet.layout}>
        <thead>
          ${headings(sheet)}
        </thead>
        <tbody>
          ${sheet.rows.map(rowOf)}
        </tbody>
      </table>
    </div>
  </form>`;
}

/**
 * Rows that are left out, in their place.
 * @param {Sheet} sheet
 * @param {number} from
 * @param {Set<string>} near
 * @returns {import("lit").TemplateResult}
 */
function restTemplate({ rows, columns }, from, near) {
  const next = rows.findIndex(({ key }, place) => place > from && near.has(key));
  const count = (next < 0 ? rows.length : next) - from;
  return html`<tr class="exercise-rest"><td colspan=${columns.length + 2}>${count} ${count === 1 ? "row" : "rows"} left out</td></tr>`;
}

/**
 * Check the field that Enter was pressed in, even before it is drawn as the current one; else the current one.
 * @param {SubmitEvent} event
 * @returns {void}
 */
function check(event) {
  event.preventDefault();
  const form = event.currentTarget instanceof HTMLFormElement ? event.currentTarget : null;
  const current = CSS.escape(exercise.value?.current ?? "");
  const field = form?.querySelector("input[data-blank]:focus") ?? form?.querySelector(`input[data-blank="${current}"]`);
  if (field instanceof HTMLInputElement) void answerBlank(field.dataset.blank ?? "", field.value);
}

/**
 * @param {Sheet} sheet
 * @returns {import("lit").TemplateResult}
 */
function headings({ layout, columns }) {
  const first = { list: "operation", back: "what each use hands back, and the sum", matrix: "" }[layout];
  return html`<tr>
    <th scope="col"><span class="unseen">${layout === "matrix" ? "output" : "node"}</span></th>
    ${layout === "matrix" ? nothing : html`<th scope="col">${first}</th>`}
    ${columns.map(({ title, quantity }) => html`<th scope="col" class="amount ${layout === "matrix" ? "letter" : ""}" data-quantity=${quantity}>${title}</th>`)}
  </tr>`;
}

/**
 * @param {ExerciseState} state
 * @param {Sheet} sheet
 * @param {Row} row
 * @param {Known} known
 * @param {Set<number>} bright
 * @returns {unknown}
 */
function rowTemplate(state, { layout, columns }, row, known, bright) {
  const current = row.cells.find((id) => id === state.current && blankOf(state, id ?? ""));
  const blank = current && !state.finished ? blankOf(state, current) : undefined;
  const node = row.head?.node ?? -1;
  const width = columns.length + (layout === "matrix" ? 1 : 2);
  return html`${layout === "back" && row.head ? groupTemplate(row.head, width) : nothing}
    <tr
      class="${blank ? "current" : ""} ${layout === "list" && bright.has(node) ? "lit" : ""}"
      @pointerenter=${() => node >= 0 && pointAt([node])}
      @pointerleave=${() => pointAt([])}
    >
      ${rowHead(layout, row)}
      ${row.cells.map((id, place) => cellTemplate(state, id, columns[place], known))}
    </tr>
    ${
      blank
        ? html`<tr class="desk-row"><td colspan=${width}>${deskTemplate(state, blank, FORM)}</td></tr>`
        : nothing
    }`;
}

/**
 * @param {Head} head
 * @param {number} width
 * @returns {import("lit").TemplateResult}
 */
function groupTemplate({ node, symbol, name, operation, value }, width) {
  return html`<tr class="exercise-group" @pointerenter=${() => pointAt([node])} @pointerleave=${() => pointAt([])}>
    <th scope="rowgroup" colspan=${width}>
      <span class="letter">${symbol}${name ? html` <i class="given">${name}</i>` : nothing}</span>
      ${operation ? html`<span class="operation">= ${operation}</span>` : nothing}
      ${value === null ? nothing : html`<span class="group-value" title=${formatFull(value)}>= ${formatShort(value, DIGITS)}</span>`}
    </th>
  </tr>`;
}

/**
 * @param {Sheet["layout"]} layout
 * @param {Row} row
 * @returns {import("lit").TemplateResult}
 */
function rowHead(layout, { head, from, latex }) {
  if (layout === "back") {
    return html`<th scope="row" class="from">${from}</th>
      <td class="operation">${latex ? html`<wg-math .latex=${latex}></wg-math>` : nothing}</td>`;
  }
  return html`<th scope="row">${head?.symbol}${head?.name ? html` <i class="given">${head.name}</i>` : nothing}</th>
    ${layout === "list" ? html`<td class="operation">${head?.operation}</td>` : nothing}`;
}

/**
 * @param {ExerciseState} state
 * @param {string | null} id
 * @param {Column | undefined} column
 * @param {Known} known
 * @returns {import("lit").TemplateResult}
 */
function cellTemplate(state, id, column, known) {
  const blank = id === null ? undefined : blankOf(state, id);
  const quantity = column?.quantity ?? "primal";
  if (blank && !isDone(state, blank.id)) {
    return html`<td class="amount blank" data-quantity=${quantity}>${fieldTemplate(state, blank)}</td>`;
  }
  const value = id === null ? undefined : known.get(id);
  const shown = value === undefined ? "" : formatShort(value, DIGITS);
  const found = blank && !state.revealed.includes(blank.id);
  return html`<td class="amount ${found ? "found" : ""}" data-quantity=${quantity} title=${formatFull(value)}>
    ${shown}${blank ? markTemplate(state, blank) : nothing}
  </td>`;
}

/**
 * How a blank came to be done.
 * @param {ExerciseState} state
 * @param {Blank} blank
 * @returns {import("lit").TemplateResult}
 */
export function markTemplate({ revealed }, { id }) {
  const shown = revealed.includes(id);
  return html`<span class="mark" data-mark=${shown ? "shown" : "right"} aria-hidden="true">${shown ? "–" : "✓"}</span
    ><span class="unseen">, ${shown ? "shown" : "right"}</span>`;
}

/**
 * @param {ExerciseState} state
 * @param {Blank} blank
 * @returns {import("lit").TemplateResult}
 */
export function fieldTemplate(state, { id, words }) {
  const verdict = state.verdicts[id];
  return html`<input
    class="number"
    name="answer"
    data-blank=${id}
    data-verdict=${verdict?.kind ?? "none"}
    type="text"
    spellcheck="false"
    autocapitalize="off"
    aria-label=${words}
    aria-describedby=${state.current === id ? saidId(id) : nothing}
    .value=${state.answers[id] ?? ""}
    @focus=${() => goToBlank(id)}
  />`;
}
