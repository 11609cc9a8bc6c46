/**
 * What the source shows at a step: the values that lines got last, the loop turns around, the decisions in force.
 * Pure functions of a trace and a snapshot of it.
 *
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {import("./replay.js").Snapshot} Snapshot
 * @typedef {import("./protocol.js").Num} Num
 * @typedef {import("./protocol.js").SpanColumns} SpanColumns
 * @typedef {{line: number, name: string, nodes: number[]}} Assigned A name on a line, and the nodes that it has been.
 * @typedef {{line: number, name: string, node: number, value: Num, derivative: Num | null}} LineValue
 * @typedef {{span: SpanColumns, nodes: number[], taken: boolean[]}} Test
 * @typedef {{span: SpanColumns, taken: boolean}} Outcome
 */

import { ownerOf } from "./timeline.js";

/** A line with more names than this shows the first ones. */
const MOST_NAMES = 3;

/**
 * The names that lines assign, with their nodes in the order of the program. Inputs stand at the head of a `def`; a
 * result without a name of its own is called like the output.
 * @param {Trace} trace
 * @returns {Assigned[]}
 */
export function listAssigned({ graph, outputs }) {
  const head = graph.contexts.find(({ kind, parent }) => kind === "call" && parent === 0)?.span?.[0] ?? 0;
  /** @type {Map<string, Assigned>} */
  const found = new Map();
  graph.op.forEach((op, node) => {
    const name = graph.name[node] ?? outputs[graph.outputs.indexOf(node)];
    const line = op === "input" ? head : (graph.span[node]?.[2] ?? 0);
    if (!name || !line || op === "const" || graph.test[node]) return;
    const key = `${line} ${name}`;
    const assigned = found.get(key) ?? { line, name, nodes: [] };
    assigned.nodes.push(node);
    found.set(key, assigned);
  });
  return [...found.values()];
}

/**
 * The node that a name stands for at a step: the one that got its value last; on the way back the last that the sweep
 * has reached.
 * @param {number[]} nodes ascending
 * @param {Snapshot} shot
 * @param {number} owner the operation of the current step
 * @returns {number | undefined} undefined before the line has been reached
 */
function nodeAt(nodes, shot, owner) {
  const latest = nodes.findLast((node) => shot.values[node] !== null);
  if (shot.now?.phase !== "adjoint") return latest;
  return nodes.find((node) => node >= owner && shot.derivatives[node] !== null) ?? latest;
}

/**
 * @param {Trace} trace
 * @param {Snapshot} shot
 * @param {Assigned[]} assigned from `listAssigned`
 * @returns {LineValue[]} by line, at most a few names each
 */
export function valuesOfLines(trace, shot, assigned) {
  const owner = shot.now ? ownerOf(trace, shot.now.index) : -1;
  /** @type {Map<number, number>} */
  const counts = new Map();
  return assigned.flatMap(({ line, name, nodes }) => {
    const node = nodeAt(nodes, shot, owner);
    const value = node === undefined ? null : (shot.values[node] ?? null);
    const count = (counts.get(line) ?? 0) + 1;
    counts.set(line, count);
    if (node === undefined || value === null || count > MOST_NAMES) return [];
    return [{ line, name, node, value, derivative: shot.derivatives[node] ?? null }];
  });
}

/**
 * The tests that decide branches, each with all its decisions in the order of the program.
 * @param {Trace} trace
 * @returns {Test[]}
 */
export function listTests({ graph }) {
  /** @type {Map<string, Test>} */
  const tests = new Map();
  for (const { node, span, taken } of graph.decisions) {
    if (!span) continue;
    const key = span.join();
    const test = tests.get(key) ?? { span, nodes: [], taken: [] };
    test.nodes.push(node);
    test.taken.push(taken);
    tests.set(key, test);
  }
  return [...tests.values()];
}

/**
 * How each test has come out at the current step; before the start and after the end only those that always come out
 * alike.
 * @param {Test[]} tests from `listTests`
 * @param {number} owner the operation of the current step, -1 before the start and after the end
 * @returns {Outcome[]}
 */
export function outcomesAt(tests, owner) {
  return tests.flatMap(({ span, nodes, taken }) => {
    const last = owner < 0 ? nodes.length - 1 : nodes.findLastIndex((node) => node <= owner);
    const outcome = taken[last];
    const certain = owner >= 0 || taken.every((each) => each === outcome);
    return outcome !== undefined && certain ? [{ span, taken: outcome }] : [];
  });
}
