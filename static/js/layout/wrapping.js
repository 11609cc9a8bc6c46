/** A very tall level in columns, as text is set: each goes up, the next one begins to its right at the bottom. Pure. */

/**
 * @typedef {import("./level.js").Level} Level
 * @typedef {import("./level.js").Spot} Spot
 * @typedef {import("./layers.js").Node} Node
 * @typedef {{top: number, bottom: number}} Band
 */

/** Levels with fewer boxes one above the other stay as they are. */
const FEWEST_BOXES = 24;
/** How much taller than wide a wrapped level is. */
const PROPORTION = 1.1;
const GUTTER = 60;
const TURN_ROOM = 16;

/**
 * The heights at which the boxes stand, from the bottom; none where boxes stand side by side so that no cut goes between.
 * @param {Node[]} nodes
 * @param {Spot[]} points
 * @returns {Band[]}
 */
function bandsOf(nodes, points) {
  const bands = nodes.flatMap(({ height }, index) => {
    const y = points[index]?.y ?? 0;
    return height ? [{ top: y - height / 2, bottom: y + height / 2 }] : [];
  });
  bands.sort((one, two) => two.bottom - one.bottom);
  const apart = bands.every(({ bottom }, place) => place === 0 || bottom < (bands[place - 1]?.top ?? 0));
  return apart && bands.length >= FEWEST_BOXES ? bands : [];
}

/**
 * A chain of boxes in columns of about equal height; as it is where it is no long chain.
 * @param {Level} level
 * @param {Node[]} nodes
 * @returns {Level}
 */
export function wrapLevel(level, nodes) {
  const bands = bandsOf(nodes, level.points);
  const step = level.width + GUTTER;
  const columns = Math.round(Math.sqrt(level.height / (PROPORTION * step)));
  if (!bands.length || columns < 2) return level;
  const perColumn = Math.ceil(bands.length / columns);
  const starts = bands.filter((_, place) => place % perColumn === 0);
  const foot = starts[0]?.bottom ?? 0;
  /** @param {number} y */
  const columnOf = (y) => Math.max(0, starts.findLastIndex(({ bottom }) => y <= bottom + 1));
  /** @param {Spot} spot @param {number} column */
  const move = ({ x, y }, column) => ({ x: x + column * step, y: y + foot - (starts[column]?.bottom ?? foot) });
  const tops = nodes.map(({ exit }) => exit);
  const last = starts.length - 1;
  const points = level.points.map((spot, index) => move(spot, tops[index] ? last : columnOf(spot.y)));
  const routes = new Map(
    [...level.routes].map(([key, route]) => [key, wrapRoute(route, columnOf, move, level.left + level.width + GUTTER / 2)]),
  );
  const stubs = new Map([...level.stubs].map(([key, spot]) => [key, move(spot, columnOf(spot.y))]));
  const high = Math.min(...[...routes.values()].flatMap((route) => route.map(({ y }) => y)), ...points.map(({ y }) => y));
  const low = level.top + level.height;
  const width = level.width + last * step;
  return { points, routes, stubs, left: level.left, top: high, width, height: low - high };
}

/**
 * A line that goes on in the next column runs down the gutter between them.
 * @param {Spot[]} route
 * @param {(y: number) => number} columnOf
 * @param {(spot: Spot, column: number) => Spot} move
 * @param {number} gutter where the gutter beside the first column is
 * @returns {Spot[]}
 */
function wrapRoute(route, columnOf, move, gutter) {
  const first = /** @type {Spot} */ (route[0]);
  const end = /** @type {Spot} */ (route.at(-1));
  const [from, to] = [columnOf(first.y), columnOf(end.y - 1)];
  if (from === to) return route.map((spot) => move(spot, from));
  const [start, goal] = [move(first, from), move(end, to)];
  const { x } = move({ x: gutter, y: 0 }, to - 1);
  return [start, { x, y: start.y - TURN_ROOM }, { x, y: goal.y + TURN_ROOM }, goal];
}
