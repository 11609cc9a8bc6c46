/** What is known after the first events of a trace. A pure replay: the same list always gives the same picture. */

/**
 * @typedef {import("./protocol.js").Num} Num
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {{user: number, argument: number, arg: number}} Edge From `argument`, argument number `arg` of `user`.
 * @typedef {{
 *   index: number, phase: string, kind: string, node: number, value: Num | null, source: number | null,
 *   partial: Num | null, edge: Edge | null
 * }} Happening
 * @typedef {{
 *   edge: Edge, partial: Num | null, factor: Num | null, sum: Num | null, done: boolean, curved: boolean
 * }} Contribution `curved`: an adjoint times the rate of a partial.
 * @typedef {{
 *   values: (Num | null)[], derivatives: (Num | null)[], complete: boolean[], partials: Map<string, Num | null>,
 *   layers?: Readonly<Record<string, (Num | null)[]>>,
 *   operations: number, now: Happening | null, mistaken?: number[]
 * }} Snapshot `derivatives` are those of the mode; `layers`, by phase, stands in second order only, where a node has a
 *   tangent, an adjoint and the tangent of that. `mistaken`: in an exercise, the nodes where a mistake is to be shown.
 */

/** Events that add to a sum. */
const ADDING = Object.freeze(["contribution", "curvature"]);

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
  if (!ADDING.includes(events.kind[index] ?? "") || source == null || arg == null || node === undefined) return null;
  return events.phase[index] === "tangent"
    ? { user: node, argument: source, arg }
    : { user: source, argument: node, arg };
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
  if (trace.mode === "forward-over-reverse") shot.layers = layersOf(shot, size);
  for (let index = 0; index < step; index += 1) applyEvent(shot, trace, index);
  return shot;
}

/**
 * @param {Snapshot} shot
 * @param {number} size
 * @returns {Snapshot["layers"]}
 */
function layersOf({ derivatives }, size) {
  return { tangent: new Array(size).fill(null), adjoint: new Array(size).fill(null), second: derivatives };
}

/**
 * The derivatives that a phase is about.
 * @param {Snapshot} shot
 * @param {string} phase
 * @returns {(Num | null)[]}
 */
export function layerOf({ layers, derivatives }, phase) {
  return layers?.[phase] ?? derivatives;
}

/**
 * @param {Snapshot} shot
 * @param {import("./quantities.js").Part} part
 * @returns {(Num | null)[]} that number of every node
 */
export function numbersOf(shot, part) {
  return part === "value" ? shot.values : layerOf(shot, part);
}

/**
 * What an event multiplies its partial with: the derivative of where it comes from. The rate of a partial is
 * multiplied with an adjoint, whatever it adds to.
 * @param {Trace} trace
 * @param {Snapshot} shot
 * @param {number} index
 * @returns {Num | null}
 */
export function factorOf({ events }, shot, index) {
  const source = events.source[index];
  const phase = events.kind[index] === "curvature" ? "adjoint" : (events.phase[index] ?? "");
  return source == null ? null : (layerOf(shot, phase)[source] ?? null);
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
  const phase = events.phase[index] ?? "";
  const known = layerOf(shot, phase);
  if (kind === "value") shot.values[node] = value;
  else if (kind === "seed" || ADDING.includes(kind ?? "")) known[node] = value;
  const own = known === shot.derivatives;
  if (own && kind === "seed" && phase === "tangent") shot.complete[node] = true;
  if (kind === "tangent" || kind === "adjoint") {
    known[node] = value;
    if (own) shot.complete[node] = true;
  }
  const edge = kind === "contribution" ? edgeOf(trace, index) : null;
  if (edge) shot.partials.set(edgeKey(edge.user, edge.arg), events.partial[index] ?? null);
}

/**
 * The contributions that one node receives in the whole trace, those that have arrived marked; in second order those of
 * the phase of the step.
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
  const phase = shot.layers ? shot.now?.phase : undefined;
  events.node.forEach((target, index) => {
    const edge = target === node ? edgeOf(trace, index) : null;
    if (!edge || (phase && events.phase[index] !== phase)) return;
    const done = index <= last;
    found.push({
      edge,
      done,
      curved: events.kind[index] === "curvature",
      partial: events.partial[index] ?? null,
      factor: factorOf(trace, shot, index),
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
