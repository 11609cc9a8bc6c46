/** What a person may do in an exercise: answer a blank, ask for a hint, give up, tell mistakes apart. */

import { batch } from "@preact/signals-core";
import { fetchCatalog, fetchExercise, fetchHint, fetchSettled, fetchVerdict, Refusal, streamTrace, Unreachable } from "../api.js";
import { blankOf, isDone, nextOpen, placeOfCurrent } from "../cells.js";
import { renewExercise } from "../kept-exercise.js";
import * as store from "../store.js";
import { assembleTrace } from "../trace.js";
import { drawTrace } from "./folding.js";

/**
 * @typedef {import("../protocol.js").ExerciseSpec} ExerciseSpec
 * @typedef {import("../protocol.js").ExerciseState} ExerciseState
 * @typedef {import("../protocol.js").Verdict} Verdict
 */

/** Events of a trace hold the answers: of the graph's own trace none is asked for. */
const NO_EVENTS = 1e9;
const SHOW_ANSWER = 4;

/** In which mode the graph is shown, where it is not reverse. @type {ReadonlyMap<string, import("../protocol.js").Mode>} */
const MODES = new Map([
  ["forward", "forward"],
  ["dual", "forward"],
  ["hvp", "forward-over-reverse"],
]);

/** What each verdict is called before its sentence. */
export const HEADLINES = Object.freeze({
  right: "Right.",
  named: "Not yet.",
  tied: "Not yet.",
  unknown: "Not yet.",
  unreadable: "",
});

/**
 * Load an exercise and begin it. What is wrong with it is said in `problem` or `trouble`, not thrown.
 * @param {ExerciseSpec} spec
 * @returns {Promise<boolean>} whether it is there now
 */
export async function openExercise(spec) {
  try {
    await loadExercise(spec);
    return store.exercise.value?.spec === spec;
  } catch (failure) {
    tell(failure);
    return false;
  }
}

/**
 * The same for those who tell failures themselves.
 * @param {ExerciseSpec} spec
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export async function loadExercise(spec, signal) {
  const turn = takeTurn();
  const exercise = await fetchExercise(spec, signal);
  await show(begin(spec, exercise), turn, signal);
}

/**
 * Go on where somebody left off, for those who tell failures themselves. The exercise is made anew, as what is kept may
 * be older than the service.
 * @param {ExerciseState} kept as the store held it
 * @param {AbortSignal} [signal]
 * @returns {Promise<boolean>} whether it is there now
 */
export async function resumeExercise(kept, signal) {
  const turn = takeTurn();
  const state = renewExercise(kept, await fetchExercise(kept.spec, signal));
  await show(state, turn, signal);
  return store.exercise.value === state;
}

/**
 * @param {ExerciseSpec} spec
 * @param {import("../protocol.js").Exercise} exercise
 * @returns {ExerciseState}
 */
function begin(spec, exercise) {
  const current = exercise.blanks[0]?.id ?? "";
  const nothing = { answers: {}, verdicts: {}, hints: {}, revealed: [], question: null, attempts: [] };
  return { spec, exercise, ...nothing, current, finished: false };
}

/** @returns {number} */
function takeTurn() {
  store.opening.value = store.opening.peek() + 1;
  return store.opening.peek();
}

/**
 * Show an exercise with its graph, in one redraw.
 * @param {ExerciseState} state
 * @param {number} turn
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
async function show(state, turn, signal) {
  const trace = await fetchGraph(state.spec, signal);
  const drawing = await drawTrace(trace);
  if (turn !== store.opening.peek()) return;
  batch(() => {
    store.trace.value = { ...trace, steps: state.exercise.blanks.length };
    if (drawing) store.drawing.value = drawing;
    store.step.value = placeOfCurrent(state);
    store.problem.value = null;
    store.trouble.value = "";
    store.exercise.value = state;
  });
}

/**
 * The graph of the program, without a number that is asked for. Its steps are the blanks.
 * @param {ExerciseSpec} spec
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("../trace.js").Trace>}
 */
async function fetchGraph({ source, point, kind }, signal) {
  store.catalog.value ??= await fetchCatalog();
  const question = { source, point, mode: MODES.get(kind) ?? "reverse", shared: false, from: NO_EVENTS };
  return assembleTrace(streamTrace(question, signal), store.catalog.value);
}

/**
 * @param {unknown} failure
 * @returns {void}
 */
function tell(failure) {
  if (failure instanceof Refusal) store.problem.value = failure.problem;
  else if (failure instanceof Unreachable) store.trouble.value = failure.message;
  else throw failure;
}

/**
 * @param {ExerciseSpec} spec
 * @param {Partial<ExerciseState>} change
 * @returns {void}
 */
function change(spec, change) {
  const state = store.exercise.value;
  if (state?.spec !== spec) return;
  const next = { ...state, ...change };
  batch(() => {
    store.exercise.value = { ...next, finished: next.exercise.blanks.every(({ id }) => isDone(next, id)) };
    store.step.value = placeOfCurrent(next);
  });
}

/**
 * Say in words what has come of an answer, for those who do not see it.
 * @param {...string} words
 * @returns {void}
 */
function speak(...words) {
  const state = store.exercise.value;
  const next = state && !state.finished ? blankOf(state, state.current)?.words : "";
  const last = words[0] === HEADLINES.right && next ? `Next: ${next}.` : "";
  const end = state?.finished ? "The exercise is done." : "";
  store.spoken.value = [...words, last, end].filter(Boolean).join(" ");
}

/**
 * Answer a blank; where that is right, go on to the next.
 * @param {string} id
 * @param {string} text as it was typed; of a choice the words of the option
 * @returns {Promise<void>}
 */
export async function answerBlank(id, text) {
  const before = store.exercise.value;
  if (!before || !blankOf(before, id) || isDone(before, id) || isSame(before, id, text)) return;
  const { spec } = before;
  const answers = { ...before.answers, [id]: text };
  change(spec, { answers, question: null, current: id });
  const { verdict, question } = await ask(() => fetchVerdict({ ...spec, blank: id, answers }), refused);
  const state = store.exercise.value;
  if (state?.spec !== spec || isDone(state, id)) return;
  change(spec, {
    verdicts: { ...state.verdicts, [id]: verdict },
    question: question && { blank: id, ...question },
    attempts: verdict.kind === "unreadable" ? state.attempts : [...state.attempts, attempt(state, id, text, verdict)],
    sentences: { ...state.sentences, ...Object.fromEntries(verdict.findings.map(({ name, sentence }) => [name, sentence])) },
  });
  if (verdict.kind === "right" && store.exercise.value) change(spec, { current: nextOpen(store.exercise.value, id) });
  speak(HEADLINES[verdict.kind], verdict.kind === "right" ? "" : verdict.sentence, question?.words ?? "");
}

/**
 * Whether this very answer was the last that was judged.
 * @param {ExerciseState} state
 * @param {string} id
 * @param {string} text
 * @returns {boolean}
 */
function isSame({ attempts, verdicts }, id, text) {
  const last = attempts.at(-1);
  return verdicts[id] !== undefined && last?.blank === id && last.answer === text;
}

/**
 * @param {ExerciseState} state
 * @param {string} blank
 * @param {string} answer
 * @param {{kind: string, names: string[]}} verdict
 * @param {boolean} [revealed]
 * @returns {import("../protocol.js").Attempt}
 */
function attempt({ hints }, blank, answer, { kind, names }, revealed = false) {
  const seen = hints[blank]?.length ?? 0;
  return { blank, answer, verdict: kind, names, hints: seen, revealed, at: new Date().toISOString() };
}

/**
 * @template T
 * @param {() => Promise<T>} question
 * @param {(words: string) => T} otherwise what stands for an answer that did not come
 * @returns {Promise<T>}
 */
async function ask(question, otherwise) {
  try {
    return await question();
  } catch (failure) {
    if (!(failure instanceof Refusal || failure instanceof Unreachable)) throw failure;
    const hint = failure instanceof Refusal ? failure.problem.hint : "Try again.";
    return otherwise([failure.message, hint].filter(Boolean).join(" "));
  }
}

/**
 * @param {string} sentence
 * @returns {{verdict: Verdict, question: null}}
 */
function refused(sentence) {
  const verdict = { sentence, findings: [], step: "", node: null, edge: null, names: [] };
  return { verdict: { kind: "unreadable", ...verdict }, question: null };
}

/**
 * Answer the second question, which tells the mistakes of a tie apart.
 * @param {string} text
 * @returns {Promise<void>}
 */
export async function settleTie(text) {
  const { spec, question, answers } = store.exercise.value ?? {};
  if (!spec || !question || !answers) return;
  const body = { ...spec, blank: question.blank, answers, at: question.at, answer: text };
  const verdict = await ask(() => fetchSettled(body), (words) => refused(words).verdict);
  const state = store.exercise.value;
  if (state?.question !== question) return;
  const open = verdict.kind === "unreadable";
  change(spec, {
    question: open ? { ...question } : null,
    verdicts: { ...state.verdicts, [question.blank]: verdict },
    attempts: verdict.kind === "named" ? settled(state.attempts, question.blank, verdict.names[0] ?? "") : state.attempts,
  });
  speak(HEADLINES[verdict.kind], verdict.sentence);
}

/**
 * @param {import("../protocol.js").Attempt[]} attempts
 * @param {string} blank
 * @param {string} name
 * @returns {import("../protocol.js").Attempt[]} with the last attempt at a blank settled
 */
function settled(attempts, blank, name) {
  const last = attempts.findLastIndex((each) => each.blank === blank);
  return attempts.map((each, place) => (place === last ? { ...each, settled: name } : each));
}

/**
 * Ask for the next of the three hints.
 * @param {string} id
 * @returns {Promise<void>}
 */
export async function askHint(id) {
  const state = store.exercise.value;
  const seen = state?.hints[id]?.length ?? 0;
  if (!state || isDone(state, id) || seen >= SHOW_ANSWER - 1) return;
  await addHint(state.spec, id, seen + 1);
}

/**
 * @param {ExerciseSpec} spec
 * @param {string} id
 * @param {number} hint
 * @returns {Promise<boolean>} whether it came
 */
async function addHint(spec, id, hint) {
  try {
    const { words } = await fetchHint({ ...spec, blank: id, hint });
    const hints = store.exercise.value?.hints ?? {};
    change(spec, { hints: { ...hints, [id]: [...(hints[id] ?? []), words] }, current: id });
    speak(hint === SHOW_ANSWER ? "The answer:" : `Hint ${hint}:`, words);
    return true;
  } catch (failure) {
    tell(failure);
    return false;
  }
}

/**
 * Give up on a blank and be told.
 * @param {string} id
 * @returns {Promise<void>}
 */
export async function giveUp(id) {
  const before = store.exercise.value;
  if (!before || isDone(before, id)) return;
  const asked = attempt(before, id, "", { kind: "unreadable", names: [] }, true);
  const told = await addHint(before.spec, id, SHOW_ANSWER);
  const state = store.exercise.value;
  if (!told || state?.spec !== before.spec || isDone(state, id)) return;
  const question = state.question?.blank === id ? null : state.question;
  const attempts = [...state.attempts, asked];
  change(before.spec, { revealed: [...state.revealed, id], question, attempts });
  if (store.exercise.value?.finished) speak(store.spoken.value);
}

/**
 * @param {string} id
 * @returns {void}
 */
export function goToBlank(id) {
  const state = store.exercise.value;
  if (state && state.current !== id && blankOf(state, id)) change(state.spec, { current: id });
}

/**
 * Go to the blank that is asked of a node: the next open one, from the current one on. Nothing where none is left.
 * @param {number} node
 * @returns {void}
 */
export function goToBlankOf(node) {
  const state = store.exercise.value;
  const open = state?.exercise.blanks.filter((blank) => blank.node === node && !isDone(state, blank.id)) ?? [];
  const place = open.findIndex(({ id }) => id === state?.current);
  const blank = open[(place + 1) % open.length];
  if (!state || !blank) return;
  goToBlank(blank.id);
  store.picked.value += 1;
}
