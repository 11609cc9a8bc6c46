/** A field for one number: arrow keys step it, words for what is not finite, and no keystroke is lost while typing. */

import { html } from "lit";
import { formatField, formatShort, readNumber, toNumber } from "../numbers.js";
import { View } from "./element.js";

/** @typedef {import("../protocol.js").Num} Num */

const FEWER_DIGITS = Object.freeze([3, 2, 1]);

export class NumberField extends View {
  static properties = { value: { attribute: false }, label: {}, field: {}, room: { type: Number } };

  constructor() {
    super();
    /** @type {Num} */
    this.value = 0;
    /** @type {string} */
    this.label = "";
    /** @type {string} the id of the field */
    this.field = "";
    /** How many characters there is room for while nobody types; more are rounded. */
    this.room = Infinity;
    this.entered = false;
    /** @type {string | null} what is being typed */
    this.draft = null;
  }

  render() {
    const text = this.shownText();
    const wrong = readNumber(text) === null;
    return html`<input
      id=${this.field}
      class="number"
      type="text"
      inputmode="decimal"
      autocomplete="off"
      spellcheck="false"
      aria-label=${this.label}
      aria-invalid=${wrong ? "true" : "false"}
      title=${wrong ? "A number, nan, inf or -inf" : formatField(this.value)}
      .value=${text}
      @input=${this.type}
      @keydown=${this.nudge}
      @focus=${this.enter}
      @blur=${this.leave}
    />`;
  }

  /** @returns {string} */
  shownText() {
    if (this.draft !== null) return this.draft;
    const text = formatField(this.value);
    if (this.entered || text.length <= this.room) return text;
    const rounded = FEWER_DIGITS.map((digits) => formatShort(this.value, digits));
    return rounded.find((each) => each.length <= this.room) ?? text;
  }

  /** @returns {void} */
  enter() {
    this.entered = true;
    this.requestUpdate();
  }

  /**
   * @param {Num} value
   * @returns {void}
   */
  tell(value) {
    this.dispatchEvent(new CustomEvent("number", { detail: value }));
  }

  /**
   * @param {Event} event
   * @returns {void}
   */
  type(event) {
    this.draft = /** @type {HTMLInputElement} */ (event.target).value;
    const value = readNumber(this.draft);
    if (value !== null) this.tell(value);
    this.requestUpdate();
  }

  /** What was typed may have been left before it was drawn; then nothing seems to have changed, and it would stay. */
  updated() {
    const field = this.querySelector("input");
    const text = this.shownText();
    if (field && field.value !== text) field.value = text;
  }

  /** @returns {void} */
  leave() {
    this.draft = null;
    this.entered = document.activeElement === this.querySelector("input");
    this.requestUpdate();
  }

  /**
   * Arrow keys move the last digit that is written; with shift ten times as much.
   * @param {KeyboardEvent} event
   * @returns {void}
   */
  nudge(event) {
    if (event.key === "Enter") return this.leave();
    const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    const number = toNumber(this.value);
    if (!direction || !Number.isFinite(number)) return;
    event.preventDefault();
    const decimals = Math.min(15, Math.max(1, (String(number).split(".")[1] ?? "").length));
    const stride = (event.shiftKey ? 10 : 1) * 10 ** -decimals;
    this.draft = null;
    this.tell(Number((number + direction * stride).toFixed(decimals)));
  }
}

customElements.define("wg-number", NumberField);
