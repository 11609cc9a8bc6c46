/** How the estimates and the dates come about, in plain words, with the numbers that are used. */

import { html } from "lit";
import { guessOf, LEVELS_FROM, MASTERED, PARAMETERS, traceKnown } from "../practice/mastery.js";
import { FIRST_INTERVAL, NEW_CARD, SECOND_INTERVAL } from "../practice/schedule.js";
import { percent } from "../practice/words.js";
import { View } from "./element.js";

const RIGHT = Object.freeze({ right: true, choices: 0 });
const WRONG = Object.freeze({ right: false, choices: 0 });
/** Of so many choices a guess is explained. */
const CHOICES = 3;

const MEANINGS = Object.freeze([
  ["before", "a skill is known before its first exercise"],
  ["learned", "it is learned at a blank, if it was not known"],
  ["guess", "a typed answer is right without knowing"],
  ["slip", "an answer is wrong in spite of knowing"],
]);

export class MethodView extends View {
  render() {
    return html`<details class="method">
      <summary>How this is estimated</summary>
      ${this.estimate()} ${this.dates()}
    </details>`;
  }

  /** @returns {import("lit").TemplateResult} */
  estimate() {
    const { guess, slip } = PARAMETERS;
    const steps = [[RIGHT], [RIGHT, RIGHT], [RIGHT, RIGHT, WRONG]].map((answers) => percent(traceKnown(answers)));
    return html`<p>
        For each skill there is one number: how probable it is that you know it. Your first answer to a blank changes it.
        Right without a hint, the odds are multiplied by ${((1 - slip) / guess).toFixed(0)}; wrong, or after a hint, they
        are divided by ${((1 - guess) / slip).toFixed(0)}. Then, since one learns at every
        blank, ${percent(PARAMETERS.learned)} of what is missing to certainty are added. From ${percent(MASTERED)} on a skill counts as mastered.
      </p>
      <p>
        An example with typed answers: from ${percent(PARAMETERS.before)}, right leads to ${steps[0]}, right again to
        ${steps[1]}, and a wrong one then back to ${steps[2]}. One of ${CHOICES} choices can be right by chance in
        ${percent(guessOf(CHOICES))} of cases, so a right choice counts for less. Answers that cannot be read, that only
        lost digits, or that follow rightly from a number that was wrong before do not count.
      </p>
      <table>
        <caption>The four numbers behind it: how probable it is taken to be that</caption>
        <tbody>
          ${MEANINGS.map(
            ([name, meaning]) =>
              html`<tr>
                <th scope="row">${meaning}</th>
                <td>${PARAMETERS[/** @type {keyof typeof PARAMETERS} */ (name)]}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <p>
        This is Bayesian knowledge tracing (Corbett and Anderson, User Modeling and User-Adapted Interaction 4, 1995). The
        numbers are not fitted to you or to anybody: they are those with which OATutor begins (Pardos and others, CHI
        2023). Take the result for what it is, an estimate. Level 2 is asked from ${percent(LEVELS_FROM[1] ?? 0)} on and
        level 3 from ${percent(LEVELS_FROM[2] ?? 0)} on; both go back when the estimate falls.
      </p>`;
  }

  /** @returns {import("lit").TemplateResult} */
  dates() {
    return html`<p>
      When a skill is looked at again is the schedule SM-2 (Wozniak, Optimization of learning, 1990): after
      ${FIRST_INTERVAL} day, then after ${SECOND_INTERVAL} days, then each time about ${NEW_CARD.easiness} times as long as
      before, more where it goes well and less where it does not. An exercise with fewer than half of its blanks right at
      the first attempt begins anew, and what did not go well comes once more on the same day. What is due comes first;
      then the skill that is least mastered, once those that it builds on go well.
    </p>`;
  }
}

customElements.define("wg-method", MethodView);
