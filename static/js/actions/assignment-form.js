/** What a teacher may do: put an assignment together, try its exercises, take it away as a link, a file or a sheet. */

import { batch } from "@preact/signals-core";
import { fetchCatalog, fetchChecked, Refusal, Unreachable } from "../api.js";
import { packAssignment, unpackAssignment } from "../assignment-link.js";
import { writeCanonical } from "../digest.js";
import { usualSpec } from "../exercise-address.js";
import { Newest, settle } from "../newest.js";
import * as store from "../store.js";
import { answerWith } from "./asking.js";
import { answerWanted, openSpec, wantedSpec } from "./exercise-page.js";
import { copyText, keepFile } from "./exporting.js";
import { followFolds } from "./folding.js";
import { insist } from "./insisting.js";
import { announce } from "./telling.js";

/**
 * @typedef {import("../protocol.js").AssigningState} AssigningState
 * @typedef {import("../protocol.js").Assignment} Assignment
 */

const NO_PLACE = -1;

/** @type {AssigningState} */
const EMPTY = { title: "", words: "", tasks: [], asked: [], letters: "", said: "", editing: NO_PLACE, attempts: 3 };

const checking = new Newest(checkNow);
const checkSoon = settle(300, () => void checking.offer(undefined));

/** @returns {Promise<void>} */
export async function startForm() {
  answerWith(answerWanted);
  store.catalog.value = await insist(fetchCatalog);
  store.assigning.value ??= EMPTY;
  openSpec(usualSpec());
  followFolds();
}

/**
 * Open the assignment of a link to be changed.
 * @param {string} letters
 * @returns {Promise<void>}
 */
export async function editLink(letters) {
  const text = await unpackAssignment(letters);
  store.assigning.value = { ...EMPTY, said: text === null ? "The link is not whole." : "" };
  if (text !== null) await openText(text);
}

/**
 * @param {File} file
 * @returns {Promise<void>}
 */
export async function openFile(file) {
  if (await openText(await file.text())) announce(`${file.name} is open.`);
}

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether it is an assignment
 */
async function openText(text) {
  try {
    const { assignment, exercises } = await fetchChecked(text);
    const { title, words, exercises: tasks } = assignment;
    change({ title, words, tasks, asked: exercises, said: "", editing: NO_PLACE });
    return true;
  } catch (failure) {
    say(failure);
    return false;
  }
}

/**
 * @param {Partial<AssigningState>} part
 * @returns {void}
 */
export function change(part) {
  store.assigning.value = { ...(store.assigning.value ?? EMPTY), ...part };
  void checking.offer(undefined);
}

/**
 * Change what is only read; to have it checked waits until nobody types.
 * @param {{title?: string, words?: string}} part
 * @returns {void}
 */
export function write(part) {
  store.assigning.value = { ...(store.assigning.value ?? EMPTY), ...part };
  checkSoon();
}

/**
 * @param {unknown} failure
 * @returns {void}
 */
function say(failure) {
  if (!(failure instanceof Refusal || failure instanceof Unreachable)) throw failure;
  const hint = failure instanceof Refusal ? failure.problem.hint : "Try again.";
  const said = [failure.message, hint].filter(Boolean).join(" ");
  store.assigning.value = { ...(store.assigning.value ?? EMPTY), said };
}

/** @returns {Assignment} */
function made() {
  const { title, words, tasks } = store.assigning.value ?? EMPTY;
  return { wengert: "assignment", version: 1, title, words, exercises: tasks };
}

/**
 * Have the assignment checked, and write its link into the address. What fails has no link, but the last one that was
 * good stays in the address: whoever loads the page again loses no more than the last change.
 * @returns {Promise<void>}
 */
async function checkNow() {
  const asked = made();
  if (!asked.exercises.length) return show("", { asked: [], said: "" });
  try {
    const { assignment, exercises } = await fetchChecked(writeCanonical(asked));
    show(await packAssignment(writeCanonical(assignment)), { asked: exercises, said: "" });
  } catch (failure) {
    store.assigning.value = { ...(store.assigning.value ?? EMPTY), letters: "" };
    say(failure);
  }
}

/**
 * @param {string} letters
 * @param {Partial<AssigningState>} part
 * @returns {void}
 */
function show(letters, part) {
  store.assigning.value = { ...(store.assigning.value ?? EMPTY), ...part, letters };
  history.replaceState(null, "", letters ? `#edit=${letters}` : location.pathname);
}

/** Add the exercise that is shown, or put it in the place of the one that is being changed. @returns {void} */
export function addTask() {
  const { tasks, editing, attempts } = store.assigning.value ?? EMPTY;
  const task = { ...wantedSpec(), attempts };
  const changed = editing === NO_PLACE ? [...tasks, task] : tasks.map((each, k) => (k === editing ? task : each));
  change({ tasks: changed, editing: NO_PLACE });
  announce(editing === NO_PLACE ? `Exercise ${changed.length} is added.` : `Exercise ${editing + 1} is changed.`);
}

/**
 * @param {number} place
 * @returns {void}
 */
export function editTask(place) {
  const task = store.assigning.value?.tasks[place];
  if (!task) return;
  const { attempts, ...spec } = task;
  batch(() => {
    change({ editing: place, attempts });
    openSpec(spec);
  });
}

/** @returns {void} */
export function stopEditing() {
  change({ editing: NO_PLACE });
}

/**
 * @param {number} place
 * @returns {void}
 */
export function removeTask(place) {
  const { tasks } = store.assigning.value ?? EMPTY;
  change({ tasks: tasks.filter((_, k) => k !== place), editing: NO_PLACE });
  announce(`Exercise ${place + 1} is removed.`);
}

/**
 * Put an exercise before the one that stands before it.
 * @param {number} place
 * @returns {void}
 */
export function raiseTask(place) {
  const tasks = [...(store.assigning.value?.tasks ?? [])];
  const [task] = tasks.splice(place, 1);
  if (task) change({ tasks: tasks.toSpliced(place - 1, 0, task), editing: NO_PLACE });
}

/** @returns {Promise<void>} */
export async function copyLink() {
  return copyText(linkOf(await packAssignment(writeCanonical(made()))), "The link");
}

/**
 * @param {string} letters
 * @returns {string}
 */
export function linkOf(letters) {
  return `${location.origin}${location.pathname}#a=${letters}`;
}

/** @returns {void} */
export function saveAssignment() {
  const name = made().title.replace(/[^\p{L}\p{N}]+/gu, "-").toLowerCase() || "assignment";
  keepFile(`${name}.json`, new Blob([writeCanonical(made())], { type: "application/json" }));
}
