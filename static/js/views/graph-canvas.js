/** The graph as a painting, where there is too much of it for elements: boxes without words, by how far the sweep is. */

import { framesIn, linesOf, spotOf } from "../stage.js";

/**
 * @typedef {import("./graph-scene.js").Scene} Scene
 * @typedef {import("../picture.js").Box} Box
 * @typedef {import("../camera.js").Camera} Camera
 * @typedef {{edge: string, line: string, paper: string, unknown: string, known: string, derived: string}} Palette
 */

/** More lines than this are left out while the boxes alone say enough. */
const MOST_LINES = 6000;
/** Below this scale a curve cannot be told from a straight line. */
const STRAIGHT_BELOW = 0.2;
const SMALLEST_BOX = 1.5;
const WORDS_FROM = 0.5;
const UNKNOWN = 0;
const KNOWN = 1;
const DERIVED = 2;

/**
 * How far the sweep is at a box.
 * @param {Scene} scene
 * @param {Box} box
 * @returns {number}
 */
function levelOf({ shot, tree }, box) {
  const group = tree.groups[box.rest?.loop ?? box.group];
  const node = group ? (group.results.at(-1) ?? -1) : box.id;
  if ((shot.derivatives[node] ?? null) !== null) return DERIVED;
  return (shot.values[node] ?? null) !== null ? KNOWN : UNKNOWN;
}

/**
 * A canvas knows no names of colours. Properties that mean nothing for it carry them, resolved for the theme.
 * @param {Element} canvas
 * @returns {Palette}
 */
function readPalette(canvas) {
  const style = getComputedStyle(canvas);
  return {
    edge: style.stroke,
    line: style.lightingColor,
    paper: style.color,
    unknown: style.fill,
    known: style.stopColor,
    derived: style.floodColor,
  };
}

export class GraphCanvas {
  constructor() {
    /** @type {Scene | null} */
    this.scene = null;
    /** @type {Box[]} */
    this.boxes = [];
    /** How far each box was when it was painted last. */
    this.levels = new Uint8Array(0);
    /** What everything but the levels depends on. @type {unknown[]} */
    this.painted = [];
    /** @type {Palette | null} */
    this.palette = null;
  }

  /** Whether the graph is painted now. */
  get active() {
    return this.scene !== null;
  }

  /**
   * @param {Scene | null} scene null where elements are enough
   * @param {Box[]} boxes in view
   * @returns {void}
   */
  plan(scene, boxes) {
    this.scene = scene;
    this.boxes = boxes;
    if (!scene) this.painted = [];
  }

  /**
   * Everything where the view has changed, else only the boxes that have.
   * @param {HTMLCanvasElement} canvas
   * @param {{camera: Camera, size: import("../camera.js").Size}} view
   * @returns {void}
   */
  paint(canvas, { camera, size }) {
    const { scene } = this;
    const context = canvas.getContext("2d");
    if (!scene || !context || !size.width) return;
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const theme = document.documentElement.dataset.theme ?? "";
    const now = [scene.stage, camera, size.width, size.height, dark, theme, scene.trace.mode];
    const same = this.painted.length > 0 && now.every((each, place) => each === this.painted[place]);
    if (!same) this.paintAll(canvas, context, camera, size);
    this.painted = now;
    const ratio = canvas.width / size.width;
    context.setTransform(camera.scale * ratio, 0, 0, camera.scale * ratio, camera.x * ratio, camera.y * ratio);
    this.boxes.forEach((box, place) => {
      const level = levelOf(scene, box);
      if (same && this.levels[place] === level) return;
      this.levels[place] = level;
      this.paintBox(context, box, level, camera.scale);
    });
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {CanvasRenderingContext2D} context
   * @param {Camera} camera
   * @param {import("../camera.js").Size} size
   * @returns {void}
   */
  paintAll(canvas, context, camera, size) {
    const ratio = devicePixelRatio || 1;
    [canvas.width, canvas.height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    this.levels = new Uint8Array(this.boxes.length);
    this.palette = readPalette(canvas);
    const scale = camera.scale * ratio;
    context.setTransform(scale, 0, 0, scale, camera.x * ratio, camera.y * ratio);
    this.paintFrames(context, camera.scale);
    this.paintLines(context, camera.scale);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} scale
   * @returns {void}
   */
  paintFrames(context, scale) {
    const { stage, view } = /** @type {Scene} */ (this.scene);
    context.strokeStyle = this.palette?.line ?? "";
    context.lineWidth = 1 / scale;
    for (const { area } of framesIn(stage, view)) {
      if (area.width * scale > 6) context.strokeRect(area.left, area.top, area.width, area.height);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} scale
   * @returns {void}
   */
  paintLines(context, scale) {
    const { stage } = /** @type {Scene} */ (this.scene);
    const lines = linesOf(stage, this.boxes);
    context.strokeStyle = this.palette?.edge ?? "";
    context.lineWidth = Math.max(1.2, 0.5 / scale);
    context.globalAlpha = Math.min(1, Math.max(0.25, scale * 4));
    context.beginPath();
    const step = Math.max(1, Math.ceil(lines.length / MOST_LINES));
    for (let place = 0; place < lines.length; place += step) {
      const route = stage.layout.routes[lines[place]?.key ?? ""] ?? [];
      route.forEach(({ x, y }, at) => {
        const before = route[at - 1];
        if (!before) context.moveTo(x, y);
        else if (scale < STRAIGHT_BELOW) context.lineTo(x, y);
        else context.bezierCurveTo(before.x, (before.y + y) / 2, x, (before.y + y) / 2, x, y);
      });
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Box} box
   * @param {number} level
   * @param {number} scale
   * @returns {void}
   */
  paintBox(context, box, level, scale) {
    const scene = /** @type {Scene} */ (this.scene);
    const palette = /** @type {Palette} */ (this.palette);
    const { x, y } = spotOf(scene.stage, box.id);
    const width = Math.max(box.width, SMALLEST_BOX / scale);
    const height = Math.max(box.height, SMALLEST_BOX / scale);
    const [left, top] = [x - width / 2, y - height / 2];
    context.fillStyle = [palette.unknown, palette.known, palette.derived][level] ?? "";
    context.fillRect(left, top, width, height);
    if (width * scale < 12) return;
    context.strokeStyle = palette.line;
    context.lineWidth = 1 / scale;
    context.strokeRect(left, top, width, height);
    if (scale < WORDS_FROM) return;
    context.fillStyle = level === DERIVED ? palette.paper : palette.line;
    context.font = "13px system-ui, sans-serif";
    context.fillText(box.title, left + 12, y + 4, width - 24);
  }
}
