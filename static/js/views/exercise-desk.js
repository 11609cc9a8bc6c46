/** What belongs to one blank: what is said of its answer, a second question, hints, and what can be done next. */

import { html, nothing } from "lit";
import { askHint, giveUp, goToBlank, HEADLINES, settleTie } from "../actions/exercise.js";
import { blankOf, isDone, knownCells, nextOpen } from "../cells.js";
import { formatShort } from "../numbers.js";

/**
 * @typedef {import("../protocol.js").ExerciseState} ExerciseState
 * @typedef {import("../protocol.js").Blank} Blank
 * @typedef {import("../protocol.js").Verdict} Verdict
 */

const HINTS = 3;
export const DIGITS = 5;

/**
 * @param {string} id of a blank
 * @returns {string} the id of the element that says what is to be said of its answer
 */
export function saidId(id) {
  return `said-${id.replaceAll(":", "-")}`;
}

/**
 * @param {ExerciseState} state
 * @param {Blank} blank
 * @param {string} form the id of the form that checks the answer
 * @returns {import("lit").TemplateResult}
 */
export function deskTemplate(state, blank, form) {
  const { id } = blank;
  const verdict = state.verdicts[id];
  const revealed = state.revealed.includes(id);
  const second = state.question?.blank === id ? state.question : null;
  const choices = second?.choices ?? [];
  const hints = (state.hints[id] ?? []).slice(0, revealed ? -1 : undefined);
  return html`<div class="desk" data-verdict=${revealed ? "shown" : (verdict?.kind ?? "none")}>
    <div id=${saidId(id)}>
      ${revealed ? html`<p><b>The answer:</b> ${state.hints[id]?.at(-1)}</p>` : nothing}
      ${verdict && !revealed ? html`<p><b>${HEADLINES[verdict.kind]}</b> ${verdict.kind === "right" ? "" : verdict.sentence}</p>` : nothing}
      ${verdict?.kind === "tied" && !choices.length ? html`<ul>${verdict.findings.map(({ sentence }) => html`<li>${sentence}</li>`)}</ul>` : nothing}
    </div>
    ${second ? (choices.length ? whichTemplate(second.words, choices) : secondTemplate(second.words)) : nothing}
    ${verdict?.step && !isDone(state, id) ? stepTemplate(state, verdict.step) : nothing}
    ${
      hints.length
        ? html`<ol class="desk-hints" aria-label="Hints">${hints.map((words) => html`<li>${words}</li>`)}</ol>`
        : nothing
    }
    ${isDone(state, id) ? nextTemplate(state, id) : actsTemplate(id, hints.length, form)}
  </div>`;
}

/**
 * @param {string} id
 * @param {number} seen how many hints
 * @param {string} form
 * @returns {import("lit").TemplateResult}
 */
function actsTemplate(id, seen, form) {
  return html`<div class="desk-acts">
    <button type="submit" form=${form} class="button">Check</button>
    ${
      seen < HINTS
        ? html`<button type="button" class="link" data-act="hint" @click=${() => void askHint(id)}>
            Hint ${seen + 1} of ${HINTS}
          </button>`
        : nothing
    }
    <button type="button" class="link" data-act="reveal" @click=${() => void giveUp(id)}>Show the answer</button>
  </div>`;
}

/**
 * The way on from a blank that is done.
 * @param {ExerciseState} state
 * @param {string} id
 * @returns {import("lit").TemplateResult | typeof nothing}
 */
function nextTemplate(state, id) {
  const next = blankOf(state, nextOpen(state, id));
  if (!next || state.finished || state.current !== id) return nothing;
  return html`<div class="desk-acts">
    <button type="button" class="button" data-act="next" @click=${() => goToBlank(next.id)}>
      Go on<span class="unseen"> to ${next.words}</span>
    </button>
  </div>`;
}

/**
 * The question that tells mistakes apart. It stands inside a form and cannot be one itself.
 * @param {string} words
 * @returns {import("lit").TemplateResult}
 */
function secondTemplate(words) {
  return html`<div class="desk-second">
    <label
      >${words}
      <input class="number" name="second" type="text" spellcheck="false" autocapitalize="off" @keydown=${settleOnEnter}
    /></label>
    <button type="button" class="button" data-act="settle" @click=${settle}>Tell them apart</button>
  </div>`;
}

/**
 * The question which of several mistakes it was.
 * @param {string} words
 * @param {string[]} choices
 * @returns {import("lit").TemplateResult}
 */
function whichTemplate(words, choices) {
  return html`<div class="desk-second desk-which" role="group" aria-label=${words}>
    <p>${words}</p>
    ${choices.map(
      (choice) =>
        html`<button type="button" class="button" data-act="settle" @click=${() => void settleTie(choice)}>${choice}</button>`,
    )}
  </div>`;
}

/**
 * @param {KeyboardEvent} event
 * @returns {void}
 */
function settleOnEnter(event) {
  if (event.key === "Enter") settle(event);
}

/**
 * @param {Event} event
 * @returns {void}
 */
function settle(event) {
  event.preventDefault();
  const place = event.target instanceof Element ? event.target.closest(".desk-second") : null;
  void settleTie(place?.querySelector("input")?.value ?? "");
}

/**
 * The next smaller step: another blank, or a cell that is known.
 * @param {ExerciseState} state
 * @param {string} step
 * @returns {import("lit").TemplateResult | typeof nothing}
 */
function stepTemplate(state, step) {
  const blank = blankOf(state, step);
  if (blank && !isDone(state, step)) {
    return html`<p>
      <button type="button" class="link" data-act="step" @click=${() => goToBlank(step)}>
        Try a smaller step first: ${blank.words}
      </button>
    </p>`;
  }
  const words = blank?.words ?? state.exercise.given.find(({ id }) => id === step)?.words;
  const value = knownCells(state).get(step);
  return words && value !== undefined
    ? html`<p class="quiet-words">It is worked out from ${words}, ${formatShort(value, DIGITS)}.</p>`
    : nothing;
}
