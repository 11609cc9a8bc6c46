/**
 * How well a learner has a skill: Bayesian knowledge tracing, of Corbett and Anderson, "Knowledge tracing: modeling the
 * acquisition of procedural knowledge", User Modeling and User-Adapted Interaction 4 (1995), 253-278.
 *
 * A skill is either had or not, and what is kept is the probability P(L) that it is had. Every first answer to a blank
 * changes it, right where it came without hints and wrong else, as there: first by Bayes' rule,
 *
 *     P(L | right) = P(L)·(1 − S) / (P(L)·(1 − S) + (1 − P(L))·G)
 *     P(L | wrong) = P(L)·S / (P(L)·S + (1 − P(L))·(1 − G))
 *
 * and then by what may have been learned at this blank: P(L) ← P(L | answer) + (1 − P(L | answer))·T. The model has four
 * parameters: P(L₀), the skill is had before the first answer; T, it is learned at one blank; G, an answer is right by
 * a guess; S, it is wrong by a slip.
 *
 * Worked through, for answers typed at level 3, from 0.1 on. Right: 0.1·0.9 / (0.1·0.9 + 0.9·0.1) = 0.5, then
 * 0.5 + 0.5·0.1 = 0.55. Right: 0.55·0.9 / (0.55·0.9 + 0.45·0.1) = 0.9167, then 0.925. Wrong:
 * 0.925·0.1 / (0.925·0.1 + 0.075·0.9) = 0.5781, then 0.6203.
 */

/**
 * Where the values come from: there are no data of learners here that they could be fitted to, so each is 0.1, with which
 * OATutor (Pardos and others, CHI 2023) starts every skill, but for `guess`, which has one for each level, 1 to 3: the
 * more of a table is given, the easier is the rest. It is 0.1 where nothing is given and rises to 0.3, the usual bound,
 * which keeps a right answer from speaking against a skill (Baker, Corbett and Aleven, ITS 2008; S at most 0.1).
 */
export const PARAMETERS = Object.freeze({ before: 0.1, learned: 0.1, guess: Object.freeze([0.3, 0.2, 0.1]), slip: 0.1 });

/** From here on a skill counts as mastered, as in the paper. */
export const MASTERED = 0.95;

/** The probability from which on each level, 1, 2 and 3, is asked. */
export const LEVELS_FROM = Object.freeze([0, 0.5, 0.85]);

/**
 * @typedef {{right: boolean, choices: number, level: number}} Evidence
 *   A first answer at level 1, 2 or 3; `choices` is 0 where it was typed.
 */

/**
 * The probability of a right guess, which may differ from item to item (Pardos and Heffernan, UMAP 2011): of n choices
 * one in n is right by chance.
 * @param {{choices: number, level: number}} item
 * @returns {number}
 */
export function guessOf({ choices, level }) {
  const typed = PARAMETERS.guess[level - 1] ?? 0;
  return choices > 1 ? Math.max(typed, 1 / choices) : typed;
}

/**
 * P(L) after one more answer.
 * @param {number} known P(L) before
 * @param {Evidence} evidence
 * @returns {number}
 */
export function updateKnown(known, evidence) {
  const guess = guessOf(evidence);
  const { slip, learned } = PARAMETERS;
  const [had, not] = evidence.right ? [1 - slip, guess] : [slip, 1 - guess];
  const after = (known * had) / (known * had + (1 - known) * not);
  return after + (1 - after) * learned;
}

/**
 * P(L) after all answers, the oldest first.
 * @param {readonly Evidence[]} answers
 * @returns {number}
 */
export function traceKnown(answers) {
  return answers.reduce(updateKnown, PARAMETERS.before);
}

/**
 * The level that fits a learner: it rises and falls with P(L).
 * @param {number} known
 * @returns {number} 1, 2 or 3
 */
export function levelOf(known) {
  return LEVELS_FROM.filter((from) => known >= from).length;
}

/**
 * P(L) in words, for those who do not see the bar.
 * @param {number} known
 * @param {number} answered how many blanks it rests on
 * @returns {string}
 */
export function inWords(known, answered) {
  if (!answered) return "not begun";
  if (known >= MASTERED) return "mastered";
  return ["beginning", "coming along", "nearly mastered"][levelOf(known) - 1] ?? "";
}
