/** A trace as the page holds it, put together from the lines of the stream. */

import { Refusal, Unreachable } from "./api.js";
import { idOrNone, readGraph } from "./columns.js";

/**
 * @typedef {import("./protocol.js").Num} Num
 * @typedef {{
 *   phase: string[], kind: string[], node: number[], value: (Num | null)[], source: (number | null)[],
 *   arg: (number | null)[], partial: (Num | null)[], operations: number[]
 * }} NamedEvents Columns whose phases and kinds are words.
 * @typedef {{
 *   graph: import("./protocol.js").Graph, inputs: import("./protocol.js").Input[], outputs: string[], latex: string,
 *   mode: import("./protocol.js").Mode, steps: number, events: NamedEvents, result: import("./protocol.js").Result
 * }} Trace
 */

/** @returns {NamedEvents} */
function emptyEvents() {
  return { phase: [], kind: [], node: [], value: [], source: [], arg: [], partial: [], operations: [] };
}

/**
 * @param {NamedEvents} events
 * @param {import("./protocol.js").EventsLine} line
 * @param {import("./protocol.js").Catalog} catalog
 * @returns {void}
 */
function appendEvents(events, line, catalog) {
  events.phase.push(...line.phase.map((index) => catalog.phases[index] ?? ""));
  events.kind.push(...line.kind.map((index) => catalog.kinds[index] ?? ""));
  events.node.push(...line.node);
  events.value.push(...line.value);
  events.source.push(...line.source.map(idOrNone));
  events.arg.push(...line.arg.map(idOrNone));
  events.partial.push(...line.partial);
}

/**
 * Read a stream up to its result, and leave it there.
 * @param {AsyncGenerator<import("./protocol.js").TraceLine, void, void>} lines
 * @param {import("./protocol.js").Catalog} catalog
 * @returns {Promise<Trace>}
 */
export async function assembleTrace(lines, catalog) {
  try {
    return await beginTrace(lines, catalog);
  } finally {
    void lines.return();
  }
}

/**
 * Read a stream up to its result; one that breaks off before is a failure. What follows is left to `readCounts`.
 * @param {AsyncGenerator<import("./protocol.js").TraceLine, void, void>} lines
 * @param {import("./protocol.js").Catalog} catalog
 * @returns {Promise<Trace>}
 */
export async function beginTrace(lines, catalog) {
  /** @type {import("./protocol.js").GraphLine | null} */
  let head = null;
  const events = emptyEvents();
  for (;;) {
    const { done, value: line } = await lines.next();
    if (done) throw new Unreachable("The answer broke off before its end.");
    if (line.type === "error") throw new Refusal(line.error);
    if (line.type === "graph") head = line;
    if (line.type === "events") appendEvents(events, line, catalog);
    if (line.type === "result" && head) {
      const { graph, inputs, outputs, latex, mode } = head;
      return { graph: readGraph(graph), inputs, outputs, latex, mode, steps: events.node.length, events, result: line };
    }
  }
}

/**
 * The rest of a stream: how many operations there are up to each event, and the cost.
 * @param {AsyncGenerator<import("./protocol.js").TraceLine, void, void>} lines
 * @returns {Promise<import("./protocol.js").CountsLine | null>} null where they could not be counted
 */
export async function readCounts(lines) {
  for await (const line of lines) if (line.type === "counts") return line;
  return null;
}

/**
 * @param {Trace} trace
 * @param {import("./protocol.js").CountsLine} counts
 * @returns {Trace}
 */
export function countTrace(trace, { operations, cost }) {
  return { ...trace, events: { ...trace.events, operations }, result: { ...trace.result, cost } };
}

/**
 * The same trace at another point: only numbers change.
 * @param {Trace} trace
 * @param {import("./protocol.js").MovedMessage} moved
 * @returns {Trace}
 */
export function moveTrace(trace, moved) {
  const events = { ...trace.events, value: moved.value, partial: moved.partial };
  return { ...trace, events, result: { ...trace.result, ...moved.result, warnings: moved.warnings } };
}
