/** What a person may do on the page of practice: begin, go on, choose a skill or a function, stop. */

import { effect } from "@preact/signals-core";
import { readAddress } from "../address.js";
import { fetchPractice, fetchProgram, Refusal, Unreachable } from "../api.js";
import { attemptsOf } from "../practice/attempts.js";
import { chooseExercise, chooseSkill, newSeed } from "../practice/plan.js";
import { progressOf } from "../practice/progress.js";
import { idOf } from "../practice/record.js";
import { readTab, resume, writeTab } from "../practice/session.js";
import * as store from "../store.js";
import { keepInTab, keptInTab } from "../tab.js";
import { loadExercise, resumeExercise } from "./exercise.js";
import { followFolds } from "./folding.js";
import { insist, insistUnlessRefused } from "./insisting.js";
import { addToRecord, keepOwn, lookAtClock, openRecord, show } from "./practice-record.js";

/**
 * @typedef {import("../practice/plan.js").Choice} Choice
 * @typedef {import("../protocol.js").ExerciseSpec} ExerciseSpec
 * @typedef {Map<string, number>} Sent The attempts that were handed to the record, with how many names each had.
 */

/** What is being done, for this tab alone, until it is closed. */
const TAB = "wengert-practice-tab";

/** Open the record, see what there is to practise, and go on where this tab was. @returns {Promise<void>} */
export async function startPractice() {
  openRecord();
  const [table, sent] = await Promise.all([insist(fetchPractice), goOn()]);
  show({ table });
  takeFromAddress();
  followFolds();
  effect(() => recordAttempts(sent));
  effect(keepTab);
}

/**
 * Go on with what was being done in this tab before it was loaded again.
 * @returns {Promise<Sent>} what the record has of it already
 */
async function goOn() {
  /** @type {Sent} */
  const sent = new Map();
  const tab = readTab(keptInTab(TAB));
  if (!tab) return sent;
  try {
    if (!(await insistUnlessRefused(() => resumeExercise(tab.exercise))) || !store.exercise.value) return sent;
  } catch (failure) {
    if (!(failure instanceof Refusal)) throw failure;
    return sent; // where there is no such exercise any more, the tab begins with none
  }
  for (const attempt of attemptsOf(store.exercise.value, tab.running.id)) sent.set(idOf(attempt), attempt.names.length);
  show({ running: tab.running, session: resume(tab.session, tab.running, lookAtClock()) });
  return sent;
}

/** A function in the address is to be practised on. @returns {void} */
function takeFromAddress() {
  const { source, point } = readAddress(location.hash)?.question ?? {};
  if (source !== undefined) void useOwn(source, point ?? {});
}

/**
 * Add to the record what has been answered since.
 * @param {Sent} sent
 * @returns {void}
 */
function recordAttempts(sent) {
  const state = store.exercise.value;
  const { running } = store.practice.peek();
  if (!state || !running || state.spec.kind !== running.kind) return;
  const fresh = attemptsOf(state, running.id).filter((each) => sent.get(idOf(each)) !== each.names.length);
  for (const each of fresh) sent.set(idOf(each), each.names.length);
  if (fresh.length) void addToRecord(fresh).then(() => lookAtClock());
}

/** @returns {void} */
function keepTab() {
  keepInTab(TAB, writeTab(store.practice.value, store.exercise.value));
}

/** What comes next, as the record says. @returns {Promise<void>} */
export async function practiseNext() {
  const { table, record, session } = store.practice.value;
  if (!table) return;
  const now = lookAtClock();
  const choice = chooseSkill(table.skills, progressOf(record.attempts, table.skills), now, session?.last?.kind ?? "");
  if (choice) await open(choice);
}

/**
 * @param {string} kind the skill that the learner has chosen
 * @returns {Promise<void>}
 */
export async function practise(kind) {
  lookAtClock();
  await open({ kind, reason: "chosen" });
}

/**
 * Open an exercise of a skill, on the learner's own function where that is wanted and has one.
 * @param {Choice} choice
 * @returns {Promise<void>}
 */
async function open(choice) {
  const { own } = store.practice.value.record;
  store.problem.value = null;
  store.trouble.value = "";
  try {
    if (!own?.used) await beginChosen(choice, "");
    else await beginOwn(choice, own);
  } catch (failure) {
    if (failure instanceof Refusal) store.problem.value = failure.problem;
    else if (failure instanceof Unreachable) store.trouble.value = `${failure.message} Try again in a moment.`;
    else throw failure;
  }
}

/**
 * @param {Choice} choice
 * @param {import("../practice/record.js").OwnFunction} own
 * @returns {Promise<void>}
 */
async function beginOwn(choice, { source, point }) {
  const spec = { source, point, kind: choice.kind, level: levelFor(choice.kind), seed: newSeed(Math.random) };
  try {
    await begin(choice, spec, "");
  } catch (failure) {
    if (!(failure instanceof Refusal)) throw failure;
    await beginChosen(choice, `Your function has no such exercise: ${failure.message} Here is another function.`);
  }
}

/**
 * @param {Choice} choice
 * @param {string} note
 * @returns {Promise<void>}
 */
async function beginChosen(choice, note) {
  const { table, session } = store.practice.value;
  const last = session?.last?.source ?? "";
  const spec = table && chooseExercise(table, choice.kind, levelFor(choice.kind), last, Math.random);
  if (spec) await begin(choice, spec, note);
}

/**
 * @param {Choice} choice
 * @param {ExerciseSpec} spec
 * @param {string} note
 * @returns {Promise<void>}
 */
async function begin({ kind, reason }, spec, note) {
  await loadExercise(spec);
  if (store.exercise.value?.spec !== spec) return; // overtaken by another that was asked for since
  const { now, session } = store.practice.value;
  const running = { id: `${new Date(now).toISOString()} ${spec.seed}`, kind, reason, source: spec.source, note };
  const before = session ?? { started: now, exercises: [], last: null };
  const after = { ...before, exercises: [...before.exercises, running.id], last: running };
  show({ running, session: after, closing: null, said: "" });
}

/**
 * @param {string} kind
 * @returns {number}
 */
function levelFor(kind) {
  const { table, record } = store.practice.value;
  return progressOf(record.attempts, table?.skills ?? []).get(kind)?.level ?? 1;
}

/** Leave it at that for now. @returns {void} */
export function stopPractice() {
  lookAtClock();
  show({ running: null, session: null, closing: store.practice.value.session });
}

/**
 * Practise on a function of the learner's own.
 * @param {string} source
 * @param {import("../protocol.js").Point} point for the inputs that it names; others get a value
 * @returns {Promise<void>}
 */
export async function useOwn(source, point) {
  try {
    const { inputs } = await fetchProgram(source, point);
    const filled = Object.fromEntries(inputs.map(({ name, value }) => [name, value]));
    await keepOwn({ source, point: filled, used: true, at: new Date(lookAtClock()).toISOString() });
    show({ refused: "" });
  } catch (failure) {
    if (!(failure instanceof Refusal || failure instanceof Unreachable)) throw failure;
    const hint = failure instanceof Refusal ? failure.problem.hint : "Try again in a moment.";
    show({ refused: [failure.message, hint].filter(Boolean).join(" ") });
  }
}

/** Practise on the functions of the table again; the own one is remembered. @returns {Promise<void>} */
export async function useTable() {
  const { own } = store.practice.value.record;
  show({ refused: "" });
  if (own) await keepOwn({ ...own, used: false, at: new Date(lookAtClock()).toISOString() });
}
