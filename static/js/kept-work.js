/**
 * A learner's work on an assignment, kept in the browser so that a reload loses nothing. What is read back is looked at
 * first: anybody may have written there.
 *
 * @typedef {import("./protocol.js").Assignment} Assignment
 * @typedef {import("./protocol.js").ExerciseState} ExerciseState
 * @typedef {{learner: string, current: number, work: (ExerciseState | null)[]}} Work
 */

import { readJson } from "./address.js";
import { LONGEST_NAME } from "./assignment-limits.js";
import { isKeptExercise } from "./kept-exercise.js";
import { tryStorage } from "./storage.js";

const VERSION = 1;
/** What the server would refuse in a name: orders, and what cannot be seen. */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Enough of a digest to tell assignments apart. */
const DIGITS = 24;

/**
 * @param {string} digest of the assignment
 * @returns {string}
 */
function keyOf(digest) {
  return `wengert-assignment-${digest.slice(0, DIGITS)}`;
}

/**
 * @param {string} digest
 * @param {Work} work
 * @returns {boolean} whether the browser keeps it
 */
export function keepWork(digest, { learner, current, work }) {
  const text = JSON.stringify({ version: VERSION, learner, current, work });
  return tryStorage(() => {
    localStorage.setItem(keyOf(digest), text);
    return true;
  }, false);
}

/**
 * @param {string} digest
 * @param {Assignment} assignment
 * @returns {Work} empty where nothing is kept, or nothing that fits
 */
export function readWork(digest, assignment) {
  const kept = readKept(digest);
  const count = assignment.exercises.length;
  const nothing = { learner: "", current: 0, work: assignment.exercises.map(() => null) };
  if (kept?.version !== VERSION || !Array.isArray(kept.work) || kept.work.length !== count) return nothing;
  const { learner, current, work } = kept;
  return {
    learner: typeof learner === "string" ? cleanName(learner) : "",
    current: Number.isInteger(current) && current >= 0 && current < count ? current : 0,
    work: assignment.exercises.map((task, place) => (fits(work[place], task) ? work[place] : null)),
  };
}

/**
 * @param {string} typed
 * @returns {string} without what cannot stand in a name
 */
export function cleanName(typed) {
  return [...typed.replace(UNSEEN, "")].slice(0, LONGEST_NAME).join("");
}

/**
 * What is done here together with what another tab has kept meanwhile: of each exercise the one that was done further.
 * @param {Work} own
 * @param {Work} kept
 * @returns {(ExerciseState | null)[]}
 */
export function mergeWork(own, kept) {
  return own.work.map((state, place) => {
    const other = kept.work[place] ?? null;
    return (other?.attempts.length ?? 0) > (state?.attempts.length ?? 0) ? other : state;
  });
}

/**
 * @param {string} digest
 * @returns {any}
 */
function readKept(digest) {
  return readJson(tryStorage(() => localStorage.getItem(keyOf(digest)), null));
}

/**
 * @param {any} state
 * @param {import("./protocol.js").Task} task
 * @returns {state is ExerciseState} whether it is the state of this exercise, with all that a state has
 */
function fits(state, task) {
  return isKeptExercise(state) && specOf(state.spec) === specOf(task);
}

/**
 * @param {import("./protocol.js").ExerciseSpec} spec
 * @returns {string}
 */
function specOf({ source, point, kind, seed, level }) {
  return JSON.stringify([source, point, kind, seed, level]);
}
