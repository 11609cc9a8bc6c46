/** Places: the protocol counts lines and code points from one, the editor counts UTF-16 units from zero. */

/**
 * @typedef {import("./protocol.js").Span} Span
 * @typedef {import("./protocol.js").SpanColumns} SpanColumns
 * @typedef {{from: number, to: number}} Range
 */

/**
 * @param {string} line
 * @param {number} column one-based, in code points
 * @returns {number} zero-based, in UTF-16 units
 */
function unitsBefore(line, column) {
  return [...line].slice(0, column - 1).join("").length;
}

/**
 * The offsets of a place in a text, clamped to the text.
 * @param {string} text
 * @param {Span | SpanColumns} span
 * @returns {Range}
 */
export function toRange(text, span) {
  const [line, column, endLine, endColumn] = Array.isArray(span)
    ? span
    : [span.line, span.column, span.end_line, span.end_column];
  const lines = text.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, before) => sum + before.length + 1, 0);
  const end = lines.slice(0, endLine - 1).reduce((sum, before) => sum + before.length + 1, 0);
  const from = Math.min(text.length, start + unitsBefore(lines[line - 1] ?? "", column));
  return { from, to: Math.min(text.length, Math.max(from, end + unitsBefore(lines[endLine - 1] ?? "", endColumn))) };
}

/**
 * The nodes whose place is the smallest one that holds an offset.
 * @param {string} text
 * @param {(SpanColumns | null)[]} spans
 * @param {number} offset
 * @returns {number[]}
 */
export function nodesAt(text, spans, offset) {
  let best = Infinity;
  /** @type {number[]} */
  let found = [];
  spans.forEach((span, node) => {
    if (!span) return;
    const { from, to } = toRange(text, span);
    if (offset < from || offset >= to || to - from > best) return;
    found = to - from < best ? [node] : [...found, node];
    best = to - from;
  });
  return found;
}
