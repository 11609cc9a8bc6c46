/** The skills: how well each is known, in words and as a bar, when it is looked at again, and what was mixed up lately. */

import { html, nothing } from "lit";
import { practise } from "../actions/practice.js";
import { inWords, MASTERED } from "../practice/mastery.js";
import { isReady } from "../practice/plan.js";
import { metLately, progressOf } from "../practice/progress.js";
import { count, dueWords, mistakeWords, percent } from "../practice/words.js";
import { practice } from "../store.js";
import { View } from "./element.js";

/**
 * @typedef {import("../practice/progress.js").Progress} Progress
 * @typedef {import("../practice/progress.js").Skill} Skill
 */

export class SkillsView extends View {
  render() {
    const { table, record, now } = practice.value;
    if (!table) return nothing;
    const progress = progressOf(record.attempts, table.skills);
    return html`<ol class="skills">
        ${table.skills.map((skill) => this.row(skill, progress, now))}
      </ol>
      ${this.met(metLately(record.attempts, now))}`;
  }

  /**
   * @param {Skill} skill
   * @param {Map<string, Progress>} all
   * @param {number} now
   * @returns {import("lit").TemplateResult | typeof nothing}
   */
  row(skill, all, now) {
    const progress = all.get(skill.kind);
    if (!progress) return nothing;
    const { known, answered, right, card, level } = progress;
    const words = inWords(known, answered);
    return html`<li class="skill" data-kind=${skill.kind} data-state=${words}>
      <h3>${skill.title}</h3>
      <p class="skill-words">${words}${answered ? html`, <span class="skill-known">${percent(known)}</span>` : nothing}</p>
      ${bar(skill.title, known, answered, words)}
      <p class="quiet-words skill-facts">
        ${
          answered
            ? html`Level ${level}. ${right} of ${count(answered, "blank")} right at the first attempt. Next review:
                <span class="skill-due">${dueWords(card, now)}</span>.`
            : this.unbegun(skill, all)
        }
        <a href="/learn/${skill.lesson}" aria-label="Lesson on: ${skill.title}">Lesson</a>
      </p>
      <button type="button" class="button" aria-label="Practise: ${skill.title}" @click=${() => void practise(skill.kind)}>
        Practise
      </button>
    </li>`;
  }

  /**
   * What is said of a skill that was never practised.
   * @param {Skill} skill
   * @param {Map<string, Progress>} all
   * @returns {string}
   */
  unbegun(skill, all) {
    const titles = new Map(practice.value.table?.skills.map(({ kind, title }) => [kind, title]));
    if (isReady(skill, all)) return skill.because;
    return `After ${skill.after.map((kind) => `“${titles.get(kind)}”`).join(" and ")}. ${skill.because}`;
  }

  /**
   * @param {import("../practice/progress.js").Met[]} met
   * @returns {import("lit").TemplateResult}
   */
  met(met) {
    return html`<section class="met" aria-labelledby="met-title">
      <h2 class="heading" id="met-title">Mixed up lately</h2>
      ${
        met.length
          ? html`<ul id="met">
              ${met.map(
                ({ name, sentence, times }) =>
                  html`<li><b>${mistakeWords(name)}</b>, ${times === 1 ? "once" : `${times} times`}. ${sentence}</li>`,
              )}
            </ul>`
          : html`<p class="quiet-words" id="met">Nothing in the last 30 days.</p>`
      }
    </section>`;
  }
}

/**
 * A bar that is read as words too; the mark is where mastery begins.
 * @param {string} title
 * @param {number} known P(L)
 * @param {number} answered
 * @param {string} words
 * @returns {import("lit").TemplateResult}
 */
function bar(title, known, answered, words) {
  const share = answered ? known : 0;
  return html`<svg
    class="skill-bar"
    viewBox="0 0 100 6"
    preserveAspectRatio="none"
    role="img"
    aria-label="${title}: ${words}${answered ? `, ${percent(known)}` : ""}"
  >
    <rect class="skill-track" width="100" height="6"></rect>
    <rect class="skill-fill" width=${100 * share} height="6"></rect>
    <rect class="skill-mark" x=${100 * MASTERED} width="0.6" height="6"></rect>
  </svg>`;
}

customElements.define("wg-skills", SkillsView);
