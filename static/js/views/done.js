/** In the list of lessons: how far one of them is done; and the way to begin all of them anew. */

import { html, nothing } from "lit";
import { startCourseOver } from "../actions/lesson.js";
import { rightOf } from "../lesson-memory.js";
import { answered } from "../store.js";
import { View } from "./element.js";

export class DoneView extends View {
  static properties = { lesson: { type: String }, questions: { type: Number } };

  constructor() {
    super();
    /** @type {string} its name */
    this.lesson = "";
    /** @type {number} how many it has */
    this.questions = 0;
  }

  render() {
    const right = rightOf(answered.value, this.lesson, this.questions).length;
    if (!right) return nothing;
    return html`<span class="lesson-done" data-whole=${String(right === this.questions)}
      >${right === this.questions ? "✓ done" : `${right} of ${this.questions} right`}</span
    >`;
  }
}

export class StartOverView extends View {
  render() {
    if (!Object.keys(answered.value).length) return nothing;
    return html`<p class="quiet-words">
      What you have answered is kept in this browser only.
      <button type="button" class="link" @click=${startCourseOver}>Start all lessons over</button>
    </p>`;
  }
}

customElements.define("wg-done", DoneView);
customElements.define("wg-start-over", StartOverView);
