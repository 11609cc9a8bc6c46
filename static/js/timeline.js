/**
 * The course of a trace: where a node is finished, a loop turn begins, a decision falls; what the reverse sweep still
 * needs. A step is the number of events that have happened. Pure functions: they read no numbers, so that they hold
 * for a trace at every point.
 *
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {{step: number, kind: "turn" | "decision", words: string}} Mark
 * @typedef {{nodes: number[], lines: number[]}} Stops Breakpoints: ids of nodes, and lines of the source.
 * @typedef {{from: number, to: number}} Region The steps that playing repeats.
 * @typedef {{nodeEnds: number[], turnStarts: number[], marks: Mark[], kept: number[], turnCounts: number[]}} Course
 */

import { countTurns, innermostTurns, turnsAround } from "./loops.js";
import { prettifyText } from "./numbers.js";
import { isFalling, quantityOfPhase } from "./quantities.js";

/** Kinds of events that complete what a node gets in a phase. */
const COMPLETING = Object.freeze(["value", "seed", "tangent", "adjoint"]);
/** More marks of one kind than this cannot be told apart. */
const MOST_MARKS = 60;

/**
 * The operation that an event belongs to: a contribution of the reverse sweep to the operation that hands it down.
 * @param {Trace} trace
 * @param {number} index
 * @returns {number} -1 for the result
 */
export function ownerOf({ events }, index) {
  const phase = events.phase[index];
  const source = events.source[index];
  if (events.kind[index] === "result") return -1;
  if (source != null && phase !== "tangent") return source;
  return events.node[index] ?? -1;
}

/**
 * The steps after which an operation is done with in its phase.
 * @param {Trace} trace
 * @returns {number[]}
 */
function endNodes(trace) {
  const { events, steps } = trace;
  /** @type {number[]} */
  const ends = [];
  for (let step = 1; step <= steps; step += 1) {
    const same = ownerOf(trace, step - 1) === ownerOf(trace, step);
    if (step === steps || !same || isSweepChange(events, step)) ends.push(step);
  }
  return ends;
}

/**
 * @param {import("./trace.js").NamedEvents} events
 * @param {number} step
 * @returns {boolean} whether the sweep back begins with event number `step`
 */
function isSweepChange({ phase }, step) {
  const [before, after] = [phase[step - 1] ?? "", phase[step] ?? ""];
  return isFallingPhase(before) !== isFallingPhase(after);
}

/**
 * @param {string} phase
 * @returns {boolean}
 */
function isFallingPhase(phase) {
  return isFalling(quantityOfPhase(phase));
}

/**
 * The steps in which a loop turn begins; in the sweep back, those in which it is entered from behind.
 * @param {Trace} trace
 * @returns {number[]}
 */
function startTurns(trace) {
  const { graph, steps } = trace;
  const innermost = innermostTurns(graph.contexts);
  /** @type {number[]} */
  const starts = [];
  let before = -1;
  for (let index = 0; index < steps; index += 1) {
    const owner = ownerOf(trace, index);
    const turn = owner < 0 || graph.op[owner] === "input" ? before : (innermost[graph.context[owner] ?? 0] ?? -1);
    const anew = turn !== before || isSweepChange(trace.events, index);
    if (turn >= 0 && anew) starts.push(index + 1);
    before = turn;
  }
  return starts;
}

/**
 * The loop turns around a step.
 * @param {Trace} trace
 * @param {number[]} counts from `countTurns`
 * @param {number} step
 * @returns {import("./loops.js").Turn[]} the outermost first; none at the start, and none at the result
 */
export function turnsAt(trace, counts, step) {
  const owner = step ? ownerOf(trace, step - 1) : -1;
  return owner < 0 ? [] : turnsAround(trace.graph.contexts, counts, trace.graph.context[owner] ?? 0);
}

/**
 * The steps of the loop turn that a step is in, in the same direction of the sweep.
 * @param {Trace} trace
 * @param {number} step
 * @returns {Region | null} null outside of loops
 */
export function turnRegion(trace, step) {
  const innermost = innermostTurns(trace.graph.contexts);
  /** @param {number} index */
  const turnOf = (index) => innermost[trace.graph.context[ownerOf(trace, index)] ?? 0] ?? -1;
  const here = Math.max(0, step - 1);
  const turn = turnOf(here);
  if (turn < 0) return null;
  let [from, to] = [here, here + 1];
  while (from > 0 && turnOf(from - 1) === turn && !isSweepChange(trace.events, from)) from -= 1;
  while (to < trace.steps && turnOf(to) === turn && !isSweepChange(trace.events, to)) to += 1;
  return { from, to };
}

/**
 * Of very many marks a few that stand at even distances.
 * @param {Mark[]} marks
 * @returns {Mark[]}
 */
function thin(marks) {
  const stride = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((each) => marks.length / each <= MOST_MARKS) ?? 2000;
  return marks.filter((_, place) => place % stride === 0);
}

/**
 * @param {Trace} trace
 * @param {number[]} turnStarts
 * @param {number[]} counts from `countTurns`
 * @returns {Mark[]}
 */
function markCourse(trace, turnStarts, counts) {
  const { graph, events } = trace;
  const innermost = innermostTurns(graph.contexts);
  const turns = turnStarts.map((step) => {
    const context = innermost[graph.context[ownerOf(trace, step - 1)] ?? 0] ?? -1;
    const { label = "", turn = 0 } = graph.contexts[context] ?? {};
    return turnMark(step, prettifyText(label), turn ?? 0, counts[context] ?? 0);
  });
  const texts = new Map(graph.decisions.map(({ node, text }) => [node, text]));
  const decisions = events.kind.flatMap((kind, index) => {
    const words = prettifyText(texts.get(events.node[index] ?? -1) ?? "");
    return kind === "branch" ? [decisionMark(index + 1, words)] : [];
  });
  return [...thin(turns), ...thin(decisions)];
}

/**
 * @param {number} step
 * @param {string} label
 * @param {number} turn
 * @param {number} turns
 * @returns {Mark}
 */
function turnMark(step, label, turn, turns) {
  return { step, kind: "turn", words: `${label}, turn ${turn} of ${turns}` };
}

/**
 * @param {number} step
 * @param {string} words
 * @returns {Mark}
 */
function decisionMark(step, words) {
  return { step, kind: "decision", words: `decided: ${words}` };
}

/**
 * How many values are kept after each step: those that the sweep back reads again and has not yet read for the last
 * time. A forward sweep keeps none; second order keeps tangents beside the values, where they are not zero by structure.
 *
 * For z = exp(x*y) + x the engine says that x and y are last read by the product (node 2), exp(x*y) by the exponential
 * itself (node 3): three are kept when the sweep turns back, and none is once the product has handed its adjoint down.
 * @param {Trace} trace
 * @returns {number[]} one entry a step, the start included
 */
function countKept(trace) {
  const { graph, events, mode, steps } = trace;
  const lasts = mode === "forward" ? [] : graph.kept_until;
  const moved = mode === "forward-over-reverse" ? findMoved(trace) : [];
  const readBefore = new Array(graph.op.length + 1).fill(0);
  lasts.forEach((last, node) => {
    if (last !== null) readBefore[last + 1] += moved[node] ? 2 : 1;
  });
  for (let node = 1; node < readBefore.length; node += 1) readBefore[node] += readBefore[node - 1];
  const kept = [0];
  for (let index = 0; index < steps; index += 1) {
    const owner = ownerOf(trace, index);
    const own = events.kind[index] === "value" || (moved[owner] && isTangentDone(trace, index));
    const stored = own && lasts[owner] != null ? 1 : 0;
    const back = isFallingPhase(events.phase[index] ?? "") && events.kind[index] !== "seed";
    kept.push(back ? (readBefore[owner + 1] ?? 0) : (kept[index] ?? 0) + stored);
  }
  return kept;
}

/**
 * @param {Trace} trace
 * @param {number} index
 * @returns {boolean} whether this event completes a tangent
 */
function isTangentDone({ events }, index) {
  return events.phase[index] === "tangent" && events.kind[index] !== "contribution";
}

/**
 * @param {Trace} trace
 * @returns {boolean[]} of each node whether it moves along the direction, by structure
 */
function findMoved({ graph, events }) {
  const seeded = new Set(events.node.filter((_, index) => isSeededAt(events, index)));
  const moved = graph.op.map((_, node) => seeded.has(node));
  graph.args.forEach((args, node) => (moved[node] ||= args.some((argument) => moved[argument])));
  return moved;
}

/**
 * @param {import("./trace.js").NamedEvents} events
 * @param {number} index
 * @returns {boolean}
 */
function isSeededAt({ kind, phase, value }, index) {
  return kind[index] === "seed" && phase[index] === "tangent" && value[index] !== 0;
}

/**
 * @param {Trace} trace
 * @returns {Course}
 */
export function courseOf(trace) {
  const [turnStarts, turnCounts] = [startTurns(trace), countTurns(trace.graph.contexts)];
  const marks = markCourse(trace, turnStarts, turnCounts);
  return { nodeEnds: endNodes(trace), turnStarts, marks, kept: countKept(trace), turnCounts };
}

/**
 * The steps at which breakpoints stop: where a node gets its value, tangent or adjoint, and where a line is entered,
 * anew in each loop turn.
 * @param {Trace} trace
 * @param {Stops} stops
 * @returns {number[]}
 */
export function findStops(trace, { nodes, lines }) {
  const { events, graph, steps } = trace;
  if (!nodes.length && !lines.length) return [];
  const innermost = innermostTurns(graph.contexts);
  /** @type {number[]} */
  const found = [];
  let before = "";
  for (let index = 0; index < steps; index += 1) {
    const owner = ownerOf(trace, index);
    const line = graph.span[owner]?.[0] ?? 0;
    const here = `${line} ${innermost[graph.context[owner] ?? 0]}`;
    const entered = lines.includes(line) && (here !== before || isSweepChange(events, index));
    const completed = COMPLETING.includes(events.kind[index] ?? "") && nodes.includes(events.node[index] ?? -1);
    if (entered || completed) found.push(index + 1);
    before = here;
  }
  return found;
}

/**
 * The next or the previous of some steps, in order; the start or the end of the trace where there is none.
 * @param {number[]} places ascending
 * @param {number} step
 * @param {1 | -1} direction
 * @param {number} steps
 * @returns {number}
 */
export function neighbourStep(places, step, direction, steps) {
  if (direction > 0) return places.find((place) => place > step) ?? steps;
  return places.findLast((place) => place < step) ?? 0;
}
