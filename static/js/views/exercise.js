/**
 * An exercise: what is asked, the cells with their blanks, what is said of the answers, the graph beside. It shows
 * whatever the store holds; a page that has it includes exercise-styles.html.
 */

import { html, keyed, nothing } from "lit";
import { countDone, isDone, listMistakes } from "../cells.js";
import { findNear, layOut } from "../exercise-sheet.js";
import { exercise, graph, outdated, picked, problem, spoken, trace } from "../store.js";
import { View } from "./element.js";
import { formsTemplate } from "./exercise-forms.js";
import { sheetTemplate } from "./exercise-table.js";
import "./graph.js";
import "./math.js";

/** @typedef {import("../protocol.js").ExerciseState} ExerciseState */

export class ExerciseView extends View {
  static properties = { whole: { state: true } };

  constructor() {
    super();
    /** Whether rows are shown that the blanks have nothing to do with. */
    this.whole = false;
    /** The blank that had the focus when this was drawn last. */
    this.shown = "";
    /** @type {object | null} the exercise that was drawn last */
    this.drawn = null;
    this.focused = false;
    /** How often a blank had been picked when this was drawn last. */
    this.picked = 0;
  }

  render() {
    this.focused = this.contains(document.activeElement);
    const state = exercise.value;
    void picked.value;
    return html`${this.problem(state)}
      ${state ? keyed(state.exercise, this.exercise(state)) : nothing}
      <p class="unseen" id="exercise-speech" role="status">${spoken.value}</p>`;
  }

  /**
   * What stands in the way of an exercise, where no editor says it.
   * @param {ExerciseState | null} state
   * @returns {import("lit").TemplateResult | typeof nothing}
   */
  problem(state) {
    const wrong = problem.value;
    if (!wrong || (state && wrong.span)) return nothing;
    return html`<div class="exercise-problem" role="alert"><p>${wrong.message}</p>
      ${wrong.hint ? html`<p class="quiet-words">${wrong.hint}</p>` : nothing}</div>`;
  }

  /**
   * @param {ExerciseState} state
   * @returns {import("lit").TemplateResult}
   */
  exercise(state) {
    return html`<div class="exercise ${outdated.value ? "dimmed" : ""}">
      <section class="exercise-work" aria-label="What is asked">
        <p class="exercise-ask">${state.exercise.ask}</p>
        ${progressTemplate(state)} ${this.sheet(state)} ${state.finished ? closingTemplate(state) : nothing}
      </section>
      <section class="exercise-graph" aria-label="The computation graph"><wg-graph></wg-graph></section>
    </div>`;
  }

  /**
   * @param {ExerciseState} state
   * @returns {unknown}
   */
  sheet(state) {
    const nodes = graph.value;
    const sheet = nodes ? layOut(state.exercise, nodes, trace.value?.outputs ?? []) : null;
    if (!nodes || !sheet) return formsTemplate(state, nodes);
    const near = findNear(sheet, state.exercise, nodes);
    const every = new Set(sheet.rows.map(({ key }) => key));
    return html`${near.size < every.size ? this.switch(every.size) : nothing}
    ${sheetTemplate(state, sheet, this.whole ? every : near)}`;
  }

  /**
   * @param {number} rows how many there are
   * @returns {import("lit").TemplateResult}
   */
  switch(rows) {
    return html`<label class="exercise-whole">
      <input type="checkbox" role="switch" .checked=${this.whole} @change=${() => (this.whole = !this.whole)} />
      All ${rows} rows
    </label>`;
  }

  /** Where the focus was in the exercise it goes on with it: to the next blank, or to the end. @returns {void} */
  updated() {
    const state = exercise.value;
    const [shown, drawn] = [this.shown, this.drawn];
    this.shown = state?.finished ? "end" : (state?.current ?? "");
    this.drawn = state?.exercise ?? null;
    const chosen = picked.value !== this.picked;
    this.picked = picked.value;
    const lost = chosen || !this.contains(document.activeElement);
    if (!state || !(this.focused || chosen) || drawn !== this.drawn || (shown === this.shown && !lost)) return;
    const place = this.querySelector(placesOf(state));
    if (place?.contains(document.activeElement)) return;
    const field = place?.matches("input, button, .exercise-closing") ? place : place?.querySelector("input, button");
    if (field instanceof HTMLElement) field.focus();
  }
}

/**
 * Where an exercise is gone on with: the end, the current blank, or the way on from it.
 * @param {ExerciseState} state
 * @returns {string} a selector
 */
function placesOf(state) {
  if (state.finished) return ".exercise-closing";
  return isDone(state, state.current) ? `[data-act="next"]` : `[data-blank="${CSS.escape(state.current)}"]`;
}

/**
 * @param {ExerciseState} state
 * @returns {import("lit").TemplateResult}
 */
function progressTemplate(state) {
  const { total, done } = countDone(state);
  return html`<p class="exercise-progress">
    <progress max=${total} value=${done} aria-label="Blanks done"></progress>
    <span id="exercise-done">${done} of ${total} done</span>
  </p>`;
}

/**
 * @param {ExerciseState} state
 * @returns {import("lit").TemplateResult}
 */
function closingTemplate(state) {
  const { total, right, first } = countDone(state);
  const mistakes = listMistakes(state);
  const slipped = state.attempts.some(({ verdict, revealed }) => verdict !== "right" && !revealed);
  const shown = total - right ? `, ${total - right} shown` : "";
  return html`<div class="exercise-closing" tabindex="-1">
    <h3>Done.</h3>
    <p>${first} of ${total} right at the first try and without a hint, ${right - first} after that${shown}.</p>
    ${
      mistakes.length
        ? html`<p>What was mixed up:</p>
            <ul>
              ${mistakes.map(({ sentence, times }) => html`<li>${sentence}${times > 1 ? ` (${times} times)` : ""}</li>`)}
            </ul>`
        : html`<p>${slipped ? "What was mixed up, the answers do not tell for certain." : "Nothing was mixed up."}</p>`
    }
  </div>`;
}

customElements.define("wg-exercise", ExerciseView);
