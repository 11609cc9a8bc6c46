/**
 * A writer of animated GIF files: GIF89a (CompuServe 1990), with the compression of Welch (1984) as its appendix F
 * describes it. One palette for all frames: the colours that occur most, which suits drawings of few colours. A frame
 * holds only the rectangle in which it differs from the one before.
 *
 * @typedef {{left: number, top: number, width: number, height: number}} Area
 */

const COLOURS = 256;
/** Colours are told apart by this many bits of each of red, green and blue. */
const BITS = 5;
const LARGEST_CODE = 4096;

/**
 * @param {Uint8ClampedArray} pixels
 * @param {number} at
 * @returns {number} a colour as one small number
 */
function cellAt(pixels, at) {
  const shift = 8 - BITS;
  const [red = 0, green = 0, blue = 0] = [pixels[at], pixels[at + 1], pixels[at + 2]];
  return ((red >> shift) << (2 * BITS)) | ((green >> shift) << BITS) | (blue >> shift);
}

/**
 * @param {Uint8ClampedArray} pixels
 * @param {Uint32Array} counts how many pixels fall into each cell of colours
 * @param {Float64Array} sums of their red, green and blue
 * @returns {void}
 */
function gatherColours(pixels, counts, sums) {
  for (let at = 0; at < pixels.length; at += 4) {
    const cell = cellAt(pixels, at);
    counts[cell] = (counts[cell] ?? 0) + 1;
    for (let channel = 0; channel < 3; channel += 1)
      sums[3 * cell + channel] = (sums[3 * cell + channel] ?? 0) + (pixels[at + channel] ?? 0);
  }
}

/** Gives each pixel its place among the colours that occur most in some samples. */
class Palette {
  /** @param {Uint8ClampedArray[]} samples */
  constructor(samples) {
    const counts = new Uint32Array(1 << (3 * BITS));
    const sums = new Float64Array(3 * counts.length);
    for (const pixels of samples) gatherColours(pixels, counts, sums);
    const used = [...counts.keys()].filter((cell) => counts[cell]);
    used.sort((one, other) => (counts[other] ?? 0) - (counts[one] ?? 0));
    /** @type {number[][]} red, green, blue: the middle of what fell into one cell */
    this.colours = used
      .slice(0, COLOURS)
      .map((cell) => [0, 1, 2].map((channel) => Math.round((sums[3 * cell + channel] ?? 0) / (counts[cell] ?? 1))));
    /** The nearest colour of each cell, found when it is first met. */
    this.places = new Int16Array(counts.length).fill(-1);
    used.slice(0, COLOURS).forEach((cell, place) => (this.places[cell] = place));
  }

  /**
   * @param {number} cell
   * @returns {number}
   */
  placeOf(cell) {
    const known = this.places[cell] ?? -1;
    if (known >= 0) return known;
    const colour = colourOf(cell);
    let [best, least] = [0, Infinity];
    this.colours.forEach((each, place) => {
      const distance = each.reduce((sum, part, channel) => sum + (part - (colour[channel] ?? 0)) ** 2, 0);
      if (distance < least) [best, least] = [place, distance];
    });
    this.places[cell] = best;
    return best;
  }

  /**
   * @param {Uint8ClampedArray} pixels
   * @returns {Uint8Array} one place a pixel
   */
  translate(pixels) {
    const places = new Uint8Array(pixels.length / 4);
    for (let at = 0; at < places.length; at += 1) places[at] = this.placeOf(cellAt(pixels, 4 * at));
    return places;
  }
}

/**
 * @param {number} cell
 * @returns {number[]} red, green, blue, from 0 to 255
 */
function colourOf(cell) {
  const most = (1 << BITS) - 1;
  const parts = [cell >> (2 * BITS), (cell >> BITS) & most, cell & most];
  return parts.map((part) => Math.round((part * 255) / most));
}

/** Codes of growing width, packed from the lowest bit on, in blocks of at most 255 bytes. */
class CodeWriter {
  constructor() {
    /** @type {number[]} */
    this.bytes = [];
    this.held = 0;
    this.count = 0;
  }

  /**
   * @param {number} code
   * @param {number} width in bits
   * @returns {void}
   */
  put(code, width) {
    this.held |= code << this.count;
    this.count += width;
    while (this.count >= 8) this.flushByte();
  }

  /** @returns {void} */
  flushByte() {
    this.bytes.push(this.held & 255);
    this.held >>>= 8;
    this.count -= 8;
  }

  /** @returns {number[]} the blocks, with their ends */
  finish() {
    if (this.count > 0) this.flushByte();
    /** @type {number[]} */
    const blocks = [];
    for (let at = 0; at < this.bytes.length; at += 255) {
      const block = this.bytes.slice(at, at + 255);
      blocks.push(block.length, ...block);
    }
    return [...blocks, 0];
  }
}

/**
 * Compress the places of pixels.
 * @param {Uint8Array} places
 * @returns {number[]} the size of the first codes, and the blocks
 */
export function compress(places) {
  const [clear, end, size] = [256, 257, 8];
  const writer = new CodeWriter();
  /** @type {Map<number, number>} from a known run and the pixel after it to the code of both */
  const codes = new Map();
  let [width, next, run] = [size + 1, end + 1, places[0] ?? 0];
  writer.put(clear, width);
  for (let at = 1; at < places.length; at += 1) {
    const pixel = places[at] ?? 0;
    const longer = codes.get(run * 256 + pixel);
    if (longer !== undefined) {
      run = longer;
      continue;
    }
    writer.put(run, width);
    codes.set(run * 256 + pixel, next);
    if (next === 1 << width) width += 1;
    next += 1;
    run = pixel;
    if (next < LARGEST_CODE) continue;
    writer.put(clear, width);
    codes.clear();
    [width, next] = [size + 1, end + 1];
  }
  writer.put(run, width);
  writer.put(end, width);
  return [size, ...writer.finish()];
}

/**
 * The rectangle in which two pictures differ; one pixel where they do not.
 * @param {Uint8Array | null} before
 * @param {Uint8Array} now
 * @param {number} width
 * @returns {Area}
 */
function changedArea(before, now, width) {
  const rows = now.length / width;
  if (!before) return { left: 0, top: 0, width, height: rows };
  let [left, right, top, bottom] = [width, -1, rows, -1];
  for (let at = 0; at < now.length; at += 1) {
    if (now[at] === before[at]) continue;
    const column = at % width;
    const row = (at - column) / width;
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    [top, bottom] = [Math.min(top, row), row];
  }
  if (right < 0) return { left: 0, top: 0, width: 1, height: 1 };
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * @param {number} number
 * @returns {number[]} two bytes, the lower first
 */
function short(number) {
  return [number & 255, (number >> 8) & 255];
}

/**
 * @param {Uint8Array} now
 * @param {Uint8Array | null} before
 * @param {number} width
 * @param {number} pause
 * @returns {number[]}
 */
function writeFrame(now, before, width, pause) {
  const area = changedArea(before, now, width);
  const places = new Uint8Array(area.width * area.height);
  for (let row = 0; row < area.height; row += 1) {
    const from = (area.top + row) * width + area.left;
    places.set(now.subarray(from, from + area.width), row * area.width);
  }
  const control = [0x21, 0xf9, 4, 0b100, ...short(Math.round(pause / 10)), 0, 0];
  const place = [area.left, area.top, area.width, area.height].flatMap(short);
  return [...control, 0x2c, ...place, 0, ...compress(places)];
}

/** A film that begins again when it is over. Frames are added one by one, and only the last is kept as pixels. */
export class GifWriter {
  /**
   * @param {Uint8ClampedArray[]} samples pixels of some frames, for the palette
   * @param {number} width
   * @param {number} height
   */
  constructor(samples, width, height) {
    this.width = width;
    this.palette = new Palette(samples);
    const colours = Array.from({ length: COLOURS }, (_, place) => this.palette.colours[place] ?? [0, 0, 0]);
    const screen = [...short(width), ...short(height), 0xf7, 0, 0];
    const forever = [0x21, 0xff, 11, ...ascii("NETSCAPE2.0"), 3, 1, 0, 0, 0];
    this.parts = [[...ascii("GIF89a"), ...screen, ...colours.flat(), ...forever]];
    /** @type {Uint8Array | null} */
    this.before = null;
  }

  /**
   * @param {Uint8ClampedArray} pixels red, green, blue, alpha
   * @param {number} pause in milliseconds
   * @returns {void}
   */
  add(pixels, pause) {
    const now = this.palette.translate(pixels);
    this.parts.push(writeFrame(now, this.before, this.width, pause));
    this.before = now;
  }

  /** @returns {Uint8Array<ArrayBuffer>} the file */
  finish() {
    return joinBytes([...this.parts, [0x3b]]);
  }
}

/**
 * @param {string} text
 * @returns {number[]}
 */
function ascii(text) {
  return [...text].map((letter) => letter.charCodeAt(0));
}

/**
 * @param {number[][]} parts
 * @returns {Uint8Array<ArrayBuffer>}
 */
function joinBytes(parts) {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
