/** Where an assignment is made: an exercise on any function is chosen and tried, the exercises are put together. */

import { html, nothing } from "lit";
import * as form from "../actions/assignment-form.js";
import { LONGEST_TITLE, LONGEST_WORDS, MOST_ATTEMPTS, MOST_EXERCISES } from "../assignment-limits.js";
import { countOf } from "../numbers.js";
import { assigning, exercise, problem } from "../store.js";
import { View } from "./element.js";
import "./editor.js";
import "./exercise.js";
import "./exercise-controls.js";
import "./formula.js";
import "./point.js";

/**
 * @typedef {import("../protocol.js").AssigningState} AssigningState
 * @typedef {import("../protocol.js").Task} Task
 */

export class AssignmentForm extends View {
  static properties = { kinds: { type: Array } };

  constructor() {
    super();
    /** @type {{name: string, title: string}[]} */
    this.kinds = [];
  }

  render() {
    const state = assigning.value;
    return html`<header class="assignment-head">
        <h1>Assignments</h1>
        <p class="lead">
          Exercises on any function, handed out as a link or a file. Learners hand in a file; wengert grade judges it
          again and says who holds which misconception.
        </p>
      </header>
      ${state ? html`<div class="assignment-form">${this.composer(state)} ${this.assignment(state)}</div>` : nothing}
      <section class="assignment-task" aria-labelledby="preview">
        <h2 id="preview">As learners see it</h2>
        <wg-exercise></wg-exercise>
      </section>`;
  }

  /**
   * @param {AssigningState} state
   * @returns {import("lit").TemplateResult}
   */
  composer({ editing, attempts, tasks }) {
    const isNew = editing < 0;
    const ready = exercise.value !== null && problem.value === null && (!isNew || tasks.length < MOST_EXERCISES);
    return html`<section class="assignment-composer" aria-labelledby="composer">
      <h2 id="composer">${isNew ? "An exercise" : `Exercise ${editing + 1}`}</h2>
      <h3 class="heading">Function</h3>
      <wg-editor></wg-editor>
      <wg-formula></wg-formula>
      <h3 class="heading">At the point</h3>
      <wg-point></wg-point>
      <wg-exercise-controls .kinds=${this.kinds}></wg-exercise-controls>
      ${attemptsField(attempts)}
      <p class="assignment-acts">
        <button id="add" type="button" class="button" ?disabled=${!ready} @click=${form.addTask}>
          ${isNew ? "Add to the assignment" : "Put it in its place"}
        </button>
        ${isNew ? nothing : html`<button id="stop" type="button" class="link" @click=${form.stopEditing}>leave it as it was</button>`}
      </p>
    </section>`;
  }

  /**
   * @param {AssigningState} state
   * @returns {import("lit").TemplateResult}
   */
  assignment(state) {
    return html`<section class="assignment-card" aria-labelledby="the-assignment">
      <h2 id="the-assignment">The assignment</h2>
      <label class="assignment-field">
        <span>Title</span>
        <input
          id="title"
          type="text"
          maxlength=${LONGEST_TITLE}
          .value=${state.title}
          @input=${(/** @type {Event} */ event) => form.write({ title: textOf(event) })}
        />
      </label>
      <label class="assignment-field">
        <span>What learners should know</span>
        <textarea
          id="words"
          rows="3"
          maxlength=${LONGEST_WORDS}
          .value=${state.words}
          @input=${(/** @type {Event} */ event) => form.write({ words: textOf(event) })}
        ></textarea>
      </label>
      ${
        state.tasks.length
          ? html`<ol class="assignment-tasks">
              ${state.tasks.map((task, place) => this.task(state, task, place))}
            </ol>`
          : html`<p class="quiet-words" id="none">There is no exercise in it yet.</p>`
      }
      <p class="assignment-problem" role="status" id="said">${state.said}</p>
      ${takeAway(state)}
    </section>`;
  }

  /**
   * @param {AssigningState} state
   * @param {Task} task
   * @param {number} place
   * @returns {import("lit").TemplateResult}
   */
  task({ asked, editing }, task, place) {
    const title = this.kinds.find(({ name }) => name === task.kind)?.title ?? task.kind;
    const blanks = asked[place] ? `, ${countOf(asked[place].blanks, "blank")}` : "";
    const tries = task.attempts === null ? "any number of attempts" : countOf(task.attempts, "attempt");
    const which = `exercise ${place + 1}`;
    return html`<li class=${place === editing ? "editing" : ""}>
      <div class="assignment-about">
        <span class="assignment-title">${title}</span>
        <code>${firstLine(task.source)}</code>
        <span class="quiet-words">level ${task.level}${blanks}, ${tries}</span>
      </div>
      <div class="assignment-acts">
        <button type="button" class="link" aria-label="Change ${which}" @click=${() => form.editTask(place)}>change</button>
        ${
          place
            ? html`<button type="button" class="link" aria-label="Move ${which} up" @click=${() => form.raiseTask(place)}>up</button>`
            : nothing
        }
        <button type="button" class="link" aria-label="Remove ${which}" @click=${() => form.removeTask(place)}>remove</button>
      </div>
    </li>`;
  }
}

/**
 * @param {number | null} attempts
 * @returns {import("lit").TemplateResult}
 */
function attemptsField(attempts) {
  return html`<label class="assignment-field attempts">
    <span>Attempts at each blank</span>
    <input
      id="attempts"
      class="number"
      type="number"
      min="1"
      max=${MOST_ATTEMPTS}
      placeholder="any"
      .value=${attempts === null ? "" : String(attempts)}
      @change=${(/** @type {Event} */ event) => form.change({ attempts: readAttempts(textOf(event)) })}
    />
    <span class="quiet-words">Empty for as many as they like.</span>
  </label>`;
}

/**
 * @param {AssigningState} state
 * @returns {import("lit").TemplateResult}
 */
function takeAway({ letters }) {
  const off = !letters;
  return html`${
      letters
        ? html`<label class="assignment-field">
            <span>The link for learners</span>
            <input id="link" type="text" readonly .value=${form.linkOf(letters)} />
          </label>`
        : nothing
    }
    <p class="assignment-acts">
      <button id="copy-link" type="button" class="button" ?disabled=${off} @click=${() => void form.copyLink()}>Copy the link</button>
      <button id="save" type="button" class="button" ?disabled=${off} @click=${form.saveAssignment}>Save as a file</button>
      <label class="button assignment-open"
        >Open a file
        <input class="unseen" id="open" type="file" accept=".json,application/json" @change=${openChosen} />
      </label>
      ${
        letters
          ? html`<a class="link" href="/assignment#a=${letters}" target="_blank" rel="noopener">Do it yourself</a>
              <a class="link" href="/sheet#a=${letters}" target="_blank" rel="noopener">Print it</a>`
          : nothing
      }
    </p>`;
}

/**
 * @param {Event} event
 * @returns {void}
 */
function openChosen({ target }) {
  if (!(target instanceof HTMLInputElement)) return;
  const [file] = target.files ?? [];
  if (file) void form.openFile(file);
  target.value = "";
}

/**
 * @param {string} text
 * @returns {number | null}
 */
function readAttempts(text) {
  const number = Math.round(Number(text));
  return number >= 1 ? Math.min(number, MOST_ATTEMPTS) : null;
}

/**
 * @param {string} source
 * @returns {string}
 */
function firstLine(source) {
  const [first = "", ...rest] = source.trim().split("\n");
  return rest.length ? `${first} …` : first;
}

/**
 * @param {Event} event
 * @returns {string}
 */
function textOf({ target }) {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target.value : "";
}

customElements.define("wg-assignment-form", AssignmentForm);
