/** Exercises on paper: each with room to write, the key on pages of its own. On the screen it looks as it will print. */

import { html, nothing } from "lit";
import { showKey } from "../actions/sheet.js";
import { problem, sheet } from "../store.js";
import { View } from "./element.js";
import { graphOnPaper } from "./sheet-graph.js";

/**
 * @typedef {import("../protocol.js").Paper} Paper
 * @typedef {import("../protocol.js").PaperCell} PaperCell
 * @typedef {import("../store.js").Sheet} Sheet
 */

export class SheetView extends View {
  render() {
    const shown = sheet.value;
    const wrong = problem.value;
    if (wrong) return html`<h1>Sheet</h1><p role="status">${wrong.message} ${wrong.hint ?? ""}</p>`;
    if (!shown) return html`<h1>Sheet</h1>`;
    return html`${controls(shown)} ${head(shown)}
      ${shown.pages.map(({ paper, drawing }, place) => page(paper, drawing, titleOf(shown, place)))}
      ${shown.withKey ? key(shown) : nothing}`;
  }
}

/**
 * @param {Sheet} shown
 * @returns {import("lit").TemplateResult}
 */
function controls({ withKey }) {
  return html`<div class="sheet-controls">
    <button id="print" type="button" class="button" @click=${() => print()}>Print</button>
    <label>
      <input
        id="with-key"
        type="checkbox"
        .checked=${withKey}
        @change=${(/** @type {Event} */ event) => showKey(event.target instanceof HTMLInputElement && event.target.checked)}
      />
      with the key, on a page of its own
    </label>
  </div>`;
}

/**
 * @param {Sheet} shown
 * @returns {import("lit").TemplateResult}
 */
function head({ title, words, pages }) {
  return html`<header class="sheet-head">
    <h1>${title || pages[0]?.paper.title || "Sheet"}</h1>
    <p class="sheet-name"><span>Name</span><span>Date</span></p>
    ${words ? html`<p class="sheet-words">${words}</p>` : nothing}
  </header>`;
}

/**
 * @param {Sheet} shown
 * @param {number} place
 * @returns {string} the heading of an exercise; empty where the sheet is called the same
 */
function titleOf({ title, pages }, place) {
  const own = pages[place]?.paper.title ?? "";
  if (pages.length > 1) return `${place + 1}. ${own}`;
  return title ? own : "";
}

/**
 * @param {Paper} paper
 * @param {import("../store.js").Drawing | null} drawing
 * @param {string} title
 * @returns {import("lit").TemplateResult}
 */
function page(paper, drawing, title) {
  const { source, point, latex, ask, lines, cells } = paper;
  return html`<section class="sheet-page" aria-label=${title || paper.title}>
    ${title ? html`<h2>${title}</h2>` : nothing}
    <div class="sheet-function">
      <div>
        <pre><code>${source}</code></pre>
        ${latex ? html`<p><wg-math .latex=${latex}></wg-math></p>` : nothing} ${point ? html`<p>at ${point}</p>` : nothing}
        ${list(paper)}
      </div>
      ${drawing ? graphOnPaper(drawing) : nothing}
    </div>
    <p class="sheet-ask">${ask}</p>
    ${lines.length ? html`<pre class="sheet-lines"><code>${lines.join("\n")}</code></pre>` : nothing}
    <table class="sheet-cells">
      <thead class="unseen"><tr><th scope="col">Cell</th><th scope="col">Number</th></tr></thead>
      <tbody>${cells.map(cellRow)}</tbody>
    </table>
  </section>`;
}

/**
 * @param {Paper} paper
 * @returns {import("lit").TemplateResult}
 */
function list({ rows }) {
  const hasValues = rows.some(({ operation, value }) => value && operation !== "input");
  return html`<table class="sheet-list">
    <thead>
      <tr><th scope="col">variable</th><th scope="col">operation</th>${hasValues ? html`<th scope="col">value</th>` : nothing}</tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ symbol, operation, value }) =>
          html`<tr><td>${symbol}</td><td>${operation}</td>${hasValues ? html`<td class="amount">${value}</td>` : nothing}</tr>`,
      )}
    </tbody>
  </table>`;
}

/**
 * @param {PaperCell} cell
 * @param {number} place
 * @returns {import("lit").TemplateResult}
 */
function cellRow({ words, value, choices, form }, place) {
  const options = form === "choice" || form === "order" ? html`<span class="sheet-choices">${choices.map(option)}</span>` : nothing;
  return html`<tr>
    <th scope="row"><span class="sheet-number">${place + 1}</span> ${words} ${options}</th>
    <td class=${value ? "amount" : `room ${form}`}>${value || html`<span class="unseen">to be filled in</span>`}</td>
  </tr>`;
}

/**
 * @param {string} words
 * @returns {import("lit").TemplateResult}
 */
function option(words) {
  return html`<span class="sheet-choice">${words}</span>`;
}

/**
 * @param {Sheet} shown
 * @returns {import("lit").TemplateResult}
 */
function key({ pages }) {
  return html`<section class="sheet-key" aria-labelledby="key">
    <h2 id="key">Key</h2>
    ${pages.map(
      ({ paper: { title, cells } }, place) =>
        html`<h3>${pages.length > 1 ? `${place + 1}. ` : ""}${title}</h3>
          <ol class="sheet-answers">
            ${cells.map(
              ({ words, value, answer }, k) => (value ? nothing : html`<li value=${k + 1}><b>${answer}</b> <span>${words}</span></li>`),
            )}
          </ol>`,
    )}
  </section>`;
}

customElements.define("wg-sheet", SheetView);
