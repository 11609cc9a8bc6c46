/** What practice says: dates, reasons and results, in words. */

import { inWords } from "./mastery.js";
import { dayAfter, isDue } from "./schedule.js";
import { sumUp } from "./session.js";

/**
 * @typedef {import("./progress.js").Progress} Progress
 * @typedef {import("./schedule.js").Card} Card
 */

const DAY = 86_400_000;

/** @type {Readonly<Record<import("./plan.js").Reason, string>>} */
export const REASONS = Object.freeze({
  due: "its review is due",
  again: "once more today, since it did not go well",
  begin: "new",
  weak: "the least mastered so far",
  ahead: "all is mastered and nothing is due: this one is due next",
  chosen: "as you chose",
});

/**
 * When a skill is to be looked at again.
 * @param {Card} card
 * @param {number} now in milliseconds
 * @returns {string}
 */
export function dueWords(card, now) {
  if (card.due === null) return "after the first exercise";
  if (isDue(card, now)) return card.again ? "today, once more" : "due now";
  const days = Math.round((card.due - dayAfter(now, 0)) / DAY);
  if (days <= 1) return "tomorrow";
  return `in ${days} days, on ${new Date(card.due).toLocaleDateString("en", { day: "numeric", month: "long" })}`;
}

/**
 * @param {number} known P(L)
 * @returns {string}
 */
export function percent(known) {
  return `${Math.min(99, Math.round(100 * known))} %`;
}

/**
 * What an exercise that is done has changed.
 * @param {string} title of the skill
 * @param {number} before P(L)
 * @param {Progress} progress afterwards
 * @param {number} now
 * @returns {string}
 */
export function doneWords(title, before, { known, answered, card }, now) {
  const change = `${inWords(known, answered)}, from ${percent(before)} to ${percent(known)}`;
  return `${title}: ${change}. Next review: ${dueWords(card, now)}.`;
}

/**
 * What a session came to.
 * @param {import("./session.js").Session} session
 * @param {import("./record.js").Record} record
 * @returns {string}
 */
export function sessionWords(session, record) {
  const { exercises, blanks, right } = sumUp(session, record);
  if (!blanks) return "Nothing was answered in this session.";
  return `In this session: ${count(exercises, "exercise")}, ${right} of ${count(blanks, "blank")} right at the first attempt.`;
}

/**
 * A name of a mistake as words.
 * @param {string} name
 * @returns {string}
 */
export function mistakeWords(name) {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * @param {number} number
 * @param {string} thing
 * @returns {string}
 */
export function count(number, thing) {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

/**
 * A point on one line.
 * @param {import("../protocol.js").Point} point
 * @returns {string}
 */
export function pointWords(point) {
  const parts = Object.entries(point).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return parts.join(", ").replaceAll("-", "−").replaceAll('"', "");
}
