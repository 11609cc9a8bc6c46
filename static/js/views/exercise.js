/**
 * An exercise: what is asked, the cells with their blanks, what is said of the answers, the graph beside. It shows
 * whatever the store holds; a page that has it takes the style sheet exercise.css.
 */

import { html, nothing } from "lit";
import { answerBlank, askHint, giveUp, goToBlank } from "../actions/exercise.js";
import { isDone } from "../cells.js";
import { formatShort } from "../numbers.js";
import { exercise, outdated, problem } from "../store.js";
import { View } from "./element.js";
import "./graph.js";
import "./math.js";

/**
 * @typedef {import("../protocol.js").ExerciseState} ExerciseState
 * @typedef {import("../protocol.js").Blank} Blank
 */

export class ExerciseView extends View {
  render() {
    const state = exercise.value;
    const wrong = problem.value;
    if (!state) return wrong ? html`<p class="exercise-problem" role="status">${wrong.message} ${wrong.hint ?? ""}</p>` : nothing;
    return html`<div class="exercise ${outdated.value ? "dimmed" : ""}">
      <section class="exercise-sheet" aria-label="Exercise">
        <p class="exercise-ask">${state.exercise.ask}</p>
        <ol>
          ${state.exercise.given.map(({ words, value }) => html`<li>${words}: ${formatShort(value, 6)}</li>`)}
        </ol>
        ${state.exercise.blanks.map((blank) => this.blank(state, blank))}
      </section>
      <section class="exercise-graph" aria-label="The computation graph"><wg-graph></wg-graph></section>
    </div>`;
  }

  /**
   * @param {ExerciseState} state
   * @param {Blank} blank
   * @returns {import("lit").TemplateResult}
   */
  blank(state, blank) {
    const { id } = blank;
    const done = isDone(state, id);
    return html`<form data-blank=${id} @submit=${(/** @type {SubmitEvent} */ event) => submit(event, id)}>
      <label>${blank.words} <input name="answer" .value=${state.answers[id] ?? ""} ?readonly=${done} @focus=${() => goToBlank(id)} /></label>
      <button type="submit">Check</button>
      <button type="button" @click=${() => void askHint(id)}>Hint</button>
      <button type="button" @click=${() => void giveUp(id)}>Show the answer</button>
      <p role="status">${state.verdicts[id]?.sentence ?? ""}</p>
    </form>`;
  }
}

/**
 * @param {SubmitEvent} event
 * @param {string} id
 * @returns {void}
 */
function submit(event, id) {
  event.preventDefault();
  if (!(event.target instanceof HTMLFormElement)) return;
  const answer = new FormData(event.target).get("answer");
  void answerBlank(id, typeof answer === "string" ? answer : "");
}

customElements.define("wg-exercise", ExerciseView);
