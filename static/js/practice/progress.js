/** What a record says of each skill at a moment: worked out from the attempts alone, the oldest first. */

import { levelOf, PARAMETERS, updateKnown } from "./mastery.js";
import { gradeOf, NEW_CARD, repeat } from "./schedule.js";

/**
 * @typedef {import("./record.js").Attempt} Attempt
 * @typedef {import("./schedule.js").Card} Card
 * @typedef {{kind: string, title: string, after: string[], because: string, lesson: string}} Skill A row of the server's table.
 * @typedef {{name: string, sentence: string, times: number}} Met A mistake, and how often it was made lately.
 * @typedef {{known: number, answered: number, right: number, exercises: number, card: Card, level: number}} Progress
 *   P(L); how many blanks were answered and how many of them rightly at first; exercises done to the end.
 * @typedef {{blanks: Map<string, boolean>, done: boolean}} Sheet The first attempts of one exercise by blank.
 */

/** For so long a mistake counts as a late one. */
const LATELY_DAYS = 30;
const MOST_MET = 5;
const DAY = 86_400_000;

/**
 * @param {readonly Attempt[]} attempts the oldest first
 * @param {readonly Skill[]} skills
 * @returns {Map<string, Progress>} by skill, in the order of the table
 */
export function progressOf(attempts, skills) {
  const found = new Map(skills.map(({ kind }) => [kind, newProgress()]));
  /** @type {Map<string, Sheet>} */
  const sheets = new Map();
  for (const attempt of attempts) {
    const progress = found.get(attempt.kind);
    if (progress) found.set(attempt.kind, count(progress, attempt, sheets));
  }
  return found;
}

/** @returns {Progress} of a skill that was never practised */
function newProgress() {
  const known = PARAMETERS.before;
  return { known, answered: 0, right: 0, exercises: 0, card: NEW_CARD, level: levelOf(known) };
}

/**
 * @param {Progress} before
 * @param {Attempt} attempt
 * @param {Map<string, Sheet>} sheets which get the attempt added
 * @returns {Progress}
 */
function count(before, attempt, sheets) {
  const sheet = sheets.get(attempt.exercise) ?? { blanks: new Map(), done: false };
  sheets.set(attempt.exercise, sheet);
  if (sheet.blanks.has(attempt.blank)) return before;
  sheet.blanks.set(attempt.blank, attempt.right);
  const known = updateKnown(before.known, attempt);
  const after = { ...before, known, level: levelOf(known), answered: before.answered + 1 };
  after.right += Number(attempt.right);
  return sheet.blanks.size < attempt.blanks || sheet.done ? after : finish(after, sheet, attempt);
}

/**
 * @param {Progress} before
 * @param {Sheet} sheet
 * @param {Attempt} last
 * @returns {Progress}
 */
function finish(before, sheet, last) {
  sheet.done = true;
  const card = repeat(before.card, gradeOf(shareOf(sheet)), Date.parse(last.at));
  return { ...before, card, exercises: before.exercises + 1 };
}

/**
 * @param {Sheet} sheet
 * @returns {number} of the blanks, how many were right at the first attempt
 */
function shareOf({ blanks }) {
  return [...blanks.values()].filter(Boolean).length / blanks.size;
}

/**
 * The mistakes that were named lately, the most frequent first. Ties, which name several, claim nothing.
 * @param {readonly Attempt[]} attempts
 * @param {number} now in milliseconds
 * @returns {Met[]}
 */
export function metLately(attempts, now) {
  const since = new Date(now - LATELY_DAYS * DAY).toISOString();
  /** @type {Map<string, Met>} */
  const met = new Map();
  for (const { names, sentence, at } of attempts) {
    const [name, other] = names;
    if (name === undefined || other !== undefined || at < since) continue;
    const before = met.get(name);
    met.set(name, { name, sentence: sentence || (before?.sentence ?? ""), times: (before?.times ?? 0) + 1 });
  }
  return [...met.values()].sort((a, b) => b.times - a.times).slice(0, MOST_MET);
}
