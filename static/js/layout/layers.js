/** Which layer each box stands on: arguments below their users, inputs at the bottom. */

/**
 * @typedef {{id: number, width: number, height: number, key: string, input: boolean, exit: boolean}} Node
 *   `input`: stands on the lowest layer; `exit`: stands on the highest one.
 * @typedef {{key: string, from: number, to: number}} Link
 * @typedef {{
 *   node: number, layer: number, width: number, height: number, below: number[], above: number[]
 * }} Item A box, a door, or a bend of an edge.
 * @typedef {{items: Item[], layers: number[][], paths: Map<string, number[]>, stubs: Set<string>}} Ladder
 */

/** Edges that span more layers than this are drawn without bends, so that long programs stay cheap. */
const LONGEST_BENT = 16;
const BEND_WIDTH = 14;
/** What stands for the node of an item that is none. */
export const BEND = -1;

/**
 * Longest path from the inputs, then pull boxes up towards their users where that shortens edges.
 * @param {Node[]} nodes in the order of the trace: arguments first
 * @param {Link[]} links
 * @returns {Map<number, number>}
 */
export function assignLayers(nodes, links) {
  /** @type {Map<number, number[]>} */
  const users = new Map(nodes.map(({ id }) => [id, []]));
  /** @type {Map<number, number[]>} */
  const args = new Map(nodes.map(({ id }) => [id, []]));
  for (const { from, to } of links) {
    users.get(from)?.push(to);
    args.get(to)?.push(from);
  }
  const lowest = nodes.some(({ input }) => input) ? 1 : 0;
  /** @type {Map<number, number>} */
  const layer = new Map();
  for (const { id, input } of nodes) {
    const below = (args.get(id) ?? []).map((arg) => layer.get(arg) ?? -1);
    layer.set(id, input ? 0 : Math.max(lowest, 1 + Math.max(-1, ...below)));
  }
  for (const { id, input } of [...nodes].reverse()) {
    const above = (users.get(id) ?? []).map((user) => layer.get(user) ?? 0);
    const pull = above.length > (args.get(id) ?? []).length;
    if (!input && pull) layer.set(id, Math.max(layer.get(id) ?? 0, Math.min(...above) - 1));
  }
  const inner = nodes.filter(({ exit }) => !exit).map(({ id }) => layer.get(id) ?? 0);
  const top = inner.reduce((one, two) => Math.max(one, two), 0) + 1;
  for (const { id, exit } of nodes) if (exit) layer.set(id, top);
  return layer;
}

/**
 * Boxes and bends by layer, with every edge as a path of neighbours.
 * @param {Node[]} nodes
 * @param {Link[]} links
 * @param {number} reach an input that is used more layers away than this is drawn again at its use, as a stub
 * @returns {Ladder}
 */
export function buildLadder(nodes, links, reach) {
  const layerOf = assignLayers(nodes, links);
  /** @type {Item[]} */
  const items = nodes.map(({ id, width, height }) => {
    return { node: id, layer: layerOf.get(id) ?? 0, width, height, below: [], above: [] };
  });
  const position = new Map(nodes.map(({ id }, index) => [id, index]));
  const inputs = new Set(nodes.filter(({ input }) => input).map(({ id }) => id));
  /** @type {Ladder} */
  const ladder = { items, layers: [], paths: new Map(), stubs: new Set() };
  for (const link of links) {
    const from = position.get(link.from) ?? 0;
    const to = position.get(link.to) ?? 0;
    const span = (items[to]?.layer ?? 0) - (items[from]?.layer ?? 0);
    const straight = span > LONGEST_BENT || span < 1;
    if (inputs.has(link.from) && span > reach) ladder.stubs.add(link.key);
    else ladder.paths.set(link.key, straight ? [from, to] : bendEdge(items, from, to));
  }
  items.forEach((item, index) => (ladder.layers[item.layer] ??= []).push(index));
  ladder.layers = Array.from(ladder.layers, (layer) => layer ?? []);
  return ladder;
}

/**
 * Put a bend on every layer between two boxes and make the neighbours know each other.
 * @param {Item[]} items
 * @param {number} from
 * @param {number} to
 * @returns {number[]}
 */
function bendEdge(items, from, to) {
  const path = [from];
  const last = items[to]?.layer ?? 0;
  for (let layer = (items[from]?.layer ?? 0) + 1; layer < last; layer += 1) {
    path.push(items.push({ node: BEND, layer, width: BEND_WIDTH, height: 0, below: [], above: [] }) - 1);
  }
  path.push(to);
  for (let place = 1; place < path.length; place += 1) {
    const low = /** @type {number} */ (path[place - 1]);
    const high = /** @type {number} */ (path[place]);
    items[low]?.above.push(high);
    items[high]?.below.push(low);
  }
  return path;
}
