/** A program to read and take away. Lines that come from one source line light together, in every pane. */

import { html, nothing } from "lit";
import { announce } from "../actions/telling.js";
import { View } from "./element.js";

/** @typedef {{title: string, text: string, quantity: string, file: string, note: string}} Pane */

const ORIGIN = /^\s*# line (\d+):/;
const TRAILING = /# (?:.*, )?line (\d+)$/;

/**
 * The lines of a program, each with the source line that it came from; 0 for what came from none.
 * @param {string} text
 * @returns {{text: string, origin: number}[]}
 */
export function linesOf(text) {
  let origin = 0;
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => {
      const [, own] = ORIGIN.exec(line) ?? TRAILING.exec(line) ?? [];
      if (own) origin = Number(own);
      const outside = /^\S|^ {4}return\b/.test(line) || !line.trim();
      if (outside) origin = 0;
      return { text: line, origin };
    });
}

export class CodeView extends View {
  static properties = { pane: { attribute: false } };

  constructor() {
    super();
    /** @type {Pane | null} */
    this.pane = null;
  }

  render() {
    if (!this.pane) return nothing;
    const { title, text, quantity, file, note } = this.pane;
    return html`<section class="code-pane" data-quantity=${quantity} aria-label=${title}>
      <div class="code-head">
        <h2 class="heading">${title}</h2>
        <span class="quiet-words">${note}</span>
        <button type="button" class="link" aria-label="Copy ${title}" @click=${() => this.copy(text)}>copy</button>
        ${
          file
            ? html`<button type="button" class="link" aria-label="Save ${title}" @click=${() => this.save(text, file)}>
                save
              </button>`
            : nothing
        }
      </div>
      <div class="code-lines scroll-x" tabindex="0" role="group" aria-label="${title}, text" @pointerover=${this.light}
        @pointerleave=${this.light}>
        ${linesOf(text).map(
          ({ text: line, origin }) =>
            html`<code class=${line.trim().startsWith("#") ? "remark" : ""} data-origin=${origin}>${line || " "}</code>`,
        )}
      </div>
    </section>`;
  }

  /**
   * @param {Event} event
   * @returns {void}
   */
  light({ target, type }) {
    const line = type === "pointerleave" ? null : target instanceof Element ? target.closest("[data-origin]") : null;
    const origin = line?.getAttribute("data-origin") ?? "0";
    for (const other of document.querySelectorAll(".code-lines [data-origin]")) {
      other.classList.toggle("lit", origin !== "0" && other.getAttribute("data-origin") === origin);
    }
  }

  /**
   * @param {string} text
   * @returns {Promise<void>}
   */
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      announce("The program is copied.");
    } catch (failure) {
      if (!(failure instanceof DOMException || failure instanceof TypeError)) throw failure;
      announce("This browser does not let pages copy: select the text instead.");
    }
  }

  /**
   * @param {string} text
   * @param {string} file
   * @returns {void}
   */
  save(text, file) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/x-python" }));
    link.download = file;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

customElements.define("wg-code", CodeView);
