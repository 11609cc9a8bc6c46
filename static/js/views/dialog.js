/** A dialog of the browser's own, opened and closed by the store. */

import { html } from "lit";
import { openPanel } from "../actions/page.js";
import { panel } from "../store.js";
import { View } from "./element.js";
import { ICONS } from "./icons.js";

export class DialogView extends View {
  /** @returns {import("../store.js").PanelName} */
  get panelName() {
    return "";
  }

  /** @returns {string} */
  get heading() {
    return "";
  }

  /** @returns {unknown} */
  content() {
    return "";
  }

  render() {
    const open = panel.value === this.panelName;
    return html`<dialog
      class="panel"
      aria-labelledby="${this.panelName}-title"
      @close=${() => panel.value === this.panelName && openPanel("")}
      @click=${this.clickOutside}
    >
      <div class="panel-body">
        <header class="panel-head">
          <h2 id="${this.panelName}-title">${this.heading}</h2>
          <button class="button quiet" type="button" aria-label="Close" @click=${() => openPanel("")}>
            ${ICONS.close}
          </button>
        </header>
        ${open ? this.content() : ""}
      </div>
    </dialog>`;
  }

  updated() {
    const dialog = this.querySelector("dialog");
    const open = panel.value === this.panelName;
    if (!dialog || dialog.open === open) return;
    if (open) dialog.showModal();
    else dialog.close();
  }

  /**
   * @param {Event} event
   * @returns {void}
   */
  clickOutside({ target }) {
    if (target === this.querySelector("dialog")) openPanel("");
  }
}
