/** The reply to one answer of a lesson: right, or why not, and a way out. */

import { html, nothing } from "lit";
import { revealAnswer } from "../actions/lesson.js";
import { rightOf } from "../lesson-memory.js";
import { answered, lesson } from "../store.js";
import { View } from "./element.js";

export class ReplyView extends View {
  static properties = { place: { type: Number } };

  constructor() {
    super();
    /** @type {number} which question, from 0 */
    this.place = 0;
  }

  render() {
    const { name, questions, replies } = lesson.value;
    const reply = replies.get(this.place);
    const before = !reply && rightOf(answered.value, name, questions).includes(this.place);
    return html`${before ? html`<p class="quiet-words answered-before">✓ You answered this rightly before.</p>` : nothing}
      <div class="reply" role="status" data-verdict=${verdict(reply)}>
        ${reply ? html`<p><b>${headline(reply)}</b> ${reply.words}</p>` : nothing}
      </div>
      ${
        reply && !reply.right && !reply.answer
          ? html`<button type="button" class="link" @click=${() => void revealAnswer(this.place)}>Show the answer</button>`
          : nothing
      }`;
  }
}

/**
 * @param {import("../protocol.js").Reply | undefined} reply
 * @returns {string} a word for the style sheet
 */
function verdict(reply) {
  if (!reply) return "none";
  return reply.right ? "right" : reply.answer ? "shown" : "wrong";
}

/**
 * @param {import("../protocol.js").Reply} reply
 * @returns {string}
 */
function headline({ right, words, answer, unread }) {
  if (right) return "Right.";
  if (answer) return `The answer: ${answer}.`;
  if (unread) return "";
  return words ? "Not yet." : "Not yet. Try the hint.";
}

customElements.define("wg-reply", ReplyView);
