/**
 * The chain rule written out: a derivative is a sum over paths, and along a path the partials multiply. An adjoint sums
 * over the paths from its node up to the outputs, a tangent over those from the seeded inputs up to its node. There may
 * be exponentially many paths; they are counted and summed without being listed, and only the largest are spelled out
 * (the k best paths of an acyclic graph, by dynamic programming over its nodes).
 *
 * For y = x*x + x at x = 3 three paths lead from x to y: two through the product, 3 each, and one straight, 1. Their
 * sum is 7.
 *
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {import("./protocol.js").Num} Num
 * @typedef {{user: number, argument: number, arg: number, partial: number}} Link One edge, with its partial.
 * @typedef {{product: number, seed: number, link: Link | null, rest: Path | null}} Path From its first node on.
 * @typedef {{count: bigint, sum: number, best: Path[]}} Sum Of all paths of a node: how many, their sum, the largest.
 */

import { toNumber } from "./numbers.js";

/** @type {Sum} */
const NOTHING = Object.freeze({ count: 0n, sum: 0, best: [] });

/**
 * What has been seeded in the first `step` events: the numbers that paths begin with. Zeros begin none.
 * @param {Trace} trace
 * @param {number} step
 * @returns {Map<number, number>} by node
 */
function findSeeds({ events }, step) {
  /** @type {Map<number, number>} */
  const seeds = new Map();
  for (let index = 0; index < step; index += 1) {
    const [node, value] = [events.node[index], toNumber(events.value[index])];
    if (events.kind[index] === "seed" && node != null && value !== 0) seeds.set(node, value);
  }
  return seeds;
}

/**
 * The edges along which the first `step` events have carried something, by the node that the sum is over: in reverse
 * mode by argument, in forward mode by user.
 * @param {Trace} trace
 * @param {number} step
 * @returns {Map<number, Link[]>}
 */
function findLinks({ events, mode }, step) {
  /** @type {Map<number, Link[]>} */
  const links = new Map();
  for (let index = 0; index < step; index += 1) {
    const [node, source, arg] = [events.node[index], events.source[index], events.arg[index]];
    if (events.kind[index] !== "contribution" || node == null || source == null || arg == null) continue;
    const [user, argument] = mode === "reverse" ? [source, node] : [node, source];
    const link = { user, argument, arg, partial: toNumber(events.partial[index]) };
    const found = links.get(node);
    if (found) found.push(link);
    else links.set(node, [link]);
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
 * @param {number | undefined} seed
 * @param {Link[]} links
 * @param {(link: Link) => Sum} sumBehind
 * @param {number} most
 * @returns {Sum}
 */
function addPaths(seed, links, sumBehind, most) {
  const behind = links.map(sumBehind);
  /** @type {Path[]} */
  const paths = seed === undefined ? [] : [{ product: seed, seed, link: null, rest: null }];
  links.forEach((link, place) => {
    for (const rest of behind[place]?.best ?? [])
      paths.push({ product: rest.product * link.partial, seed: rest.seed, link, rest });
  });
  return {
    count: behind.reduce((sum, { count }) => sum + count, seed === undefined ? 0n : 1n),
    sum: links.reduce((sum, { partial }, place) => sum + partial * (behind[place]?.sum ?? 0), seed ?? 0),
    best: keepLargest(paths, most),
  };
}

/**
 * The sum over paths that a derivative is after `step` events. Each node is visited once, each edge once.
 * @param {Trace} trace
 * @param {number} step
 * @param {number} node
 * @param {number} most how many paths to spell out
 * @returns {Sum}
 */
export function sumPaths(trace, step, node, most) {
  const reverse = trace.mode === "reverse";
  const [seeds, links] = [findSeeds(trace, step), findLinks(trace, step)];
  /** @type {Map<number, Sum>} */
  const sums = new Map();
  for (const at of listCone(node, links, reverse)) {
    const behind = (/** @type {Link} */ { user, argument }) => sums.get(reverse ? user : argument) ?? NOTHING;
    sums.set(at, addPaths(seeds.get(at), links.get(at) ?? [], behind, most));
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
