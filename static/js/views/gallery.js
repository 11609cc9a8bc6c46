/** The gallery: examples by idea, found by any word of theirs. */

import { html, nothing } from "lit";
import { visitExample } from "../actions/page.js";
import { catalog, question } from "../store.js";
import { DialogView } from "./dialog.js";

/** @typedef {import("../protocol.js").Example} Example */

/**
 * @param {Example} example
 * @param {string} wanted
 * @returns {boolean}
 */
function matches({ title, idea, sentence, source }, wanted) {
  const words = `${title} ${idea} ${sentence} ${source}`.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => words.includes(word));
}

/**
 * @param {Example[]} examples
 * @returns {Map<string, Example[]>}
 */
function groupByIdea(examples) {
  /** @type {Map<string, Example[]>} */
  const groups = new Map();
  for (const example of examples) groups.set(example.idea, [...(groups.get(example.idea) ?? []), example]);
  return groups;
}

export class GalleryView extends DialogView {
  static properties = { wanted: { state: true } };

  constructor() {
    super();
    /** @type {string} */
    this.wanted = "";
  }

  /** @returns {import("../store.js").PanelName} */
  get panelName() {
    return "gallery";
  }

  get heading() {
    return "Examples";
  }

  content() {
    const found = (catalog.value?.examples ?? []).filter((example) => matches(example, this.wanted.trim()));
    return html`
      <input
        id="gallery-search"
        class="search"
        type="search"
        placeholder="Search"
        aria-label="Search the examples"
        autofocus
        .value=${this.wanted}
        @input=${(/** @type {Event} */ event) => (this.wanted = /** @type {HTMLInputElement} */ (event.target).value)}
      />
      <div class="gallery" id="gallery">
        ${[...groupByIdea(found)].map(
          ([idea, examples]) =>
            html`<section aria-label=${idea}>
              <h3 class="heading">${idea}</h3>
              <ul class="cards">
                ${examples.map((example) => html`<li>${this.card(example)}</li>`)}
              </ul>
            </section>`,
        )}
        ${found.length ? nothing : html`<p class="quiet-words" role="status">No example has these words.</p>`}
      </div>
    `;
  }

  /**
   * @param {Example} example
   * @returns {import("lit").TemplateResult}
   */
  card(example) {
    const here = example.source === question.value.source;
    return html`<button
      type="button"
      class="example ${here ? "here" : ""}"
      data-example=${example.id}
      @click=${() => visitExample(example)}
    >
      <strong>${example.title}</strong><span>${example.sentence}</span><code>${example.source}</code>
    </button>`;
  }
}

customElements.define("wg-gallery", GalleryView);
