/** What a learner hands in: the whole work as one file with its digest, and as a table. Pure functions. */

import { writeCsv } from "./csv.js";
import { digestOf, writeCanonical } from "./digest.js";

/**
 * @typedef {import("./protocol.js").AssignmentState} AssignmentState
 * @typedef {import("./protocol.js").Attempt} Attempt
 * @typedef {Attempt & {exercise: number, settled: string}} Handed An attempt, and in which exercise it was made.
 */

const VERSION = 1;
const COLUMNS = Object.freeze([
  ...["learner", "exercise", "kind", "blank", "answer", "verdict", "mistakes", "hints", "given up", "at", "digest"],
]);

/**
 * @param {AssignmentState} state
 * @returns {Handed[]} exercise by exercise, in the order in which they were made
 */
function listAttempts({ work }) {
  return work.flatMap((state, exercise) =>
    (state?.attempts ?? []).map(({ blank, answer, verdict, names, settled = "", hints, revealed, at }) => {
      return { exercise, blank, answer, verdict, names, settled, hints, revealed, at };
    }),
  );
}

/**
 * @param {AssignmentState} state
 * @returns {Record<string, unknown> & {digest: string}}
 */
function makeResult(state) {
  const { assignment, learner } = state;
  const result = { wengert: "result", version: VERSION, assignment, learner, attempts: listAttempts(state) };
  return { ...result, digest: digestOf(result) };
}

/**
 * @param {AssignmentState} state
 * @returns {string}
 */
export function writeResult(state) {
  return writeCanonical(makeResult(state));
}

/**
 * The attempts as comma-separated values; each row has the digest of the file that it belongs to.
 * @param {AssignmentState} state
 * @returns {string}
 */
export function writeResultTable(state) {
  const { digest } = makeResult(state);
  const rows = listAttempts(state).map((each) => {
    const { kind } = state.assignment.exercises[each.exercise] ?? { kind: "" };
    const mistakes = each.settled ? [each.settled] : each.names;
    const said = each.revealed ? ["", ""] : [each.answer, each.verdict];
    const place = [state.learner, String(each.exercise + 1), kind, wordsOf(state, each)];
    return [...place, ...said, mistakes.join(" "), String(each.hints), each.revealed ? "yes" : "no", each.at, digest];
  });
  return writeCsv([COLUMNS, ...rows]);
}

/**
 * @param {AssignmentState} state
 * @param {Handed} attempt
 * @returns {string}
 */
function wordsOf({ work }, { exercise, blank }) {
  return work[exercise]?.exercise.blanks.find(({ id }) => id === blank)?.words ?? blank;
}

/**
 * The name of a file, of letters that every system takes.
 * @param {AssignmentState} state
 * @returns {string} without an ending
 */
export function nameResult({ assignment, learner }) {
  const parts = [assignment.title || "assignment", learner].map((part) => part.replace(/[^\p{L}\p{N}]+/gu, "-"));
  return parts.map((part) => part.replace(/^-|-$/g, "")).filter(Boolean).join("-").toLowerCase();
}
