/** The record of practice: that it stays here, how to take it away, bring it back, or forget it. */

import { html, nothing } from "lit";
import {
  askToForget,
  discardAside,
  exportAside,
  exportRecord,
  forgetRecord,
  importRecord,
} from "../actions/practice-record.js";
import { count } from "../practice/words.js";
import { practice } from "../store.js";
import { View } from "./element.js";

export class RecordView extends View {
  constructor() {
    super();
    /** @type {boolean} whether the question was being asked when it was drawn last */
    this.asked = false;
  }

  render() {
    const { record, said, aside } = practice.value;
    return html`<section class="record" aria-labelledby="record-title">
      <h2 class="heading" id="record-title">Your record</h2>
      <p class="quiet-words">
        ${count(record.attempts.length, "attempt")}, kept in this browser alone: there is no account, and nothing of it is
        sent. A file takes it to another browser.
      </p>
      ${aside ? this.aside() : nothing}
      <div class="record-acts">
        <button id="export" type="button" class="button" @click=${exportRecord}>Export</button>
        <label class="button record-import">
          Import
          <input id="import" class="unseen" type="file" accept=".json,application/json" @change=${this.take} />
        </label>
        <button id="forget" type="button" class="button" @click=${() => askToForget(true)}>Forget everything</button>
      </div>
      ${this.question()}
      <p id="record-said" role="status">${said}</p>
    </section>`;
  }

  /** @returns {import("lit").TemplateResult} what can be done with a text that was no record */
  aside() {
    return html`<div class="record-aside">
      <p>A record that was kept here could not be read. It is not lost: save it as it is.</p>
      <button id="save-aside" type="button" class="button" @click=${exportAside}>Save the old record</button>
      <button id="drop-aside" type="button" class="button" @click=${discardAside}>Discard it</button>
    </div>`;
  }

  /** @returns {import("lit").TemplateResult | typeof nothing} */
  question() {
    const { asking, record } = practice.value;
    if (!asking) return nothing;
    return html`<div class="record-question" role="group" aria-labelledby="forget-question">
      <p id="forget-question">Forget all ${count(record.attempts.length, "attempt")}, in every tab? This cannot be undone.</p>
      <button id="forget-yes" type="button" class="button" @click=${() => void forgetRecord()}>Forget everything now</button>
      <button id="forget-no" type="button" class="button" @click=${() => askToForget(false)}>Keep it</button>
    </div>`;
  }

  /**
   * @param {Event} event
   * @returns {void}
   */
  take({ target }) {
    if (!(target instanceof HTMLInputElement)) return;
    const [file] = target.files ?? [];
    if (file) void importRecord(file);
    target.value = "";
  }

  /** The focus follows the question, and goes back after it. */
  updated() {
    const { asking } = practice.value;
    if (asking !== this.asked) document.getElementById(asking ? "forget-no" : "forget")?.focus();
    this.asked = asking;
  }
}

customElements.define("wg-record", RecordView);
