/** What a person may do on the page of an exercise: change the function, the kind and the level, ask for another one. */

import { batch, effect } from "@preact/signals-core";
import { fetchCatalog } from "../api.js";
import { LARGEST_SEED } from "../assignment-limits.js";
import { readExerciseAddress, usualSpec, writeExerciseAddress } from "../exercise-address.js";
import { readKept, writeKept } from "../kept-exercise.js";
import * as store from "../store.js";
import { keepInTab, keptInTab } from "../tab.js";
import { answerWith, askProgram, askTrace } from "./asking.js";
import { loadExercise, resumeExercise } from "./exercise.js";
import { followFolds } from "./folding.js";
import { followAddress } from "./following.js";
import { insist } from "./insisting.js";

/** @typedef {import("../protocol.js").ExerciseSpec} ExerciseSpec */

/** The exercise that has been begun and is not done. */
const TAB = "wengert-exercise-tab";

/** @returns {ExerciseSpec} what is wanted now */
export function wantedSpec() {
  const { source, point } = store.question.value;
  return { source, point, ...store.drill.value };
}

/**
 * @param {Partial<import("../store.js").Drill>} change
 * @returns {void}
 */
export function changeDrill(change) {
  store.drill.value = { ...store.drill.value, ...change };
  askTrace();
}

/** The same kind of exercise with other numbers blank. @returns {void} */
export function askAnother() {
  changeDrill({ seed: (store.drill.value.seed + 1) % (LARGEST_SEED + 1) });
}

/**
 * @param {ExerciseSpec} spec
 * @returns {void}
 */
export function openSpec({ source, point, ...drill }) {
  batch(() => {
    store.question.value = { source, point, mode: "reverse", shared: false };
    store.drill.value = drill;
    store.program.value = null;
    store.problem.value = null;
  });
  askProgram();
}

/**
 * What has been begun stays while the same is wanted.
 * @param {import("../protocol.js").Question} _
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export async function answerWanted(_, signal) {
  const spec = wantedSpec();
  const kept = readKept(keptInTab(TAB));
  if (isSame(store.exercise.value?.spec, spec)) store.problem.value = null;
  else if (kept && isSame(kept.spec, spec)) await resumeExercise(kept, signal);
  else await loadExercise(spec, signal);
}

/**
 * @param {ExerciseSpec | undefined} one
 * @param {ExerciseSpec} other
 * @returns {boolean}
 */
function isSame(one, other) {
  return one !== undefined && writeExerciseAddress(one) === writeExerciseAddress(other);
}

/** Load what the page needs to know, then open what the address says. @returns {Promise<void>} */
export async function startExercise() {
  answerWith(answerWanted);
  store.catalog.value = await insist(fetchCatalog);
  openSpec(readExerciseAddress(location.hash, usualSpec()));
  followFolds();
  followAddress(
    () => `#${writeExerciseAddress(wantedSpec())}`,
    () => store.exercise.value !== null,
    (hash) => openSpec(readExerciseAddress(hash, usualSpec())),
  );
  effect(() => {
    if (store.exercise.value) keepInTab(TAB, writeKept(store.exercise.value));
  });
}
