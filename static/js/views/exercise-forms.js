/** The questions of an exercise that is no table: choices, an order, formulas and single numbers, one below the other. */

import { html, nothing } from "lit";
import { answerBlank, goToBlank } from "../actions/exercise.js";
import { isDone } from "../cells.js";
import { symbolOf } from "../picture.js";
import { prettifyText } from "../numbers.js";
import { deskTemplate } from "./exercise-desk.js";
import { fieldTemplate, markTemplate } from "./exercise-table.js";
import "./exercise-order.js";

/**
 * @typedef {import("../protocol.js").ExerciseState} ExerciseState
 * @typedef {import("../protocol.js").Blank} Blank
 * @typedef {import("../protocol.js").Graph} Graph
 */

/**
 * @param {ExerciseState} state
 * @param {Graph | null} graph
 * @returns {import("lit").TemplateResult}
 */
export function formsTemplate(state, graph) {
  const { blanks, lines } = state.exercise;
  const asked = blanks.some(({ choices }) => choices.length === lines.length);
  return html`${lines.length && !asked ? html`<ol class="exercise-lines">${lines.map(lineTemplate)}</ol>` : nothing}
    ${blanks.map((blank) => formTemplate(state, blank, graph))}`;
}

/**
 * @param {string} line
 * @returns {import("lit").TemplateResult}
 */
function lineTemplate(line) {
  return html`<li><code>${withoutNumber(line)}</code></li>`;
}

/**
 * @param {string} line
 * @returns {string}
 */
function withoutNumber(line) {
  return line.replace(/^\d+: /, "");
}

/**
 * @param {ExerciseState} state
 * @param {Blank} blank
 * @param {Graph | null} graph
 * @returns {import("lit").TemplateResult}
 */
function formTemplate(state, blank, graph) {
  const { id } = blank;
  const form = `form-${id.replaceAll(":", "-")}`;
  return html`<form
    id=${form}
    class="exercise-form ${state.current === id && !state.finished ? "current" : ""}"
    data-blank=${id}
    autocomplete="off"
    @submit=${(/** @type {SubmitEvent} */ event) => check(event, id)}
    @focusin=${() => goToBlank(id)}
  >
    ${bodyTemplate(state, blank, graph)} ${deskTemplate(state, blank, form)}
  </form>`;
}

/**
 * @param {SubmitEvent} event
 * @param {string} id
 * @returns {void}
 */
function check(event, id) {
  event.preventDefault();
  if (!(event.currentTarget instanceof HTMLFormElement)) return;
  const answer = new FormData(event.currentTarget).get("answer");
  void answerBlank(id, typeof answer === "string" ? answer : "");
}

/**
 * @param {ExerciseState} state
 * @param {Blank} blank
 * @param {Graph | null} graph
 * @returns {import("lit").TemplateResult}
 */
function bodyTemplate(state, blank, graph) {
  if (blank.form === "choice") return choiceTemplate(state, blank);
  if (blank.form === "order") return orderTemplate(state, blank, graph);
  const done = isDone(state, blank.id);
  return html`<p class="exercise-words">${sentence(blank.words)}${done ? markTemplate(state, blank) : nothing}</p>
    ${blank.latex ? html`<wg-math .latex=${blank.latex}></wg-math>` : nothing}
    ${done ? html`<p class="exercise-answer"><code>${state.answers[blank.id]}</code></p>` : answerField(state, blank)}`;
}

/**
 * @param {ExerciseState} state
 * @param {Blank} blank
 * @returns {import("lit").TemplateResult}
 */
function answerField(state, blank) {
  if (blank.form === "number") return html`<span class="exercise-field">${fieldTemplate(state, blank)}</span>`;
  return html`<input
    class="lesson-answer wide"
    name="answer"
    type="text"
    spellcheck="false"
    autocapitalize="off"
    aria-label=${blank.words}
    .value=${state.answers[blank.id] ?? ""}
  />`;
}

/**
 * @param {ExerciseState} state
 * @param {Blank} blank
 * @returns {import("lit").TemplateResult}
 */
function choiceTemplate(state, blank) {
  const { id, words, choices } = blank;
  const { lines } = state.exercise;
  const done = isDone(state, id);
  const numbered = choices.length === lines.length;
  return html`<fieldset class="exercise-choices ${numbered ? "tall" : ""}" ?disabled=${done}>
    <legend>${sentence(words)}${done ? markTemplate(state, blank) : nothing}</legend>
    ${choices.map(
      (option, place) =>
        html`<label
          ><input type="radio" name="answer" value=${option} .checked=${state.answers[id] === option} />
          <span>${option}</span>${numbered ? html` <code>${withoutNumber(lines[place] ?? "")}</code>` : nothing}</label
        >`,
    )}
  </fieldset>`;
}

/**
 * @param {ExerciseState} state
 * @param {Blank} blank
 * @param {Graph | null} graph
 * @returns {import("lit").TemplateResult}
 */
function orderTemplate(state, blank, graph) {
  const done = isDone(state, blank.id);
  const known = new Map((graph?.op ?? []).map((_, node) => [plain(graph ? symbolOf(graph, node) : ""), node]));
  const items = blank.choices.map((item) => {
    const node = known.get(item) ?? -1;
    return { item, node, symbol: graph && node >= 0 ? symbolOf(graph, node) : item, operation: operationOf(graph, node) };
  });
  return html`<p class="exercise-words" id="order-words">The order of the sweep back${done ? markTemplate(state, blank) : nothing}</p>
    <wg-order .items=${items} .answer=${state.answers[blank.id] ?? ""} ?done=${done}></wg-order>`;
}

/**
 * @param {Graph | null} graph
 * @param {number} node
 * @returns {string}
 */
function operationOf(graph, node) {
  return prettifyText(graph?.labels.text(node) ?? "");
}

/**
 * A symbol as a keyboard writes it: `v3` for `v₃`.
 * @param {string} symbol
 * @returns {string}
 */
function plain(symbol) {
  return symbol.normalize("NFKC");
}

/**
 * @param {string} words
 * @returns {string} beginning with a capital letter where that is one of a word
 */
function sentence(words) {
  return /^(the|what|how) /.test(words) ? `${words.charAt(0).toUpperCase()}${words.slice(1)}` : words;
}
