/** Asking the server: the program, its trace, what each step means. Everything here ends in the store. */

import { batch } from "@preact/signals-core";
import { fetchExplanations, fetchProgram, Refusal, streamTrace, Unreachable } from "../api.js";
import { LiveLine } from "../live.js";
import { Newest, settle } from "../newest.js";
import { fitPoint, fitSeed, mentionedIn } from "../points.js";
import { countRepeats } from "../repeats.js";
import * as store from "../store.js";
import { beginTrace, countTrace, moveTrace, readCounts } from "../trace.js";
import { compareSoon, compareSymbolicSoon } from "./comparing.js";
import { drawTrace } from "./folding.js";

/**
 * @typedef {import("../protocol.js").Question} Question
 * @typedef {import("../trace.js").Trace} Trace
 */

const OVERLOOKED = 300;
const KEPT = "Nothing is lost: the last good trace stays, and the page tries again by itself.";
const SHAPE_PROBLEMS = Object.freeze(["shape", "index"]);
const WINDOW = 48;
const LONGEST_WAIT = 15_000;

const asking = {
  ...{ readSource: false, attempts: 0, wantedStep: -1, opened: "", answer: traceProgram },
  flight: new AbortController(),
};

/** @type {{timer: ReturnType<typeof setTimeout> | undefined}} */
const retry = { timer: undefined };

const job = new Newest(answerQuestion);

const live = new LiveLine({
  moved: adoptMove,
  stale: () => askTrace(),
  refused: (problem) => (store.problem.value = problem),
  opened: () => store.trouble.value && askProgram(),
});

/**
 * Read the source anew, then trace it.
 * @param {number} [step] where to be afterwards; as before where not said
 * @returns {void}
 */
export function askProgram(step) {
  asking.readSource = true;
  askTrace(step);
}

/**
 * @param {number} [step]
 * @returns {void}
 */
export function askTrace(step) {
  if (step !== undefined) asking.wantedStep = step;
  void job.offer(undefined);
}

/** Follow the point: over the live line where it stands, else by a new trace. @returns {void} */
export function askMove() {
  const { point, ...rest } = store.question.value;
  const known = store.trace.value !== null && JSON.stringify(rest) === asking.opened;
  if (known && live.move(point, Math.max(0, store.step.value - 1))) return;
  askTrace();
}

/** @returns {void} */
export function connectLive() {
  live.connect();
}

/** @returns {Promise<void>} */
async function answerQuestion() {
  const late = setTimeout(() => (store.busy.value = true), OVERLOOKED);
  asking.flight = new AbortController();
  const { signal } = asking.flight;
  try {
    if (asking.readSource) await readProgram(signal);
    await asking.answer(store.question.value, signal);
    asking.attempts = 0;
  } catch (failure) {
    tellFailure(failure);
  } finally {
    clearTimeout(late);
    store.busy.value = false;
  }
}

/** Stop waiting for an answer; the last one stays. @returns {void} */
export function giveUp() {
  asking.flight.abort();
}

/**
 * @param {Question} asked
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
async function traceProgram(asked, signal) {
  const catalog = store.catalog.value;
  if (!catalog) return;
  const lines = streamTrace(asked, signal);
  const trace = await beginTrace(lines, catalog);
  if (asked.source !== store.question.value.source) return void lines.return();
  await adoptTrace(trace, asked);
  void adoptCounts(lines, trace.graph);
}

/**
 * What comes after a trace is put beside it, or beside what it has moved to in the meantime.
 * @param {AsyncGenerator<import("../protocol.js").TraceLine, void, void>} lines
 * @param {import("../protocol.js").Graph} graph
 * @returns {Promise<void>}
 */
async function adoptCounts(lines, graph) {
  const counts = await readCounts(lines).catch(() => null);
  const trace = store.trace.value;
  if (counts && trace?.graph === graph) store.trace.value = countTrace(trace, counts);
}

/**
 * Ask for something else than a trace once a program has been read.
 * @param {(asked: Question, signal: AbortSignal) => Promise<void>} answer
 * @returns {void}
 */
export function answerWith(answer) {
  asking.answer = answer;
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
async function readProgram(signal) {
  asking.readSource = false;
  const { source, point } = store.question.value;
  const program = await fetchFittingProgram(source, mentionedIn(point, source), signal);
  const { seed, weights, ...rest } = store.question.value;
  if (rest.source !== source) return;
  const direction = seed ? fitSeed(program.inputs, seed) : null;
  batch(() => {
    store.program.value = program;
    store.question.value = {
      ...rest,
      point: fitPoint(program.inputs, rest.point),
      ...(direction ? { seed: direction } : {}),
      ...(weights?.length === program.outputs.length ? { weights } : {}),
    };
  });
}

/**
 * Read a source at the point that is there; where the source wants inputs of another shape, at the point that the
 * server proposes.
 * @param {string} source
 * @param {import("../protocol.js").Point} point
 * @param {AbortSignal} signal
 * @returns {Promise<import("../protocol.js").Program>}
 */
async function fetchFittingProgram(source, point, signal) {
  try {
    return await fetchProgram(source, point, signal);
  } catch (failure) {
    if (!(failure instanceof Refusal) || !SHAPE_PROBLEMS.includes(failure.problem.kind)) throw failure;
    return await fetchProgram(source, {}, signal).catch(() => Promise.reject(failure));
  }
}

/**
 * Show a new trace, laid out, in one redraw.
 * @param {Trace} trace
 * @param {Question} asked
 * @returns {Promise<void>}
 */
async function adoptTrace(trace, asked) {
  const drawing = await drawTrace(trace);
  const old = store.trace.value;
  const atEnd = old !== null && old.steps > 0 && store.step.value === old.steps;
  const wanted = asking.wantedStep >= 0 ? asking.wantedStep : atEnd ? trace.steps : store.step.value;
  asking.wantedStep = -1;
  batch(() => {
    store.trace.value = trace;
    if (drawing) store.drawing.value = drawing;
    store.step.value = Math.min(wanted, trace.steps);
    store.problem.value = null;
    store.trouble.value = "";
    store.explanations.value = new Map();
    store.hover.value = [];
    if (!asked.shared) store.savings.value = countRepeats(trace.graph);
    clampChoice(trace);
  });
  const { point: _, ...rest } = asked;
  asking.opened = JSON.stringify(rest);
  live.open(asked);
  explainNow();
  compareSoon();
  compareSymbolicSoon();
}

/**
 * @param {Trace} trace
 * @returns {void}
 */
function clampChoice(trace) {
  const { output, input } = store.choice.value;
  const fits = output < trace.outputs.length && input < trace.graph.inputs.length;
  if (!fits) store.choice.value = { output: 0, input: 0 };
}

/**
 * @param {import("../protocol.js").MovedMessage} message
 * @returns {void}
 */
function adoptMove(message) {
  const trace = store.trace.value;
  if (!trace || message.value.length !== trace.steps) return askTrace();
  const { explanation } = message;
  batch(() => {
    store.trace.value = moveTrace(trace, message);
    store.problem.value = null;
    store.trouble.value = "";
    store.explanations.value = new Map(explanation ? [[explanation.step, explanation]] : []);
  });
  explainSoon();
  compareSoon();
  compareSymbolicSoon();
}

/**
 * @param {unknown} failure
 * @returns {void}
 */
function tellFailure(failure) {
  if (failure instanceof Refusal) {
    store.problem.value = failure.problem;
    return;
  }
  if (failure instanceof DOMException && failure.name === "AbortError") return;
  if (!(failure instanceof Unreachable)) throw failure;
  const wait = failure.retrySeconds * 1000 || Math.min(LONGEST_WAIT, 1000 * 2 ** asking.attempts);
  asking.attempts += 1;
  store.trouble.value = `${failure.message} ${KEPT}`;
  clearTimeout(retry.timer);
  retry.timer = setTimeout(() => askProgram(), wait * (0.5 + Math.random() / 2));
}

const explaining = new Newest(fetchWindow);
const explainSoon = settle(180, explainNow);

/** Fetch the explanations around the current step where they are not known. @returns {void} */
export function explainNow() {
  const index = store.step.value - 1;
  const trace = store.trace.value;
  if (!trace) return;
  const first = Math.max(0, index);
  const missing = [first, Math.min(first + 6, trace.steps - 1)].find((place) => !store.explanations.value.has(place));
  if (missing !== undefined) void explaining.offer(missing - (missing % WINDOW));
}

/**
 * @param {number} from
 * @returns {Promise<void>}
 */
async function fetchWindow(from) {
  const trace = store.trace.value;
  try {
    const found = await fetchExplanations(store.question.value, from, WINDOW);
    if (store.trace.value?.events.value !== trace?.events.value) return explainSoon();
    store.explanations.value = new Map([
      ...store.explanations.value,
      ...found.map((each) => /** @type {[number, typeof each]} */ ([each.step, each])),
    ]);
  } catch (failure) {
    if (failure instanceof Unreachable && failure.retrySeconds) setTimeout(explainNow, failure.retrySeconds * 1000);
    else if (!(failure instanceof Refusal || failure instanceof Unreachable)) throw failure;
  }
}
