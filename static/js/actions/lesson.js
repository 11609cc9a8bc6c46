/** What a person may do in a lesson: answer a question, or ask for the answer. */

import { fetchReply, Refusal, Unreachable } from "../api.js";
import { lesson } from "../store.js";

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
  lesson.value = { ...lesson.value, replies: new Map(lesson.value.replies).set(place, reply) };
}
