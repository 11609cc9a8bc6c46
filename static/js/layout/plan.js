/** Which boxes, doors and pieces of edges each frame has to place. Pure. */

/**
 * @typedef {import("./layout.js").LayoutRequest} LayoutRequest
 * @typedef {import("./layers.js").Node} Node
 * @typedef {{key: string, from: number, to: number, source: number}} PieceLink
 * @typedef {{nodes: Node[], links: PieceLink[], place: Map<number, number>, known: Map<string, number>}} LevelPlan
 *   `place`: the position of a node by its id; `known`: the ids of doors, and the pieces that are there already.
 * @typedef {{level: number, link: string}} Piece
 * @typedef {{levels: Map<number, LevelPlan>, pieces: Map<string, Piece[]>}} Plan
 */

const OUTSIDE = -1;
const DOOR_WIDTH = 18;

/**
 * @param {LayoutRequest} request
 * @returns {Plan}
 */
export function planLevels({ boxes, frames, links }) {
  /** @type {Plan} */
  const plan = { levels: new Map(), pieces: new Map() };
  for (const id of [OUTSIDE, ...frames.map(({ id }) => id)]) {
    plan.levels.set(id, { nodes: [], links: [], place: new Map(), known: new Map() });
  }
  const parentOf = new Map([...frames, ...boxes].map(({ id, frame }) => [id, frame]));
  const doors = openDoors(links, parentOf);
  for (const [frame, names] of doors.entering) for (const name of names) addDoor(plan, frame, name, true);
  for (const each of inOrder(boxes, frames, parentOf)) addNode(plan, each.frame, each);
  for (const [frame, names] of doors.leaving) for (const name of names) addDoor(plan, frame, name, false);
  for (const link of links) plan.pieces.set(link.key, cutLink(plan, link, parentOf));
  return plan;
}

/**
 * @typedef {{id: number, frame: number, key: string, width: number, height: number, input: boolean}} Member
 */
/**
 * Boxes, and each frame before the first box inside it: the order of the trace on every level.
 * @param {LayoutRequest["boxes"]} boxes
 * @param {LayoutRequest["frames"]} frames
 * @param {Map<number, number>} parentOf
 * @returns {Member[]}
 */
function inOrder(boxes, frames, parentOf) {
  const frameOf = new Map(frames.map((frame) => [frame.id, frame]));
  /** @type {Set<number>} */
  const met = new Set();
  return boxes.flatMap((box) => {
    /** @type {Member[]} */
    const fresh = [];
    for (let at = box.frame; at !== OUTSIDE && !met.has(at); at = parentOf.get(at) ?? OUTSIDE) {
      met.add(at);
      const { id, frame, key, width } = /** @type {import("./layout.js").Frame} */ (frameOf.get(at));
      fresh.unshift({ id, frame, key, width, height: 0, input: false });
    }
    return [...fresh, box];
  });
}

/**
 * The frames around something, the innermost first, and the outside last.
 * @param {number} id
 * @param {Map<number, number>} parentOf
 * @returns {number[]}
 */
function framesAround(id, parentOf) {
  const around = [];
  for (let at = parentOf.get(id) ?? OUTSIDE; at !== OUTSIDE; at = parentOf.get(at) ?? OUTSIDE) around.push(at);
  return [...around, OUTSIDE];
}

/**
 * Frames that a link leaves, from the inside out, and those that it enters, from the outside in.
 * @param {{from: number, to: number}} link
 * @param {Map<number, number>} parentOf
 * @returns {{left: number[], entered: number[], common: number}}
 */
function crossedFrames({ from, to }, parentOf) {
  const [around, target] = [framesAround(from, parentOf), framesAround(to, parentOf)];
  while (around.length > 1 && target.length > 1 && around.at(-2) === target.at(-2)) {
    around.pop();
    target.pop();
  }
  return { left: around.slice(0, -1), entered: target.slice(0, -1).reverse(), common: around.at(-1) ?? OUTSIDE };
}

/**
 * One door for each value that enters or leaves a frame, in the order in which they are met.
 * @param {{from: number, to: number}[]} links
 * @param {Map<number, number>} parentOf
 * @returns {{entering: Map<number, number[]>, leaving: Map<number, number[]>}}
 */
function openDoors(links, parentOf) {
  /** @type {Map<number, Set<number>>} */
  const entering = new Map();
  /** @type {Map<number, Set<number>>} */
  const leaving = new Map();
  /** @param {Map<number, Set<number>>} doors @param {number} frame @param {number} source */
  const note = (doors, frame, source) => doors.set(frame, (doors.get(frame) ?? new Set()).add(source));
  for (const link of links) {
    const { left, entered } = crossedFrames(link, parentOf);
    for (const frame of left) note(leaving, frame, link.from);
    for (const frame of entered) note(entering, frame, link.from);
  }
  /** @param {Map<number, Set<number>>} doors */
  const listed = (doors) => new Map([...doors].map(([frame, sources]) => [frame, [...sources]]));
  return { entering: listed(entering), leaving: listed(leaving) };
}

/**
 * @param {Plan} plan
 * @param {number} frame
 * @param {Omit<Node, "exit"> & {exit?: boolean}} node
 * @returns {void}
 */
function addNode({ levels }, frame, { id, width, height, key, input, exit = false }) {
  const level = /** @type {LevelPlan} */ (levels.get(frame));
  level.place.set(id, level.nodes.length);
  level.nodes.push({ id, width, height, key, input, exit });
}

/**
 * Doors have ids below those of the outside, each level its own.
 * @param {Plan} plan
 * @param {number} frame
 * @param {number} source the box whose value passes
 * @param {boolean} entering
 * @returns {void}
 */
function addDoor(plan, frame, source, entering) {
  const level = /** @type {LevelPlan} */ (plan.levels.get(frame));
  const key = `${entering ? "in" : "out"} ${source}`;
  const id = -2 - level.known.size;
  level.known.set(key, id);
  addNode(plan, frame, { id, width: DOOR_WIDTH, height: 0, key, input: entering, exit: !entering });
}

/**
 * Cut a link at the doors that it passes. Pieces of one value are shared where they run the same way.
 * @param {Plan} plan
 * @param {{key: string, from: number, to: number}} link
 * @param {Map<number, number>} parentOf
 * @returns {Piece[]}
 */
function cutLink(plan, link, parentOf) {
  const { left, entered, common } = crossedFrames(link, parentOf);
  /** @type {Piece[]} */
  const pieces = [];
  let at = link.from;
  for (const frame of left) {
    pieces.push(addPiece(plan, frame, link, at, doorIn(plan, frame, `out ${link.from}`)));
    at = frame;
  }
  let level = common;
  for (const frame of entered) {
    pieces.push(addPiece(plan, level, link, at, frame));
    [level, at] = [frame, doorIn(plan, frame, `in ${link.from}`)];
  }
  pieces.push(addPiece(plan, level, link, at, link.to));
  return pieces;
}

/**
 * @param {Plan} plan
 * @param {number} frame
 * @param {string} name
 * @returns {number}
 */
function doorIn(plan, frame, name) {
  return plan.levels.get(frame)?.known.get(name) ?? 0;
}

/**
 * @param {Plan} plan
 * @param {number} frame
 * @param {{key: string, from: number, to: number}} link
 * @param {number} from
 * @param {number} to
 * @returns {Piece}
 */
function addPiece(plan, frame, link, from, to) {
  const level = /** @type {LevelPlan} */ (plan.levels.get(frame));
  const key = to === link.to ? link.key : `${link.from}:${from}>${to}`;
  if (to === link.to || !level.known.has(key)) level.links.push({ key, from, to, source: link.from });
  level.known.set(key, 0);
  return { level: frame, link: key };
}
