/** Points: nested numbers by input name, and the flat list of their leaves. Pure functions. */

/**
 * @typedef {import("./protocol.js").Num} Num
 * @typedef {import("./protocol.js").Point} Point
 * @typedef {import("./protocol.js").PointValue} PointValue
 * @typedef {import("./protocol.js").Input} Input
 * @typedef {{name: string, path: number[], label: string, value: Num}} Leaf
 */

/**
 * @param {string} name
 * @param {PointValue} value
 * @param {number[]} path
 * @returns {Leaf[]}
 */
function leavesOf(name, value, path) {
  if (Array.isArray(value)) return value.flatMap((part, index) => leavesOf(name, part, [...path, index]));
  return [{ name, path, label: name + path.map((index) => `[${index}]`).join(""), value }];
}

/**
 * Every scalar of a point, in the order of the inputs.
 * @param {Input[]} inputs
 * @param {Point} point
 * @returns {Leaf[]}
 */
export function listLeaves(inputs, point) {
  return inputs.flatMap(({ name, value }) => leavesOf(name, point[name] ?? value, []));
}

/**
 * @param {PointValue} value
 * @param {number[]} path
 * @param {Num} leaf
 * @returns {PointValue} a copy with one leaf replaced
 */
function replaceLeaf(value, path, leaf) {
  const [index, ...rest] = path;
  if (index === undefined || !Array.isArray(value)) return leaf;
  return value.map((part, position) => (position === index ? replaceLeaf(part, rest, leaf) : part));
}

/**
 * @param {Point} point
 * @param {Leaf} leaf
 * @param {Num} value
 * @returns {Point}
 */
export function withLeaf(point, leaf, value) {
  return { ...point, [leaf.name]: replaceLeaf(point[leaf.name] ?? value, leaf.path, value) };
}

/**
 * The same shape filled with numbers of one's own.
 * @param {PointValue} value
 * @param {() => Num} next
 * @returns {PointValue}
 */
export function fillShape(value, next) {
  return Array.isArray(value) ? value.map((part) => fillShape(part, next)) : next();
}

/**
 * The direction that forward mode takes when nobody chose one: along the first leaf.
 * @param {Input[]} inputs
 * @param {Point} point
 * @returns {Point}
 */
export function firstDirection(inputs, point) {
  let count = 0;
  const next = () => (count++ === 0 ? 1 : 0);
  return Object.fromEntries(inputs.map(({ name, value }) => [name, fillShape(point[name] ?? value, next)]));
}

/**
 * Whether two values have the same nesting and lengths.
 * @param {PointValue | undefined} one
 * @param {PointValue | undefined} other
 * @returns {boolean}
 */
export function sameShape(one, other) {
  if (one === undefined || other === undefined) return false;
  if (!Array.isArray(one) || !Array.isArray(other)) return Array.isArray(one) === Array.isArray(other);
  return one.length === other.length && one.every((part, index) => sameShape(part, other[index]));
}

/**
 * The part of a point whose names occur in a source text.
 * @param {Point} point
 * @param {string} source
 * @returns {Point}
 */
export function mentionedIn(point, source) {
  const words = new Set(source.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []);
  return Object.fromEntries(Object.entries(point).filter(([name]) => words.has(name)));
}

/**
 * The values that are known already where they have the shape that is wanted, else those that are proposed.
 * @param {Input[]} inputs
 * @param {Point} known
 * @returns {Point}
 */
export function fitPoint(inputs, known) {
  return Object.fromEntries(
    inputs.map(({ name, value }) => [
      name,
      sameShape(known[name], value) ? /** @type {PointValue} */ (known[name]) : value,
    ]),
  );
}

/**
 * A direction with a number for every input: zero where none was given. Null where nothing of it fits.
 * @param {Input[]} inputs
 * @param {Point} seed
 * @returns {Point | null}
 */
export function fitSeed(inputs, seed) {
  if (!inputs.some(({ name, value }) => sameShape(seed[name], value))) return null;
  return fitPoint(
    inputs.map((input) => ({ ...input, value: fillShape(input.value, () => 0) })),
    seed,
  );
}
