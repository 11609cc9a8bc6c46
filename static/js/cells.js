/** The cells of an exercise: what is known of them so far, as a table shows it and as the graph does. Pure functions. */

import { readNumber } from "./numbers.js";
import { derivativeOf } from "./quantities.js";

/**
 * @typedef {import("./protocol.js").ExerciseState} ExerciseState
 * @typedef {import("./protocol.js").Blank} Blank
 * @typedef {import("./protocol.js").Num} Num
 * @typedef {import("./replay.js").Snapshot} Snapshot
 */

/** The kinds of cells that are about values. */
const VALUES = Object.freeze(["primal", "doubling"]);
/** The kinds of cells that are about the whole graph: their own place is not where a mistake was made. */
const WHOLE = Object.freeze(["jacobian", "formula"]);

/**
 * @param {Pick<ExerciseState, "verdicts" | "revealed">} state
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
 * @returns {number} which of the blanks the current one is, from 1
 */
export function placeOfCurrent({ exercise, current }) {
  return exercise.blanks.findIndex(({ id }) => id === current) + 1;
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
  const known = new Map();
  exercise.values.forEach((value, node) => {
    if (value !== null) known.set(`primal:${node}`, value);
  });
  for (const { id, value } of exercise.given) known.set(id, value);
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
 * How far an exercise is, counted in blanks. `first`: right at the first try and without a hint.
 * @param {ExerciseState} state
 * @returns {{total: number, done: number, right: number, first: number}}
 */
export function countDone(state) {
  const { exercise, verdicts, attempts, hints } = state;
  const right = exercise.blanks.filter(({ id }) => verdicts[id]?.kind === "right");
  const first = right.filter(({ id }) => !hints[id] && attempts.filter(({ blank }) => blank === id).length === 1);
  const done = exercise.blanks.filter(({ id }) => isDone(state, id));
  return { total: exercise.blanks.length, done: done.length, right: right.length, first: first.length };
}

/**
 * The mistakes that were named, most often met first.
 * @param {ExerciseState} state
 * @returns {{sentence: string, times: number}[]}
 */
export function listMistakes({ attempts, sentences }) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { names, settled } of attempts) {
    const name = settled ?? (names.length === 1 ? names[0] : undefined);
    if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  return sorted.map(([name, times]) => ({ sentence: sentences?.[name] ?? name.replaceAll("-", " "), times }));
}

/**
 * The graph of an exercise: every cell that is known.
 * @param {import("./trace.js").Trace} trace
 * @param {ExerciseState} state
 * @returns {Snapshot}
 */
export function fillIn(trace, state) {
  const size = trace.graph.op.length;
  /** @returns {(Num | null)[]} */
  const nothing = () => new Array(size).fill(null);
  /** @type {Record<string, (Num | null)[]>} */
  const known = { primal: nothing(), tangent: nothing(), adjoint: nothing(), second: nothing() };
  for (const [id, value] of knownCells(state)) {
    const [kind = "", node = ""] = id.split(":");
    const numbers = known[kind];
    if (numbers) numbers[Number(node)] = value;
  }
  const { primal: values = nothing(), ...layers } = known;
  const derivatives = layers[derivativeOf(trace.mode).name] ?? nothing();
  const shot = { values, derivatives, complete: new Array(size).fill(true), partials: new Map(), operations: 0 };
  const second = trace.mode === "forward-over-reverse" ? { layers } : {};
  return { ...shot, ...second, now: happening(trace, state), mistaken: mistakenIn(state) };
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
  const [user, arg] = placeOf(state).edge ?? [-1, 0];
  const argument = graph.args[user]?.[arg];
  const edge = argument === undefined ? null : { user, argument, arg };
  const place = state.exercise.blanks.indexOf(blank);
  const ofValues = VALUES.some((kind) => blank.id.startsWith(kind));
  const phase = ofValues ? "primal" : derivativeOf(mode).name;
  return { index: place, phase, kind: "asked", node: blank.node, value: null, source: null, partial: null, edge };
}

/**
 * Where in the graph the current blank is, or the mistake that was made with it.
 * @param {ExerciseState} state
 * @returns {{node: number | null, edge: [number, number] | null}}
 */
function placeOf(state) {
  const blank = blankOf(state, state.current);
  const { node = null, edge = null } = (isMistaken(state) ? state.verdicts[state.current] : blank) ?? {};
  return { node, edge };
}

/**
 * Whether the last answer to the current blank was a mistake that is known.
 * @param {ExerciseState} state
 * @returns {boolean}
 */
function isMistaken(state) {
  const { verdicts, current } = state;
  const kind = verdicts[current]?.kind;
  return (kind === "named" || kind === "tied") && !isDone(state, current);
}

/**
 * @param {ExerciseState} state
 * @returns {number[]} the nodes where a mistake is to be shown
 */
function mistakenIn(state) {
  if (!isMistaken(state)) return [];
  const { node, edge } = placeOf(state);
  const whole = WHOLE.some((kind) => state.current.startsWith(kind));
  if (whole && node === blankOf(state, state.current)?.node) return [];
  return edge ? [edge[0]] : node === null ? [] : [node];
}

/**
 * The nodes that are lit: the one that the current blank is about, and both ends of its edge.
 * @param {ExerciseState} state
 * @param {import("./protocol.js").Graph} graph
 * @returns {number[]}
 */
export function nodesAsked(state, graph) {
  if (state.finished) return [];
  const own = blankOf(state, state.current)?.node ?? null;
  const { node, edge } = placeOf(state);
  const ends = edge ? [edge[0], graph.args[edge[0]]?.[edge[1]] ?? null] : [];
  return [...new Set([own, node, ...ends])].filter((each) => each !== null);
}
