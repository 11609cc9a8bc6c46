/**
 * The view beside the view: the same function in the other mode (reverse mode beside second order), or a view that was pinned. Pure functions.
 *
 * @typedef {import("./protocol.js").Question} Question
 * @typedef {{kind: "mode"} | {kind: "pinned", question: Question}} Beside
 * @typedef {{wengert: "pair", question?: Question, share?: number, nodes?: number[]}} Message
 *   What the two windows of a pair tell each other: what to show, how far through it, which nodes are pointed at.
 */

/** @type {Readonly<Record<import("./protocol.js").Mode, string>>} */
const WORDS = Object.freeze({
  forward: "in forward mode",
  reverse: "in reverse mode",
  "forward-over-reverse": "in second order",
});

/**
 * @param {Question} question
 * @param {Beside} beside
 * @returns {Question}
 */
export function besideQuestion(question, beside) {
  if (beside.kind === "pinned") return beside.question;
  return { ...question, mode: question.mode === "reverse" ? "forward" : "reverse" };
}

/**
 * Whether the nodes of one view are those of the other.
 * @param {Question} one
 * @param {Question} other
 * @returns {boolean}
 */
export function sameGraph(one, other) {
  return one.source === other.source && one.shared === other.shared;
}

/**
 * What a view is called beside another.
 * @param {Question} question
 * @param {Beside} beside
 * @returns {string}
 */
export function besideTitle(question, beside) {
  const { mode, source } = besideQuestion(question, beside);
  if (beside.kind === "mode") return `The same function ${WORDS[mode]}`;
  return `The pinned ${source === question.source ? "point" : "function"}, ${WORDS[mode]}`;
}

/**
 * @param {MessageEvent} event
 * @param {Window | null} from
 * @returns {Message | null} null for what comes from elsewhere
 */
export function readMessage(event, from) {
  const known = event.origin === location.origin && event.source === from && event.data?.wengert === "pair";
  return known ? event.data : null;
}
