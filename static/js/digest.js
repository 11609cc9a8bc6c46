/**
 * The canonical form of plain data, and its SHA-256: the same as server/tutor/canon.py works out.
 *
 * Browsers offer SHA-256 only where an address is https or this machine; a class often stands in a network of its own,
 * so it is worked out here (FIPS 180-4, section 6.2).
 */

const ROUNDS = 64;
const BLOCK = 64;
const WORD = 2 ** 32;

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
  return sha256(new TextEncoder().encode(writeCanonical(value)));
}

/** @returns {number[]} the first primes, one a round */
function listPrimes() {
  /** @type {number[]} */
  const primes = [];
  for (let candidate = 2; primes.length < ROUNDS; candidate += 1) {
    if (primes.every((prime) => candidate % prime)) primes.push(candidate);
  }
  return primes;
}

/**
 * The first 32 bits behind the point.
 * @param {number} number
 * @returns {number}
 */
function fractionBits(number) {
  return Math.floor((number - Math.floor(number)) * WORD) | 0;
}

/**
 * @param {number} word
 * @param {number} bits
 * @returns {number}
 */
function rotate(word, bits) {
  return (word >>> bits) | (word << (32 - bits));
}

/**
 * @param {Uint8Array} bytes
 * @returns {DataView} with a one, zeros and the length in bits behind them, as whole blocks
 */
function pad(bytes) {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor((bytes.length * 8) / WORD));
  view.setUint32(padded.length - 4, (bytes.length * 8) % WORD);
  return view;
}

/**
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function sha256(bytes) {
  const primes = listPrimes();
  const constants = primes.map((prime) => fractionBits(Math.cbrt(prime)));
  let state = primes.slice(0, 8).map((prime) => fractionBits(Math.sqrt(prime)));
  const view = pad(bytes);
  for (let start = 0; start < view.byteLength; start += BLOCK) {
    const mixed = mix(state, schedule(view, start), constants);
    state = state.map((word, place) => (word + (mixed[place] ?? 0)) | 0);
  }
  return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/**
 * @param {DataView} view
 * @param {number} start
 * @returns {Int32Array} the words of a block, one a round
 */
function schedule(view, start) {
  const words = new Int32Array(ROUNDS);
  /** @param {number} place */
  const at = (place) => words[place] ?? 0;
  for (let place = 0; place < ROUNDS; place += 1) {
    if (place < 16) {
      words[place] = view.getInt32(start + 4 * place);
      continue;
    }
    const [early, late] = [at(place - 15), at(place - 2)];
    const low = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const high = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    words[place] = at(place - 16) + low + at(place - 7) + high;
  }
  return words;
}

/**
 * @param {number[]} state
 * @param {Int32Array} words
 * @param {number[]} constants
 * @returns {number[]}
 */
function mix(state, words, constants) {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let round = 0; round < ROUNDS; round += 1) {
    const choice = (e & f) ^ (~e & g);
    const turned = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = (h + turned + choice + (constants[round] ?? 0) + (words[round] ?? 0)) | 0;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority) | 0;
    [a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
  }
  return [a, b, c, d, e, f, g, h];
}
