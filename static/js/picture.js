/** What of a graph is drawn: which nodes and edges, with which words. Pure functions of the graph. */

import { prettifyText } from "./numbers.js";
import { edgeKey } from "./replay.js";

/**
 * @typedef {import("./protocol.js").Graph} Graph
 * @typedef {{id: number, symbol: string, title: string, key: string, input: boolean, output: boolean, width: number}} Box
 * @typedef {{key: string, from: number, to: number, arg: number, label: string}} Line
 * @typedef {{label: string, nodes: number[]}} Group
 * @typedef {{boxes: Box[], lines: Line[], groups: Group[]}} Picture
 */

export const BOX_HEIGHT = 58;
const NARROWEST = 166;
const LONGEST_TITLE = 30;
const CHARACTER = 6.9;

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
 * @param {string[]} outputs the names of the outputs, for results that have no name of their own
 * @returns {string}
 */
export function titleOf(graph, node, outputs) {
  const name = graph.name[node] ?? outputs[graph.outputs.indexOf(node)] ?? null;
  const text = graph.text[node] ?? "";
  if (graph.op[node] === "input") return prettifyText(name ?? text);
  return prettifyText(name && name !== text ? `${name} = ${text}` : text);
}

/**
 * The name of a node in a sentence: the user's name beside the Wengert symbol.
 * @param {Graph} graph
 * @param {number} node
 * @returns {string}
 */
export function symbolOf(graph, node) {
  return graph.symbol[node] ?? prettifyText(graph.text[node] ?? "");
}

/**
 * @param {Graph} graph
 * @param {number} id
 * @param {string[]} outputs
 * @param {Map<string, number>} seen how often each operation has been met, so that equal ones keep their own places
 * @returns {Box}
 */
function drawBox(graph, id, outputs, seen) {
  const symbol = symbolOf(graph, id);
  const title = shorten(titleOf(graph, id, outputs), LONGEST_TITLE);
  const words = `${graph.name[id] ?? ""}:${graph.text[id]}`;
  const turn = seen.get(words) ?? 0;
  seen.set(words, turn + 1);
  const width = Math.max(NARROWEST, ([...symbol, ...title].length + 2) * CHARACTER + 30);
  const output = graph.outputs.includes(id);
  return { id, symbol, title, key: `${words}#${turn}`, input: graph.op[id] === "input", output, width };
}

/**
 * Loop turns and calls become groups of the nodes that they made.
 * @param {Graph} graph
 * @param {Box[]} boxes
 * @returns {Group[]}
 */
function groupBoxes(graph, boxes) {
  /** @type {Map<number, number[]>} */
  const members = new Map();
  for (const { id, input } of boxes) {
    const context = graph.context[id] ?? 0;
    if (!input && (graph.contexts[context]?.kind ?? "program") !== "program") {
      members.set(context, [...(members.get(context) ?? []), id]);
    }
  }
  return [...members].map(([context, nodes]) => {
    const { label = "", turn = null } = graph.contexts[context] ?? {};
    return { nodes, label: prettifyText(turn === null ? label : `${label}, turn ${turn + 1}`) };
  });
}

/**
 * The boxes and lines of a graph. Constants live in the words of the nodes that use them; tests that only decide a
 * branch are told elsewhere.
 * @param {Graph} graph
 * @param {string[]} outputs
 * @returns {Picture}
 */
export function drawPicture(graph, outputs) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  const drawn = graph.op.map((op, id) => op !== "const" && !graph.test[id]);
  const boxes = graph.op.flatMap((_, id) => (drawn[id] ? [drawBox(graph, id, outputs, seen)] : []));
  const lines = boxes.flatMap(({ id: to }) =>
    (graph.args[to] ?? []).flatMap((from, arg) => {
      const label = prettifyText(graph.partials[to]?.[arg] ?? "");
      return drawn[from] ? [{ key: edgeKey(to, arg), from, to, arg, label: shorten(label, 18) }] : [];
    }),
  );
  return { boxes, lines, groups: groupBoxes(graph, boxes) };
}
