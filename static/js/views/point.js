/** Where the function is differentiated: a field and a slider for every scalar, a row of fields for vectors. */

import { html, nothing } from "lit";
import { moveLeaf, resizeVector } from "../actions/questions.js";
import { prettifyText, toNumber } from "../numbers.js";
import { listLeaves } from "../points.js";
import { program, question } from "../store.js";
import { View } from "./element.js";
import "./number-field.js";

/** @typedef {import("../points.js").Leaf} Leaf */

const NOTCHES = 200;
const SMALLEST_REACH = 1;
/** How many characters of a vector's entry can be seen. */
const ENTRY_ROOM = 6;

/**
 * The next of 1, 2, 5, 10, 20, ... that is not below a number.
 * @param {number} number
 * @returns {number}
 */
function roundUp(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  const digit = [1, 2, 5, 10].find((each) => each * power >= number * (1 - 1e-9)) ?? 10;
  return digit * power;
}

export class PointView extends View {
  constructor() {
    super();
    /** @type {Map<string, number>} how far each slider reaches; it grows and does not shrink while the page is open */
    this.reach = new Map();
    /** @type {Map<string, string>} the entry of each vector that the slider moves */
    this.chosen = new Map();
  }

  render() {
    const inputs = program.value?.inputs ?? [];
    const leaves = listLeaves(inputs, question.value.point);
    if (!leaves.length && program.value) return html`<p class="quiet-words">This function has no inputs.</p>`;
    return inputs.map(({ name }) => {
      const own = leaves.filter((leaf) => leaf.name === name);
      return own.length === 1 && own[0]?.path.length === 0 ? this.scalarRow(own[0]) : this.vectorRows(name, own);
    });
  }

  /**
   * @param {Leaf} leaf
   * @returns {number}
   */
  reachOf(leaf) {
    const size = Math.abs(toNumber(leaf.value));
    const known = this.reach.get(leaf.label);
    if (known !== undefined && !(size > known)) return known;
    const reach = roundUp(Math.max(SMALLEST_REACH, Number.isFinite(size) ? size * (known === undefined ? 2 : 1) : 1));
    this.reach.set(leaf.label, reach);
    return reach;
  }

  /**
   * @param {Leaf} leaf
   * @returns {import("lit").TemplateResult}
   */
  field(leaf) {
    return html`<wg-number
      .value=${leaf.value}
      .label=${leaf.label}
      .field=${`at-${leaf.label}`}
      .room=${leaf.path.length ? ENTRY_ROOM : Infinity}
      @focusin=${() => this.chooseEntry(leaf)}
      @number=${(/** @type {CustomEvent} */ event) => moveLeaf(leaf, event.detail)}
    ></wg-number>`;
  }

  /**
   * @param {Leaf} leaf
   * @returns {import("lit").TemplateResult}
   */
  slider(leaf) {
    const reach = this.reachOf(leaf);
    const number = toNumber(leaf.value);
    const finite = Number.isFinite(number);
    return html`<input
      class="slider"
      type="range"
      data-leaf=${leaf.label}
      aria-label="${leaf.label}, slider"
      .min=${String(-reach)}
      .max=${String(reach)}
      .step=${"any"}
      .value=${String(finite ? number : 0)}
      @input=${(/** @type {Event} */ event) => this.slide(leaf, event, reach)}
      @change=${() => this.grow(leaf, reach)}
      @keydown=${(/** @type {KeyboardEvent} */ event) => this.notch(leaf, event, reach)}
    />`;
  }

  /**
   * @param {Leaf} leaf
   * @returns {import("lit").TemplateResult}
   */
  scalarRow(leaf) {
    return html`<div class="leaf">
      <label class="letter" for="at-${leaf.label}" title=${leaf.label}>${prettifyText(leaf.label)}</label>
      ${this.field(leaf)}${this.slider(leaf)}
    </div>`;
  }

  /**
   * @param {string} name
   * @param {number} length
   * @returns {import("lit").TemplateResult}
   */
  lengthButtons(name, length) {
    return html`<div class="lengths" role="group" aria-label="Length of ${name}">
      <button type="button" aria-label="Shorten ${name}" ?disabled=${length < 2} @click=${() => resizeVector(name, -1)}>
        −
      </button>
      <span>${length}</span>
      <button type="button" aria-label="Lengthen ${name}" @click=${() => resizeVector(name, 1)}>+</button>
    </div>`;
  }

  /**
   * @param {Leaf} leaf
   * @returns {import("lit").TemplateResult}
   */
  entrySlider(leaf) {
    return html`<div class="entry-slider"><span>${leaf.label.slice(leaf.name.length)}</span>${this.slider(leaf)}</div>`;
  }

  /**
   * @param {string} name
   * @param {Leaf[]} leaves
   * @returns {import("lit").TemplateResult}
   */
  vectorRows(name, leaves) {
    /** @type {Map<string, Leaf[]>} */
    const rows = new Map();
    for (const leaf of leaves) {
      const row = leaf.path.slice(0, -1).join();
      rows.set(row, [...(rows.get(row) ?? []), leaf]);
    }
    const moved = leaves.find(({ label }) => label === this.chosen.get(name)) ?? leaves[0];
    return html`<div class="leaf vector" role="group" aria-label=${name}>
      <span class="letter" title=${name}>${prettifyText(name)}</span>
      <div class="entries">
        ${[...rows.values()].map((row) => html`<div class="entry-row">${row.map((leaf) => this.field(leaf))}</div>`)}
        <div class="entry-foot">
          ${rows.size === 1 && leaves[0]?.path.length === 1 ? this.lengthButtons(name, leaves.length) : nothing}
          ${moved ? this.entrySlider(moved) : nothing}
        </div>
      </div>
    </div>`;
  }

  /**
   * @param {Leaf} leaf
   * @returns {void}
   */
  chooseEntry(leaf) {
    if (!leaf.path.length || this.chosen.get(leaf.name) === leaf.label) return;
    this.chosen.set(leaf.name, leaf.label);
    this.requestUpdate();
  }

  /**
   * @param {Leaf} leaf
   * @param {Event} event
   * @param {number} reach
   * @returns {void}
   */
  slide(leaf, event, reach) {
    const raw = Number(/** @type {HTMLInputElement} */ (event.target).value);
    moveLeaf(leaf, roundTo(raw, reach));
  }

  /**
   * @param {Leaf} leaf
   * @param {KeyboardEvent} event
   * @param {number} reach
   * @returns {void}
   */
  notch(leaf, event, reach) {
    const direction = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (!direction) return;
    event.preventDefault();
    const stride = (reach / NOTCHES) * 2 * direction;
    moveLeaf(leaf, roundTo((toNumber(leaf.value) || 0) + stride, reach));
    this.grow(leaf, reach);
  }

  /**
   * A slider that is let go at its end reaches further from then on.
   * @param {Leaf} leaf
   * @param {number} reach
   * @returns {void}
   */
  grow(leaf, reach) {
    const now = listLeaves(program.value?.inputs ?? [], question.value.point).find(({ label }) => label === leaf.label);
    if (!now || Math.abs(toNumber(now.value)) < reach * (1 - 1e-9)) return;
    this.reach.set(leaf.label, roundUp(reach * 1.5));
    this.requestUpdate();
  }
}

/**
 * Round to what a slider of this reach can point at, so that no stray digits appear.
 * @param {number} number
 * @param {number} reach
 * @returns {number}
 */
function roundTo(number, reach) {
  const decimals = Math.max(0, Math.ceil(-Math.log10(reach / NOTCHES)));
  return Number(number.toFixed(Math.min(15, decimals)));
}

customElements.define("wg-point", PointView);
