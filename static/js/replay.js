/** What is known after the first events of a trace. A pure replay: the same list always gives the same picture. */

/**
 * @typedef {import("./protocol.js").Num} Num
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {{user: number, argument: number, arg: number}} Edge From `argument`, argument number `arg` of `user`.
 * @typedef {{
 *   index: number, phase: string, kind: string, node: number, value: Num | null, source: number | null,
 *   partial: Num | null, edge: Edge | null
 * }} Happening
 * @typedef {{edge: Edge, partial: Num | null, factor: Num | null, sum: Num | null, done: boolean}} Contribution
 * @typedef {{
 *   values: (Num | null)[], derivatives: (Num | null)[], complete: boolean[], partials: Map<string, Num | null>,
 *   operations: number, now: Happening | null, mistaken?: number[]
 * }} Snapshot `mistaken`: in an exercise, the nodes where a mistake is to be shown.
 */

/**
 * The key under which an edge is known everywhere.
 * @param {number} user
 * @param {number} arg
 * @returns {string}
 */
export function edgeKey(user, arg) {
  return `${user}.${arg}`;
}

/**
 * The edge along which a contribution runs: adjoints fall from a user to its argument, tangents rise.
 * @param {Trace} trace
 * @param {number} index
 * @returns {Edge | null}
 */
export function edgeOf({ events }, index) {
  const source = events.source[index];
  const arg = events.arg[index];
  const node = events.node[index];
  if (events.kind[index] !== "contribution" || source == null || arg == null || node === undefined) return null;
  return events.phase[index] === "adjoint"
    ? { user: source, argument: node, arg }
    : { user: node, argument: source, arg };
}

/**
 * @param {Trace} trace
 * @param {number} index
 * @returns {Happening | null}
 */
export function happeningAt(trace, index) {
  const { events } = trace;
  const node = events.node[index];
  if (node === undefined) return null;
  return {
    index,
    phase: events.phase[index] ?? "",
    kind: events.kind[index] ?? "",
    node,
    value: events.value[index] ?? null,
    source: events.source[index] ?? null,
    partial: events.partial[index] ?? null,
    edge: edgeOf(trace, index),
  };
}

/**
 * Everything known once the first `step` events have happened.
 * @param {Trace} trace
 * @param {number} step
 * @returns {Snapshot}
 */
export function replay(trace, step) {
  const { events, graph } = trace;
  const size = graph.op.length;
  /** @type {Snapshot} */
  const shot = {
    values: new Array(size).fill(null),
    derivatives: new Array(size).fill(null),
    complete: new Array(size).fill(false),
    partials: new Map(),
    operations: step > 0 ? (events.operations[step - 1] ?? 0) : 0,
    now: step > 0 ? happeningAt(trace, step - 1) : null,
  };
  for (let index = 0; index < step; index += 1) applyEvent(shot, trace, index);
  return shot;
}

/**
 * @param {Snapshot} shot
 * @param {Trace} trace
 * @param {number} index
 * @returns {void}
 */
function applyEvent(shot, trace, index) {
  const { events } = trace;
  const node = /** @type {number} */ (events.node[index]);
  const value = events.value[index] ?? null;
  const kind = events.kind[index];
  if (kind === "value") shot.values[node] = value;
  else if (kind === "seed" || kind === "contribution") shot.derivatives[node] = value;
  if (kind === "seed" && events.phase[index] === "tangent") shot.complete[node] = true;
  if (kind === "tangent" || kind === "adjoint") {
    shot.derivatives[node] = value;
    shot.complete[node] = true;
  }
  const edge = edgeOf(trace, index);
  if (edge) shot.partials.set(edgeKey(edge.user, edge.arg), events.partial[index] ?? null);
}

/**
 * The contributions that one node receives in the whole trace, those that have arrived marked.
 * @param {Trace} trace
 * @param {Snapshot} shot
 * @param {number} node
 * @returns {Contribution[]}
 */
export function contributionsTo(trace, shot, node) {
  const { events } = trace;
  const last = shot.now?.index ?? -1;
  /** @type {Contribution[]} */
  const found = [];
  events.node.forEach((target, index) => {
    const edge = target === node ? edgeOf(trace, index) : null;
    if (!edge) return;
    const done = index <= last;
    const source = /** @type {number} */ (events.source[index]);
    found.push({
      edge,
      done,
      partial: events.partial[index] ?? null,
      factor: shot.derivatives[source] ?? null,
      sum: done ? (events.value[index] ?? null) : null,
    });
  });
  return found;
}

/**
 * Runs of events of one phase, for the timeline.
 * @param {Trace} trace
 * @returns {{phase: string, from: number, to: number}[]} `to` is exclusive
 */
export function phaseRuns({ events }) {
  /** @type {{phase: string, from: number, to: number}[]} */
  const runs = [];
  events.phase.forEach((phase, index) => {
    const last = runs.at(-1);
    if (last && last.phase === phase) last.to = index + 1;
    else runs.push({ phase, from: index, to: index + 1 });
  });
  return runs;
}
