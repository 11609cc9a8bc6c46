/** The way from an exercise to the same on paper. */

import { html, nothing } from "lit";
import { writeExerciseAddress } from "../exercise-address.js";
import { exercise } from "../store.js";
import { View } from "./element.js";

export class PrintLink extends View {
  render() {
    const { spec } = exercise.value ?? {};
    return spec ? html`<a href="/sheet#${writeExerciseAddress(spec)}">Print it, with its key</a>` : nothing;
  }
}

customElements.define("wg-print", PrintLink);
