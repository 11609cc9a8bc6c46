/** A layered layout of what stands in one frame: inputs below, outputs above. Pure, without recursion. */

import { BEND, buildLadder } from "./layers.js";
import { orderLayers } from "./ordering.js";
import { assignX } from "./coordinates.js";

/**
 * @typedef {import("./layers.js").Node} Node
 * @typedef {import("./layers.js").Ladder} Ladder
 * @typedef {{x: number, y: number}} Spot
 * @typedef {import("./layers.js").Link & {out?: number, into?: number}} Link
 *   `out`, `into`: how far from the middle of its box an edge ends, where the box says so.
 * @typedef {{nodes: Node[], links: Link[], known: (number | null)[], reach: number, inside: boolean}} LevelRequest
 *   `known`: the x of each node in the layout before, so that small edits move little.
 * @typedef {{
 *   points: Spot[], routes: Map<string, Spot[]>, stubs: Map<string, Spot>,
 *   left: number, top: number, width: number, height: number
 * }} Level `points`: the middle of each node; `stubs`: where an edge ends whose beginning is not drawn.
 */

/** The room between layers for the words on edges: less of it in tall graphs. */
const GAPS = { widest: 84, narrowest: 56, layersBeforeNarrow: 6, shrink: 5 };
/** The room between a layer and the doors of its frame; above there is its heading as well. */
const DOOR_GAPS = { below: 46, above: 38 };
const PORT_SPACE = 40;

/**
 * @param {LevelRequest} request
 * @returns {Level}
 */
export function arrangeLevel({ nodes, links, known, reach, inside }) {
  const ladder = buildLadder(nodes, links, reach);
  const earlier = ladder.items.map((_, index) => known[index] ?? null);
  const layers = orderLayers(ladder, earlier);
  const x = assignX(ladder.items, layers, earlier);
  const rows = placeRows(ladder, layers, nodes, inside);
  const points = ladder.items.map(({ layer }, index) => ({ x: x[index] ?? 0, y: rows[layer]?.middle ?? 0 }));
  const into = portsOf(links, ladder, points, "to");
  const routes = routeEdges(links, ladder, points, rows, into);
  const stubs = new Map(
    links.flatMap((link) => (ladder.stubs.has(link.key) ? [[link.key, endOf(link, nodes, points, into)]] : [])),
  );
  return { points: points.slice(0, nodes.length), routes, stubs, ...boundsOf(ladder.items, points, routes) };
}

/**
 * @typedef {{middle: number, top: number, bottom: number}} Row
 */
/**
 * How high each layer lies: as far from the next as the highest boxes of both need.
 * @param {Ladder} ladder
 * @param {number[][]} layers
 * @param {Node[]} nodes
 * @param {boolean} inside
 * @returns {Row[]}
 */
function placeRows({ items }, layers, nodes, inside) {
  const shrink = GAPS.shrink * Math.max(0, layers.length - GAPS.layersBeforeNarrow);
  const gap = inside ? GAPS.narrowest : Math.max(GAPS.narrowest, GAPS.widest - shrink);
  const doors = layers.map((layer) => layer.every((index) => (items[index]?.height ?? 0) === 0 && inside));
  /** @type {Row[]} */
  const rows = [];
  let floor = 0;
  layers.forEach((layer, row) => {
    const height = layer.reduce((most, index) => Math.max(most, items[index]?.height ?? 0), 0);
    if (row > 0) floor -= doors[row - 1] ? DOOR_GAPS.below : doors[row] ? DOOR_GAPS.above : gap;
    rows.push({ middle: floor - height / 2, top: floor - height, bottom: floor });
    floor -= height;
  });
  return nodes.length ? rows : [];
}

/**
 * The ports of a box: one for each edge, in the order of where the edges go.
 * @param {Link[]} links
 * @param {Ladder} ladder
 * @param {Spot[]} points
 * @param {"from" | "to"} end
 * @returns {Map<string, number>} how far from the middle of the box each edge ends
 */
function portsOf(links, { paths, items }, points, end) {
  /** @type {Map<number, {key: string, towards: number}[]>} */
  const byBox = new Map();
  const place = new Map(items.map(({ node }, index) => [node, index]));
  for (const link of links) {
    const path = paths.get(link.key) ?? (end === "to" ? [-1, place.get(link.to) ?? 0] : undefined);
    if (!path || (end === "from" ? link.out : link.into) !== undefined) continue;
    const box = (end === "from" ? path[0] : path.at(-1)) ?? 0;
    const neighbour = (end === "from" ? path[1] : path.at(-2)) ?? 0;
    const shift = (path.length === 2 ? (end === "from" ? link.into : link.out) : 0) ?? 0;
    if (!byBox.has(box)) byBox.set(box, []);
    const beside = byBox.get(box)?.length ? Infinity : -Infinity;
    byBox.get(box)?.push({ key: link.key, towards: (points[neighbour]?.x ?? beside) + shift });
  }
  /** @type {Map<string, number>} */
  const ports = new Map();
  for (const [box, ends] of byBox) {
    const step = Math.min(PORT_SPACE, Math.max(0, (items[box]?.width ?? 100) - 30) / ends.length);
    ends.sort((one, two) => one.towards - two.towards);
    ends.forEach(({ key }, place) => ports.set(key, (place - (ends.length - 1) / 2) * step));
  }
  return ports;
}

/**
 * @param {Link} link
 * @param {Node[]} nodes
 * @param {Spot[]} points
 * @param {Map<string, number>} into
 * @returns {Spot} where a link enters its user
 */
function endOf(link, nodes, points, into) {
  const index = nodes.findIndex(({ id }) => id === link.to);
  const spot = points[index] ?? { x: 0, y: 0 };
  return { x: spot.x + (link.into ?? into.get(link.key) ?? 0), y: spot.y + (nodes[index]?.height ?? 0) / 2 };
}

/**
 * Edges go straight up through the layers that they pass, so that they keep clear of high boxes.
 * @param {Link[]} links
 * @param {Ladder} ladder
 * @param {Spot[]} points
 * @param {Row[]} rows
 * @param {Map<string, number>} into
 * @returns {Map<string, Spot[]>} from the top of the argument to the bottom of its user
 */
function routeEdges(links, ladder, points, rows, into) {
  const out = portsOf(links, ladder, points, "from");
  /** @type {Map<string, Spot[]>} */
  const routes = new Map();
  for (const link of links) {
    const path = ladder.paths.get(link.key);
    if (!path) continue;
    const spots = path.flatMap((index, place) => {
      const { x, y } = /** @type {Spot} */ (points[index]);
      const { height, layer } = /** @type {import("./layers.js").Item} */ (ladder.items[index]);
      const row = /** @type {Row} */ (rows[layer]);
      const starts = place === 0;
      const ends = place === path.length - 1;
      const shift = starts ? (link.out ?? out.get(link.key) ?? 0) : ends ? (link.into ?? into.get(link.key) ?? 0) : 0;
      const low = { x: x + shift, y: starts ? y - height / 2 : row.bottom };
      const high = { x: x + shift, y: ends ? y + height / 2 : row.top };
      return Math.abs(low.y - high.y) < 1 ? [high] : [low, high];
    });
    routes.set(link.key, spots);
  }
  return routes;
}

/**
 * @param {import("./layers.js").Item[]} items
 * @param {Spot[]} points
 * @param {Map<string, Spot[]>} routes
 * @returns {{left: number, top: number, width: number, height: number}}
 */
function boundsOf(items, points, routes) {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  items.forEach(({ node, width, height }, index) => {
    if (node === BEND) return;
    const { x, y } = /** @type {Spot} */ (points[index]);
    [left, right] = [Math.min(left, x - width / 2), Math.max(right, x + width / 2)];
    [top, bottom] = [Math.min(top, y - height / 2), Math.max(bottom, y + height / 2)];
  });
  for (const route of routes.values()) {
    for (const { x } of route) [left, right] = [Math.min(left, x), Math.max(right, x)];
  }
  if (left > right) return { left: 0, top: 0, width: 0, height: 0 };
  return { left, top, width: right - left, height: bottom - top };
}
