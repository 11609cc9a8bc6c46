/** The shape of an edge and the places of the words on it. Pure functions. */

/**
 * @typedef {import("./layout/layout.js").Spot} Spot
 * @typedef {{x: number, y: number, width: number, crowded?: boolean}} Tag The middle of a word on an edge; `crowded` where
 *   it found no place of its own.
 */

const TAG_HEIGHT = 20;
/** Where on an edge its word may stand, best place first. */
const PLACES = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.12, 0.88];
/** With more words than this nobody reads them all at once, and each stands in the middle of its edge. */
const MOST_PLACED_WITH_CARE = 400;

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
 * @param {number} height
 * @returns {boolean}
 */
function overlap(one, other, height) {
  return Math.abs(one.y - other.y) < height && Math.abs(one.x - other.x) < (one.width + other.width) / 2;
}

/**
 * Put a word on each edge so that the words keep clear of the boxes and of each other as far as they can.
 * @param {{key: string, width: number, route: Spot[]}[]} words
 * @param {(Tag & {height: number})[]} boxes
 * @returns {Map<string, Tag>}
 */
export function placeTags(words, boxes) {
  /** @type {Map<string, Tag>} */
  const placed = new Map();
  const crowded = words.length > MOST_PLACED_WITH_CARE;
  for (const { key, width, route } of words) {
    const options = PLACES.map((share) => ({ ...spotAlong(route, share), width }));
    const others = crowded ? [] : [...placed.values()].filter((tag) => !tag.crowded);
    const obstacles = crowded ? [] : boxes;
    const clear = options.find(
      (option) =>
        !others.some((other) => overlap(option, other, TAG_HEIGHT)) &&
        !obstacles.some((box) => overlap(option, box, (TAG_HEIGHT + box.height) / 2)),
    );
    placed.set(key, clear ?? { .../** @type {Tag} */ (options[0]), crowded: true });
  }
  return placed;
}
