/**
 * An assignment as letters in an address, behind `#`: its canonical text, deflated where it is long, in base64url. The
 * same as server/tutor/assignments.py writes and reads.
 */

import { LONG_LINK, LONGEST_FILE } from "./assignment-limits.js";

/** How deflated data begins (RFC 1950); JSON begins with a bracket. */
const DEFLATED = 0x78;
/** What is thrown where a part of a link is missing. */
const CUT_OFF = Object.freeze([TypeError, RangeError, SyntaxError, DOMException]);
/** How many bytes `String.fromCharCode` is given at once. */
const HANDFUL = 4096;

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {CompressionStream | DecompressionStream} stream
 * @param {number} [most] of what comes out
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function pass(bytes, stream, most = Infinity) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  for (let length = 0; length <= most; ) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    parts.push(value);
    length += value.length;
  }
  await reader.cancel();
  throw new RangeError("The link holds more than an assignment can be.");
}

/**
 * @param {string} text the assignment as canonical JSON
 * @returns {Promise<string>}
 */
export async function packAssignment(text) {
  const plain = new TextEncoder().encode(text);
  const packed = plain.length > LONG_LINK ? await pass(plain, new CompressionStream("deflate")) : plain;
  let letters = "";
  for (let start = 0; start < packed.length; start += HANDFUL) {
    letters += String.fromCharCode(...packed.subarray(start, start + HANDFUL));
  }
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * @param {string} letters
 * @returns {Promise<string | null>} the text of an assignment; null where the link is not whole
 */
export async function unpackAssignment(letters) {
  try {
    const packed = Uint8Array.from(atob(letters.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
    const plain = packed[0] === DEFLATED ? await pass(packed, new DecompressionStream("deflate"), LONGEST_FILE) : packed;
    const text = new TextDecoder("utf-8", { fatal: true }).decode(plain);
    JSON.parse(text);
    return text;
  } catch (failure) {
    if (CUT_OFF.some((kind) => failure instanceof kind)) return null;
    throw failure;
  }
}

/**
 * What an address says: an assignment to be done, or one to be changed.
 * @param {string} hash with or without the `#`
 * @returns {{letters: string, editing: boolean} | null} null where it says nothing
 */
export function readAssignmentAddress(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const [given, edited] = [fields.get("a"), fields.get("edit")];
  if (given) return { letters: given, editing: false };
  return edited ? { letters: edited, editing: true } : null;
}
