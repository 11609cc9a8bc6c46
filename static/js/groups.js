/**
 * What of a graph belongs together: loops with their turns, calls, repeated blocks, the elements of one input. A tree,
 * built without recursion. Pure functions of the graph.
 *
 * @typedef {import("./protocol.js").Graph} Graph
 * @typedef {import("./blocks.js").Cluster} Cluster
 * @typedef {import("./blocks.js").Item} Item
 * @typedef {"loop" | "turn" | "call" | "block" | "input"} GroupKind
 * @typedef {{
 *   key: string, kind: GroupKind, label: string, parent: number, groups: number[], nodes: number[], place: number,
 *   last: number, size: number, results: number[]
 * }} Group
 *   `key`: places among the siblings from the top down, `0.36.1`; `place`: which of its siblings, from 0; `last`: the
 *   greatest index of a group inside; `size`: how many nodes are inside; `results`: nodes that are used outside.
 * @typedef {{groups: Group[], groupOf: number[], drawn: boolean[], top: {groups: number[], nodes: number[]}}} GroupTree
 *   Groups stand before the groups inside them; `groupOf` is the innermost one of each node, -1 outside of all.
 */

import { gatherBlocks } from "./blocks.js";

/** So many elements of one input stand side by side; more are one group. */
const MOST_ELEMENTS = 6;

/**
 * Which nodes are drawn: constants live in the words of the nodes that use them, and tests only decide a branch.
 * @param {Graph} graph
 * @returns {boolean[]}
 */
function drawnNodes(graph) {
  return graph.op.map((op, id) => op !== "const" && !graph.test[id]);
}

/**
 * The nodes by the contexts that made them, as the program nests them.
 * @param {Graph} graph
 * @param {boolean[]} drawn
 * @returns {Cluster}
 */
function clusterContexts(graph, drawn) {
  /** @type {Cluster} */
  const root = { kind: "call", label: "", span: null, items: [] };
  /** @type {Map<number, Cluster>} */
  const byContext = new Map([[0, root]]);
  /** @type {Map<string, Cluster>} */
  const loops = new Map();
  drawn.forEach((shown, node) => {
    if (!shown) return;
    const context = graph.op[node] === "input" ? 0 : (graph.context[node] ?? 0);
    openContext(graph, context, byContext, loops).items.push(node);
  });
  return root;
}

/**
 * The cluster of a context, made with all those around it where it is met for the first time.
 * @param {Graph} graph
 * @param {number} context
 * @param {Map<number, Cluster>} byContext
 * @param {Map<string, Cluster>} loops
 * @returns {Cluster}
 */
function openContext(graph, context, byContext, loops) {
  const chain = [];
  let known = context;
  while (!byContext.has(known)) {
    chain.unshift(known);
    known = graph.contexts[known]?.parent ?? 0;
  }
  let cluster = /** @type {Cluster} */ (byContext.get(known));
  for (const inner of chain) {
    cluster = enterContext(graph, inner, cluster, loops);
    byContext.set(inner, cluster);
  }
  return cluster;
}

/**
 * @param {Graph} graph
 * @param {number} context
 * @param {Cluster} around
 * @param {Map<string, Cluster>} loops
 * @returns {Cluster}
 */
function enterContext(graph, context, around, loops) {
  const { kind, label, span, parent } = /** @type {import("./protocol.js").Context} */ (graph.contexts[context]);
  if (kind !== "loop") {
    /** @type {Cluster} */
    const call = { kind: "call", label, span, items: [] };
    around.items.push(call);
    return call;
  }
  const words = `${parent}@${span?.join()}`;
  /** @type {Cluster} */
  const loop = loops.get(words) ?? { kind: "loop", label, span, items: [] };
  if (!loops.has(words)) around.items.push(loop);
  loops.set(words, loop);
  /** @type {Cluster} */
  const turn = { kind: "turn", label, span: null, items: [] };
  loop.items.push(turn);
  return turn;
}

/**
 * The entry point is no group: nothing but inputs stands outside of it.
 * @param {Graph} graph
 * @param {Cluster} root changed in place
 * @returns {void}
 */
function unwrapEntry(graph, root) {
  const made = root.items.filter((item) => typeof item !== "number" || graph.op[item] !== "input");
  const [only] = made;
  if (made.length !== 1 || typeof only !== "object" || only.kind !== "call") return;
  root.items = root.items.flatMap((item) => (item === only ? only.items : [item]));
}

/**
 * @param {Graph} graph
 * @param {Item} item
 * @returns {string} the name of the input that an element belongs to, or nothing
 */
function inputOf(graph, item) {
  if (typeof item !== "number" || graph.op[item] !== "input") return "";
  return /^(.+?)\[/.exec(graph.labels.text(item))?.[1] ?? "";
}

/**
 * The elements of a long vector or matrix become one group.
 * @param {Graph} graph
 * @param {Cluster} root changed in place
 * @returns {void}
 */
function gatherInputs(graph, root) {
  /** @type {Map<string, Cluster>} */
  const inputs = new Map();
  for (const item of root.items) {
    const label = inputOf(graph, item);
    if (!label) continue;
    const cluster = inputs.get(label) ?? { kind: "input", label, span: null, items: [] };
    cluster.items.push(item);
    inputs.set(label, cluster);
  }
  root.items = root.items.flatMap((item) => {
    const cluster = inputs.get(inputOf(graph, item));
    if (!cluster || cluster.items.length <= MOST_ELEMENTS) return [item];
    return cluster.items[0] === item ? [cluster] : [];
  });
}

/**
 * @param {Graph} graph
 * @param {Cluster} root changed in place
 * @returns {void}
 */
function gatherAllBlocks(graph, root) {
  /** @param {Item} item */
  const spanOf = (item) => (typeof item === "number" ? (graph.span[item] ?? null) : item.span);
  /** @param {Item} item */
  const wordsOf = (item) => (typeof item === "number" ? graph.labels.text(item) : item.label);
  const waiting = [root];
  for (let cluster = waiting.pop(); cluster; cluster = waiting.pop()) {
    const holdsCode = cluster.kind === "call" || cluster.kind === "turn";
    if (holdsCode) cluster.items = gatherBlocks(cluster.items, spanOf, wordsOf);
    waiting.push(...cluster.items.filter((item) => typeof item !== "number"));
  }
}

/**
 * The tree as columns: each group before those inside it.
 * @param {Cluster} root
 * @param {boolean[]} drawn
 * @returns {GroupTree}
 */
function numberGroups(root, drawn) {
  /** @type {GroupTree} */
  const tree = { groups: [], groupOf: drawn.map(() => -1), drawn, top: { groups: [], nodes: [] } };
  /** @type {{cluster: Cluster, parent: number, place: number}[]} */
  const waiting = [{ cluster: root, parent: -2, place: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { cluster, parent, place } = next;
    const index = parent === -2 ? -1 : addGroup(tree, cluster, parent, place);
    const home = tree.groups[index] ?? tree.top;
    home.nodes.push(...cluster.items.filter((item) => typeof item === "number"));
    for (const node of home.nodes) tree.groupOf[node] = index;
    const inner = cluster.items.filter((item) => typeof item !== "number");
    inner.forEach((_, at) => {
      const back = inner.length - 1 - at;
      waiting.push({ cluster: /** @type {Cluster} */ (inner[back]), parent: index, place: back });
    });
  }
  return tree;
}

/**
 * @param {GroupTree} tree changed in place
 * @param {Cluster} cluster
 * @param {number} parent
 * @param {number} place
 * @returns {number} the index of the new group
 */
function addGroup(tree, { kind, label }, parent, place) {
  const around = tree.groups[parent];
  const key = around ? `${around.key}.${place}` : String(place);
  const index = tree.groups.length;
  (around ?? tree.top).groups.push(index);
  const empty = { groups: [], nodes: [], last: index, size: 0, results: [] };
  tree.groups.push({ key, kind, label, parent, place, ...empty });
  return index;
}

/**
 * @param {GroupTree} tree changed in place
 * @returns {void}
 */
function countInside({ groups }) {
  for (let index = groups.length - 1; index >= 0; index -= 1) {
    const group = /** @type {Group} */ (groups[index]);
    group.size += group.nodes.length;
    const around = groups[group.parent];
    if (!around) continue;
    around.size += group.size;
    around.last = Math.max(around.last, group.last);
  }
}

/**
 * Mark a node as a result of every group around it that does not hold its user.
 * @param {GroupTree} tree changed in place
 * @param {number} node
 * @param {number} userGroup the innermost group of the user; -1 for the world outside
 * @returns {void}
 */
function markResult({ groups, groupOf }, node, userGroup) {
  let at = groupOf[node] ?? -1;
  for (let group = groups[at]; group && !(at <= userGroup && userGroup <= group.last); group = groups[at]) {
    if (!group.results.includes(node)) group.results.push(node);
    at = group.parent;
  }
}

/**
 * @param {Graph} graph
 * @returns {GroupTree}
 */
export function groupNodes(graph) {
  const drawn = drawnNodes(graph);
  const root = clusterContexts(graph, drawn);
  unwrapEntry(graph, root);
  gatherInputs(graph, root);
  gatherAllBlocks(graph, root);
  const tree = numberGroups(root, drawn);
  countInside(tree);
  drawn.forEach((shown, user) => {
    for (const arg of shown ? (graph.args[user] ?? []) : []) markResult(tree, arg, tree.groupOf[user] ?? -1);
  });
  for (const output of graph.outputs) markResult(tree, output, -1);
  return tree;
}

/**
 * The groups around a node, the innermost first.
 * @param {GroupTree} tree
 * @param {number} node
 * @returns {number[]}
 */
export function groupsAround({ groups, groupOf }, node) {
  const around = [];
  for (let at = groupOf[node] ?? -1; at >= 0; at = groups[at]?.parent ?? -1) around.push(at);
  return around;
}
