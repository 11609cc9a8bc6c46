/** Which functions are practised on: those that fit the level, or one of the learner's own. */

import { html, nothing } from "lit";
import { readJson } from "../address.js";
import { useOwn, useTable } from "../actions/practice.js";
import { practice } from "../store.js";
import { View } from "./element.js";

/** @typedef {import("../protocol.js").Point} Point */

const EXAMPLE = "x*sin(x*y)";

export class OwnView extends View {
  static properties = { opened: { state: true } };

  constructor() {
    super();
    /** @type {boolean} whether the field for a function is open that is not used yet */
    this.opened = false;
  }

  render() {
    const { own } = practice.value.record;
    const used = own?.used ?? false;
    return html`<fieldset class="own">
        <legend class="heading">Functions</legend>
        <label class="choice">
          <input type="radio" name="functions" value="table" .checked=${!used && !this.opened} @change=${() => this.choose(false)} />
          Chosen to fit the level
        </label>
        <label class="choice">
          <input type="radio" name="functions" value="own" .checked=${used || this.opened} @change=${() => this.choose(true)} />
          My own function
        </label>
      </fieldset>
      ${used || this.opened ? this.form(own) : nothing}`;
  }

  /**
   * @param {boolean} own
   * @returns {void}
   */
  choose(own) {
    this.opened = own;
    const known = practice.value.record.own;
    if (!own) void useTable();
    else if (known) void useOwn(known.source, known.point);
  }

  /**
   * @param {import("../practice/record.js").OwnFunction | null} own
   * @returns {import("lit").TemplateResult}
   */
  form(own) {
    const { refused } = practice.value;
    return html`<form class="own-form" autocomplete="off" @submit=${(/** @type {SubmitEvent} */ event) => this.submit(event)}>
      <label for="own-source">The function</label>
      <textarea
        id="own-source"
        name="source"
        rows="4"
        spellcheck="false"
        autocapitalize="off"
        aria-invalid=${refused ? "true" : "false"}
        aria-describedby="own-said"
        .value=${own?.source ?? EXAMPLE}
      ></textarea>
      <div class="own-point">
        ${Object.entries(own?.point ?? {}).map(
          ([name, value]) =>
            html`<label>${name} <input class="number" name="at ${name}" .value=${JSON.stringify(value)} spellcheck="false" /></label>`,
        )}
      </div>
      <button type="submit" class="button">Use this function</button>
      <p id="own-said" role="status" class=${refused ? "own-refused" : "quiet-words"}>
        ${refused || (own?.used ? "The next exercises are about this function, where it has one of their kind." : "Not in use yet.")}
      </p>
    </form>`;
  }

  /**
   * @param {SubmitEvent} event
   * @returns {void}
   */
  submit(event) {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const fields = [...new FormData(event.target)].map(([name, value]) => /** @type {const} */ ([name, String(value)]));
    const source = fields.find(([name]) => name === "source")?.[1] ?? "";
    const point = fields.filter(([name]) => name.startsWith("at ")).map(([name, text]) => [name.slice(3), readJson(text)]);
    const known = new Set(practice.value.record.own?.source === source ? point.map(([name]) => name) : []);
    void useOwn(source, Object.fromEntries(point.filter(([name, value]) => known.has(name) && value !== undefined)));
  }
}

customElements.define("wg-own", OwnView);
