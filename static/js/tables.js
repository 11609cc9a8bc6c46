/**
 * The Wengert list as a table for other programs: Markdown, LaTeX, CSV, JSON. Numbers keep every digit.
 *
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {import("./replay.js").Snapshot} Snapshot
 * @typedef {import("./protocol.js").Num} Num
 * @typedef {{
 *   node: number, symbol: string, name: string, operation: string, latex: string, value: Num | null,
 *   derivative: Num | null
 * }} TableRow
 * @typedef {{rows: TableRow[], derivative: string, mode: string, step: number, source: string}} Table
 * @typedef {"md" | "tex" | "csv" | "json"} TableFormat
 */

import { writeCsv } from "./csv.js";
import { plainLatex } from "./latex.js";
import { shortest, toNumber } from "./numbers.js";
import { derivativeOf } from "./quantities.js";

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
            value: shot.values[node] ?? null,
            derivative: shot.derivatives[node] ?? null,
          },
        ],
  );
  return { rows, derivative: derivativeOf(mode).label, mode, step, source };
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
function cellsOf({ rows, derivative }) {
  const body = rows.map(({ symbol, name, operation, value, derivative: found }) => [
    symbol,
    name,
    operation,
    write(value),
    write(found),
  ]);
  return [["symbol", "name", "operation", "value", derivative], ...body];
}

/**
 * @param {Table} table
 * @returns {string}
 */
function writeMarkdown(table) {
  const [head = [], ...body] = cellsOf(table);
  /** @param {string[]} cells */
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return [line(head), "| --- | --- | --- | ---: | ---: |\n", ...body.map(line)].join("");
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
function writeLatex({ rows, derivative, mode }) {
  const mark = mode === "forward" ? "\\dot" : "\\bar";
  const lines = rows.map(({ symbol, latex, value, derivative: found }) => {
    const cells = [`$${latexSymbol(symbol)}$`, `$${latex}$`, latexNumber(value), latexNumber(found)];
    return `  ${cells.join(" & ")} \\\\`;
  });
  return [
    "\\begin{tabular}{llrr}",
    "  \\hline",
    `  & operation & value $v$ & ${derivative} $${mark}{v}$ \\\\`,
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
function writeJson({ rows, derivative, mode, step, source }) {
  const body = rows.map(({ derivative: found, ...row }) => ({ ...row, [derivative]: found }));
  return `${JSON.stringify({ source, mode, step, rows: body }, null, 2)}\n`;
}

/** @type {Readonly<Record<TableFormat, {label: string, type: string, write: (table: Table) => string}>>} */
export const TABLE_FORMATS = Object.freeze({
  md: { label: "Markdown", type: "text/markdown", write: writeMarkdown },
  tex: { label: "LaTeX", type: "application/x-tex", write: writeLatex },
  csv: { label: "CSV", type: "text/csv", write: (table) => writeCsv(cellsOf(table)) },
  json: { label: "JSON", type: "application/json", write: writeJson },
});
