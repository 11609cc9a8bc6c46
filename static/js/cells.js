/** The cells of an exercise: what is known of them so far, as a table shows it and as the graph does. Pure functions. */

import { readNumber } from "./numbers.js";

/**
 * @typedef {import("./protocol.js").ExerciseState} ExerciseState
 * @typedef {import("./protocol.js").Blank} Blank
 * @typedef {import("./protocol.js").Num} Num
 * @typedef {import("./replay.js").Snapshot} Snapshot
 */

/** What kinds of cells hold of a node. */
const PARTS = Object.freeze({ primal: "value", tangent: "derivative", adjoint: "derivative" });

/**
 * @param {ExerciseState} state
 * @param {string} id
 * @returns {boolean} whether nothing more is to be asked of a blank
 */
export function isDone({ verdicts, revealed }, id) {
  return verdicts[id]?.kind === "right" || revealed.includes(id);
}

/**
 * The blank to go on with: the next open one, from the beginning again after the last.
 * @param {ExerciseState} state
 * @param {string} id
 * @returns {string} the same where all are done
 */
export function nextOpen(state, id) {
  const { blanks } = state.exercise;
  const place = blanks.findIndex((blank) => blank.id === id);
  const ordered = [...blanks.slice(place + 1), ...blanks.slice(0, place)];
  return ordered.find((blank) => !isDone(state, blank.id))?.id ?? id;
}

/**
 * @param {ExerciseState} state
 * @param {string} id
 * @returns {Blank | undefined}
 */
export function blankOf({ exercise }, id) {
  return exercise.blanks.find((blank) => blank.id === id);
}

/**
 * The numbers that a learner may see: those given, those found, those given up.
 * @param {ExerciseState} state
 * @returns {Map<string, Num>} by the id of the cell
 */
export function knownCells({ exercise, verdicts, revealed, hints }) {
  /** @type {Map<string, Num>} */
  const known = new Map(exercise.given.map(({ id, value }) => [id, value]));
  for (const [id, { kind, value }] of Object.entries(verdicts)) {
    if (kind === "right" && value !== null && value !== undefined) known.set(id, value);
  }
  for (const id of revealed) {
    const value = readNumber(hints[id]?.at(-1) ?? "");
    if (value !== null) known.set(id, value);
  }
  return known;
}

/**
 * The graph of an exercise: its inputs, and every cell that is known.
 * @param {import("./trace.js").Trace} trace
 * @param {ExerciseState} state
 * @returns {Snapshot}
 */
export function fillIn(trace, state) {
  const size = trace.graph.op.length;
  const numbers = { value: new Array(size).fill(null), derivative: new Array(size).fill(null) };
  const leaves = trace.inputs.flatMap(({ value }) => [value].flat(2));
  trace.graph.inputs.forEach((node, place) => (numbers.value[node] = leaves[place] ?? null));
  for (const [id, value] of knownCells(state)) {
    const [kind = "", node = ""] = id.split(":");
    const part = PARTS[/** @type {keyof typeof PARTS} */ (kind)];
    if (part) numbers[/** @type {"value" | "derivative"} */ (part)][Number(node)] = value;
  }
  return {
    values: numbers.value,
    derivatives: numbers.derivative,
    complete: new Array(size).fill(true),
    partials: new Map(),
    operations: 0,
    now: happening(trace, state),
  };
}

/**
 * The current blank as something that happens: on a node, or along an edge.
 * @param {import("./trace.js").Trace} trace
 * @param {ExerciseState} state
 * @returns {import("./replay.js").Happening | null}
 */
function happening({ mode, graph }, state) {
  const blank = blankOf(state, state.current);
  if (!blank || blank.node === null || state.finished) return null;
  const [user, arg] = blank.edge ?? [-1, 0];
  const argument = graph.args[user]?.[arg];
  const edge = argument === undefined ? null : { user, argument, arg };
  const place = state.exercise.blanks.indexOf(blank);
  const phase = blank.id.startsWith("primal") ? "primal" : mode === "forward" ? "tangent" : "adjoint";
  return { index: place, phase, kind: "asked", node: blank.node, value: null, source: null, partial: null, edge };
}

/**
 * The nodes that are lit: the one that the current blank is about, or both ends of its edge.
 * @param {ExerciseState} state
 * @param {import("./protocol.js").Graph} graph
 * @returns {number[]}
 */
export function nodesAsked(state, graph) {
  const blank = blankOf(state, state.current);
  if (!blank || state.finished) return [];
  const ends = blank.edge ? [blank.edge[0], graph.args[blank.edge[0]]?.[blank.edge[1]] ?? blank.edge[0]] : [];
  return ends.length ? ends : blank.node === null ? [] : [blank.node];
}
