/** The order of the boxes on each layer: several starts, barycentre sweeps and swaps of neighbours, the best kept. */

import { countCrossings, gainOfSwap, placesOf } from "./crossings.js";

/**
 * @typedef {import("./layers.js").Item} Item
 * @typedef {import("./layers.js").Ladder} Ladder
 */

const SWEEPS = 10;
/** A layout from scratch replaces a warm one only where it saves at least this share of the crossings. */
const WORTH_MOVING = 0.6;

/**
 * @param {number[]} numbers
 * @returns {number}
 */
function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/**
 * Sort a layer by the mean place of its neighbours on one side; items without neighbours keep their places.
 * @param {Item[]} items
 * @param {number[][]} layers
 * @param {number} row
 * @param {"below" | "above"} side
 * @returns {void}
 */
function sortByNeighbours(items, layers, row, side) {
  const place = placesOf(items, layers);
  const layer = layers[row] ?? [];
  const wish = new Map(
    layer.map((index, position) => {
      const neighbours = (items[index]?.[side] ?? []).map((other) => place[other] ?? 0);
      return [index, neighbours.length ? mean(neighbours) : position];
    }),
  );
  layers[row] = [...layer].sort((one, two) => (wish.get(one) ?? 0) - (wish.get(two) ?? 0));
}

/**
 * Swap neighbours while that removes crossings.
 * @param {Item[]} items
 * @param {number[][]} layers
 * @returns {void}
 */
function swapNeighbours(items, layers) {
  const place = placesOf(items, layers);
  /** @param {number} index @param {"below" | "above"} side */
  const places = (index, side) => (items[index]?.[side] ?? []).map((other) => place[other] ?? 0);
  for (const layer of layers) {
    for (let position = 0; position + 1 < layer.length; position += 1) {
      const left = /** @type {number} */ (layer[position]);
      const right = /** @type {number} */ (layer[position + 1]);
      const gain =
        gainOfSwap(places(left, "below"), places(right, "below")) +
        gainOfSwap(places(left, "above"), places(right, "above"));
      if (gain <= 0) continue;
      layer.splice(position, 2, right, left);
      place[left] = position + 1;
      place[right] = position;
    }
  }
}

/**
 * @param {Item[]} items
 * @param {number[][]} start
 * @returns {{layers: number[][], crossings: number}}
 */
function improve(items, start) {
  const layers = start.map((layer) => [...layer]);
  let best = { layers: layers.map((layer) => [...layer]), crossings: countCrossings(items, layers) };
  for (let sweep = 0; sweep < SWEEPS && best.crossings > 0; sweep += 1) {
    for (let row = 1; row < layers.length; row += 1) sortByNeighbours(items, layers, row, "below");
    for (let row = layers.length - 2; row >= 0; row -= 1) sortByNeighbours(items, layers, row, "above");
    swapNeighbours(items, layers);
    const crossings = countCrossings(items, layers);
    if (crossings < best.crossings) best = { layers: layers.map((layer) => [...layer]), crossings };
  }
  return best;
}

/**
 * Places in the order in which a walk down from the outputs meets the items.
 * @param {Item[]} items
 * @param {number[][]} layers
 * @returns {number[][]}
 */
function walkDown(items, layers) {
  /** @type {Set<number>} */
  const met = new Set();
  const stack = items.flatMap((item, index) => (item.above.length === 0 ? [index] : [])).reverse();
  while (stack.length) {
    const index = /** @type {number} */ (stack.pop());
    if (met.has(index)) continue;
    met.add(index);
    stack.push(...[...(items[index]?.below ?? [])].reverse());
  }
  const rank = new Map([...met].map((index, order) => [index, order]));
  return layers.map((layer) => [...layer].sort((one, two) => (rank.get(one) ?? 0) - (rank.get(two) ?? 0)));
}

/**
 * The order of an earlier layout for what it knew, neighbours deciding for what is new.
 * @param {Item[]} items
 * @param {number[][]} layers
 * @param {(number | null)[]} known the earlier x of every item
 * @returns {number[][]}
 */
function warmStart(items, layers, known) {
  const wish = items.map((item, index) => {
    if (known[index] != null) return /** @type {number} */ (known[index]);
    const near = [...item.below, ...item.above].flatMap((other) => known[other] ?? []);
    return near.length ? mean(near) : 0;
  });
  return layers.map((layer) => [...layer].sort((one, two) => (wish[one] ?? 0) - (wish[two] ?? 0)));
}

/**
 * Order every layer of a ladder.
 * @param {Ladder} ladder
 * @param {(number | null)[]} known
 * @returns {number[][]}
 */
export function orderLayers({ items, layers }, known) {
  const cold = [layers, walkDown(items, layers)].map((start) => improve(items, start));
  const best = cold.reduce((one, two) => (two.crossings < one.crossings ? two : one));
  if (!known.some((x) => x !== null)) return best.layers;
  const warm = warmStart(items, layers, known);
  swapNeighbours(items, warm);
  return best.crossings < WORTH_MOVING * countCrossings(items, warm) ? best.layers : warm;
}
