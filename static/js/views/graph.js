/** The computation graph: inputs below, outputs above. Values rise, adjoints fall; steps never move a node. */

import { html, keyed, nothing, svg } from "lit";
import { pointAt } from "../actions/pointing.js";
import { goToNode } from "../actions/playback.js";
import { visibleArea } from "../camera.js";
import { placeTags } from "../curves.js";
import { formatShort } from "../numbers.js";
import { BOX_HEIGHT } from "../picture.js";
import { derivativeOf, quantityOfPhase } from "../quantities.js";
import { edgeKey } from "../replay.js";
import * as store from "../store.js";
import { View } from "./element.js";
import { boxTemplate, digitsTemplate, plainBoxTemplate } from "./graph-box.js";
import { edgeTemplate, flowTemplate, stubTemplate, tagTemplate, tagText, tagWidth } from "./graph-edge.js";
import { pressKey } from "./graph-keys.js";
import { GraphPointer } from "./graph-pointer.js";
import { ICONS } from "./icons.js";

/**
 * @typedef {import("../picture.js").Picture} Picture
 * @typedef {import("../layout/layout.js").Layout} Layout
 * @typedef {import("../replay.js").Snapshot} Snapshot
 * @typedef {import("../protocol.js").Mode} Mode
 * @typedef {{picture: Picture, layout: Layout, shot: Snapshot, lit: Set<number>, mode: Mode}} Scene
 */

/** More boxes than this in view are drawn without words. */
const MOST_WITH_WORDS = 300;
/** With more edges than this only the words of lit edges are shown. */
const MOST_TAGS = 70;
const BRACKET_STEP = 14;
const ARROWS = Object.freeze(["arrow", "arrow-lit", "arrow-primal", "arrow-tangent", "arrow-adjoint"]);

/**
 * @param {Picture} picture
 * @param {Layout} layout
 * @returns {Map<string, import("../curves.js").Tag>}
 */
function placeWords({ lines, boxes }, { routes, spots }) {
  const words = lines.flatMap((line) => {
    const route = routes[line.key];
    return route ? [{ key: line.key, width: tagWidth(line), route }] : [];
  });
  const obstacles = boxes.map(({ id, width }) => ({
    .../** @type {import("../curves.js").Spot} */ (spots[id]),
    width,
  }));
  return placeTags(words, obstacles, BOX_HEIGHT);
}

/**
 * @param {string} name
 * @returns {import("lit").TemplateResult}
 */
function arrowHead(name) {
  return svg`<marker id=${name} viewBox="0 0 10 10" refX="8.6" refY="5" markerWidth="11" markerHeight="11"
    markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M1 1.2L9 5L1 8.8z"></path></marker>`;
}

/**
 * @param {Layout} layout
 * @returns {number | undefined} the x of the lowest box that is nearest to the middle
 */
function startOf({ spots, left, width }) {
  const middle = left + width / 2;
  const [start] = Object.values(spots).sort((a, b) => b.y - a.y || Math.abs(a.x - middle) - Math.abs(b.x - middle));
  return start?.x;
}

export class GraphView extends View {
  constructor() {
    super();
    this.pointer = new GraphPointer(this);
    /** @type {number} the node that the tab key reaches */
    this.focused = -1;
    /** @type {{layout: Layout | null, tags: Map<string, import("../curves.js").Tag>}} */
    this.words = { layout: null, tags: new Map() };
    this.shownStep = -1;
  }

  render() {
    const [picture, layout, shot] = [store.picture.value, store.layout.value, store.snapshot.value];
    if (!picture || !layout || !shot) return this.emptyWords("The graph appears here once the function can be read.");
    if (!picture.boxes.length) return this.emptyWords("A constant has no graph: nothing depends on an input.");
    const mode = store.trace.value?.mode ?? "reverse";
    const scene = { picture, layout, shot, mode, lit: new Set(store.lit.value) };
    const { scale, x, y } = this.pointer.camera;
    const steps = store.trace.value?.steps ?? 0;
    return html`
      <svg
        class="graph ${store.outdated.value ? "dimmed" : ""} ${this.pointer.dragging ? "dragging" : ""}"
        role="application"
        aria-roledescription="computation graph"
        aria-label="Computation graph, step ${store.step.value} of ${steps}. Arrow keys go along the edges."
        @pointerdown=${(/** @type {PointerEvent} */ event) => this.pointer.press(event)}
        @pointermove=${(/** @type {PointerEvent} */ event) => this.pointer.drag(event)}
        @pointerup=${(/** @type {PointerEvent} */ event) => this.pointer.release(event)}
        @pointercancel=${(/** @type {PointerEvent} */ event) => this.pointer.release(event)}
        @click=${this.press}
        @pointerover=${this.hover}
        @pointerleave=${() => pointAt([])}
        @focusin=${this.hover}
        @focusout=${() => pointAt([])}
        @keydown=${(/** @type {KeyboardEvent} */ event) => pressKey(event, this)}
      >
        <defs>${ARROWS.map(arrowHead)}</defs>
        <g class="camera" .style=${`transform: translate(${x}px, ${y}px) scale(${scale})`}>${this.scene(scene)}</g>
      </svg>
      ${this.buttons()}
    `;
  }

  /**
   * @param {string} sentence
   * @returns {import("lit").TemplateResult | typeof nothing}
   */
  emptyWords(sentence) {
    const said = store.problem.value !== null || store.trace.value !== null;
    return said ? html`<p class="nothing-drawn quiet-words">${sentence}</p>` : nothing;
  }

  /** @returns {import("lit").TemplateResult} */
  buttons() {
    return html`<div class="graph-buttons" role="group" aria-label="View of the graph">
      <button type="button" aria-label="Larger" @click=${() => this.pointer.zoom(1.25)}>${ICONS.plus}</button>
      <button type="button" aria-label="Smaller" @click=${() => this.pointer.zoom(0.8)}>${ICONS.minus}</button>
      <button type="button" aria-label="Fit the whole graph" @click=${() => this.pointer.fit(true)}>
        ${ICONS.fit}
      </button>
    </div>`;
  }

  /**
   * @param {Scene} scene
   * @returns {import("lit").TemplateResult}
   */
  scene(scene) {
    const boxes = this.visibleBoxes(scene);
    const plain = boxes.length > MOST_WITH_WORDS;
    const shown = new Set(boxes.map(({ id }) => id));
    const pointed = boxes.filter(({ id }) => store.hover.value.includes(id));
    const lines = scene.picture.lines.filter(({ from, to }) => shown.has(from) || shown.has(to));
    if (plain) return svg`${boxes.map((box) => plainBoxTemplate(this.boxState(box, scene)))}`;
    return svg`
      <g class="groups">${this.groups(scene)}</g>
      <g class="edges">${lines.map((line) => this.edge(line, scene))}</g>
      ${this.flow(scene)}
      <g class="boxes">${boxes.map((box) => boxTemplate(this.boxState(box, scene)))}</g>
      <g class="tags">${lines.map((line) => this.tag(line, scene, lines.length <= MOST_TAGS))}</g>
      ${pointed.map((box) => digitsTemplate(this.boxState(box, scene)))}`;
  }

  /**
   * @param {Scene} scene
   * @returns {import("../picture.js").Box[]}
   */
  visibleBoxes({ picture, layout }) {
    const { left, top, width, height } = visibleArea(this.pointer.camera, this.pointer.size);
    if (picture.boxes.length <= MOST_TAGS || !this.pointer.size.width) return picture.boxes;
    return picture.boxes.filter((box) => {
      const spot = layout.spots[box.id];
      if (!spot) return false;
      const beside = spot.x + box.width / 2 < left || spot.x - box.width / 2 > left + width;
      return !beside && spot.y + BOX_HEIGHT > top && spot.y - BOX_HEIGHT < top + height;
    });
  }

  /**
   * @param {import("../picture.js").Box} box
   * @param {Scene} scene
   * @returns {import("./graph-box.js").BoxState}
   */
  boxState(box, { layout, shot, lit, mode, picture }) {
    const known = picture.boxes.some(({ id }) => id === this.focused);
    return {
      box,
      spot: layout.spots[box.id] ?? { x: 0, y: 0 },
      value: shot.values[box.id] ?? null,
      derivative: shot.derivatives[box.id] ?? null,
      complete: shot.complete[box.id] ?? false,
      quantity: derivativeOf(mode),
      lit: lit.has(box.id),
      current: shot.now?.node === box.id && shot.now.kind !== "result",
      focusable: known ? box.id === this.focused : box === picture.boxes[0],
      phase: shot.now?.phase ?? "",
    };
  }

  /**
   * @param {import("../picture.js").Line} line
   * @param {Scene} scene
   * @returns {import("lit").TemplateResult}
   */
  edge(line, { layout, shot, lit, picture }) {
    const route = layout.routes[line.key];
    const bright = lit.has(line.to) && lit.has(line.from);
    if (route) return edgeTemplate(line, route, shot.partials.has(line.key), bright);
    const input = picture.boxes.find(({ id }) => id === line.from);
    const user = layout.spots[line.to] ?? { x: 0, y: 0 };
    const { now } = shot;
    const flowing = now?.edge?.user === line.to && now.edge.arg === line.arg;
    return stubTemplate(input?.title ?? "", user, line.arg, flowing ? quantityOfPhase(now.phase) : null);
  }

  /**
   * @param {import("../picture.js").Line} line
   * @param {Scene} scene
   * @param {boolean} all
   * @returns {import("lit").TemplateResult | typeof nothing}
   */
  tag(line, { layout, shot, lit }, all) {
    const spot = this.wordsOf(layout).get(line.key);
    const edge = shot.now?.edge;
    const flowing = edge?.user === line.to && edge.arg === line.arg;
    const bright = lit.has(line.to) || lit.has(line.from);
    if (!spot || (!all && !flowing && !bright)) return nothing;
    const factor = formatShort(shot.now?.source == null ? null : shot.derivatives[shot.now.source]);
    const partial = formatShort(shot.now?.partial);
    const words = `${factor} · ${partial.startsWith("−") ? `(${partial})` : partial}`;
    const flow = flowing ? { text: words, quantity: quantityOfPhase(shot.now?.phase ?? "").name } : null;
    return tagTemplate(spot, tagText(line, shot.partials.get(line.key)), flow, bright);
  }

  /**
   * @param {Layout} layout
   * @returns {Map<string, import("../curves.js").Tag>}
   */
  wordsOf(layout) {
    const picture = store.picture.value;
    if (this.words.layout !== layout && picture) this.words = { layout, tags: placeWords(picture, layout) };
    return this.words.tags;
  }

  /**
   * @param {Scene} scene
   * @returns {unknown}
   */
  flow({ layout, shot, picture }) {
    const { now } = shot;
    if (!now) return nothing;
    const arriving =
      now.kind === "value" ? picture.lines.filter(({ to }) => to === now.node).map(({ key }) => key) : [];
    const keys = now.edge ? [edgeKey(now.edge.user, now.edge.arg)] : arriving;
    const routes = keys.flatMap((key) => (layout.routes[key] ? [layout.routes[key]] : []));
    return keyed(now.index, svg`${routes.map((route) => flowTemplate(route, quantityOfPhase(now.phase)))}`);
  }

  /**
   * Loop turns and calls: a bracket beside the nodes that they made.
   * @param {Scene} scene
   * @returns {import("lit").TemplateResult[]}
   */
  groups({ picture, layout }) {
    const deepest = Math.max(0, ...picture.groups.map(({ depth }) => depth));
    return picture.groups.map(({ label, depth, nodes }) => {
      const heights = nodes.map((node) => layout.spots[node]?.y ?? 0);
      const rise = (deepest - depth) * BRACKET_STEP;
      const [top, bottom] = [Math.min(...heights) - BOX_HEIGHT / 2 - rise, Math.max(...heights) + BOX_HEIGHT / 2];
      const x = layout.left - BRACKET_STEP - rise;
      return svg`<path class="bracket" d="M${x + 6} ${top}H${x}V${bottom}H${x + 6}"></path>
        <text class="bracket-words" x=${x} y=${top - 6}>${label}</text>`;
    });
  }

  updated() {
    const layout = store.layout.value;
    const drawing = this.querySelector("svg.graph");
    if (!layout || !drawing) return;
    this.pointer.watch(drawing);
    this.pointer.measure();
    this.pointer.show(layout, startOf(layout));
    const now = store.snapshot.value?.now;
    const spot = now ? layout.spots[now.edge?.user ?? now.node] : undefined;
    if (spot && this.shownStep !== store.step.value) this.pointer.follow(spot);
    this.shownStep = store.step.value;
  }

  /**
   * @param {Event} event
   * @returns {void}
   */
  hover({ target, type }) {
    if (type === "pointerover" && this.pointer.dragging) return;
    const box = target instanceof Element ? target.closest("[data-node]") : null;
    const node = box ? Number(box.getAttribute("data-node")) : -1;
    if (type === "focusin" && node >= 0) this.focused = node;
    pointAt(node >= 0 ? [node] : []);
  }

  /**
   * @param {Event} event
   * @returns {void}
   */
  press({ target }) {
    const box = target instanceof Element ? target.closest("[data-node]") : null;
    if (box && !this.pointer.dragged) goToNode(Number(box.getAttribute("data-node")));
  }
}

customElements.define("wg-graph", GraphView);
