/** A laid-out picture, indexed for drawing: made once for each layout. Pure functions. */

import { placeTags } from "./curves.js";

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("./picture.js").Box} Box
 * @typedef {import("./picture.js").Line} Line
 * @typedef {import("./picture.js").Frame} Frame
 * @typedef {import("./layout/layout.js").Layout} Layout
 * @typedef {import("./layout/layout.js").Spot} Spot
 * @typedef {import("./layout/layout.js").Area} Area
 * @typedef {{
 *   picture: Picture, layout: Layout, tags: Map<string, import("./curves.js").Tag>, depths: Map<number, number>,
 *   linesAt: Map<number, Line[]>, stubs: Map<string, number>
 * }} Stage `depths`: of the frames, by group; `linesAt`: the lines that start or end at a box; `stubs`: how many values
 *   each line stands for that is drawn only at its end, 0 where another one does.
 */

const CHARACTER = 6.4;
const LONGEST_NUMBER = 9;
const MOST_STUBS = 6;
const NOWHERE = Object.freeze({ x: 0, y: 0 });

/**
 * Room for the words on an edge, with its number in it.
 * @param {Line} line
 * @returns {number}
 */
function tagWidth({ label }) {
  const plain = /^[−\d.]*$/.test(label);
  return (label.length + (plain ? 0 : 3 + LONGEST_NUMBER)) * CHARACTER + 12;
}

/**
 * @param {Picture} picture
 * @param {Layout} layout
 * @returns {Map<string, import("./curves.js").Tag>}
 */
function placeWords({ lines, boxes }, { routes, ends, spots }) {
  const words = lines.flatMap((line) => {
    const route = routes[line.key]?.slice(ends[line.key]);
    return route ? [{ key: line.key, width: tagWidth(line), route }] : [];
  });
  const obstacles = boxes.map(({ id, width, height }) => ({ ...(spots[id] ?? NOWHERE), width, height }));
  return placeTags(words, obstacles);
}

/**
 * Very many values that enter one box from afar are drawn as one.
 * @param {Picture} picture
 * @param {Layout} layout
 * @returns {Map<string, number>}
 */
function countStubs({ lines }, { stubs }) {
  const drawn = lines.filter(({ key }) => stubs[key]);
  /** @type {Map<number, Line[]>} */
  const entering = new Map();
  for (const line of drawn) entering.set(line.to, [...(entering.get(line.to) ?? []), line]);
  return new Map(
    drawn.map((line) => {
      const together = entering.get(line.to) ?? [];
      if (together.length <= MOST_STUBS) return [line.key, 1];
      return [line.key, together[0] === line ? together.length : 0];
    }),
  );
}

/**
 * @param {Picture} picture
 * @param {Layout} layout
 * @returns {Stage}
 */
export function buildStage(picture, layout) {
  const stubs = countStubs(picture, layout);
  /** @type {Map<number, number>} */
  const depths = new Map();
  for (const { group, frame } of picture.frames) depths.set(group, (depths.get(frame) ?? -1) + 1);
  /** @type {Map<number, Line[]>} */
  const linesAt = new Map(picture.boxes.map(({ id }) => [id, []]));
  for (const line of picture.lines) {
    linesAt.get(line.from)?.push(line);
    if (line.to !== line.from) linesAt.get(line.to)?.push(line);
  }
  return { picture, layout, tags: placeWords(picture, layout), depths, linesAt, stubs };
}

/**
 * @param {Stage} stage
 * @param {number} box
 * @returns {Spot}
 */
export function spotOf({ layout }, box) {
  return layout.spots[box] ?? NOWHERE;
}

/**
 * The boxes that lie in a part of the drawing.
 * @param {Stage} stage
 * @param {Area} area
 * @returns {Box[]}
 */
export function boxesIn(stage, { left, top, width, height }) {
  return stage.picture.boxes.filter((box) => {
    const { x, y } = spotOf(stage, box.id);
    const beside = x + box.width / 2 < left || x - box.width / 2 > left + width;
    return !beside && y + box.height / 2 > top && y - box.height / 2 < top + height;
  });
}

/**
 * The frames that touch a part of the drawing, those around others first.
 * @param {Stage} stage
 * @param {Area} area
 * @returns {{frame: Frame, area: Area}[]}
 */
export function framesIn({ picture, layout }, { left, top, width, height }) {
  return picture.frames.flatMap((frame) => {
    const area = layout.areas[frame.id];
    if (!area) return [];
    const beside = area.left + area.width < left || area.left > left + width;
    const above = area.top + area.height < top || area.top > top + height;
    return beside || above ? [] : [{ frame, area }];
  });
}

/**
 * The lines that start or end at some boxes, each once.
 * @param {Stage} stage
 * @param {Box[]} boxes
 * @returns {Line[]}
 */
export function linesOf({ picture, linesAt }, boxes) {
  if (boxes.length === picture.boxes.length) return picture.lines;
  return [...new Set(boxes.flatMap(({ id }) => linesAt.get(id) ?? []))];
}

/**
 * The box at a spot of the drawing, if there is one.
 * @param {Stage} stage
 * @param {Spot} at
 * @returns {Box | undefined}
 */
export function boxAt(stage, at) {
  return stage.picture.boxes.findLast((box) => {
    const { x, y } = spotOf(stage, box.id);
    return Math.abs(x - at.x) <= box.width / 2 && Math.abs(y - at.y) <= box.height / 2;
  });
}
