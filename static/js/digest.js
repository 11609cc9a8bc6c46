/**
 * The canonical form of plain data, and its SHA-256: the same as server/tutor/canon.py works out.
 *
 * Browsers offer SHA-256 only where an address is https or this machine; a class often stands in a network of its own.
 */

import { bytesToHex, sha256 } from "hashes";

/**
 * JSON with the names in order and without spaces (RFC 8785).
 * @param {unknown} value
 * @returns {string}
 */
export function writeCanonical(value) {
  if (Array.isArray(value)) return `[${value.map(writeCanonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([name, part]) => `${JSON.stringify(name)}:${writeCanonical(part)}`).join(",")}}`;
}

/**
 * @param {unknown} value
 * @returns {string} 64 hexadecimal digits
 */
export function digestOf(value) {
  return bytesToHex(sha256(new TextEncoder().encode(writeCanonical(value))));
}
