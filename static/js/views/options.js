/** The options of a lab, each as the control that its kind asks for. */

import { html, nothing } from "lit";
import { openStart, setOption } from "../actions/lab.js";
import { fits } from "../lab-address.js";
import { listLeaves } from "../points.js";
import { lab, program } from "../store.js";
import { View } from "./element.js";
import "./number-field.js";

/**
 * @typedef {import("../protocol.js").Option} Option
 * @typedef {import("../protocol.js").OptionValue} OptionValue
 */

export class OptionsView extends View {
  render() {
    if (!lab.value) return nothing;
    const { lab: shown, options } = lab.value;
    const controls = shown.options.filter((option) => option.shown);
    return html`
      ${controls.length ? html`<h2 class="heading">Options</h2>` : nothing}
      ${controls.map((option) => this.row(option, options[option.name] ?? option.default))}
      ${shown.starts.length ? html`<h2 class="heading">Worth a look</h2>` : nothing}
      <ul class="starts">
        ${shown.starts.map(
          (start) => html`<li>
            <button type="button" class="link" @click=${() => openStart(start)}>${start.title}</button>
          </li>`,
        )}
      </ul>
    `;
  }

  /**
   * @param {Option} option
   * @param {OptionValue} value
   * @returns {import("lit").TemplateResult | typeof nothing}
   */
  row(option, value) {
    const id = `option-${option.name}`;
    if (option.kind === "vector") return this.vector(option, /** @type {Record<string, number>} */ (value), id);
    if (namesFor(option)?.length === 1) return nothing;
    if (option.kind === "switch") {
      return html`<label class="option" for=${id}
        ><input
          id=${id}
          type="checkbox"
          .checked=${value === true}
          @change=${(/** @type {Event} */ event) =>
            setOption(option.name, /** @type {HTMLInputElement} */ (event.target).checked)}
        />${option.label}</label
      >`;
    }
    return html`<div class="option">
      <label for=${id}>${option.label}</label>${this.control(option, value, id)}
    </div>`;
  }

  /**
   * A field for each number of the function.
   * @param {Option} option
   * @param {Record<string, number>} value
   * @param {string} id
   * @returns {import("lit").TemplateResult}
   */
  vector(option, value, id) {
    const names = leafNames();
    /** @param {string} name @param {CustomEvent} event */
    const set = (name, { detail }) => {
      const moved = { ...value, [name]: detail };
      if (fits(option, moved)) setOption(option.name, moved);
    };
    return html`<fieldset class="vector-option" id=${id}>
      <legend>${option.label}</legend>
      ${names.map(
        (name) => html`<label class="option" for="${id}-${name}"
          ><code>${name}</code
          ><wg-number
            .value=${value[name] ?? option.fill}
            .label="${option.label}: ${name}"
            .field="${id}-${name}"
            @number=${(/** @type {CustomEvent} */ event) => set(name, event)}
          ></wg-number
        ></label>`,
      )}
    </fieldset>`;
  }

  /**
   * @param {Option} option
   * @param {number} value
   * @param {string} id
   * @param {string[]} names
   * @returns {import("lit").TemplateResult}
   */
  pick(option, value, id, names) {
    const chosen = Math.min(value, names.length - 1);
    return html`<select
      id=${id}
      @change=${(/** @type {Event} */ event) =>
        setOption(option.name, /** @type {HTMLSelectElement} */ (event.target).selectedIndex)}
    >
      ${names.map((name, place) => html`<option .selected=${place === chosen}>${name}</option>`)}
    </select>`;
  }

  /**
   * @param {Option} option
   * @param {OptionValue} value
   * @param {string} id
   * @returns {import("lit").TemplateResult}
   */
  control(option, value, id) {
    if (option.kind === "number") {
      return html`<wg-number
        .value=${value}
        .label=${option.label}
        .field=${id}
        @number=${(/** @type {CustomEvent} */ event) => fits(option, event.detail) && setOption(option.name, event.detail)}
      ></wg-number>`;
    }
    const names = namesFor(option);
    if (names) return this.pick(option, Number(value), id, names);
    if (option.kind === "choice") {
      return html`<select
        id=${id}
        @change=${(/** @type {Event} */ event) =>
          setOption(option.name, /** @type {HTMLSelectElement} */ (event.target).value)}
      >
        ${option.choices.map((choice) => html`<option .selected=${choice === value}>${choice}</option>`)}
      </select>`;
    }
    return html`<input
        id=${id}
        class="slider"
        type="range"
        min=${option.low}
        max=${option.high}
        step="1"
        .value=${String(value)}
        @input=${(/** @type {Event} */ event) =>
          setOption(option.name, /** @type {HTMLInputElement} */ (event.target).valueAsNumber)}
      /><output for=${id}>${value}</output>`;
  }
}

/**
 * What an option of kind input or output chooses from.
 * @param {Option} option
 * @returns {string[] | null}
 */
function namesFor({ kind }) {
  if (kind === "output") return program.value?.outputs ?? [];
  return kind === "input" ? leafNames() : null;
}

/** @returns {string[]} what the numbers are called that the function takes */
function leafNames() {
  return listLeaves(program.value?.inputs ?? [], {}).map(({ label }) => label);
}

customElements.define("wg-options", OptionsView);
