/**
 * A session: about ten minutes of exercises, one after another. What a page shows of practice, and what stays in its
 * tab when it is loaded again.
 *
 * @typedef {import("../protocol.js").ExerciseState} ExerciseState
 * @typedef {import("./plan.js").Reason} Reason
 * @typedef {import("./record.js").Record} Record
 * @typedef {{id: string, kind: string, reason: Reason, source: string, note: string}} Running
 *   The exercise that is being done: when it was opened, with its seed; why this one; what else is to be said of it.
 * @typedef {{started: number, exercises: string[], last: Running | null}} Session Times are in milliseconds.
 * @typedef {{
 *   table: import("./plan.js").Table | null, record: Record, now: number, running: Running | null,
 *   session: Session | null, closing: Session | null, aside: string, said: string, refused: string,
 *   asking: boolean
 * }} PracticeState
 *   `closing` is the session that was just ended; `aside` the text of a record that could not be read; `said` what came
 *   of the last thing that was done with the record; `refused` what is wrong with the learner's function; `asking` whether
 *   everything is really to be forgotten.
 * @typedef {{version: number, running: Running, session: Session, exercise: ExerciseState}} Tab
 */

import { isKeptExercise } from "../kept-exercise.js";
import { VERSION } from "./record.js";

export const SESSION_MINUTES = 10;
/** After so long a session is over, whoever may still have it open. */
const LONGEST_MINUTES = 60;
const MINUTE = 60_000;

/**
 * @param {Session} session
 * @param {number} now
 * @returns {number} whole minutes since it began
 */
export function minutesOf({ started }, now) {
  return Math.max(0, Math.floor((now - started) / MINUTE));
}

/**
 * A session that is gone on with later: where that is much later, it is a new one.
 * @param {Session} session
 * @param {Running} running
 * @param {number} now
 * @returns {Session}
 */
export function resume(session, running, now) {
  if (minutesOf(session, now) < LONGEST_MINUTES) return session;
  return { started: now, exercises: [running.id], last: running };
}

/**
 * What was done in a session, from the record.
 * @param {Session} session
 * @param {Record} record
 * @returns {{exercises: number, blanks: number, right: number}} `right` at the first attempt
 */
export function sumUp({ exercises }, { attempts }) {
  const own = attempts.filter(({ exercise }) => exercises.includes(exercise));
  const firsts = new Map(own.toReversed().map((each) => [`${each.exercise} ${each.blank}`, each.right]));
  const done = exercises.filter((id) => own.some(({ exercise }) => exercise === id)).length;
  return { exercises: done, blanks: firsts.size, right: [...firsts.values()].filter(Boolean).length };
}

/**
 * @param {PracticeState} state
 * @param {ExerciseState | null} exercise
 * @returns {string} empty where nothing is being done
 */
export function writeTab({ running, session }, exercise) {
  return running && session && exercise ? JSON.stringify({ version: VERSION, running, session, exercise }) : "";
}

/**
 * @param {string} text as this very page wrote it, or a stranger
 * @returns {Tab | null} null where it cannot be gone on with
 */
export function readTab(text) {
  const found = parse(text);
  const { version, running, session, exercise } = isObject(found) ? found : {};
  if (version !== VERSION || !isRunning(running) || !isObject(session) || !isSession(session)) return null;
  return isKeptExercise(exercise) ? { version, running, session, exercise } : null;
}

/**
 * @param {any} running
 * @returns {boolean}
 */
function isRunning(running) {
  const texts = isObject(running) ? [running.id, running.kind, running.reason, running.source, running.note] : [null];
  return texts.every((each) => typeof each === "string");
}

/**
 * @param {any} session
 * @returns {boolean}
 */
function isSession({ started, exercises, last }) {
  const whole = Number.isFinite(started) && Array.isArray(exercises) && (last === null || isRunning(last));
  return whole && exercises.every((/** @type {any} */ id) => typeof id === "string");
}

/**
 * @param {any} value
 * @returns {boolean}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {string} text
 * @returns {any}
 */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch (failure) {
    if (!(failure instanceof SyntaxError)) throw failure;
    return null;
  }
}
