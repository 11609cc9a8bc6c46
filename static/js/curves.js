/** The shape of an edge and the places of the words on it. Pure functions. */

/**
 * @typedef {import("./layout/layout.js").Spot} Spot
 * @typedef {{x: number, y: number, width: number}} Tag The middle of a word on an edge.
 */

const TAG_HEIGHT = 20;
/** Where on an edge its word may stand, best place first. */
const PLACES = [0.5, 0.36, 0.64, 0.25, 0.75];

/**
 * A smooth line that leaves and enters vertically.
 * @param {Spot[]} route
 * @returns {string}
 */
export function curveOf(route) {
  const [first, ...rest] = route;
  if (!first) return "";
  let before = first;
  const parts = rest.map((spot) => {
    const middle = (before.y + spot.y) / 2;
    const part = `C${before.x} ${middle} ${spot.x} ${middle} ${spot.x} ${spot.y}`;
    before = spot;
    return part;
  });
  return `M${first.x} ${first.y}${parts.join("")}`;
}

/**
 * @param {Spot[]} route
 * @param {number} share how far along, from 0 to 1
 * @returns {Spot}
 */
export function spotAlong(route, share) {
  const pieces = Math.max(1, route.length - 1);
  const piece = Math.min(pieces - 1, Math.floor(share * pieces));
  const from = route[piece] ?? { x: 0, y: 0 };
  const to = route[piece + 1] ?? from;
  const t = share * pieces - piece;
  const bend = t * t * (3 - 2 * t);
  const rise = 1.5 * t * (1 - t) * (1 - t) + 1.5 * t * t * (1 - t) + t * t * t;
  return { x: from.x + (to.x - from.x) * bend, y: from.y + (to.y - from.y) * rise };
}

/**
 * @param {Tag} one
 * @param {Tag} other
 * @returns {boolean}
 */
function overlap(one, other) {
  return Math.abs(one.y - other.y) < TAG_HEIGHT && Math.abs(one.x - other.x) < (one.width + other.width) / 2;
}

/**
 * Put a word on each edge so that the words keep clear of each other as far as they can.
 * @param {{key: string, width: number, route: Spot[]}[]} words
 * @returns {Map<string, Tag>}
 */
export function placeTags(words) {
  /** @type {Map<string, Tag>} */
  const placed = new Map();
  for (const { key, width, route } of words) {
    const options = PLACES.map((share) => ({ ...spotAlong(route, share), width }));
    const others = [...placed.values()];
    const clear = options.find((option) => !others.some((other) => overlap(option, other)));
    placed.set(key, /** @type {Tag} */ (clear ?? options[0]));
  }
  return placed;
}
