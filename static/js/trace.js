/** A trace as the page holds it, put together from the lines of the stream. */

import { Refusal, Unreachable } from "./api.js";

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
  events.source.push(...line.source);
  events.arg.push(...line.arg);
  events.partial.push(...line.partial);
  events.operations.push(...line.operations);
}

/**
 * Read a whole stream; a stream that breaks off before its result is a failure.
 * @param {AsyncIterable<import("./protocol.js").TraceLine>} lines
 * @param {import("./protocol.js").Catalog} catalog
 * @returns {Promise<Trace>}
 */
export async function assembleTrace(lines, catalog) {
  /** @type {import("./protocol.js").GraphLine | null} */
  let head = null;
  const events = emptyEvents();
  for await (const line of lines) {
    if (line.type === "error") throw new Refusal(line.error);
    if (line.type === "graph") head = line;
    if (line.type === "events") appendEvents(events, line, catalog);
    if (line.type === "result" && head) {
      const { graph, inputs, outputs, latex, mode } = head;
      return { graph, inputs, outputs, latex, mode, steps: events.node.length, events, result: line };
    }
  }
  throw new Unreachable("The answer broke off before its end.");
}

/**
 * The same trace at another point: only numbers change.
 * @param {Trace} trace
 * @param {import("./protocol.js").MovedMessage} moved
 * @returns {Trace}
 */
export function moveTrace(trace, moved) {
  const events = { ...trace.events, value: moved.value, partial: moved.partial };
  const constant = trace.graph.constant.slice();
  for (const [node, value] of Object.entries(moved.constants ?? {})) constant[Number(node)] = value;
  const graph = Object.keys(moved.constants ?? {}).length ? { ...trace.graph, constant } : trace.graph;
  return { ...trace, graph, events, result: { ...trace.result, ...moved.result, warnings: moved.warnings } };
}
