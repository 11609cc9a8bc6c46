/** How often a graph computes what it has computed before. */

/** @typedef {import("./protocol.js").Graph} Graph */

/**
 * The number of operations that equal an earlier one: same operation, same arguments, same constant.
 * @param {Graph} graph
 * @returns {number}
 */
export function countRepeats(graph) {
  /** @type {Map<string, number>} */
  const first = new Map();
  /** @type {number[]} */
  const same = [];
  let repeats = 0;
  graph.op.forEach((op, node) => {
    const words =
      op === "input"
        ? `input ${node}`
        : JSON.stringify([op, graph.constant[node], (graph.args[node] ?? []).map((arg) => same[arg])]);
    const earlier = first.get(words);
    same[node] = earlier ?? node;
    if (earlier === undefined) first.set(words, node);
    else if (op !== "const") repeats += 1;
  });
  return repeats;
}
