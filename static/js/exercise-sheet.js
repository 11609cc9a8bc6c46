/**
 * The cells of an exercise as a table: for sweeps the Wengert list, for the sweep back with a row for what each use hands
 * back, for a Jacobian the matrix. Pure functions.
 *
 * @typedef {import("./protocol.js").Exercise} Exercise
 * @typedef {import("./protocol.js").Graph} Graph
 * @typedef {import("./protocol.js").Num} Num
 * @typedef {import("./quantities.js").QuantityName} QuantityName
 * @typedef {{title: string, quantity: QuantityName}} Column
 * @typedef {{node: number, symbol: string, name: string, operation: string, value: Num | null}} Head
 *   A row of the Wengert list; `value` only where values are not asked for.
 * @typedef {{key: string, head: Head | null, from: string, latex: string, cells: (string | null)[]}} Row
 *   `from`: what it is of the sum; `cells`: an id for each column.
 * @typedef {{layout: "list" | "back" | "matrix", columns: Column[], rows: Row[]}} Sheet
 */

import { nameOf, symbolOf } from "./picture.js";
import { prettifyText } from "./numbers.js";

/** The columns of a sheet, each with the kind of its cells. @type {Readonly<Record<string, Column[]>>} */
const COLUMNS = Object.freeze({
  forward: [
    { title: "value", quantity: "primal" },
    { title: "tangent", quantity: "tangent" },
  ],
  dual: [
    { title: "real part", quantity: "primal" },
    { title: "ε part", quantity: "tangent" },
  ],
  reverse: [{ title: "adjoint", quantity: "adjoint" }],
  hvp: [
    { title: "value", quantity: "primal" },
    { title: "tangent", quantity: "tangent" },
    { title: "adjoint", quantity: "adjoint" },
    { title: "change of adjoint", quantity: "second" },
  ],
});

/**
 * @param {Exercise} exercise
 * @param {Graph} graph
 * @param {string[]} outputs
 * @returns {Sheet | null} null for what is no table
 */
export function layOut(exercise, graph, outputs) {
  const { kind } = exercise;
  if (kind === "reverse") return layOutBack(exercise, graph);
  if (COLUMNS[kind]) return layOutList(exercise, graph);
  return kind === "jacobian" ? layOutMatrix(exercise, graph, outputs) : null;
}

/**
 * @param {Graph} graph
 * @param {number} node
 * @param {Num | null} [value]
 * @returns {Head}
 */
function headOf(graph, node, value = null) {
  const input = graph.op[node] === "input";
  const name = input ? "" : prettifyText(graph.name[node] ?? "");
  const operation = input ? "" : prettifyText(graph.labels.text(node));
  return { node, symbol: input ? nameOf(graph, node) : symbolOf(graph, node), name, operation, value };
}

/**
 * A row for each node, with its value and its derivatives; where the sweep goes back, the output first.
 * @param {Exercise} exercise
 * @param {Graph} graph
 * @returns {Sheet}
 */
function layOutList({ kind, cells }, graph) {
  const columns = COLUMNS[kind] ?? [];
  const known = new Set(cells);
  const asked = new Set(cells.map((id) => Number(id.split(":")[1])));
  const way = kind === "hvp" ? -1 : 1;
  const nodes = [...new Set([...graph.inputs, ...asked])].sort((one, other) => way * (one - other));
  const rows = nodes.map((node) => {
    const ids = columns.map(({ quantity }) => `${quantity}:${node}`);
    const shown = ids.map((id, place) => (place === 0 || known.has(id) ? id : null));
    return { key: String(node), head: headOf(graph, node), from: "", latex: "", cells: shown };
  });
  return { layout: "list", columns, rows };
}

/**
 * From the output to the inputs: of each node what its uses hand back, then what they add up to.
 * @param {Exercise} exercise
 * @param {Graph} graph
 * @returns {Sheet}
 */
function layOutBack({ kind, cells, given, blanks, values }, graph) {
  const formulas = new Map([...given, ...blanks].map(({ id, latex }) => [id, latex]));
  let before = -1;
  const rows = cells.map((id) => {
    const [, node = 0, user = -1] = id.split(":").map(Number);
    const head = node === before ? null : headOf(graph, node, values[node] ?? null);
    before = node;
    const from = user < 0 ? (head ? "start" : "sum") : `from ${symbolOf(graph, user)}`;
    return { key: id, head, from, latex: formulas.get(id) ?? "", cells: [id] };
  });
  return { layout: "back", columns: COLUMNS[kind] ?? [], rows };
}

/**
 * @param {Exercise} exercise
 * @param {Graph} graph
 * @param {string[]} outputs
 * @returns {Sheet}
 */
function layOutMatrix({ cells }, graph, outputs) {
  const known = new Set(cells);
  /** @type {Column[]} */
  const columns = graph.inputs.map((node) => ({ title: nameOf(graph, node), quantity: "primal" }));
  const rows = outputs.map((name, i) => {
    const node = graph.outputs[i] ?? -1;
    const head = { node, symbol: prettifyText(name), name: "", operation: "", value: null };
    const ids = columns.map((_, j) => `jacobian:${i}:${j}`);
    return { key: String(i), head, from: "", latex: "", cells: ids.map((id) => (known.has(id) ? id : null)) };
  });
  return { layout: "matrix", columns, rows };
}

/** Tables of at most so many rows are shown whole. */
const SHORT = 16;

/**
 * The rows that the blanks have to do with: their own nodes, and those that these are worked out from.
 * @param {Sheet} sheet
 * @param {Exercise} exercise
 * @param {Graph} graph
 * @returns {Set<string>} keys of rows; all of them where the table is short
 */
export function findNear({ layout, rows }, { blanks }, graph) {
  if (layout === "matrix" || rows.length <= SHORT) return new Set(rows.map(({ key }) => key));
  const asked = new Set(blanks.map(({ id }) => Number(id.split(":")[1])));
  const near = new Set([...graph.outputs, ...(layout === "list" ? graph.inputs : []), ...asked]);
  graph.args.forEach((args, user) => {
    if (layout === "list" && asked.has(user)) args.forEach((node) => near.add(node));
    if (layout === "back" && args.some((node) => asked.has(node))) near.add(user);
  });
  let node = -1;
  const kept = rows.filter(({ head }) => {
    node = head?.node ?? node;
    return near.has(node);
  });
  return new Set(kept.map(({ key }) => key));
}
