/** How many questions of a lesson are answered rightly. */

import { html } from "lit";
import { lesson } from "../store.js";
import { View } from "./element.js";

export class AnsweredView extends View {
  render() {
    const { questions, replies } = lesson.value;
    const right = [...replies.values()].filter((reply) => reply.right).length;
    return html`<p class="quiet-words" id="answered">${right} of ${questions} answered rightly</p>`;
  }
}

customElements.define("wg-answered", AnsweredView);
