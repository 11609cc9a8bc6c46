/**
 * The Wengert list as a table for other programs: Markdown, LaTeX, CSV, JSON. Numbers keep every digit.
 *
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {import("./replay.js").Snapshot} Snapshot
 * @typedef {import("./protocol.js").Num} Num
 * @typedef {{
 *   node: number, symbol: string, name: string, operation: string, latex: string, numbers: (Num | null)[]
 * }} TableRow
 * @typedef {{label: string, mark: string}} Column Of numbers: its name and, in LaTeX, what stands around the letter.
 * @typedef {{rows: TableRow[], columns: Column[], mode: string, step: number, source: string}} Table
 * @typedef {"md" | "tex" | "csv" | "json"} TableFormat
 */

import { writeCsv } from "./csv.js";
import { plainLatex } from "./latex.js";
import { shortest, toNumber } from "./numbers.js";
import { partsOf, quantityOfPart } from "./quantities.js";
import { numbersOf } from "./replay.js";

/** @type {Readonly<Record<string, string>>} */
const MARKS = Object.freeze({ tangent: "\\dot{v}", adjoint: "\\bar{v}", second: "\\dot{\\bar{v}}" });
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/**
 * @param {Trace} trace
 * @param {Snapshot} shot
 * @param {number} step
 * @param {string} source
 * @returns {Table}
 */
export function tableOf({ graph, mode }, shot, step, source) {
  const rows = graph.op.flatMap((op, node) =>
    op === "const" || graph.test[node]
      ? []
      : [
          {
            node,
            symbol: graph.labels.symbol(node) ?? "",
            name: graph.name[node] ?? "",
            operation: graph.labels.list(node),
            latex: plainLatex(graph.labels.latex(node)),
            numbers: partsOf(mode).map((part) => numbersOf(shot, part)[node] ?? null),
          },
        ],
  );
  const columns = partsOf(mode).map((part) => {
    const { name, label } = quantityOfPart(part, mode);
    return { label: part === "value" ? "value" : label, mark: MARKS[name] ?? "v" };
  });
  return { rows, columns, mode, step, source };
}

/**
 * A number in full, as most programs read it.
 * @param {Num | null} value
 * @returns {string} empty where it is not known
 */
function write(value) {
  return value === null ? "" : shortest(toNumber(value));
}

/**
 * @param {Table} table
 * @returns {string[][]} the head and the rows
 */
function cellsOf({ rows, columns }) {
  const body = rows.map(({ symbol, name, operation, numbers }) => [symbol, name, operation, ...numbers.map(write)]);
  return [["symbol", "name", "operation", ...columns.map(({ label }) => label)], ...body];
}

/**
 * @param {Table} table
 * @returns {string}
 */
function writeMarkdown(table) {
  const [head = [], ...body] = cellsOf(table);
  /** @param {string[]} cells */
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  const rule = `| --- | --- | --- |${" ---: |".repeat(table.columns.length)}\n`;
  return [line(head), rule, ...body.map(line)].join("");
}

/**
 * @param {string} symbol such as `v₋₁`
 * @returns {string} such as `v_{-1}`
 */
function latexSymbol(symbol) {
  const plain = symbol.replace("₋", "-").replace(/[₀-₉]/g, (digit) => String(SUBSCRIPTS.indexOf(digit)));
  return plain.replace(/^(\p{L}+)(-?\d+)$/u, "$1_{$2}");
}

/**
 * @param {Num | null} value
 * @returns {string}
 */
function latexNumber(value) {
  if (value === null) return "";
  const number = toNumber(value);
  if (Number.isNaN(number)) return "$\\mathrm{nan}$";
  if (!Number.isFinite(number)) return number > 0 ? "$\\infty$" : "$-\\infty$";
  return `$${shortest(number).replace(/e\+?(-?\d+)$/, " \\cdot 10^{$1}")}$`;
}

/**
 * @param {Table} table
 * @returns {string}
 */
function writeLatex({ rows, columns }) {
  const lines = rows.map(({ symbol, latex, numbers }) => {
    const cells = [`$${latexSymbol(symbol)}$`, `$${latex}$`, ...numbers.map(latexNumber)];
    return `  ${cells.join(" & ")} \\\\`;
  });
  return [
    `\\begin{tabular}{ll${"r".repeat(columns.length)}}`,
    "  \\hline",
    `  & operation & ${columns.map(({ label, mark }) => `${label} $${mark}$`).join(" & ")} \\\\`,
    "  \\hline",
    ...lines,
    "  \\hline",
    "\\end{tabular}",
    "",
  ].join("\n");
}

/**
 * @param {Table} table
 * @returns {string}
 */
function writeJson({ rows, columns, mode, step, source }) {
  const body = rows.map(({ numbers, ...row }) => {
    const named = columns.map(({ label }, place) => [label, numbers[place]]);
    return { ...row, ...Object.fromEntries(named) };
  });
  return `${JSON.stringify({ source, mode, step, rows: body }, null, 2)}\n`;
}

/** @type {Readonly<Record<TableFormat, {label: string, type: string, write: (table: Table) => string}>>} */
export const TABLE_FORMATS = Object.freeze({
  md: { label: "Markdown", type: "text/markdown", write: writeMarkdown },
  tex: { label: "LaTeX", type: "application/x-tex", write: writeLatex },
  csv: { label: "CSV", type: "text/csv", write: (table) => writeCsv(cellsOf(table)) },
  json: { label: "JSON", type: "application/json", write: writeJson },
});
