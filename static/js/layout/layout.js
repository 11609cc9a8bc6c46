/** A layered layout of a computation graph: inputs below, outputs above. Pure, without recursion. */

import { buildLadder } from "./layers.js";
import { orderLayers } from "./ordering.js";
import { assignX } from "./coordinates.js";

/**
 * @typedef {import("./layers.js").Node} Node
 * @typedef {import("./layers.js").Link} Link
 * @typedef {{x: number, y: number}} Spot
 * @typedef {{nodes: Node[], links: Link[], height: number, previous: Record<string, number>}} LayoutRequest
 *   `previous`: the x of boxes of the layout before, by key, so that small edits move little.
 * @typedef {{
 *   spots: Record<number, Spot>, routes: Record<string, Spot[]>, stubs: string[], warmth: Record<string, number>,
 *   left: number, top: number, width: number, height: number
 * }} Layout
 */

/** The room between layers for the words on edges: less of it in tall graphs. */
const GAPS = { widest: 84, narrowest: 56, layersBeforeNarrow: 6, shrink: 5 };
const PORT_SPACE = 30;

/**
 * @param {LayoutRequest} request
 * @returns {Layout}
 */
export function layoutGraph({ nodes, links, height, previous }) {
  const ladder = buildLadder(nodes, links);
  const known = ladder.items.map((_, index) => previous[nodes[index]?.key ?? ""] ?? null);
  const layers = orderLayers(ladder, known);
  const x = assignX(ladder.items, layers, known);
  const gap = Math.max(
    GAPS.narrowest,
    GAPS.widest - GAPS.shrink * Math.max(0, layers.length - GAPS.layersBeforeNarrow),
  );
  const y = ladder.items.map(({ layer }) => (layers.length - 1 - layer) * (height + gap) + height / 2);
  const points = ladder.items.map((_, index) => ({ x: x[index] ?? 0, y: y[index] ?? 0 }));
  const spots = Object.fromEntries(nodes.map(({ id }, index) => [id, /** @type {Spot} */ (points[index])]));
  const routes = routeEdges(nodes, links, ladder.paths, points, height);
  const warmth = Object.fromEntries(nodes.map(({ key }, index) => [key, x[index] ?? 0]));
  return { spots, routes, stubs: [...ladder.stubs], warmth, ...boundsOf(nodes, spots, routes, height) };
}

/**
 * The ports of a box: one for each edge, in the order of where the edges go.
 * @param {Link[]} links
 * @param {Map<string, number[]>} paths
 * @param {Spot[]} points
 * @param {Map<number, number>} widths
 * @param {"from" | "to"} end
 * @returns {Map<string, number>} how far from the middle of the box each edge ends
 */
function portsOf(links, paths, points, widths, end) {
  /** @type {Map<number, {key: string, towards: number}[]>} */
  const byBox = new Map();
  for (const link of links) {
    const path = paths.get(link.key);
    if (!path) continue;
    const neighbour = (end === "from" ? path[1] : path.at(-2)) ?? 0;
    byBox.set(link[end], [...(byBox.get(link[end]) ?? []), { key: link.key, towards: points[neighbour]?.x ?? 0 }]);
  }
  /** @type {Map<string, number>} */
  const ports = new Map();
  for (const [box, ends] of byBox) {
    const step = Math.min(PORT_SPACE, ((widths.get(box) ?? 100) - 30) / ends.length);
    ends.sort((one, two) => one.towards - two.towards);
    ends.forEach(({ key }, place) => ports.set(key, (place - (ends.length - 1) / 2) * step));
  }
  return ports;
}

/**
 * @param {Node[]} nodes
 * @param {Link[]} links
 * @param {Map<string, number[]>} paths
 * @param {Spot[]} points
 * @param {number} height
 * @returns {Record<string, Spot[]>} from the top of the argument to the bottom of its user
 */
function routeEdges(nodes, links, paths, points, height) {
  const widths = new Map(nodes.map(({ id, width }) => [id, width]));
  const out = portsOf(links, paths, points, widths, "from");
  const into = portsOf(links, paths, points, widths, "to");
  /** @type {Record<string, Spot[]>} */
  const routes = {};
  for (const [key, path] of paths) {
    const spots = path.map((index) => ({ .../** @type {Spot} */ (points[index]) }));
    const first = /** @type {Spot} */ (spots[0]);
    const last = /** @type {Spot} */ (spots.at(-1));
    first.x += out.get(key) ?? 0;
    first.y -= height / 2;
    last.x += into.get(key) ?? 0;
    last.y += height / 2;
    routes[key] = spots;
  }
  return routes;
}

/**
 * @param {Node[]} nodes
 * @param {Record<number, Spot>} spots
 * @param {Record<string, Spot[]>} routes
 * @param {number} height
 * @returns {{left: number, top: number, width: number, height: number}}
 */
function boundsOf(nodes, spots, routes, height) {
  let [left, right, bottom] = [Infinity, -Infinity, 0];
  for (const { id, width } of nodes) {
    const spot = /** @type {Spot} */ (spots[id]);
    left = Math.min(left, spot.x - width / 2);
    right = Math.max(right, spot.x + width / 2);
    bottom = Math.max(bottom, spot.y + height / 2);
  }
  for (const route of Object.values(routes)) {
    for (const { x } of route) [left, right] = [Math.min(left, x), Math.max(right, x)];
  }
  if (left > right) [left, right] = [0, 0];
  return { left, top: 0, width: right - left, height: bottom };
}
