/** An assignment as a learner does it: what is asked in all, one exercise after the other, what to hand in. */

import { html, nothing } from "lit";
import { beginAnew, countAttempts, goToExercise, nameLearner, saveResult, saveResultTable } from "../actions/assignment.js";
import { LONGEST_NAME } from "../assignment-limits.js";
import { isDone } from "../cells.js";
import { countOf } from "../numbers.js";
import { assignment, exercise, problem } from "../store.js";
import { View } from "./element.js";
import "./exercise.js";

/**
 * @typedef {import("../protocol.js").AssignmentState} AssignmentState
 * @typedef {import("../protocol.js").ExerciseState} ExerciseState
 */

export class AssignmentView extends View {
  render() {
    const state = assignment.value;
    const wrong = problem.value;
    if (!state && !wrong) return html`<h1>Assignment</h1>`;
    if (!state) {
      return html`<h1>Assignment</h1>
        <p class="assignment-problem" role="status">${wrong?.message} ${wrong?.hint ?? ""}</p>
        <p><a href="/assignment">Make an assignment</a></p>`;
    }
    return html`${this.head(state)} ${this.places(state)} ${this.task(state)} ${this.handIn(state)}`;
  }

  /**
   * @param {AssignmentState} state
   * @returns {import("lit").TemplateResult}
   */
  head({ assignment: { title, words }, learner, letters }) {
    return html`<header class="assignment-head">
      <h1>${title || "Assignment"}</h1>
      ${words ? html`<p class="assignment-words">${words}</p>` : nothing}
      <p class="assignment-links"><a href="/assignment#edit=${letters}">For teachers: change it or print it</a></p>
      <label class="assignment-field">
        <span>Your name</span>
        <input
          id="learner"
          type="text"
          maxlength=${LONGEST_NAME}
          autocomplete="name"
          .value=${learner}
          @input=${(/** @type {Event} */ event) => nameLearner(textOf(event))}
        />
        <span class="quiet-words">It stays in this browser, and goes into the file that you hand in.</span>
      </label>
    </header>`;
  }

  /**
   * @param {AssignmentState} state
   * @returns {import("lit").TemplateResult}
   */
  places(state) {
    return html`<nav class="assignment-places" aria-label="Exercises">
      <ol>
        ${state.exercises.map(
          ({ title }, place) =>
            html`<li>
              <button
                type="button"
                aria-current=${place === state.current ? "step" : nothing}
                @click=${() => void goToExercise(place)}
              >
                <span class="assignment-title">${place + 1}. ${title}</span>
                <span class="quiet-words">${progressOf(state, place)}</span>
              </button>
            </li>`,
        )}
      </ol>
    </nav>`;
  }

  /**
   * @param {AssignmentState} state
   * @returns {import("lit").TemplateResult}
   */
  task(state) {
    const { current, exercises } = state;
    const shown = exercise.value;
    const next = current + 1 < exercises.length;
    return html`<section class="assignment-task" aria-labelledby="task-title">
      <h2 id="task-title">${current + 1}. ${exercises[current]?.title}</h2>
      <pre class="assignment-source" tabindex="0" role="group" aria-label="The function"><code>${
        state.assignment.exercises[current]?.source
      }</code></pre>
      <p class="quiet-words" id="attempts" role="status">${attemptsLeft(state, shown)}</p>
      <wg-exercise></wg-exercise>
      ${
        next
          ? html`<p class="assignment-next">
              <button id="next" type="button" class="button" @click=${() => void goToExercise(current + 1)}>
                Next exercise
              </button>
            </p>`
          : nothing
      }
    </section>`;
  }

  /**
   * @param {AssignmentState} state
   * @returns {import("lit").TemplateResult}
   */
  handIn(state) {
    const done = state.work.filter((each) => each?.finished).length;
    return html`<section class="assignment-hand-in" aria-labelledby="hand-in">
      <h2 id="hand-in">Hand in</h2>
      <p role="status" id="done">${done} of ${countOf(state.exercises.length, "exercise")} done.</p>
      <p>
        Save the result and give the file to your teacher, who can have every answer judged again. Nothing is sent by
        this page.
      </p>
      ${state.kept ? nothing : html`<p class="assignment-problem">This browser keeps nothing: save before you leave.</p>`}
      <p class="assignment-acts">
        <button id="save-result" type="button" class="button" @click=${saveResult}>Save the result</button>
        <button id="save-table" type="button" class="button" @click=${saveResultTable}>Save as a table</button>
        <button id="begin-anew" type="button" class="link" @click=${askToBeginAnew}>Begin anew, as somebody else</button>
      </p>
    </section>`;
  }
}

/** @returns {void} */
function askToBeginAnew() {
  if (confirm("Everything that was done here in this assignment will be gone. Is the result saved?")) void beginAnew();
}

/**
 * @param {AssignmentState} state
 * @param {number} place
 * @returns {string}
 */
function progressOf({ work, exercises }, place) {
  const blanks = exercises[place]?.blanks ?? 0;
  const state = work[place];
  if (!state) return countOf(blanks, "blank");
  if (state.finished) return "all done";
  return `${state.exercise.blanks.filter(({ id }) => isDone(state, id)).length} of ${countOf(blanks, "blank")} done`;
}

/**
 * @param {AssignmentState} state
 * @param {ExerciseState | null} shown
 * @returns {string}
 */
function attemptsLeft({ assignment: { exercises }, current }, shown) {
  const allowed = exercises[current]?.attempts ?? null;
  if (allowed === null) return "As many attempts as you like.";
  const whole = `${countOf(allowed, "attempt")} at each blank.`;
  const used = shown ? countAttempts(shown, shown.current) : 0;
  if (!shown || !used || isDone(shown, shown.current)) return whole;
  return `${whole} ${Math.max(0, allowed - used)} left at this one.`;
}

/**
 * @param {Event} event
 * @returns {string}
 */
function textOf({ target }) {
  return target instanceof HTMLInputElement ? target.value : "";
}

customElements.define("wg-assignment", AssignmentView);
