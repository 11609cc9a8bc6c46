/** Where on its layer each item stands: as near to its neighbours as the order and the widths allow. */

import { BEND } from "./layers.js";

/** @typedef {import("./layers.js").Item} Item */

const SPACE = 30;
const ROUNDS = 14;
/** The last rounds, in which both sides pull. */
const SETTLING = 4;
/** Lower drawings do not lean so that one would see it. */
const FEWEST_LAYERS = 12;
/** How many layers on either side tell which way a drawing leans. */
const REACH = 5;
const BEND_WEIGHT = 3;

/**
 * The distances that neighbours of a layer must keep, summed from the left.
 * @param {Item[]} items
 * @param {number[]} layer
 * @returns {number[]}
 */
function offsetsOf(items, layer) {
  let sum = 0;
  return layer.map((index, position) => {
    const before = items[layer[position - 1] ?? -1];
    const item = /** @type {Item} */ (items[index]);
    if (before) sum += (before.width + item.width) / 2 + SPACE;
    return sum;
  });
}

/**
 * The non-decreasing numbers that are nearest to the wishes (pool adjacent violators).
 * @param {number[]} wishes
 * @param {number[]} weights
 * @returns {number[]}
 */
export function fitIsotonic(wishes, weights) {
  /** @type {{mean: number, weight: number, count: number}[]} */
  const blocks = [];
  wishes.forEach((wish, position) => {
    blocks.push({ mean: wish, weight: weights[position] ?? 1, count: 1 });
    while (blocks.length > 1) {
      const last = /** @type {{mean: number, weight: number, count: number}} */ (blocks.at(-1));
      const before = /** @type {{mean: number, weight: number, count: number}} */ (blocks.at(-2));
      if (before.mean <= last.mean) break;
      const weight = before.weight + last.weight;
      before.mean = (before.mean * before.weight + last.mean * last.weight) / weight;
      before.weight = weight;
      before.count += last.count;
      blocks.pop();
    }
  });
  return blocks.flatMap(({ mean, count }) => new Array(count).fill(mean));
}

/**
 * @param {Item} item
 * @param {number[]} x
 * @param {("below" | "above")[]} sides
 * @param {number} fallback
 * @returns {number}
 */
function wishOf(item, x, sides, fallback) {
  const near = sides.flatMap((side) => item[side]);
  return near.length ? near.reduce((sum, other) => sum + (x[other] ?? 0), 0) / near.length : fallback;
}

/**
 * @param {Item[]} items
 * @param {number[][]} layers in order
 * @param {(number | null)[]} known the earlier x of every item, to start from
 * @returns {number[]}
 */
export function assignX(items, layers, known) {
  const x = new Array(items.length).fill(0);
  const offsets = layers.map((layer) => offsetsOf(items, layer));
  layers.forEach((layer, row) => {
    const middle = (offsets[row]?.at(-1) ?? 0) / 2;
    layer.forEach((index, position) => (x[index] = known[index] ?? (offsets[row]?.[position] ?? 0) - middle));
  });
  /** @type {("below" | "above")[][]} */
  const plans = [["below"], ["above"], ["below", "above"]];
  for (let round = 0; round < ROUNDS; round += 1) {
    const sides = /** @type {("below" | "above")[]} */ (round >= ROUNDS - SETTLING ? plans[2] : plans[round % 2]);
    const rows = layers.map((_, row) => row);
    for (const row of sides[0] === "above" ? rows.reverse() : rows) {
      settleLayer(items, layers[row] ?? [], offsets[row] ?? [], x, sides);
    }
    if (round === ROUNDS - SETTLING - 1) straighten(items, layers, x);
  }
  return x;
}

/**
 * Passes up and down carry a small pull to one side through all layers, and a long chain leans. The middles of the layers,
 * averaged over neighbouring ones, are that lean: each layer is moved back by it as a whole, so that no order changes.
 * @param {Item[]} items
 * @param {number[][]} layers
 * @param {number[]} x changed in place
 * @returns {void}
 */
function straighten(items, layers, x) {
  if (layers.length < FEWEST_LAYERS) return;
  const middles = layers.map((layer) => {
    const boxes = layer.filter((index) => items[index]?.node !== BEND);
    return boxes.length ? boxes.reduce((sum, index) => sum + (x[index] ?? 0), 0) / boxes.length : null;
  });
  layers.forEach((layer, row) => {
    const near = middles.slice(Math.max(0, row - REACH), row + REACH + 1).filter((middle) => middle !== null);
    const lean = near.reduce((sum, middle) => sum + middle, 0) / Math.max(1, near.length);
    for (const index of layer) x[index] = (x[index] ?? 0) - lean;
  });
}

/**
 * @param {Item[]} items
 * @param {number[]} layer
 * @param {number[]} offsets
 * @param {number[]} x changed in place
 * @param {("below" | "above")[]} sides
 * @returns {void}
 */
function settleLayer(items, layer, offsets, x, sides) {
  const members = layer.map((index) => /** @type {Item} */ (items[index]));
  const wishes = members.map(
    (item, position) => wishOf(item, x, sides, x[layer[position] ?? 0] ?? 0) - (offsets[position] ?? 0),
  );
  const weights = members.map((item) => (item.node === BEND ? BEND_WEIGHT : 1));
  fitIsotonic(wishes, weights).forEach((value, position) => {
    x[layer[position] ?? 0] = value + (offsets[position] ?? 0);
  });
}
