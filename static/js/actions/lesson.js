/** What a person may do in a lesson: answer a question, ask for the answer, start over. */

import { fetchReply, Refusal, Unreachable } from "../api.js";
import { readAnswered, rightOf, writeAnswered } from "../lesson-memory.js";
import { answered, lesson } from "../store.js";

/**
 * @typedef {import("../protocol.js").Reply} Reply
 */

/**
 * @param {string} name
 * @param {number} questions how many there are
 * @returns {void}
 */
export function openLesson(name, questions) {
  lesson.value = { name, questions, replies: new Map() };
  recallLessons();
}

/** Take up what was answered rightly before, here or in another window. @returns {void} */
export function recallLessons() {
  answered.value = readAnswered();
}

/** Forget what was answered in the lesson that is open. @returns {void} */
export function startOver() {
  const { [lesson.value.name]: _, ...others } = readAnswered();
  lesson.value = { ...lesson.value, replies: new Map() };
  remember(others);
}

/** Forget what was answered in every lesson. @returns {void} */
export function startCourseOver() {
  remember({});
}

/**
 * @param {import("../lesson-memory.js").Answered} now
 * @returns {void}
 */
function remember(now) {
  answered.value = now;
  writeAnswered(now);
}

/**
 * @param {number} place which question, from 0
 * @param {string} answer
 * @returns {Promise<void>}
 */
export function answerQuestion(place, answer) {
  return ask(place, answer, false);
}

/**
 * Give up on a question and be told.
 * @param {number} place
 * @returns {Promise<void>}
 */
export function revealAnswer(place) {
  return ask(place, "", true);
}

/**
 * @param {number} place
 * @param {string} answer
 * @param {boolean} reveal
 * @returns {Promise<void>}
 */
async function ask(place, answer, reveal) {
  const { name } = lesson.value;
  try {
    keep(place, await fetchReply(name, { place, answer, reveal }));
  } catch (failure) {
    if (!(failure instanceof Refusal || failure instanceof Unreachable)) throw failure;
    const hint = failure instanceof Refusal ? failure.problem.hint : "Try again.";
    keep(place, { right: false, words: [failure.message, hint].filter(Boolean).join(" "), answer: "", unread: true });
  }
}

/**
 * @param {number} place
 * @param {Reply} reply
 * @returns {void}
 */
function keep(place, reply) {
  const { name, questions, replies } = lesson.value;
  lesson.value = { name, questions, replies: new Map(replies).set(place, reply) };
  if (!reply.right) return;
  const known = readAnswered();
  const right = new Set([...rightOf(known, name, questions), place]);
  remember({ ...known, [name]: { questions, right: [...right].sort((a, b) => a - b) } });
}
