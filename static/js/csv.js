/**
 * Comma-separated values: as in RFC 4180, but lines end in a line feed alone, as those of `wengert grade --csv` do. Pure
 * functions.
 */

/** What makes a spreadsheet take a text for a formula; a plain number may begin so. */
const FORMULA = /^[=+@\t\r-]/;
const NUMBER = /^[+-]?([\d.,]+(e[+-]?\d+)?|Infinity)$/i;

/**
 * @param {readonly (readonly string[])[]} rows the head first
 * @returns {string}
 */
export function writeCsv(rows) {
  return rows.map((cells) => `${cells.map(quote).join(",")}\n`).join("");
}

/**
 * @param {string} cell
 * @returns {string}
 */
function quote(cell) {
  const plain = FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
