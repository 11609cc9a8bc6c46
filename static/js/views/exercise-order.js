/** Operations in an order that can be changed: by buttons that move one earlier or later, or by typing all of it. */

import { html, nothing, repeat } from "lit";
import { pointAt } from "../actions/pointing.js";
import { View } from "./element.js";

/** @typedef {{item: string, node: number, symbol: string, operation: string}} Item */

export class OrderField extends View {
  static properties = { items: { attribute: false }, answer: { attribute: false }, done: { type: Boolean } };

  constructor() {
    super();
    /** @type {Item[]} */
    this.items = [];
    /** @type {string} the order that was checked last */
    this.answer = "";
    this.done = false;
    /** @type {string | null} what stands in the field; null before anything was moved or typed */
    this.text = null;
    /** @type {{item: string, act: string} | null} the button that is to keep the focus */
    this.moved = null;
  }

  render() {
    const text = this.shownText();
    const order = this.orderOf(text);
    return html`<ol class="order-list">
        ${repeat(
          order,
          ({ item }) => item,
          (item, place) => this.row(item, place, order),
        )}
      </ol>
      ${
        this.done
          ? nothing
          : html`<label class="order-typed"
              >As a list
              <input class="lesson-answer" name="answer" type="text" spellcheck="false" autocapitalize="off" .value=${text} @input=${this.type}
            /></label>`
      }`;
  }

  /** @returns {string} */
  shownText() {
    return this.text ?? (this.answer || this.items.map(({ item }) => item).join(", "));
  }

  /**
   * The items in the order that a text gives; those that it leaves out come last.
   * @param {string} text
   * @returns {Item[]}
   */
  orderOf(text) {
    const names = text.normalize("NFKC").toLowerCase().split(/[\s,;→]+/);
    const place = ({ item = "" }) => (names.includes(item) ? names.indexOf(item) : names.length);
    return [...this.items].sort((one, other) => place(one) - place(other));
  }

  /**
   * @param {Item} item
   * @param {number} place
   * @param {Item[]} order
   * @returns {import("lit").TemplateResult}
   */
  row({ item, node, symbol, operation }, place, order) {
    return html`<li
      data-item=${item}
      @pointerenter=${() => pointAt([node])}
      @pointerleave=${() => pointAt([])}
      @focusin=${() => pointAt([node])}
      @focusout=${() => pointAt([])}
    >
      <span class="letter">${symbol}</span> <span class="operation">= ${operation}</span>
      ${
        this.done
          ? nothing
          : html`<span class="order-acts">
              ${this.mover("Earlier", symbol, place === 0, () => this.move(item, -1))}
              ${this.mover("Later", symbol, place === order.length - 1, () => this.move(item, 1))}
            </span>`
      }
    </li>`;
  }

  /**
   * @param {string} act
   * @param {string} symbol
   * @param {boolean} last whether there is no further to go
   * @param {() => void} move
   * @returns {import("lit").TemplateResult}
   */
  mover(act, symbol, last, move) {
    return html`<button type="button" class="button" data-act=${act} aria-disabled=${last ? "true" : "false"} @click=${move}>
      ${act}<span class="unseen">: ${symbol}</span>
    </button>`;
  }

  /**
   * From where it is now, which may not be drawn yet.
   * @param {string} item
   * @param {1 | -1} by
   * @returns {void}
   */
  move(item, by) {
    const names = this.orderOf(this.shownText()).map((each) => each.item);
    const place = names.indexOf(item);
    const to = place + by;
    if (to < 0 || to >= names.length) return;
    names.splice(place, 1);
    names.splice(to, 0, item);
    this.text = names.join(", ");
    this.moved = { item, act: by < 0 ? "Earlier" : "Later" };
    this.requestUpdate();
  }

  /**
   * @param {Event} event
   * @returns {void}
   */
  type(event) {
    this.text = /** @type {HTMLInputElement} */ (event.target).value;
    this.requestUpdate();
  }

  /** An element that is moved loses the focus. @returns {void} */
  updated() {
    const { moved } = this;
    this.moved = null;
    const button = moved && this.querySelector(`[data-item="${moved.item}"] [data-act="${moved.act}"]`);
    if (button instanceof HTMLElement) button.focus();
  }
}

customElements.define("wg-order", OrderField);
