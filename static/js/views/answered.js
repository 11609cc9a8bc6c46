/** How many questions of the lesson are answered rightly, and the way back to the beginning. */

import { html, nothing } from "lit";
import { startOver } from "../actions/lesson.js";
import { rightOf } from "../lesson-memory.js";
import { answered, lesson } from "../store.js";
import { View } from "./element.js";

export class AnsweredView extends View {
  render() {
    const { name, questions, replies } = lesson.value;
    const right = rightOf(answered.value, name, questions).length;
    const begun = right > 0 || replies.size > 0;
    return html`<p class="quiet-words">
      <span id="answered">${right} of ${questions} answered rightly</span>
      ${begun ? html`<button type="button" class="link" @click=${startOver}>Start over</button>` : nothing}
    </p>`;
  }
}

customElements.define("wg-answered", AnsweredView);
