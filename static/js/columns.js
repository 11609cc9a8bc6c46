/** A graph as the page works with it, made from the columns that travel. */

import { Labels } from "./labels.js";

/**
 * @typedef {import("./protocol.js").GraphColumns} GraphColumns
 * @typedef {import("./protocol.js").Graph} Graph
 */

/**
 * @param {number | undefined} id
 * @returns {number | null} null for -1, which stands for none
 */
export function idOrNone(id) {
  return id === undefined || id < 0 ? null : id;
}

/**
 * @param {GraphColumns} columns
 * @returns {number[][]}
 */
function readArguments({ kinds, kind, args }) {
  let first = 0;
  return kind.map((code) => args.slice(first, (first += kinds[code]?.[2] ?? 0)));
}

/**
 * @param {GraphColumns} columns
 * @returns {import("./protocol.js").Context[]}
 */
function readContexts({ contexts: { parent, turn, place, places } }) {
  return parent.map((id, context) => {
    const [kind, label, span] = places[place[context] ?? 0] ?? ["program", "program", null];
    return { parent: idOrNone(id), kind, label, turn: turn[context] ?? 0, span };
  });
}

/**
 * @param {GraphColumns} columns
 * @returns {Graph}
 */
export function readGraph(columns) {
  const { kinds, kind, names, name, spans, span } = columns;
  const args = readArguments(columns);
  const labels = new Labels(columns, args);
  const tests = new Set(columns.tests);
  return {
    op: kind.map((code) => kinds[code]?.[0] ?? ""),
    args,
    constant: kind.map((code) => kinds[code]?.[1] ?? null),
    name: name.map((code) => names[code]?.plain ?? null),
    span: span.map((code) => spans[code] ?? null),
    context: columns.context,
    test: kind.map((_, node) => tests.has(node)),
    kept_until: columns.kept_until.map(idOrNone),
    contexts: readContexts(columns),
    inputs: columns.inputs,
    outputs: columns.outputs,
    decisions: columns.decisions.map((decision) => {
      const text = labels.text(decision.node);
      return { ...decision, text: decision.taken ? text : `not (${text})` };
    }),
    labels,
  };
}
