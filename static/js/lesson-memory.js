/** Which questions of the lessons were answered rightly, kept in this browser from visit to visit. */

import { readJson } from "./address.js";
import { tryStorage } from "./storage.js";

/**
 * @typedef {{questions: number, right: number[]}} Done How many questions a lesson had then, and which were right.
 * @typedef {Readonly<Record<string, Done>>} Answered By the name of the lesson.
 */

const KEY = "wengert-lessons-1";

/**
 * What is kept; nothing where it is not what this page wrote.
 * @returns {Answered}
 */
export function readAnswered() {
  const kept = readJson(tryStorage(() => localStorage.getItem(KEY), null));
  if (typeof kept !== "object" || kept === null || Array.isArray(kept)) return {};
  return Object.fromEntries(Object.entries(kept).filter((entry) => isDone(entry[1])));
}

/**
 * @param {Answered} answered
 * @returns {void}
 */
export function writeAnswered(answered) {
  const text = Object.keys(answered).length ? JSON.stringify(answered) : "";
  tryStorage(() => (text ? localStorage.setItem(KEY, text) : localStorage.removeItem(KEY)), undefined);
}

/**
 * The questions of a lesson that were answered rightly; none where it had another number of questions then.
 * @param {Answered} answered
 * @param {string} name
 * @param {number} questions
 * @returns {number[]}
 */
export function rightOf(answered, name, questions) {
  const done = Object.hasOwn(answered, name) ? answered[name] : undefined;
  return done && done.questions === questions ? done.right.filter((place) => place < questions) : [];
}

/**
 * @param {any} value
 * @returns {value is Done}
 */
function isDone(value) {
  return Number.isInteger(value?.questions) && Array.isArray(value.right) && value.right.every(isPlace);
}

/**
 * @param {unknown} value
 * @returns {boolean}
 */
function isPlace(value) {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}
