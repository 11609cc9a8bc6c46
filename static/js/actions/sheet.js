/** Putting exercises on paper: those of an assignment, or one that the address names. */

import { fetchCatalog, fetchChecked, fetchPaper, Refusal, streamTrace, Unreachable } from "../api.js";
import { readAssignmentAddress, unpackAssignment } from "../assignment-link.js";
import { readExerciseAddress, usualSpec } from "../exercise-address.js";
import * as store from "../store.js";
import { assembleTrace } from "../trace.js";
import { drawTrace } from "./folding.js";

/**
 * @typedef {import("../protocol.js").ExerciseSpec} ExerciseSpec
 * @typedef {{title: string, words: string, specs: ExerciseSpec[]}} Wanted
 */

/** Of a trace only the graph is drawn. */
const NO_EVENTS = 1e9;
/** More boxes than this are no picture on a page. */
const MOST_BOXES = 24;

/**
 * @param {string} hash
 * @returns {Promise<void>}
 */
export async function startSheet(hash) {
  try {
    const { title, words, specs } = await readWanted(hash);
    store.catalog.value = await fetchCatalog();
    const pages = [];
    for (const spec of specs) pages.push({ paper: await fetchPaper(spec), drawing: await drawGraph(spec) });
    store.sheet.value = { title, words, pages, withKey: true };
  } catch (failure) {
    if (!(failure instanceof Refusal || failure instanceof Unreachable)) throw failure;
    const problem = { kind: "server", message: failure.message, span: null, hint: "Load the page again." };
    store.problem.value = failure instanceof Refusal ? failure.problem : problem;
  }
}

/**
 * @param {string} hash
 * @returns {Promise<Wanted>}
 */
async function readWanted(hash) {
  const address = readAssignmentAddress(hash);
  if (!address) return { title: "", words: "", specs: [readExerciseAddress(hash, usualSpec())] };
  const text = await unpackAssignment(address.letters);
  if (text === null) throw new Refusal({ kind: "file", message: "This link is not whole.", span: null, hint: "" });
  const { assignment } = await fetchChecked(text);
  return { title: assignment.title, words: assignment.words, specs: assignment.exercises };
}

/**
 * @param {ExerciseSpec} spec
 * @returns {Promise<import("../store.js").Drawing | null>} null where it is too large for a page
 */
async function drawGraph({ source, point }) {
  const catalog = store.catalog.value;
  if (!catalog) return null;
  const question = /** @type {const} */ ({ source, point, mode: "reverse", shared: false, from: NO_EVENTS });
  const drawing = await drawTrace(await assembleTrace(streamTrace(question), catalog));
  return drawing && drawing.picture.boxes.length <= MOST_BOXES ? drawing : null;
}

/**
 * @param {boolean} withKey
 * @returns {void}
 */
export function showKey(withKey) {
  if (store.sheet.value) store.sheet.value = { ...store.sheet.value, withKey };
}
