/** What the graph shows of one step: every box, line and frame in view with its state. Pure functions of the scene. */

import { keyed, nothing, svg } from "lit";
import { lineKeyOf } from "../folding.js";
import { countOf, formatShort } from "../numbers.js";
import { nameOf } from "../picture.js";
import { progressOf } from "../progress.js";
import { derivativeOf, quantityOfPhase } from "../quantities.js";
import { factorOf } from "../replay.js";
import { boxesIn, framesIn, linesOf, spotOf } from "../stage.js";
import { boxTemplate, digitsTemplate } from "./graph-box.js";
import { edgeTemplate, flowTemplate, stubTemplate, tagTemplate, tagText, trunkTemplate } from "./graph-edge.js";
import { frameTemplate, groupTemplate, headingTemplate, restTemplate } from "./graph-group.js";
import { sumTemplate } from "./graph-sum.js";

/**
 * @typedef {import("../picture.js").Box} Box
 * @typedef {import("../picture.js").Line} Line
 * @typedef {import("../stage.js").Stage} Stage
 * @typedef {import("../layout/layout.js").Area} Area
 * @typedef {{
 *   stage: Stage, trace: import("../trace.js").Trace, shot: import("../replay.js").Snapshot, lit: Set<number>,
 *   hover: number[], tree: import("../groups.js").GroupTree, folding: import("../folding.js").Folding,
 *   focused: number, view: Area, sky: number
 * }} Scene `lit`: the boxes that are lit; `hover`: those pointed at; `focused`: the box that the tab key reaches;
 *   `sky`: how high the headings of tall frames may stand to be in view.
 */

/** More boxes than this in view are painted, not drawn. */
const MOST_DRAWN = 300;
const MOST_ILLEGIBLE = 40;
const LEGIBLE_FROM = 0.35;
/** With more edges than this only the words of lit edges are shown. */
const MOST_TAGS = 70;
const WIDE_GRAPH = 70;
const HEADING_ROOM = 26;

/**
 * The boxes in view; all of them where there are few, so that the focus can walk out of the view.
 * @param {Scene} scene
 * @returns {Box[]}
 */
export function boxesInView({ stage, view }) {
  return stage.picture.boxes.length <= WIDE_GRAPH || !view.width ? stage.picture.boxes : boxesIn(stage, view);
}

/**
 * Whether so much is in view, or so small, that it is painted.
 * @param {Box[]} boxes
 * @param {number} scale
 * @returns {boolean}
 */
export function isCrowded(boxes, scale) {
  return boxes.length > (scale < LEGIBLE_FROM ? MOST_ILLEGIBLE : MOST_DRAWN);
}

/**
 * @param {Scene} scene
 * @returns {number} the box of the current step, -1 for none
 */
export function currentBox({ shot, folding }) {
  const { now } = shot;
  return now && now.kind !== "result" ? (folding.holder[now.node] ?? now.node) : -1;
}

/**
 * @param {Scene} scene
 * @param {Box} box
 * @returns {import("lit").TemplateResult}
 */
function drawBox(scene, box) {
  if (box.group >= 0) return groupTemplate(groupState(scene, box));
  if (box.rest) return restTemplate(groupState(scene, box));
  return boxTemplate(nodeState(scene, box));
}

/**
 * @param {Scene} scene
 * @param {Box} box
 * @returns {{spot: import("../layout/layout.js").Spot, quantity: import("../quantities.js").Quantity, lit: boolean,
 *   current: boolean, focusable: boolean, phase: string}}
 */
function stateOf(scene, box) {
  const { stage, trace, shot, lit, focused } = scene;
  return {
    spot: spotOf(stage, box.id),
    quantity: derivativeOf(trace.mode),
    lit: lit.has(box.id),
    current: box.id === currentBox(scene),
    focusable: box.id === focused,
    phase: shot.now?.phase ?? "",
  };
}

/**
 * @param {Scene} scene
 * @param {Box} box
 * @returns {import("./graph-box.js").BoxState}
 */
function nodeState(scene, box) {
  const { shot } = scene;
  return {
    box,
    ...stateOf(scene, box),
    value: shot.values[box.id] ?? null,
    derivative: shot.derivatives[box.id] ?? null,
    complete: shot.complete[box.id] ?? false,
    tangent: shot.layers?.tangent?.[box.id] ?? null,
    adjoint: shot.layers?.adjoint?.[box.id] ?? null,
    mistaken: shot.mistaken?.includes(box.id) ?? false,
  };
}

/**
 * @param {Scene} scene
 * @param {Box} box
 * @returns {import("./graph-group.js").GroupState}
 */
function groupState(scene, box) {
  const { tree, shot, trace } = scene;
  const index = box.rest?.loop ?? box.group;
  const progress = progressOf(tree, index, shot, trace.graph.name, box.rest);
  const { kind } = /** @type {import("../groups.js").Group} */ (tree.groups[index]);
  const here = !box.rest || (progress.current >= box.rest.from && progress.current < box.rest.to);
  return {
    box,
    ...stateOf(scene, box),
    progress: here ? progress : { ...progress, current: -1 },
    name: progress.node < 0 ? "" : nameOf(trace.graph, progress.node),
    stacked: kind === "loop" || kind === "block",
  };
}

/**
 * @param {Scene} scene
 * @param {Line} line
 * @returns {import("lit").TemplateResult | typeof nothing}
 */
function drawLine(scene, line) {
  const { stage, shot, lit, trace } = scene;
  const route = stage.layout.routes[line.key];
  const bright = lit.has(line.to) && lit.has(line.from);
  if (route) return edgeTemplate(line, route, shot.partials.has(line.key), bright);
  const end = stage.layout.stubs[line.key];
  const count = stage.stubs.get(line.key) ?? 0;
  if (!end || !count) return nothing;
  const flows = line.key === flowingLine(scene)?.key;
  const left = end.x < spotOf(stage, line.to).x || (end.x === spotOf(stage, line.to).x && line.arg === 0);
  const words = count > 1 ? countOf(count, "value") : nameOf(trace.graph, line.source);
  return stubTemplate(words, end, left, flows ? quantityOfPhase(shot.now?.phase ?? "") : null);
}

/**
 * @param {Scene} scene
 * @returns {Line | undefined} the line along which the current contribution runs
 */
function flowingLine({ stage, shot, folding }) {
  const edge = shot.now?.edge;
  return edge ? stage.picture.lineOf.get(lineKeyOf(folding, edge.user, edge.arg, edge.argument)) : undefined;
}

/**
 * @param {Scene} scene
 * @param {Line} line
 * @param {boolean} all
 * @returns {import("lit").TemplateResult | typeof nothing}
 */
function drawTag(scene, line, all) {
  const { stage, shot, lit, trace } = scene;
  const spot = stage.tags.get(line.key);
  const flowing = flowingLine(scene)?.key === line.key;
  const bright = lit.has(line.to) || lit.has(line.from);
  const shown = all && !(spot?.crowded && line.to >= trace.graph.op.length);
  if (!spot || (!shown && !flowing && !bright)) return nothing;
  const factor = formatShort(shot.now ? factorOf(trace, shot, shot.now.index) : null);
  const partial = formatShort(shot.now?.partial);
  const words = `${factor} · ${partial.startsWith("−") ? `(${partial})` : partial}`;
  const flow = flowing && partial ? { text: words, quantity: quantityOfPhase(shot.now?.phase ?? "").name } : null;
  return tagTemplate(spot, tagText(line, shot.partials.get(line.key)), flow, bright);
}

/**
 * What runs along the lines in this step: along one for a contribution, along all that arrive for a value.
 * @param {Scene} scene
 * @returns {unknown}
 */
function drawFlow(scene) {
  const { stage, shot } = scene;
  const { now } = shot;
  if (!now) return nothing;
  const single = flowingLine(scene);
  const arriving = now.kind === "value" ? (stage.linesAt.get(now.node) ?? []).filter(({ to }) => to === now.node) : [];
  const lines = now.edge ? (single ? [single] : []) : arriving;
  const routes = lines.flatMap(({ key }) => (stage.layout.routes[key] ? [stage.layout.routes[key]] : []));
  return keyed(now.index, svg`${routes.map((route) => flowTemplate(route, quantityOfPhase(now.phase)))}`);
}

/**
 * @param {Scene} scene
 * @param {{frame: import("../picture.js").Frame, area: Area}} shown
 * @returns {import("./graph-group.js").FrameState}
 */
function frameState({ tree, shot, trace, stage, focused, sky }, { frame, area }) {
  const { current, turns } = progressOf(tree, frame.group, shot, trace.graph.name);
  const total = turns.toLocaleString("en-US");
  const word = tree.groups[frame.group]?.kind === "loop" ? "turn" : "";
  const depth = stage.depths.get(frame.group) ?? 0;
  const lowest = area.top + area.height - HEADING_ROOM;
  return {
    place: frame.loop && current >= 0 ? `${word} ${(current + 1).toLocaleString("en-US")} of ${total}`.trim() : "",
    focused: focused === frame.id,
    current: current >= 0,
    depth,
    phase: shot.now?.phase ?? "",
    top: Math.max(area.top + 5, Math.min(lowest, sky + depth * HEADING_ROOM)),
  };
}

/**
 * Everything in view as elements.
 * @param {Scene} scene
 * @param {Box[]} boxes
 * @returns {import("lit").TemplateResult}
 */
export function drawScene(scene, boxes) {
  const { stage, view, focused } = scene;
  const lines = linesOf(stage, boxes);
  const near = stage.picture.frames.length > WIDE_GRAPH ? view : { left: -1e9, top: -1e9, width: 2e9, height: 2e9 };
  const frames = framesIn(stage, near).map((each) => ({ ...each, state: frameState(scene, each) }));
  const away = boxes.some(({ id }) => id === focused) ? undefined : stage.picture.boxOf.get(focused);
  return svg`
    <g class="frames">${frames.map(({ area, state }) => frameTemplate(area, state))}</g>
    <g class="edges">${stage.layout.trunks.map(trunkTemplate)}${lines.map((line) => drawLine(scene, line))}</g>
    ${drawFlow(scene)}
    <g class="boxes">${boxes.map((box) => drawBox(scene, box))}${away ? drawBox(scene, away) : nothing}</g>
    <g class="headings">${frames.map(({ frame, area, state }) => headingTemplate(frame, area, state))}</g>
    <g class="tags">${lines.map((line) => drawTag(scene, line, lines.length <= MOST_TAGS))}</g>
    ${sumTemplate(scene)}
    ${pointedAt(scene)}`;
}

/**
 * What stays an element where the rest is painted: the box of the step, the focus, and what is pointed at.
 * @param {Scene} scene
 * @returns {import("lit").TemplateResult}
 */
export function drawHighlights(scene) {
  const { stage, lit, focused } = scene;
  const shown = [...new Set([...lit, focused])].slice(-12);
  const boxes = shown.flatMap((id) => stage.picture.boxOf.get(id) ?? []);
  return svg`${drawFlow(scene)}<g class="boxes">${boxes.map((box) => drawBox(scene, box))}</g>${pointedAt(scene)}`;
}

/**
 * @param {Scene} scene
 * @returns {unknown[]}
 */
function pointedAt(scene) {
  return scene.hover.flatMap((id) => {
    const box = scene.stage.picture.boxOf.get(id);
    return box && box.group < 0 && !box.rest ? [digitsTemplate(nodeState(scene, box))] : [];
  });
}
