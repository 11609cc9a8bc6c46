/** What of a graph is drawn: which nodes and edges, with which words. Pure functions of the graph. */

import { prettifyText } from "./numbers.js";
import { edgeKey } from "./replay.js";

/**
 * @typedef {import("./protocol.js").Graph} Graph
 * @typedef {{
 *   id: number, symbol: string, name: string, title: string, key: string, input: boolean, output: boolean,
 *   width: number
 * }} Box
 * @typedef {{key: string, from: number, to: number, arg: number, label: string}} Line
 * @typedef {{label: string, depth: number, nodes: number[]}} Group
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
 * @param {string} name
 * @returns {string}
 */
function titleOf(graph, node, name) {
  const text = graph.text[node] ?? "";
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
  return graph.symbol[node] ?? prettifyText(graph.text[node] ?? "");
}

/**
 * @param {Graph} graph
 * @param {number} id
 * @param {string[]} outputs the names of the outputs, for results that have no name of their own
 * @param {Map<string, number>} seen how often each operation has been met, so that equal ones keep their own places
 * @returns {Box}
 */
function drawBox(graph, id, outputs, seen) {
  const symbol = symbolOf(graph, id);
  const name = graph.name[id] ?? outputs[graph.outputs.indexOf(id)] ?? "";
  const title = shorten(titleOf(graph, id, name), LONGEST_TITLE);
  const words = `${name}:${graph.text[id]}`;
  const turn = seen.get(words) ?? 0;
  seen.set(words, turn + 1);
  const width = Math.max(NARROWEST, ([...symbol, ...title].length + 2) * CHARACTER + 30);
  const output = graph.outputs.includes(id);
  return { id, symbol, name, title, key: `${words}#${turn}`, input: graph.op[id] === "input", output, width };
}

/**
 * The loops and calls that a context lies in, the outermost first.
 * @param {Graph} graph
 * @param {number} context
 * @returns {number[]}
 */
function chainOf(graph, context) {
  const chain = [];
  /** @type {number | null} */
  let at = context;
  while (at !== null) {
    /** @type {import("./protocol.js").Context | undefined} */
    const here = graph.contexts[at];
    if (here && here.kind !== "program") chain.unshift(at);
    at = here?.parent ?? null;
  }
  return chain;
}

/**
 * Loop turns and calls become groups of the nodes that they made.
 * @param {Graph} graph
 * @param {Box[]} boxes
 * @returns {Group[]}
 */
function groupBoxes(graph, boxes) {
  /** @type {Map<number, Group>} */
  const groups = new Map();
  for (const { id, input } of boxes) {
    chainOf(graph, input ? 0 : (graph.context[id] ?? 0)).forEach((context, depth) => {
      const { label = "", turn = null, kind = "" } = graph.contexts[context] ?? {};
      const words = prettifyText(kind === "loop" && turn !== null ? `${label}, turn ${turn}` : label);
      const group = groups.get(context) ?? { label: words, depth, nodes: [] };
      group.nodes.push(id);
      groups.set(context, group);
    });
  }
  return [...groups.values()];
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
