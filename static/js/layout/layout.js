/**
 * The layout of a computation graph with frames inside frames. Each frame is laid out on its own, from the inside out,
 * and is one large box to what is around it; an edge enters and leaves a frame through a door that all edges of the same
 * value share. Pure, without recursion.
 */

import { arrangeLevel } from "./level.js";
import { planLevels } from "./plan.js";
import { wrapLevel } from "./wrapping.js";

/**
 * @typedef {import("./level.js").Spot} Spot
 * @typedef {import("./level.js").Level} Level
 * @typedef {import("./plan.js").Plan} Plan
 * @typedef {{id: number, width: number, height: number, key: string, input: boolean, frame: number}} Box
 * @typedef {{id: number, key: string, frame: number, width: number, loop: boolean}} Frame
 *   `frame`: the id of the frame around, -1 for none. A frame stands before those inside it.
 * @typedef {{key: string, from: number, to: number}} Link
 * @typedef {{boxes: Box[], frames: Frame[], links: Link[], previous: Record<string, number>}} LayoutRequest
 *   `previous`: the x of boxes of the layout before, by key, so that small edits move little.
 * @typedef {{left: number, top: number, width: number, height: number}} Area
 * @typedef {{
 *   spots: Record<number, Spot>, areas: Record<number, Area>, routes: Record<string, Spot[]>,
 *   ends: Record<string, number>, stubs: Record<string, Spot>, trunks: Spot[][], warmth: Record<string, number>
 * } & Area} Layout
 *   `areas`: the frames; `ends`: where on its route the last piece of a line begins; `stubs`: where a line ends that is
 *   drawn only at its end; `trunks`: pieces of lines before a stub.
 */

/** The outermost level: what stands in no frame. */
const OUTSIDE = -1;
const PADDING = 18;
const HEADER = 30;
const MARGIN_BELOW = 4;
/** An input that is used further away than this is drawn again at its use, as a stub. */
const REACH = 12;
/** What all turns of a loop use is drawn to the first and again at each other. */
const REACH_IN_LOOP = 1;

/**
 * @typedef {{width: number, height: number, doors: Map<string, number>, shift: Spot}} Shell
 *   A frame as a box: where its doors are from its middle, and how its content lies in it.
 */

/**
 * @param {LayoutRequest} request
 * @returns {Layout}
 */
export function layoutGraph(request) {
  const plan = planLevels(request);
  /** @type {Map<number, Level>} */
  const levels = new Map();
  /** @type {Map<number, Shell>} */
  const shells = new Map();
  for (const frame of [...request.frames].reverse()) {
    const arranged = arrangeOne(plan, frame.id, shells, request, frame.loop ? REACH_IN_LOOP : REACH);
    const level = frame.loop ? wrapLevel(arranged.level, arranged.nodes) : arranged.level;
    levels.set(frame.id, level);
    shells.set(frame.id, encloseLevel(plan, frame, level));
  }
  levels.set(OUTSIDE, arrangeOne(plan, OUTSIDE, shells, request, REACH).level);
  const origins = placeFrames(plan, request.frames, levels, shells);
  const around = /** @type {Level} */ (levels.get(OUTSIDE));
  const { left, top, width, height } = around;
  return {
    ...placeBoxes(plan, request, levels, origins, shells),
    ...joinRoutes(plan, levels, origins),
    ...{ left, top, width, height },
  };
}

/**
 * @param {Plan} plan
 * @param {number} id
 * @param {Map<number, Shell>} shells
 * @param {LayoutRequest} request
 * @param {number} reach
 * @returns {{level: Level, nodes: import("./layers.js").Node[]}} with the nodes in their sizes
 */
function arrangeOne(plan, id, shells, { previous }, reach) {
  const { nodes, links } = /** @type {import("./plan.js").LevelPlan} */ (plan.levels.get(id));
  const sized = nodes.map((node) => ({ ...node, ...sizeOf(shells.get(node.id)) }));
  const ported = links.map((link) => ({
    ...link,
    ...doorOf(shells.get(link.from), `out ${link.source}`, "out"),
    ...doorOf(shells.get(link.to), `in ${link.source}`, "into"),
  }));
  const known = nodes.map(({ key }) => previous[key] ?? null);
  const level = arrangeLevel({ nodes: sized, links: ported, known, reach, inside: id !== OUTSIDE });
  return { level, nodes: sized };
}

/**
 * @param {Shell | undefined} shell
 * @returns {{width?: number, height?: number}}
 */
function sizeOf(shell) {
  return shell ? { width: shell.width, height: shell.height } : {};
}

/**
 * @param {Shell | undefined} shell
 * @param {string} door
 * @param {"out" | "into"} end
 * @returns {{out?: number, into?: number}}
 */
function doorOf(shell, door, end) {
  return shell ? { [end]: shell.doors.get(door) ?? 0 } : {};
}

/**
 * @param {Plan} plan
 * @param {Frame} frame
 * @param {Level} level
 * @returns {Shell}
 */
function encloseLevel(plan, frame, level) {
  const { nodes } = /** @type {import("./plan.js").LevelPlan} */ (plan.levels.get(frame.id));
  const width = Math.max(frame.width, level.width + 2 * PADDING);
  const middle = level.left + level.width / 2;
  const low = nodes.some(({ input }) => input) ? 0 : PADDING;
  const high = nodes.some(({ exit }) => exit) ? 0 : HEADER;
  const height = level.height + low + high + MARGIN_BELOW;
  const shift = { x: -middle, y: high - height / 2 - level.top };
  const doors = new Map(
    nodes.flatMap(({ key, input, exit }, index) =>
      input || exit ? [[key, (level.points[index]?.x ?? 0) - middle]] : [],
    ),
  );
  return { width, height, doors: /** @type {Map<string, number>} */ (doors), shift };
}

/**
 * Where the content of each frame begins in the whole drawing.
 * @param {Plan} plan
 * @param {Frame[]} frames
 * @param {Map<number, Level>} levels
 * @param {Map<number, Shell>} shells
 * @returns {Map<number, Spot>}
 */
function placeFrames(plan, frames, levels, shells) {
  /** @type {Map<number, Spot>} */
  const origins = new Map([[OUTSIDE, { x: 0, y: 0 }]]);
  for (const { id, frame } of frames) {
    const around = origins.get(frame) ?? { x: 0, y: 0 };
    const spot = levels.get(frame)?.points[plan.levels.get(frame)?.place.get(id) ?? 0] ?? { x: 0, y: 0 };
    const shift = shells.get(id)?.shift ?? { x: 0, y: 0 };
    origins.set(id, { x: around.x + spot.x + shift.x, y: around.y + spot.y + shift.y });
  }
  return origins;
}

/**
 * @param {Plan} plan
 * @param {LayoutRequest} request
 * @param {Map<number, Level>} levels
 * @param {Map<number, Spot>} origins
 * @param {Map<number, Shell>} shells
 * @returns {Pick<Layout, "spots" | "areas" | "warmth">}
 */
function placeBoxes(plan, { boxes, frames }, levels, origins, shells) {
  /** @type {Record<number, Spot>} */
  const spots = {};
  /** @type {Record<number, Area>} */
  const areas = {};
  /** @type {Record<string, number>} */
  const warmth = {};
  for (const { id, frame, key } of [...boxes, ...frames]) {
    const { x, y } = levels.get(frame)?.points[plan.levels.get(frame)?.place.get(id) ?? 0] ?? { x: 0, y: 0 };
    const origin = origins.get(frame) ?? { x: 0, y: 0 };
    const shell = shells.get(id);
    warmth[key] = x;
    const spot = { x: origin.x + x, y: origin.y + y };
    if (!shell) spots[id] = spot;
    else areas[id] = areaOf(spot, shell);
  }
  return { spots, areas, warmth };
}

/**
 * @param {Spot} middle
 * @param {Shell} shell
 * @returns {Area}
 */
function areaOf({ x, y }, { width, height }) {
  return { left: x - width / 2, top: y - height / 2, width, height };
}

/**
 * Each line from its pieces, one for each level that it passes.
 * @param {Plan} plan
 * @param {Map<number, Level>} levels
 * @param {Map<number, Spot>} origins
 * @returns {Pick<Layout, "routes" | "ends" | "stubs" | "trunks">}
 */
function joinRoutes({ pieces }, levels, origins) {
  /** @type {Record<string, Spot[]>} */
  const routes = {};
  /** @type {Record<string, number>} */
  const ends = {};
  /** @type {Record<string, Spot>} */
  const stubs = {};
  /** @type {Spot[][]} */
  const trunks = [];
  for (const [key, parts] of pieces) {
    /** @type {Spot[]} */
    let route = [];
    for (const { level, link } of parts) {
      const origin = origins.get(level) ?? { x: 0, y: 0 };
      const stub = levels.get(level)?.stubs.get(link);
      if (stub && route.length) trunks.push(route);
      if (stub) stubs[key] = { x: stub.x + origin.x, y: stub.y + origin.y };
      const spots = levels.get(level)?.routes.get(link) ?? [];
      const moved = spots.map(({ x, y }) => ({ x: x + origin.x, y: y + origin.y }));
      ends[key] = Math.max(0, route.length - 1);
      route = stub ? [] : [...route, ...moved.slice(route.length ? 1 : 0)];
    }
    if (route.length) routes[key] = route;
  }
  return { routes, ends, stubs, trunks };
}
