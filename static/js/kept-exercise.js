/**
 * An exercise in the making, as it was kept in the browser. What is read back is looked at to its last element, since
 * anybody may have written there, and the exercise itself is taken anew from the service, as the kept one may be older.
 *
 * @typedef {import("./protocol.js").ExerciseState} ExerciseState
 * @typedef {(value: any) => boolean} Test
 */

import { isPoint, readJson } from "./address.js";
import { isDone } from "./cells.js";

/** Of the text that `writeKept` writes. */
const VERSION = 1;

/** @type {Test} */
const isText = (value) => typeof value === "string";
/** @type {Test} */
const isNumber = (value) => typeof value === "number";
/** @type {Test} */
const isTruth = (value) => typeof value === "boolean";
/** @type {Test} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * @param {Test} test
 * @returns {Test}
 */
const listOf = (test) => (value) => Array.isArray(value) && value.every(test);

/**
 * @param {Test} test
 * @returns {Test}
 */
const recordOf = (test) => (value) => isObject(value) && Object.values(value).every(test);

/**
 * @param {Test} test
 * @returns {Test}
 */
const perhaps = (test) => (value) => value === undefined || value === null || test(value);

/**
 * @param {Readonly<Record<string, Test>>} tests of each field
 * @returns {Test}
 */
const fields = (tests) => (value) => isObject(value) && Object.entries(tests).every(([name, test]) => test(value[name]));

const isFinding = fields({ name: isText, sentence: isText });
const isSpec = fields({ source: isText, point: isPoint, kind: isText, seed: isNumber, level: isNumber });
const isExercise = fields({ blanks: listOf(fields({ id: isText, words: perhaps(isText) })) });
const isVerdict = fields({
  ...{ kind: isText, sentence: isText, findings: listOf(isFinding), step: isText, node: perhaps(isNumber) },
  ...{ edge: perhaps(listOf(isNumber)), value: perhaps((value) => isNumber(value) || isText(value)) },
});
const isAttempt = fields({
  ...{ blank: isText, answer: isText, verdict: isText, names: listOf(isText), hints: Number.isInteger },
  ...{ revealed: isTruth, at: isText, settled: (value) => value === undefined || isText(value) },
});
const isQuestion = fields({ blank: isText, words: isText, at: isPoint, choices: perhaps(listOf(isText)) });
const isState = fields({
  ...{ spec: isSpec, exercise: isExercise, answers: recordOf(isText), verdicts: recordOf(isVerdict) },
  ...{ hints: recordOf(listOf(isText)), revealed: listOf(isText), question: perhaps(isQuestion) },
  ...{ attempts: listOf(isAttempt), current: isText, sentences: perhaps(recordOf(isText)) },
});

/**
 * @param {any} value
 * @returns {value is ExerciseState} whether it has all that is gone on with
 */
export function isKeptExercise(value) {
  return isState(value);
}

/**
 * @param {ExerciseState | null} state
 * @returns {string} empty where nothing has been begun, or all is done
 */
export function writeKept(state) {
  const begun = state !== null && !state.finished && (state.attempts.length > 0 || Object.keys(state.hints).length > 0);
  return begun ? JSON.stringify({ version: VERSION, exercise: state }) : "";
}

/**
 * @param {string} text as this page wrote it, or a stranger
 * @returns {ExerciseState | null} null where it cannot be gone on with
 */
export function readKept(text) {
  const found = readJson(text);
  return found?.version === VERSION && isKeptExercise(found.exercise) ? found.exercise : null;
}

/**
 * What was done in an exercise, in the exercise as it is made now. What was said of blanks that are no more is dropped.
 * @param {ExerciseState} kept
 * @param {import("./protocol.js").Exercise} exercise
 * @returns {ExerciseState}
 */
export function renewExercise(kept, exercise) {
  const ids = exercise.blanks.map(({ id }) => id);
  /** @template T @param {Record<string, T>} record @returns {Record<string, T>} */
  const own = (record) => Object.fromEntries(Object.entries(record).filter(([id]) => ids.includes(id)));
  const state = {
    ...{ spec: kept.spec, exercise, answers: own(kept.answers), verdicts: own(kept.verdicts), hints: own(kept.hints) },
    revealed: kept.revealed.filter((id) => ids.includes(id)),
    question: kept.question && ids.includes(kept.question.blank) ? kept.question : null,
    attempts: kept.attempts.filter(({ blank }) => ids.includes(blank)),
    sentences: kept.sentences ?? {},
  };
  const current = ids.includes(kept.current) ? kept.current : (ids.find((id) => !isDone(state, id)) ?? ids[0] ?? "");
  return { ...state, current, finished: ids.every((id) => isDone(state, id)) };
}
