/** The way from the function that is shown to an exercise on it. */

import { html } from "lit";
import { writeExerciseAddress } from "../exercise-address.js";
import { question } from "../store.js";
import { View } from "./element.js";

export class PractiseLink extends View {
  render() {
    const { source, point, mode } = question.value;
    const address = writeExerciseAddress({ source, point, kind: mode, seed: 1, level: 1 });
    return html`<a class="link" id="practise" href="/exercise#${address}">Practise on this function</a>`;
  }
}

customElements.define("wg-practise", PractiseLink);
