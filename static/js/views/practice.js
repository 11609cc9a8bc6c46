/** Practice: the exercise that is being done and why this one, or the button to begin; afterwards what it came to. */

import { html, nothing } from "lit";
import { practiseNext, stopPractice } from "../actions/practice.js";
import { progressOf } from "../practice/progress.js";
import { isDue } from "../practice/schedule.js";
import { minutesOf, SESSION_MINUTES } from "../practice/session.js";
import { count, doneWords, pointWords, REASONS, sessionWords } from "../practice/words.js";
import { exercise, practice, problem } from "../store.js";
import { View } from "./element.js";
import "./exercise.js";

/**
 * @typedef {import("../practice/session.js").PracticeState} PracticeState
 * @typedef {import("../practice/session.js").Running} Running
 */

/** Where an exercise is begun. */
const FIRST_FIELD = "wg-exercise form :is(input, button):not([type='submit'])";

export class PracticeView extends View {
  constructor() {
    super();
    /** @type {string | null} the exercise that was shown last; null before anything was shown */
    this.shown = null;
    /** @type {boolean} whether it was done when it was shown last */
    this.done = false;
  }

  render() {
    const state = practice.value;
    if (!state.table) return nothing;
    return state.running ? this.frame(state, state.running) : this.beginning(state);
  }

  /**
   * @param {PracticeState} state
   * @returns {import("lit").TemplateResult}
   */
  beginning({ table, record, now, closing }) {
    const progress = progressOf(record.attempts, table?.skills ?? []);
    const due = [...progress.values()].filter(({ card }) => isDue(card, now)).length;
    return html`<section class="practice-begin" aria-label="Session">
      ${closing ? html`<p id="closing" role="status">${sessionWords(closing, record)}</p>` : nothing}
      <button id="begin" type="button" class="button practice-main-button" @click=${() => void practiseNext()}>
        Practise for ${SESSION_MINUTES} minutes
      </button>
      <p class="quiet-words">${due ? `${count(due, "skill")} due for review.` : "No review is due."}</p>
      ${this.refusal()}
    </section>`;
  }

  /**
   * @param {PracticeState} state
   * @param {Running} running
   * @returns {import("lit").TemplateResult}
   */
  frame({ table, session, now }, { kind, reason, note }) {
    const title = table?.skills.find((skill) => skill.kind === kind)?.title ?? kind;
    const { spec } = exercise.value ?? {};
    const minute = session ? Math.min(SESSION_MINUTES, minutesOf(session, now) + 1) : 1;
    return html`<section class="practice-now" aria-label="Exercise to practise">
      <header class="practice-head">
        <div>
          <h2 id="practice-title" tabindex="-1">${title}</h2>
          <p class="quiet-words" id="practice-why">Level ${spec?.level ?? 1}, ${REASONS[reason]}. ${note}</p>
        </div>
        <p class="quiet-words" id="practice-time">Minute ${minute} of about ${SESSION_MINUTES}</p>
      </header>
      ${
        spec
          ? html`<div class="practice-function">
              <pre tabindex="0" role="group" aria-label="The function"><code>${spec.source}</code></pre>
              <p class="quiet-words">at ${pointWords(spec.point)}</p>
            </div>`
          : nothing
      }
      <wg-exercise></wg-exercise>
      <p class="unseen" role="status">${title}, level ${spec?.level ?? 1}. ${exercise.value?.exercise.ask ?? ""}</p>
      ${this.ending(title)}
    </section>`;
  }

  /** @returns {import("lit").TemplateResult | typeof nothing} why the exercise that was asked for is not there */
  refusal() {
    const wrong = problem.value;
    return wrong ? html`<p class="practice-refusal" role="alert">${wrong.message} ${wrong.hint ?? ""}</p>` : nothing;
  }

  /**
   * What the exercise has changed, and where to go from here.
   * @param {string} title
   * @returns {import("lit").TemplateResult}
   */
  ending(title) {
    const { record, running, session, now } = practice.value;
    const finished = exercise.value?.finished ?? false;
    const [before, after] = finished ? this.change(running?.kind ?? "") : [];
    const over = session !== null && finished && minutesOf(session, now) >= SESSION_MINUTES;
    return html`<footer class="practice-end">
      <p id="practice-done" role="status">
        ${before && after ? doneWords(title, before.known, after, now) : ""}
        ${over && session ? `${SESSION_MINUTES} minutes are over. ${sessionWords(session, record)} A good moment to stop.` : ""}
      </p>
      <button
        id="next"
        type="button"
        class="button ${finished && !over ? "practice-main-button" : ""}"
        @click=${() => void practiseNext()}
      >
        ${finished ? "Next" : "Another exercise"}
      </button>
      <button id="stop" type="button" class="button ${over ? "practice-main-button" : ""}" @click=${stopPractice}>
        Stop here
      </button>
    </footer>`;
  }

  /**
   * A skill without the exercise of the moment and with it.
   * @param {string} kind
   * @returns {(import("../practice/progress.js").Progress | undefined)[]}
   */
  change(kind) {
    const { table, record, running } = practice.value;
    const others = record.attempts.filter(({ exercise }) => exercise !== running?.id);
    return [others, record.attempts].map((attempts) => progressOf(attempts, table?.skills ?? []).get(kind));
  }

  /** Bring the focus along: to a new exercise, to the button once it is done, and back to the beginning. */
  updated() {
    if (!practice.value.table) return;
    const id = practice.value.running?.id ?? "";
    const done = id !== "" && (exercise.value?.finished ?? false);
    if (this.shown !== null && id !== this.shown) this.focusOn(id ? FIRST_FIELD : "#begin");
    else if (this.shown !== null && done && !this.done) this.focusOn("#next");
    if (this.shown !== null && id && id !== this.shown) this.scrollIntoView({ block: "start" });
    this.shown = id;
    this.done = done;
  }

  /**
   * Two frames later: what is in the exercise draws itself, and moves the focus, in the next.
   * @param {string} wanted
   * @returns {void}
   */
  focusOn(wanted) {
    const focus = () => {
      const place = this.querySelector(wanted) ?? this.querySelector("#practice-title");
      if (place instanceof HTMLElement) place.focus();
    };
    requestAnimationFrame(() => requestAnimationFrame(focus));
  }
}

customElements.define("wg-practice", PracticeView);
