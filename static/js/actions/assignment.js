/** What a learner may do with an assignment: go from exercise to exercise, give a name, hand in. */

import { batch, effect } from "@preact/signals-core";
import { fetchChecked, Refusal, Unreachable } from "../api.js";
import { unpackAssignment } from "../assignment-link.js";
import { isDone } from "../cells.js";
import { cleanName, keepWork, mergeWork, readWork } from "../kept-work.js";
import { nameResult, writeResult, writeResultTable } from "../results.js";
import * as store from "../store.js";
import { giveUp, openExercise, resumeExercise } from "./exercise.js";
import { keepFile } from "./exporting.js";
import { followFolds } from "./folding.js";
import { announce } from "./telling.js";

/** @typedef {import("../protocol.js").ExerciseState} ExerciseState */

const RETRY_TIME = 3000;
const BROKEN_LINK = "This link is not whole. Copy it again, to its last letter.";

/**
 * Open the assignment of a link, with the work that was done here before.
 * @param {string} letters
 * @returns {Promise<void>}
 */
export async function startAssignment(letters) {
  const text = await unpackAssignment(letters);
  if (text === null) {
    store.problem.value = { kind: "file", message: BROKEN_LINK, span: null, hint: "" };
    return;
  }
  try {
    const checked = await fetchChecked(text);
    const work = readWork(checked.digest, checked.assignment);
    store.assignment.value = { ...checked, ...work, letters, kept: true };
  } catch (failure) {
    if (failure instanceof Refusal) store.problem.value = failure.problem;
    else if (failure instanceof Unreachable) retry(letters, failure);
    else throw failure;
    return;
  }
  store.trouble.value = "";
  followFolds();
  effect(followWork);
  effect(followAttempts());
  await goToExercise(store.assignment.value.current);
}

/**
 * @param {string} letters
 * @param {Unreachable} failure
 * @returns {void}
 */
function retry(letters, failure) {
  store.trouble.value = `${failure.message} The page tries again by itself.`;
  setTimeout(() => void startAssignment(letters), RETRY_TIME);
}

/**
 * @param {number} place
 * @returns {Promise<void>}
 */
export async function goToExercise(place) {
  const state = store.assignment.value;
  const task = state?.assignment.exercises[place];
  if (!state || !task) return;
  batch(() => {
    store.exercise.value = null;
    store.assignment.value = { ...state, current: place };
  });
  const begun = state.work[place];
  const { attempts: _, ...spec } = task;
  await (begun ? resume(begun) : openExercise(spec));
}

/**
 * @param {ExerciseState} begun
 * @returns {Promise<void>}
 */
async function resume(begun) {
  try {
    await resumeExercise(begun);
  } catch (failure) {
    if (!(failure instanceof Refusal || failure instanceof Unreachable)) throw failure;
    store.trouble.value = `${failure.message} Nothing is lost: load the page again.`;
  }
}

/**
 * @param {string} typed what cannot stand in a name is left out
 * @returns {void}
 */
export function nameLearner(typed) {
  remember(cleanName(typed));
}

/** Keep what is done in the exercise that is shown. @returns {void} */
function followWork() {
  const shown = store.exercise.value;
  const state = store.assignment.peek();
  if (!shown || !state || shown === state.work[state.current]) return;
  const work = state.work.map((each, place) => (place === state.current ? shown : each));
  store.assignment.value = { ...state, work };
  remember();
}

/**
 * Keep the work, and what another tab has done of other exercises.
 * @param {string} [learner] as it has just been typed
 * @returns {void}
 */
function remember(learner) {
  const state = store.assignment.peek();
  if (!state) return;
  const kept = readWork(state.digest, state.assignment);
  const merged = mergeWork(state, kept);
  const work = merged.map((each, place) => (place === state.current ? (state.work[place] ?? null) : each));
  keep({ ...state, learner: learner ?? (state.learner || kept.learner), work });
}

/**
 * @param {import("../protocol.js").AssignmentState} state
 * @returns {void}
 */
function keep(state) {
  store.assignment.value = { ...state, kept: keepWork(state.digest, state) };
}

/**
 * Show the answer of a blank whose attempts are used up, once no second question about it is open.
 * @returns {() => void} to be called whenever something has changed
 */
function followAttempts() {
  /** The blank whose answer is on its way. @type {import("../protocol.js").Blank | null} */
  let closing = null;
  return () => {
    const over = findUsedUp();
    if (!over || closing === over) return;
    closing = over;
    announce("The attempts at this blank are used up: here is the answer.");
    void giveUp(over.id).finally(() => (closing = null));
  };
}

/** @returns {import("../protocol.js").Blank | null} the first blank that is still open though its attempts are used up */
function findUsedUp() {
  const shown = store.exercise.value;
  const state = store.assignment.peek();
  const allowed = state?.assignment.exercises[state.current]?.attempts ?? null;
  if (!shown || allowed === null) return null;
  return shown.exercise.blanks.find(({ id }) => isUsedUp(shown, id, allowed)) ?? null;
}

/**
 * @param {ExerciseState} state
 * @param {string} id
 * @param {number} allowed
 * @returns {boolean}
 */
function isUsedUp(state, id, allowed) {
  return !isDone(state, id) && state.question?.blank !== id && countAttempts(state, id) >= allowed;
}

/**
 * @param {ExerciseState} state
 * @param {string} id
 * @returns {number} how often a blank was answered
 */
export function countAttempts({ attempts }, id) {
  return attempts.filter(({ blank, revealed }) => blank === id && !revealed).length;
}

/** Forget all that was done, for the next one at this machine. @returns {Promise<void>} */
export async function beginAnew() {
  const state = store.assignment.value;
  if (!state) return;
  store.exercise.value = null;
  keep({ ...state, learner: "", work: state.work.map(() => null) });
  await goToExercise(0);
}

/** Keep the file that a teacher can have judged again. @returns {void} */
export function saveResult() {
  const state = store.assignment.value;
  if (state) keepFile(`${nameResult(state)}.json`, new Blob([writeResult(state)], { type: "application/json" }));
}

/** Keep the attempts as a table. @returns {void} */
export function saveResultTable() {
  const state = store.assignment.value;
  if (!state) return;
  keepFile(`${nameResult(state)}.csv`, new Blob([writeResultTable(state)], { type: "text/csv;charset=utf-8" }));
}
