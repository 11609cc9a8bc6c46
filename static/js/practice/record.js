/**
 * The record of what was practised: a list of attempts, from which everything else is worked out (see progress). It is
 * one text, in the browser and in a file. Of two records each attempt is kept once, so merging in any order, any number
 * of times, leads to the same.
 *
 * @typedef {{
 *   exercise: string, kind: string, level: number, blanks: number, blank: string, choices: number, right: boolean,
 *   names: string[], sentence: string, at: string
 * }} Attempt
 *   One answer to the blank `blank` of an exercise that has `blanks` of them; `exercise` is when it was opened, with its
 *   seed. `choices` is 0 where the answer was typed; `right` is false where there were hints before. `names` are the
 *   mistakes that explain the answer, `sentence` says the first in words. `at` is a time in ISO 8601, UTC.
 * @typedef {{source: string, point: import("../protocol.js").Point, used: boolean, at: string}} OwnFunction
 *   A function of the learner's own; `used` while it is practised on.
 * @typedef {{version: number, since: string, attempts: Attempt[], own: OwnFunction | null}} Record
 *   `since` is when it was begun: a record that was forgotten has another.
 */

export const VERSION = 1;
/** So many attempts are kept, the newest: what came before them has no weight in any estimate. */
export const MOST_ATTEMPTS = 10_000;
export const LONGEST_FILE = 8_000_000;
const LONGEST_TEXT = 2_000;
const MOST_BLANKS = 1_000;

/** A text is no record. The message says why, in words for the learner. */
export class RecordError extends Error {}

/**
 * @param {string} now ISO
 * @returns {Record}
 */
export function emptyRecord(now) {
  return { version: VERSION, since: now, attempts: [], own: null };
}

/**
 * @param {Record} record
 * @returns {string}
 */
export function writeRecord(record) {
  return JSON.stringify(record);
}

/**
 * Read a record; only what belongs to it is taken over.
 * @param {string} text
 * @returns {Record}
 * @throws {RecordError} where it is none, as a whole: half a record is not taken for one
 */
export function readRecord(text) {
  const found = parseJson(text);
  if (!isObject(found) || !Array.isArray(found.attempts) || typeof found.version !== "number") {
    throw new RecordError("This is no record of practice.");
  }
  if (found.version > VERSION) throw new RecordError("This record is of a newer version of Wengert.");
  if (found.version !== VERSION || !isTime(found.since)) throw new RecordError("This is no record of practice.");
  const wrong = found.attempts.findIndex((/** @type {unknown} */ each) => !isAttempt(each));
  if (wrong >= 0) throw new RecordError(`Attempt ${wrong + 1} of this record cannot be read.`);
  if (found.own !== null && !isOwn(found.own)) throw new RecordError("The function in this record cannot be read.");
  return {
    ...{ version: VERSION, since: found.since },
    attempts: newest(found.attempts.map(takeAttempt)),
    own: found.own && takeOwn(found.own),
  };
}

/**
 * Both records in one: every attempt once, and of two functions the later.
 * @param {Record} ours whose `since` stays
 * @param {Record} theirs
 * @returns {Record}
 */
export function mergeRecords(ours, theirs) {
  const own = [ours.own, theirs.own].filter((each) => each !== null).sort((a, b) => compare(a.at, b.at)).at(-1) ?? null;
  return { ...ours, ...addAttempts(ours, theirs.attempts), own };
}

/**
 * Every attempt once. The one with fewer names knows more: a second question has settled which mistake it was.
 * @param {Record} record
 * @param {readonly Attempt[]} more
 * @returns {Record}
 */
export function addAttempts(record, more) {
  /** @type {Map<string, Attempt>} */
  const all = new Map();
  for (const each of [...record.attempts, ...more]) {
    const known = all.get(idOf(each));
    if (!known || each.names.length < known.names.length) all.set(idOf(each), each);
  }
  return { ...record, attempts: newest([...all.values()]) };
}

/**
 * What tells an attempt from all others.
 * @param {Attempt} attempt
 * @returns {string}
 */
export function idOf({ exercise, blank, at }) {
  return `${at} ${exercise} ${blank}`;
}

/**
 * @param {Attempt[]} attempts
 * @returns {Attempt[]} the newest that are kept, the oldest of them first
 */
function newest(attempts) {
  const named = attempts.map((each) => /** @type {const} */ ([idOf(each), each]));
  const sorted = named.sort(([a], [b]) => compare(a, b)).map(([, each]) => each);
  return sorted.slice(-MOST_ATTEMPTS);
}

/**
 * @param {string} a
 * @param {string} b
 * @returns {number}
 */
function compare(a, b) {
  return a < b ? -1 : Number(a > b);
}

/**
 * @param {string} text
 * @returns {any}
 */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch (failure) {
    if (!(failure instanceof SyntaxError)) throw failure;
    throw new RecordError("This is no JSON, so it is no record of practice.");
  }
}

/**
 * @param {any} value
 * @returns {boolean}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {any} value
 * @returns {boolean}
 */
function isText(value) {
  return typeof value === "string" && value.length <= LONGEST_TEXT;
}

/**
 * A time as `Date.toISOString` writes it: such texts are in the order of their times.
 * @param {any} value
 * @returns {boolean}
 */
function isTime(value) {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) && !Number.isNaN(Date.parse(value));
}

/**
 * @param {any} value
 * @param {number} low
 * @param {number} high
 * @returns {boolean}
 */
function isWhole(value, low, high) {
  return Number.isInteger(value) && value >= low && value <= high;
}

/**
 * @param {any} value
 * @returns {boolean}
 */
function isAttempt(value) {
  if (!isObject(value)) return false;
  const { exercise, kind, level, blanks, blank, choices, right, names, sentence, at } = value;
  const texts = [exercise, kind, blank, sentence].every(isText) && Array.isArray(names) && names.every(isText);
  const numbers = isWhole(level, 1, 3) && isWhole(blanks, 1, MOST_BLANKS) && isWhole(choices, 0, MOST_BLANKS);
  return texts && numbers && typeof right === "boolean" && isTime(at);
}

/**
 * @param {Attempt} attempt
 * @returns {Attempt}
 */
function takeAttempt({ exercise, kind, level, blanks, blank, choices, right, names, sentence, at }) {
  return { exercise, kind, level, blanks, blank, choices, right, names: [...names], sentence, at };
}

/**
 * @param {any} value
 * @returns {boolean}
 */
function isOwn(value) {
  if (!isObject(value)) return false;
  return typeof value.source === "string" && isObject(value.point) && typeof value.used === "boolean" && isTime(value.at);
}

/**
 * @param {OwnFunction} own
 * @returns {OwnFunction}
 */
function takeOwn({ source, point, used, at }) {
  return { source, point, used, at };
}
