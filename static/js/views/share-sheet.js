/** Share and export: the address, a frame for other pages, pictures, films, tables, formulas. */

import { html, nothing } from "lit";
import { copyTable, copyText, savePng, saveSvg, saveTable } from "../actions/exporting.js";
import { canFilmWebm, saveFilm, stopFilm } from "../actions/filming.js";
import { currentAddress } from "../actions/page.js";
import { plainLatex } from "../latex.js";
import { explanations, filming, panel, program, step, symbolic, trace } from "../store.js";
import { TABLE_FORMATS } from "../tables.js";
import { DialogView } from "./dialog.js";

/**
 * @typedef {import("../tables.js").TableFormat} TableFormat
 * @typedef {{id: string, name: string, latex: string}} Formula
 */

const FORMATS = /** @type {TableFormat[]} */ (Object.keys(TABLE_FORMATS));

/** @returns {string} the address of exactly this view, without the sheet that shows it */
function viewAddress() {
  const fields = new URLSearchParams(currentAddress());
  fields.delete("panel");
  return `${location.origin}/#${fields}`;
}

/** @returns {string} what another page has to hold to show this view */
function frameSnippet() {
  const address = viewAddress().replace("/#", "/embed#").replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<iframe src="${address}" title="Automatic differentiation, step by step" width="100%" height="520" loading="lazy"></iframe>`;
}

/** @returns {Formula[]} the formulas that the page shows now */
function listFormulas() {
  const said = explanations.value.get(step.value - 1);
  const derivative = symbolic.value.ways[0]?.formulas?.flat()[0] ?? "";
  const found = [
    { id: "function", name: "The function", latex: trace.value?.latex || (program.value?.latex ?? "") },
    { id: "letters", name: "This step, in letters", latex: said?.letters ?? "" },
    { id: "names", name: "This step, with names", latex: said?.names ?? "" },
    { id: "numbers", name: "This step, with numbers", latex: said?.numbers ?? "" },
    { id: "derivative", name: "The symbolic derivative", latex: derivative },
  ];
  return found.filter(({ latex }) => latex).map((formula) => ({ ...formula, latex: plainLatex(formula.latex) }));
}

/**
 * @param {string} id
 * @param {string} words
 * @param {() => void} act
 * @returns {import("lit").TemplateResult}
 */
function button(id, words, act) {
  return html`<button id=${id} class="button" type="button" ?disabled=${filming.value !== null} @click=${act}>
    ${words}
  </button>`;
}

export class ShareSheet extends DialogView {
  /** @returns {import("../store.js").PanelName} */
  get panelName() {
    return "share";
  }

  get heading() {
    return "Share and export";
  }

  content() {
    if (!trace.value) return html`<p class="quiet-words">There is nothing to share yet.</p>`;
    return html`<div class="share" id="share-sheet">
      ${this.address()} ${this.pictures()} ${this.tables()} ${this.formulas()}
    </div>`;
  }

  /** @returns {import("lit").TemplateResult} */
  address() {
    const [address, snippet] = [viewAddress(), frameSnippet()];
    return html`<section>
      <h3 class="heading">Address of exactly this view</h3>
      <p class="share-line">
        <input id="share-address" class="share-text" readonly aria-label="Address" .value=${address} @focus=${selectAll} />
        ${button("copy-address", "Copy", () => void copyText(address, "The address of this view"))}
      </p>
      <h3 class="heading">Frame for a page of your own</h3>
      <p class="share-line">
        <textarea id="share-frame" class="share-text" readonly rows="3" aria-label="Frame" .value=${snippet} @focus=${selectAll}></textarea>
        ${button("copy-frame", "Copy", () => void copyText(snippet, "The frame"))}
      </p>
    </section>`;
  }

  /** @returns {import("lit").TemplateResult} */
  pictures() {
    const film = filming.value;
    return html`<section>
      <h3 class="heading">Picture of the graph at this step</h3>
      <p class="row">${button("save-svg", "SVG", saveSvg)} ${button("save-png", "PNG", () => void savePng())}</p>
      <h3 class="heading">Film of all steps</h3>
      <p class="row">
        ${button("save-gif", "GIF", () => void saveFilm("gif"))}
        ${canFilmWebm() ? button("save-webm", "WebM", () => void saveFilm("webm")) : nothing}
        ${film ? html`<button id="stop-film" class="button" type="button" @click=${stopFilm}>Stop</button>` : nothing}
      </p>
      <div class="film-state">
        ${
          film
            ? html`<progress id="film-progress" aria-label="Film" max=${film.total} value=${film.done}></progress>
                <p class="quiet-words" role="status">Frame ${film.done} of ${film.total}</p>`
            : html`<p class="quiet-words">At the speed that is set; WebM is recorded while it plays.</p>`
        }
      </div>
    </section>`;
  }

  /** @returns {import("lit").TemplateResult} */
  tables() {
    return html`<section>
      <h3 class="heading">Wengert list at this step</h3>
      <dl class="share-table">
        ${FORMATS.map(
          (format) =>
            html`<div>
              <dt>${TABLE_FORMATS[format].label}</dt>
              <dd>
                ${button(`copy-${format}`, "Copy", () => void copyTable(format))}
                ${button(`save-${format}`, "Save", () => saveTable(format))}
              </dd>
            </div>`,
        )}
      </dl>
    </section>`;
  }

  /** @returns {import("lit").TemplateResult} */
  formulas() {
    return html`<section>
      <h3 class="heading">Formulas as LaTeX</h3>
      <dl class="share-table">
        ${listFormulas().map(
          ({ id, name, latex }) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${button(`copy-${id}`, "Copy", () => void copyText(latex, name))}</dd>
            </div>`,
        )}
      </dl>
    </section>`;
  }

  updated() {
    super.updated();
    if (panel.value !== "share" && filming.value) stopFilm();
  }
}

/**
 * @param {Event} event
 * @returns {void}
 */
function selectAll({ target }) {
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) target.select();
}

customElements.define("wg-share", ShareSheet);
