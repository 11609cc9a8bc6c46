/**
 * The chain rule written out: a derivative is a sum over paths, and along a path the partials multiply. An adjoint sums
 * over the paths from its node up to the outputs, a tangent over those from the seeded inputs up to its node. There may
 * be exponentially many paths; they are counted and summed without being listed, and only the largest are spelled out
 * (the k best paths of an acyclic graph, by dynamic programming over its nodes).
 *
 * In second order the tangent of an adjoint begins anew at every partial that changes along the direction: there a path
 * starts with the adjoint of the operation, times the rate of its partial.
 *
 * For y = x*x + x at x = 3 three paths lead from x to y: two through the product, 3 each, and one straight, 1. Their
 * sum is 7.
 *
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {import("./protocol.js").Num} Num
 * @typedef {{user: number, argument: number, arg: number, partial: number}} Link One edge, with its partial.
 * @typedef {{edge: Link, adjoint: number}} Turn An edge whose partial changes, at the rate `edge.partial`.
 * @typedef {{product: number, seed: number, turn: Turn | null, link: Link | null, rest: Path | null}} Path
 *   From its first node on; `seed` is what it ends with, in second order at a turn.
 * @typedef {{count: bigint, sum: number, best: Path[]}} Sum Of all paths of a node: how many, their sum, the largest.
 */

import { toNumber } from "./numbers.js";
import { isFalling } from "./quantities.js";
import { edgeOf } from "./replay.js";

/** @type {Sum} */
const NOTHING = Object.freeze({ count: 0n, sum: 0, best: [] });

/**
 * @template T
 * @param {Map<number, T[]>} lists
 * @param {number} node
 * @param {T} item
 * @returns {void}
 */
function append(lists, node, item) {
  const found = lists.get(node);
  if (found) found.push(item);
  else lists.set(node, [item]);
}

/**
 * What paths begin with in the first `step` events: seeds, and in second order partials that change. Zeros begin none.
 * @param {Trace} trace
 * @param {number} step
 * @param {string} phase
 * @returns {Map<number, Path[]>} by node
 */
function findStarts(trace, step, phase) {
  const { events } = trace;
  /** @type {Map<number, Path[]>} */
  const starts = new Map();
  /** @type {Map<number, number>} */
  const adjoints = new Map();
  for (let index = 0; index < step; index += 1) {
    const [node, kind, value] = [events.node[index], events.kind[index], toNumber(events.value[index])];
    if (node == null) continue;
    if (kind === "adjoint" && events.phase[index] === "adjoint") adjoints.set(node, value);
    if (events.phase[index] !== phase) continue;
    const start = kind === "seed" ? { seed: value, turn: null } : findTurn(trace, index, adjoints);
    if (start && start.seed !== 0) append(starts, node, { ...start, product: start.seed, link: null, rest: null });
  }
  return starts;
}

/**
 * @param {Trace} trace
 * @param {number} index
 * @param {Map<number, number>} adjoints those that are complete by then
 * @returns {{seed: number, turn: Turn} | null} null for events of other kinds
 */
function findTurn(trace, index, adjoints) {
  const edge = trace.events.kind[index] === "curvature" ? edgeOf(trace, index) : null;
  if (!edge) return null;
  const [rate, adjoint] = [toNumber(trace.events.partial[index]), adjoints.get(edge.user) ?? NaN];
  return { seed: adjoint * rate, turn: { edge: { ...edge, partial: rate }, adjoint } };
}

/**
 * The edges along which the first `step` events have carried something, by the node that the sum is over: of adjoints
 * by argument, of tangents by user.
 * @param {Trace} trace
 * @param {number} step
 * @param {string} phase
 * @returns {Map<number, Link[]>}
 */
function findLinks(trace, step, phase) {
  const { events } = trace;
  /** @type {Map<number, Link[]>} */
  const links = new Map();
  for (let index = 0; index < step; index += 1) {
    const edge = events.kind[index] === "contribution" && events.phase[index] === phase ? edgeOf(trace, index) : null;
    if (edge) append(links, events.node[index] ?? -1, { ...edge, partial: toNumber(events.partial[index]) });
  }
  return links;
}

/**
 * The nodes that the paths of one node can visit, itself the last: those that its sum depends on come first.
 * @param {number} node
 * @param {Map<number, Link[]>} links
 * @param {boolean} reverse
 * @returns {number[]}
 */
function listCone(node, links, reverse) {
  const seen = new Set([node]);
  const waiting = [node];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const { user, argument } of links.get(at) ?? []) {
      const next = reverse ? user : argument;
      if (!seen.has(next)) waiting.push(next);
      seen.add(next);
    }
  }
  return [...seen].sort((a, b) => (reverse ? b - a : a - b));
}

/**
 * What is not a number is the most remarkable of all.
 * @param {Path} path
 * @returns {number}
 */
function sizeOf({ product }) {
  return Number.isNaN(product) ? Infinity : Math.abs(product);
}

/**
 * @param {Path[]} paths
 * @param {number} most
 * @returns {Path[]}
 */
function keepLargest(paths, most) {
  return paths.sort((one, other) => sizeOf(other) - sizeOf(one) || 0).slice(0, most);
}

/**
 * @param {Path[]} starts
 * @param {Link[]} links
 * @param {(link: Link) => Sum} sumBehind
 * @param {number} most
 * @returns {Sum}
 */
function addPaths(starts, links, sumBehind, most) {
  const behind = links.map(sumBehind);
  const paths = [...starts];
  links.forEach((link, place) => {
    for (const rest of behind[place]?.best ?? [])
      paths.push({ ...rest, product: rest.product * link.partial, link, rest });
  });
  const begun = starts.reduce((sum, { seed }) => sum + seed, 0);
  return {
    count: behind.reduce((sum, { count }) => sum + count, BigInt(starts.length)),
    sum: links.reduce((sum, { partial }, place) => sum + partial * (behind[place]?.sum ?? 0), begun),
    best: keepLargest(paths, most),
  };
}

/**
 * The sum over paths that a derivative is after `step` events. Each node is visited once, each edge once.
 * @param {Trace} trace
 * @param {number} step
 * @param {number} node
 * @param {number} most how many paths to spell out
 * @param {import("./quantities.js").Quantity} quantity which of its derivatives
 * @returns {Sum}
 */
export function sumPaths(trace, step, node, most, quantity) {
  const reverse = isFalling(quantity);
  const [starts, links] = [findStarts(trace, step, quantity.name), findLinks(trace, step, quantity.name)];
  /** @type {Map<number, Sum>} */
  const sums = new Map();
  for (const at of listCone(node, links, reverse)) {
    const behind = (/** @type {Link} */ { user, argument }) => sums.get(reverse ? user : argument) ?? NOTHING;
    sums.set(at, addPaths(starts.get(at) ?? [], links.get(at) ?? [], behind, most));
  }
  return sums.get(node) ?? NOTHING;
}

/**
 * The edges of a path, from its first node on.
 * @param {Path} path
 * @returns {Link[]}
 */
export function linksOf(path) {
  /** @type {Link[]} */
  const links = [];
  for (let at = /** @type {Path | null} */ (path); at?.link; at = at.rest) links.push(at.link);
  return links;
}

/**
 * The nodes of a path, from the node that is asked about to the seed.
 * @param {Path} path
 * @param {number} node
 * @param {boolean} reverse
 * @returns {number[]}
 */
export function nodesOf(path, node, reverse) {
  return [node, ...linksOf(path).map(({ user, argument }) => (reverse ? user : argument))];
}
