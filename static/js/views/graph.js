/** The computation graph: inputs below, outputs above. Values rise, adjoints fall; steps never move a node. */

import { html, nothing, svg } from "lit";
import { toggleAll, toggleFollowing } from "../actions/folding.js";
import { pointAt } from "../actions/pointing.js";
import { visibleArea } from "../camera.js";
import { derivativeOf } from "../quantities.js";
import { buildStage, spotOf } from "../stage.js";
import * as store from "../store.js";
import { View } from "./element.js";
import { GraphCanvas } from "./graph-canvas.js";
import { actOn, boxNear, pressKey } from "./graph-keys.js";
import { drawMinimap } from "./graph-minimap.js";
import { GraphPointer } from "./graph-pointer.js";
import { boxesInView, currentBox, drawHighlights, drawScene, isCrowded } from "./graph-scene.js";
import { ICONS } from "./icons.js";

/**
 * @typedef {import("./graph-scene.js").Scene} Scene
 * @typedef {import("../stage.js").Stage} Stage
 */

/** What the switch above the drawing takes of its height. */
const SWITCH_HEIGHT = 46;
const ARROWS = Object.freeze(["arrow", "arrow-lit", "arrow-primal", "arrow-tangent", "arrow-adjoint", "arrow-second"]);

/**
 * @param {string} name
 * @returns {import("lit").TemplateResult}
 */
function arrowHead(name) {
  return svg`<marker id=${name} viewBox="0 0 10 10" refX="8.6" refY="5" markerWidth="11" markerHeight="11"
    markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M1 1.2L9 5L1 8.8z"></path></marker>`;
}

/**
 * @param {import("../layout/layout.js").Layout} layout
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
    this.canvas = new GraphCanvas();
    /** @type {number} the box or frame that the tab key reaches */
    this.focused = -1;
    /** @type {Stage | null} */
    this.stage = null;
    /**
     * The box to which the focus goes once it is drawn, in another picture than the one that is left.
     * @type {{id: number, leaving: Stage | null}}
     */
    this.wanted = { id: -1, leaving: null };
    this.shownStep = -1;
  }

  render() {
    const scene = this.readScene();
    if (!scene && store.trace.value && store.drawing.value) return nothing;
    if (!scene) return this.emptyWords("The graph appears here once the function can be read.");
    if (!scene.stage.picture.boxes.length)
      return this.emptyWords("A constant has no graph: nothing depends on an input.");
    return this.drawing(scene);
  }

  /**
   * @param {Scene} scene
   * @returns {import("lit").TemplateResult}
   */
  drawing(scene) {
    const { scale, x, y } = this.pointer.camera;
    const boxes = boxesInView(scene);
    const crowded = isCrowded(boxes, scale);
    this.canvas.plan(crowded ? scene : null, boxes);
    return html`
      <canvas
        class="graph-painting"
        aria-hidden="true"
        data-quantity=${derivativeOf(scene.trace.mode).name}
        ?hidden=${!crowded}
      ></canvas>
      <svg
        class="graph ${store.outdated.value ? "dimmed" : ""} ${this.pointer.dragging ? "dragging" : ""} ${crowded ? "crowded" : ""}"
        role="application"
        aria-roledescription="computation graph"
        aria-label="Computation graph, step ${store.step.value} of ${scene.trace.steps}. Arrow keys go along the edges."
        @pointerdown=${(/** @type {PointerEvent} */ event) => this.pointer.press(event)}
        @pointermove=${(/** @type {PointerEvent} */ event) => this.move(event)}
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
        <g class="camera" .style=${`transform: translate(${x}px, ${y}px) scale(${scale})`}>
          ${crowded ? drawHighlights(scene) : drawScene(scene, boxes)}
        </g>
      </svg>
      ${this.foldingBar(scene)} ${drawMinimap(scene, this.pointer)} ${this.buttons()}
    `;
  }

  /** @returns {Scene | null} */
  readScene() {
    const [drawing, shot, trace] = [store.drawing.value, store.snapshot.value, store.trace.value];
    const [tree, folding] = [store.tree.value, store.folding.value];
    if (!drawing || !shot || !trace || !tree || !folding || drawing.args !== trace.graph.args) return null;
    if (this.stage?.layout !== drawing.layout) this.stage = buildStage(drawing.picture, drawing.layout);
    const { stage } = this;
    const { picture } = stage;
    const known = picture.boxOf.has(this.focused) || picture.frames.some(({ id }) => id === this.focused);
    const hover = store.hover.value.map((node) => folding.holder[node] ?? node);
    return {
      ...{ stage, trace, shot, tree, folding, hover },
      lit: new Set(store.lit.value.map((node) => folding.holder[node] ?? node)),
      focused: known ? this.focused : (picture.boxes[0]?.id ?? -1),
      view: visibleArea(this.pointer.camera, this.pointer.size),
      sky: (SWITCH_HEIGHT - this.pointer.camera.y) / this.pointer.camera.scale,
    };
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
   * What can be done with all groups at once.
   * @param {Scene} scene
   * @returns {import("lit").TemplateResult | typeof nothing}
   */
  foldingBar({ tree }) {
    if (!tree.groups.length) return nothing;
    const { all, following } = store.folds.value;
    return html`<div class="folding-bar" role="group" aria-label="Groups">
      <label title="Keep open what the current step is in">
        <input id="following" type="checkbox" role="switch" .checked=${following} @change=${toggleFollowing} />
        Follow the step
      </label>
      <button id="open-all" type="button" aria-pressed=${all ? "true" : "false"} @click=${toggleAll}>Open all</button>
    </div>`;
  }

  updated() {
    const { stage } = this;
    const drawing = this.querySelector("svg.graph");
    if (!stage || !drawing) return;
    this.pointer.watch(drawing);
    const fresh = this.pointer.area !== stage.layout;
    if (fresh) this.pointer.show(stage.layout, startOf(stage.layout));
    const painting = this.querySelector("canvas.graph-painting");
    if (painting instanceof HTMLCanvasElement) this.canvas.paint(painting, this.pointer);
    const scene = this.readScene();
    const box = scene ? currentBox(scene) : -1;
    const moved = this.shownStep !== store.step.value || (fresh && store.folds.value.following);
    if (box >= 0 && moved) this.pointer.follow(spotOf(stage, box));
    this.shownStep = store.step.value;
    this.moveFocus();
  }

  /**
   * Send the focus to a box; one that is not drawn is brought into view first.
   * @param {number} box
   * @returns {void}
   */
  focusBox(box) {
    this.focused = box;
    this.wanted = { id: box, leaving: null };
    if (this.stage?.picture.boxOf.has(box)) this.pointer.follow(spotOf(this.stage, box));
    this.requestUpdate();
  }

  /** @returns {void} */
  moveFocus() {
    const { id, leaving } = this.wanted;
    if (id < 0 || leaving === this.stage) return;
    const box = this.querySelector(`[data-box="${id}"]`);
    if (!(box instanceof SVGElement)) return;
    this.wanted = { id: -1, leaving: null };
    box.focus();
  }

  /**
   * @param {PointerEvent} event
   * @returns {void}
   */
  move(event) {
    this.pointer.drag(event);
    if (!this.pointer.dragging && this.canvas.active) pointAt(this.nodesOf(boxNear(event, this)));
  }

  /**
   * @param {Event} event
   * @returns {void}
   */
  hover({ target, type }) {
    if (type === "pointerover" && (this.pointer.dragging || this.canvas.active)) return;
    const box = target instanceof Element ? target.closest("[data-box]") : null;
    const id = box ? Number(box.getAttribute("data-box")) : -1;
    if (type === "focusin" && id >= 0) this.focused = id;
    pointAt(this.nodesOf(id));
  }

  /**
   * @param {number} id
   * @returns {number[]} the nodes that pointing at a box means
   */
  nodesOf(id) {
    const box = this.stage?.picture.boxOf.get(id);
    return box && box.group < 0 && !box.rest ? [id] : [];
  }

  /**
   * @param {MouseEvent} event
   * @returns {void}
   */
  press(event) {
    if (this.pointer.dragged || !(event.target instanceof Element)) return;
    actOn(event.target.closest("[data-box]"), this, boxNear(event, this));
  }
}

customElements.define("wg-graph", GraphView);
