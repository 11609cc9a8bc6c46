/** How many edges cross between neighbouring layers. */

/** @typedef {import("./layers.js").Item} Item */

/**
 * Crossings between one layer and the one above it, counted with a Fenwick tree over the places above.
 * @param {Item[]} items
 * @param {number[]} layer
 * @param {number[]} place of every item in its layer
 * @param {number} widthAbove
 * @returns {number}
 */
function crossingsAbove(items, layer, place, widthAbove) {
  const tree = new Int32Array(widthAbove + 1);
  let seen = 0;
  let crossings = 0;
  for (const index of layer) {
    const ends = (items[index]?.above ?? []).map((other) => place[other] ?? 0).sort((one, two) => one - two);
    for (const end of ends) {
      let notRight = 0;
      for (let slot = end + 1; slot > 0; slot -= slot & -slot) notRight += tree[slot] ?? 0;
      crossings += seen - notRight;
    }
    for (const end of ends) {
      for (let slot = end + 1; slot <= widthAbove; slot += slot & -slot) tree[slot] = (tree[slot] ?? 0) + 1;
      seen += 1;
    }
  }
  return crossings;
}

/**
 * @param {Item[]} items
 * @param {number[][]} layers
 * @returns {number[]} the place of every item in its layer
 */
export function placesOf(items, layers) {
  const place = new Array(items.length).fill(0);
  for (const layer of layers) layer.forEach((index, position) => (place[index] = position));
  return place;
}

/**
 * @param {Item[]} items
 * @param {number[][]} layers
 * @returns {number}
 */
export function countCrossings(items, layers) {
  const place = placesOf(items, layers);
  return layers.reduce((sum, layer, row) => sum + crossingsAbove(items, layer, place, layers[row + 1]?.length ?? 0), 0);
}

/**
 * How much the crossings change when two neighbours of a layer change places.
 * @param {number[]} left places of the left one's neighbours on one side
 * @param {number[]} right
 * @returns {number} positive where swapping helps
 */
export function gainOfSwap(left, right) {
  let gain = 0;
  for (const one of left) for (const two of right) gain += Math.sign(one - two);
  return gain;
}
