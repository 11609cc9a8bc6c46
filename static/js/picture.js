/** What of a graph is drawn: which nodes, closed groups and edges, with which words. Pure functions of the graph. */

import { lineKeyOf } from "./folding.js";
import { countOf, prettifyText } from "./numbers.js";

/**
 * @typedef {import("./protocol.js").Graph} Graph
 * @typedef {import("./groups.js").GroupTree} GroupTree
 * @typedef {import("./groups.js").Group} Group
 * @typedef {import("./folding.js").Folding} Folding
 * @typedef {import("./folding.js").Rest} Rest
 * @typedef {{
 *   id: number, symbol: string, name: string, title: string, key: string, input: boolean, output: boolean,
 *   width: number, height: number, frame: number, group: number, rest: Rest | null
 * }} Box A node; or a closed group (`group` is its index); or the turns of a loop that are not shown (`rest`).
 *   `frame`: the open group that it stands in, -1 for none.
 * @typedef {{key: string, from: number, to: number, arg: number, source: number, label: string}} Line
 *   From one box to another; `source` is the node whose value runs along it.
 * @typedef {{id: number, group: number, frame: number, key: string, title: string, width: number, loop: boolean}} Frame
 * @typedef {{
 *   boxes: Box[], lines: Line[], frames: Frame[], boxOf: Map<number, Box>, lineOf: Map<string, Line>,
 *   signature: string
 * }} Picture
 */

export const BOX_HEIGHT = 58;
/** The room for a tangent and a second derivative, below a value and an adjoint. */
export const SECOND_ROW = 26;
const GROUP_HEIGHT = 76;
const NARROWEST = 166;
/** Two derivatives stand side by side in second order. */
const NARROWEST_SECOND = 200;
const LONGEST_TITLE = 30;
const CHARACTER = 6.9;
const HEADER_CHARACTER = 6.6;
/** The room that a value and a derivative need beside each other. */
const TWO_NUMBERS = 206;
/** More values than this between the same two boxes are one edge. */
const MOST_PARALLEL = 4;

/** What the pieces of a group are called. */
const PIECES = Object.freeze({
  loop: "turn",
  block: "time",
  input: "element",
  call: "operation",
  turn: "operation",
});

/**
 * @param {string} text
 * @param {number} longest
 * @returns {string}
 */
function shorten(text, longest) {
  const letters = [...text];
  return letters.length > longest ? `${letters.slice(0, longest - 1).join("")}…` : text;
}

/**
 * The operation of a node as a person would write it: `a = x₁ / x₂`, or the name alone for an input.
 * @param {Graph} graph
 * @param {number} node
 * @param {string} name
 * @returns {string}
 */
function titleOf(graph, node, name) {
  const text = graph.labels.text(node);
  if (graph.op[node] === "input") return prettifyText(name || text);
  return prettifyText(name && name !== text ? `${name} = ${text}` : text);
}

/**
 * The name of a node in a sentence: the user's name beside the Wengert symbol.
 * @param {Graph} graph
 * @param {number} node
 * @returns {string}
 */
export function symbolOf(graph, node) {
  return graph.labels.symbol(node) ?? prettifyText(graph.labels.text(node));
}

/**
 * What a value is called where it is carried along: the user's name, else the Wengert symbol.
 * @param {Graph} graph
 * @param {number} node
 * @returns {string}
 */
export function nameOf(graph, node) {
  const name = graph.name[node] ?? (graph.op[node] === "input" ? graph.labels.text(node) : "");
  return name ? prettifyText(name) : symbolOf(graph, node);
}

/**
 * What a group is called: `for i`, `for i, turn 3`, `W`.
 * @param {GroupTree} tree
 * @param {number} index
 * @returns {string}
 */
function groupTitle({ groups }, index) {
  const group = /** @type {Group} */ (groups[index]);
  if (group.kind !== "turn") return prettifyText(shorten(group.label, LONGEST_TITLE - 6));
  const around = groups[group.parent];
  return around?.kind === "loop"
    ? prettifyText(`${group.label}, turn ${group.place + 1}`)
    : `${group.place + 1} of ${around?.groups.length ?? 1}`;
}

/**
 * How much a group holds: `1,000 turns`, `8 elements`.
 * @param {GroupTree} tree
 * @param {number} index
 * @returns {string}
 */
function groupAmount({ groups }, index) {
  const { kind, groups: inner, nodes, size } = /** @type {Group} */ (groups[index]);
  const many = kind === "loop" || kind === "block";
  return countOf(many ? inner.length || nodes.length : size, PIECES[kind]);
}

/**
 * @param {Graph} graph
 * @param {number} id
 * @param {string[]} outputs the names of the outputs, for results that have no name of their own
 * @param {Map<string, number>} seen how often each operation has been met, so that equal ones keep their own places
 * @param {number} height
 * @returns {Omit<Box, "frame">}
 */
function drawNode(graph, id, outputs, seen, height) {
  const symbol = symbolOf(graph, id);
  const place = graph.outputs.indexOf(id);
  const name = graph.name[id] ?? outputs[place] ?? "";
  const title = shorten(titleOf(graph, id, name), LONGEST_TITLE);
  const words = `${name}:${graph.labels.text(id)}`;
  const turn = seen.get(words) ?? 0;
  seen.set(words, turn + 1);
  const narrowest = height > BOX_HEIGHT ? NARROWEST_SECOND : NARROWEST;
  const width = Math.max(narrowest, ([...symbol, ...title].length + 2) * CHARACTER + 30);
  const input = graph.op[id] === "input";
  const key = `${words}#${turn}`;
  return { id, symbol, name, title, key, input, output: place >= 0, width, height, group: -1, rest: null };
}

/**
 * @param {GroupTree} tree
 * @param {number} id
 * @param {number} index
 * @param {Graph} graph
 * @returns {Omit<Box, "frame">}
 */
function drawGroup(tree, id, index, graph) {
  const { kind, key, results } = /** @type {Group} */ (tree.groups[index]);
  const title = groupTitle(tree, index);
  const symbol = groupAmount(tree, index);
  const carried = results.map((node) => nameOf(graph, node).length);
  const numbers = kind === "input" ? 0 : TWO_NUMBERS + Math.max(0, ...carried) * CHARACTER;
  const width = Math.max(NARROWEST, numbers, ([...title, ...symbol].length + 3) * CHARACTER + 52);
  const output = results.some((node) => graph.outputs.includes(node));
  const place = { id, key: `group ${key}`, width, height: GROUP_HEIGHT, group: index, rest: null };
  return { ...place, symbol, title, name: title, input: kind === "input", output };
}

/**
 * @param {GroupTree} tree
 * @param {Rest} rest
 * @returns {Omit<Box, "frame">}
 */
function drawRest(tree, rest) {
  const count = rest.to - rest.from;
  const kind = tree.groups[rest.loop]?.kind === "loop" ? "turn" : "time";
  const title = count === 1 ? `${kind} ${rest.to}` : `${kind}s ${rest.from + 1} to ${rest.to.toLocaleString("en-US")}`;
  const key = `rest ${tree.groups[rest.loop]?.key} ${rest.from > 0}`;
  const shape = { width: 200, height: BOX_HEIGHT, group: -1, rest };
  return { id: rest.id, key, symbol: "⋯", name: title, title, input: false, output: false, ...shape };
}

/**
 * Nodes and closed groups in the order of the trace, so that arguments stand before their users.
 * @param {Graph} graph
 * @param {string[]} outputs
 * @param {GroupTree} tree
 * @param {Folding} folding
 * @param {number} height of a node
 * @returns {Map<number, Box>}
 */
function drawBoxes(graph, outputs, tree, folding, height) {
  const size = graph.op.length;
  const rests = new Map(folding.rests.map((rest) => [rest.id, rest]));
  /** @type {Map<string, number>} */
  const seen = new Map();
  /** @type {Map<number, Box>} */
  const boxes = new Map();
  folding.holder.forEach((id, node) => {
    if (!tree.drawn[node] || boxes.has(id)) return;
    const rest = rests.get(id);
    if (id === node) boxes.set(id, { ...drawNode(graph, id, outputs, seen, height), frame: tree.groupOf[node] ?? -1 });
    else if (rest) boxes.set(id, { ...drawRest(tree, rest), frame: rest.loop });
    else boxes.set(id, { ...drawGroup(tree, id, id - size, graph), frame: tree.groups[id - size]?.parent ?? -1 });
  });
  return boxes;
}

/**
 * @param {Graph} graph
 * @param {boolean[]} drawn
 * @param {Folding} folding
 * @returns {Map<string, Line>}
 */
function drawLines(graph, drawn, folding) {
  /** @type {Map<string, Line>} */
  const lines = new Map();
  graph.args.forEach((args, user) => {
    if (!drawn[user]) return;
    const to = folding.holder[user] ?? user;
    args.forEach((source, arg) => {
      const key = drawn[source] ? lineKeyOf(folding, user, arg, source) : "";
      if (!key || lines.has(key)) return;
      const words = to === user ? prettifyText(graph.labels.partial(user, arg)) : nameOf(graph, source);
      const from = folding.holder[source] ?? source;
      lines.set(key, { key, from, to, arg, source, label: shorten(words, 18) });
    });
  });
  return lines;
}

/**
 * Many values that run side by side between two boxes are one line, with how many they are.
 * @param {Map<string, Line>} lines
 * @returns {Line[]} the lines that are drawn; in `lines` the others lead to the one that stands for them
 */
function bundleLines(lines) {
  /** @type {Map<string, Line[]>} */
  const pairs = new Map();
  for (const line of lines.values()) {
    const pair = `${line.from}>${line.to}`;
    if (!pairs.has(pair)) pairs.set(pair, []);
    pairs.get(pair)?.push(line);
  }
  return [...pairs.values()].flatMap((pair) => {
    const first = /** @type {Line} */ (pair[0]);
    if (pair.length <= MOST_PARALLEL) return pair;
    const bundle = { ...first, label: countOf(pair.length, "value") };
    for (const { key } of pair) lines.set(key, bundle);
    return [bundle];
  });
}

/**
 * The boxes, lines and frames of a graph as it is folded.
 * @param {Graph} graph
 * @param {string[]} outputs
 * @param {GroupTree} tree
 * @param {Folding} folding
 * @param {import("./protocol.js").Mode} [mode] second order has more numbers to a node
 * @returns {Picture}
 */
export function drawPicture(graph, outputs, tree, folding, mode = "reverse") {
  const height = mode === "forward-over-reverse" ? BOX_HEIGHT + SECOND_ROW : BOX_HEIGHT;
  const boxOf = drawBoxes(graph, outputs, tree, folding, height);
  const lineOf = drawLines(graph, tree.drawn, folding);
  const frames = folding.frames.map((group) => {
    const { key, parent, kind } = /** @type {Group} */ (tree.groups[group]);
    const title = groupTitle(tree, group);
    const words = kind === "turn" ? title : `${title} · ${groupAmount(tree, group)}`;
    const width = [...words].length * HEADER_CHARACTER + 50;
    const loop = kind === "loop" || kind === "block";
    return { id: graph.op.length + group, group, frame: parent, key: `group ${key}`, title: words, width, loop };
  });
  return { boxes: [...boxOf.values()], lines: bundleLines(lineOf), frames, boxOf, lineOf, signature: folding.signature };
}
