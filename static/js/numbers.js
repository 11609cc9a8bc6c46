/** How numbers and names are written. Pure functions; nothing here knows the page. */

/** @typedef {import("./protocol.js").Num} Num */

const MINUS = "\u2212";
/** Below this, zeros behind the point are harder to count than an exponent is to read. */
const SMALL = 1e-4;
/** How many characters fit into a small box beside another number. */
const ROOM = 7;
const WORDS = new Map([
  ["nan", "nan"],
  ["inf", "inf"],
  ["+inf", "inf"],
  ["infinity", "inf"],
  ["-inf", "-inf"],
  ["-infinity", "-inf"],
]);

/**
 * The JavaScript number behind a number of the protocol.
 * @param {Num | null | undefined} value
 * @returns {number}
 */
export function toNumber(value) {
  if (typeof value === "number") return value;
  if (value === "inf") return Infinity;
  if (value === "-inf") return -Infinity;
  return NaN;
}

/**
 * The protocol's form of what a person typed, or null where that is no number. A comma may be the decimal sign.
 * @param {string} text
 * @returns {Num | null}
 */
export function readNumber(text) {
  const plain = text.trim().toLowerCase().replaceAll(MINUS, "-").replace(",", ".");
  const word = WORDS.get(plain);
  if (word) return /** @type {Num} */ (word);
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/.test(plain)) return null;
  const number = Number(plain);
  return Number.isFinite(number) ? number : number > 0 ? "inf" : "-inf";
}

/**
 * @param {number} number
 * @returns {string | null} the word for what is not finite
 */
function wordFor(number) {
  if (Number.isNaN(number)) return "nan";
  if (number === Infinity) return "inf";
  return number === -Infinity ? `${MINUS}inf` : null;
}

/**
 * The shortest text that reads back as the same number, a zero that has come from below among them: `-0`.
 * @param {number} number
 * @returns {string}
 */
export function shortest(number) {
  return Object.is(number, -0) ? "-0" : String(number);
}

/**
 * Scientific notation as people write it, without a plus sign or leading zeros: `1.5e−7`.
 * @param {string} text
 * @returns {string}
 */
function tidy(text) {
  return text.replace("e+", "e").replaceAll("-", MINUS);
}

/**
 * A number with a few significant digits; short numbers are written as they are (`1.5`, not `1.500`).
 * @param {Num | null | undefined} value
 * @param {number} [digits]
 * @returns {string}
 */
export function formatShort(value, digits = 4) {
  if (value === null || value === undefined) return "";
  const number = toNumber(value);
  const word = wordFor(number);
  if (word) return word;
  const size = Math.abs(number);
  const exact = size > 0 && size < SMALL ? number.toExponential() : shortest(number);
  if (exact.replace(/e.*|[-.]/g, "").replace(/^0+/, "").length <= digits) return tidy(exact);
  return tidy(size >= 1e6 || size < SMALL ? number.toExponential(digits - 1) : number.toPrecision(digits));
}

/**
 * A number for a small box: fewer digits where an exponent, or zeros behind the point, need the room.
 * @param {Num | null | undefined} value
 * @returns {string}
 */
export function formatBrief(value) {
  const text = formatShort(value);
  if (text.includes("e")) return text.length > ROOM ? formatShort(value, 2) : text;
  return text.length > ROOM + 1 ? formatShort(value, 3) : text;
}

/**
 * A number with every digit that the binary number has (17 significant ones say it exactly).
 * @param {Num | null | undefined} value
 * @returns {string}
 */
export function formatFull(value) {
  if (value === null || value === undefined) return "";
  const number = toNumber(value);
  const word = wordFor(number);
  if (word) return word;
  const size = Math.abs(number);
  if (Number.isInteger(number) && size < 1e15) return tidy(shortest(number));
  return tidy(size < SMALL ? number.toExponential(16) : number.toPrecision(17));
}

/**
 * A number as a field shows it: the shortest text that reads back as the same number. A zero has no sign here: what
 * travels to the server has none.
 * @param {Num | null | undefined} value
 * @returns {string}
 */
export function formatField(value) {
  return value === null || value === undefined ? "" : String(value);
}

/**
 * Split a number's text behind its first `digits` significant digits: what agrees, and what does not.
 * @param {string} text
 * @param {number} digits
 * @returns {{agrees: string, differs: string}}
 */
export function splitAgreement(text, digits) {
  if (digits >= 16) return { agrees: text, differs: "" };
  if (digits < 1) return { agrees: "", differs: text };
  let seen = 0;
  let position = 0;
  for (const character of text) {
    if (character === "e") break;
    if (/[1-9]/.test(character) || (character === "0" && seen > 0)) seen += 1;
    if (seen > digits) break;
    position += character.length;
  }
  return { agrees: text.slice(0, position), differs: text.slice(position) };
}

/**
 * Pad a column of texts so that their decimal points stand under each other in a face with figures of one width.
 * @param {string[]} texts
 * @returns {string[]}
 */
export function alignPoints(texts) {
  const tails = texts.map((text) => (/^[^e]*\./.test(text) ? text.length - text.indexOf(".") : 0));
  const longest = Math.min(7, Math.max(0, ...tails));
  return texts.map((text, row) => text + "\u2007".repeat(Math.max(0, longest - (tails[row] ?? 0))));
}

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const DIGIT_NAMES = new Set(["log2", "log10", "log1p", "expm1", "atan2"]);

/**
 * Write names that end in digits with subscripts, in a text of operations: `x1 / x2` becomes `x₁ / x₂`.
 * @param {string} text
 * @returns {string}
 */
export function prettifyText(text) {
  const subscripted = text.replace(/\b([A-Za-z]+)(\d+)\b/g, (whole, letters, digits) =>
    DIGIT_NAMES.has(whole) ? whole : letters + [...digits].map((digit) => SUBSCRIPTS[Number(digit)]).join(""),
  );
  return subscripted.replace(/ \* /g, " · ").replace(/(^|[\s(,])-/g, `$1${MINUS}`);
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 * @returns {string} the count with the right form of the noun
 */
export function countOf(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}
