/** How the estimates and the dates come about, in plain words, with the numbers that are used. */

import { html } from "lit";
import { guessOf, LEVELS_FROM, MASTERED, PARAMETERS, traceKnown } from "../practice/mastery.js";
import { FIRST_INTERVAL, NEW_CARD, SECOND_INTERVAL } from "../practice/schedule.js";
import { percent } from "../practice/words.js";
import { View } from "./element.js";

/** Of so many choices a guess is explained. */
const CHOICES = 2;
const MEANINGS = Object.freeze([
  ["a skill is known before its first exercise", PARAMETERS.before],
  ["it is learned at a blank, if it was not known", PARAMETERS.learned],
  ["a typed answer is right without knowing, at levels 1, 2 and 3", PARAMETERS.guess.join(", ")],
  ["an answer is wrong in spite of knowing", PARAMETERS.slip],
]);

/**
 * @param {boolean} right
 * @param {number} level
 * @returns {import("../practice/mastery.js").Evidence}
 */
function typed(right, level) {
  return { right, choices: 0, level };
}

/**
 * @param {readonly number[]} numbers
 * @returns {string} without digits that say nothing
 */
function listed(numbers) {
  const texts = numbers.map((number) => String(Number(number.toPrecision(2))));
  return `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}

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
    const [first, second, third] = [typed(true, 1), typed(true, 1), typed(false, 2)];
    const steps = [[first], [first, second], [first, second, third]].map((answers) => percent(traceKnown(answers)));
    return html`<p>
        For each skill there is one number: how probable it is that you know it. Your first answer to a blank changes it.
        Right without a hint, the odds are multiplied by ${listed(guess.map((each) => (1 - slip) / each))} at level 1, 2
        or 3; wrong, or after a hint, they are divided by ${listed(guess.map((each) => (1 - each) / slip))}. Then, since
        one learns at every blank, ${percent(PARAMETERS.learned)} of what is missing to certainty are added. From
        ${percent(MASTERED)} on a skill counts as mastered.
      </p>
      <p>
        An example with typed answers: from ${percent(PARAMETERS.before)}, right at level 1 leads to ${steps[0]}, right
        again to ${steps[1]}, and a wrong one at level 2 then back to ${steps[2]}. One of ${CHOICES} choices is right by
        chance in ${percent(guessOf({ choices: CHOICES, level: 1 }))} of cases, so a right choice counts for less. Answers
        that cannot be read, that only lost digits, or that follow rightly from a number that was wrong before do not
        count.
      </p>
      <table>
        <caption>The four parameters behind it: how probable it is taken to be that</caption>
        <tbody>
          ${MEANINGS.map(
            ([meaning, value]) =>
              html`<tr>
                <th scope="row">${meaning}</th>
                <td>${value}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <p>
        This is Bayesian knowledge tracing (Corbett and Anderson, User Modeling and User-Adapted Interaction 4, 1995). The
        parameters are not fitted to you or to anybody: they are those with which OATutor begins (Pardos and others, CHI
        2023), with guesses made likelier where more is given. Take the result for what it is, an estimate. Level 2 is asked from ${percent(LEVELS_FROM[1] ?? 0)} on and
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
