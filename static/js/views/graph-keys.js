/** Keys and clicks on the graph: along the edges, beside on a layer, into and out of groups, larger and smaller. */

import { toggleGroup, turnPage } from "../actions/folding.js";
import { goToNode } from "../actions/playback.js";
import { PAGE } from "../folding.js";
import { boxAt, spotOf } from "../stage.js";

/**
 * @typedef {import("./graph.js").GraphView} GraphView
 * @typedef {import("../stage.js").Stage} Stage
 * @typedef {import("../picture.js").Box} Box
 */

/** How far one press moves the view. */
const PAN = 80;

/** @type {ReadonlyMap<string, [number, number]>} */
const DIRECTIONS = new Map([
  ["ArrowUp", [0, 1]],
  ["ArrowDown", [0, -1]],
  ["ArrowLeft", [1, 0]],
  ["ArrowRight", [-1, 0]],
]);

/**
 * @param {Stage} stage
 * @param {number} box
 * @param {string} key
 * @returns {number | undefined} the box that an arrow key leads to
 */
function neighbourOf(stage, box, key) {
  const lines = stage.linesAt.get(box) ?? [];
  if (key === "ArrowUp") return lines.find(({ from }) => from === box)?.to;
  if (key === "ArrowDown") return lines.find(({ to }) => to === box)?.from;
  const here = spotOf(stage, box);
  const side = key === "ArrowRight" ? 1 : -1;
  let nearest = Infinity;
  let found;
  for (const { id } of stage.picture.boxes) {
    const spot = spotOf(stage, id);
    const distance = side * (spot.x - here.x);
    if (Math.abs(spot.y - here.y) > 1 || distance <= 0 || distance >= nearest) continue;
    [nearest, found] = [distance, id];
  }
  return found;
}

/**
 * The box under a pointer, where boxes are painted.
 * @param {MouseEvent} event
 * @param {GraphView} view
 * @returns {number} -1 where there is none
 */
export function boxNear(event, view) {
  const drawing = view.querySelector("svg.graph")?.getBoundingClientRect();
  if (!drawing || !view.stage || !view.canvas.active) return -1;
  const { x, y, scale } = view.pointer.camera;
  const spot = { x: (event.clientX - drawing.left - x) / scale, y: (event.clientY - drawing.top - y) / scale };
  return boxAt(view.stage, spot)?.id ?? -1;
}

/**
 * Open a group, close it, show other turns, or go to the step of a node.
 * @param {Element | null} element what was clicked
 * @param {GraphView} view
 * @param {number} [painted] the box there, where boxes are painted
 * @returns {void}
 */
export function actOn(element, view, painted = -1) {
  const id = element ? Number(element.getAttribute("data-box")) : painted;
  const { stage } = view;
  if (!stage || id < 0) return;
  const frame = stage.picture.frames.find((each) => each.id === id);
  const box = stage.picture.boxOf.get(id);
  if (frame) openOrClose(view, frame.group, id);
  else if (box?.rest) showRest(view, box.rest);
  else if (box && box.group >= 0) openOrClose(view, box.group, id);
  else if (box) goToNode(id);
}

/**
 * @param {GraphView} view
 * @param {number} group
 * @param {number} id the same for the box and the frame of a group
 * @returns {void}
 */
function openOrClose(view, group, id) {
  view.pointer.anchor = id;
  view.wanted = { id, leaving: view.stage };
  view.focused = id;
  toggleGroup(group);
}

/**
 * @param {GraphView} view
 * @param {import("../folding.js").Rest} rest
 * @returns {void}
 */
function showRest(view, { loop, from, to }) {
  view.pointer.anchor = view.stage?.picture.frames.find(({ group }) => group === loop)?.id ?? -1;
  turnPage(loop, from > 0 ? from : to - PAGE);
}

/**
 * @param {KeyboardEvent} event
 * @param {GraphView} view
 * @returns {void}
 */
export function pressKey(event, view) {
  const element = event.target instanceof Element ? event.target.closest("[data-box]") : null;
  if (!element || !view.stage || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = actionOf(event, element, view, view.stage);
  if (!act) return;
  event.preventDefault();
  act();
}

/**
 * @param {KeyboardEvent} event
 * @param {Element} element
 * @param {GraphView} view
 * @param {Stage} stage
 * @returns {(() => void) | undefined}
 */
function actionOf({ key, shiftKey }, element, view, stage) {
  if (key === "+" || key === "=") return () => view.pointer.zoom(1.25);
  if (key === "-") return () => view.pointer.zoom(0.8);
  if (key === "0") return () => view.pointer.fit(true);
  if (key === "Enter" || key === " ") return () => actOn(element, view);
  const id = Number(element.getAttribute("data-box"));
  if (key === "Escape" || key === "Backspace") return leaveFrame(stage, id, view);
  const direction = DIRECTIONS.get(key);
  if (!direction) return undefined;
  if (shiftKey) return () => view.pointer.pan(direction[0] * PAN, direction[1] * PAN);
  const frame = stage.picture.frames.find((each) => each.id === id);
  const next = frame ? firstInside(stage, frame.group) : neighbourOf(stage, id, key);
  return () => next !== undefined && view.focusBox(next);
}

/**
 * @param {Stage} stage
 * @param {number} group
 * @returns {number | undefined}
 */
function firstInside({ picture }, group) {
  const inside = [group];
  for (const each of picture.frames) if (inside.includes(each.frame)) inside.push(each.group);
  return picture.boxes.find(({ frame }) => inside.includes(frame))?.id;
}

/**
 * @param {Stage} stage
 * @param {number} id
 * @param {GraphView} view
 * @returns {(() => void) | undefined} to the heading of the frame around
 */
function leaveFrame({ picture }, id, view) {
  const group = picture.boxOf.get(id)?.frame ?? picture.frames.find((each) => each.id === id)?.frame ?? -1;
  const frame = picture.frames.find((each) => each.group === group);
  return frame && (() => view.focusBox(frame.id));
}
