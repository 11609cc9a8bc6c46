/** Moving the view of the graph: drag, wheel, pinch, buttons; a Lit controller that owns the camera. */

import { fitArea, follow, isWithin, zoomAt } from "../camera.js";

/**
 * @typedef {import("../camera.js").Camera} Camera
 * @typedef {import("../layout/layout.js").Layout} Layout
 * @typedef {import("../layout/layout.js").Spot} Spot
 */

const WHEEL_RATE = 0.0022;
const DRAG_START = 4;

/**
 * @param {Layout} layout
 * @param {number} id of a box or a frame
 * @returns {Spot | undefined} the middle of its lower side
 */
function footOf({ areas, spots }, id) {
  const area = areas[id];
  return area ? { x: area.left + area.width / 2, y: area.top + area.height } : spots[id];
}

export class GraphPointer {
  /** @param {import("lit").ReactiveControllerHost & HTMLElement} host */
  constructor(host) {
    this.host = host;
    /** @type {Camera} */
    this.camera = { scale: 1, x: 0, y: 0 };
    this.size = { width: 0, height: 0 };
    /** @type {Layout | null} */
    this.area = null;
    /** A person has moved the view: it is left alone until asked to fit. */
    this.moved = false;
    this.dragging = false;
    /** The last press became a drag, so that it was no click. */
    this.dragged = false;
    /** @type {Map<number, {x: number, y: number}>} the fingers and buttons that are down */
    this.down = new Map();
    /** @type {Element | null} */
    this.watched = null;
    /** @type {number | undefined} */
    this.start = undefined;
    /** What is to stay where it is in the view while the drawing changes: the id of a box or frame, -1 for none. */
    this.anchor = -1;
    /** @type {ResizeObserver} */
    this.observer = new ResizeObserver(() => this.measure());
  }

  /**
   * @param {Element} svg
   * @returns {void}
   */
  watch(svg) {
    if (this.watched === svg) return;
    this.watched = svg;
    this.measure();
    this.observer.disconnect();
    this.observer.observe(svg);
    svg.addEventListener("wheel", (event) => this.wheel(/** @type {WheelEvent} */ (event)), { passive: false });
  }

  /** @returns {void} */
  measure() {
    const box = this.host.querySelector("svg.graph")?.getBoundingClientRect();
    if (!box || (box.width === this.size.width && box.height === this.size.height)) return;
    this.size = { width: box.width, height: box.height };
    if (!this.moved) this.fit();
  }

  /**
   * Take a new layout. What has been opened or closed stays in place where the whole does not fit.
   * @param {Layout} layout
   * @param {number} [start] the x at which its sweep starts
   * @returns {void}
   */
  show(layout, start) {
    const [before, after] = [this.area && footOf(this.area, this.anchor), footOf(layout, this.anchor)];
    const { area } = this;
    this.start = start;
    this.area = layout;
    this.anchor = -1;
    if (before && after) return this.keepInPlace(before, after);
    const grown = area === null || layout.width > area.width * 1.5 || layout.height > area.height * 1.5;
    if (!this.moved || grown) this.fit();
  }

  /**
   * @param {Spot} before where something stood
   * @param {Spot} after where it stands now
   * @returns {void}
   */
  keepInPlace(before, after) {
    const { camera } = this;
    this.fit();
    const shown = this.area && isWithin(this.area, this.camera, this.size);
    if (shown) return;
    const { scale } = camera;
    const x = camera.x + (before.x - after.x) * scale;
    const y = camera.y + (before.y - after.y) * scale;
    const low = after.y * scale + y;
    this.place({ scale, x, y: y + Math.max(0, Math.min(this.size.height - 40, this.size.height * 0.8 - low)) });
  }

  /**
   * @param {boolean} [whole]
   * @returns {void}
   */
  fit(whole = false) {
    if (!this.area || !this.size.width) return;
    this.moved = false;
    this.place(fitArea(this.area, this.size, { whole, corner: this.corner(), start: this.start }));
  }

  /**
   * What the buttons take of the lower right corner, or of all of the lower side where others stand on the left;
   * nothing where they stand above the drawing.
   * @returns {import("../camera.js").Size}
   */
  corner() {
    const view = this.host.querySelector("svg.graph")?.getBoundingClientRect();
    const buttons = this.host.querySelector(".graph-buttons")?.getBoundingClientRect();
    const bar = this.host.querySelector(".folding-bar")?.getBoundingClientRect();
    if (!view) return { width: 0, height: 0 };
    if (bar) return { width: view.width, height: view.bottom - bar.top };
    if (!buttons || buttons.top < view.top) return { width: 0, height: 0 };
    return { width: view.right - buttons.left, height: view.bottom - buttons.top };
  }

  /**
   * @param {{x: number, y: number}} spot
   * @returns {void}
   */
  follow(spot) {
    if (this.size.width && !this.dragging) this.place(follow(this.camera, spot, this.size));
  }

  /**
   * @param {number} dx
   * @param {number} dy
   * @returns {void}
   */
  pan(dx, dy) {
    this.moved = true;
    this.place({ ...this.camera, x: this.camera.x + dx, y: this.camera.y + dy });
  }

  /**
   * Bring a spot of the drawing into the middle of the view.
   * @param {Spot} spot
   * @returns {void}
   */
  centre({ x, y }) {
    const { scale } = this.camera;
    this.moved = true;
    this.place({ scale, x: this.size.width / 2 - x * scale, y: this.size.height / 2 - y * scale });
  }

  /**
   * @param {number} factor
   * @returns {void}
   */
  zoom(factor) {
    this.moved = true;
    this.place(zoomAt(this.camera, factor, { x: this.size.width / 2, y: this.size.height / 2 }));
  }

  /**
   * @param {Camera} camera
   * @returns {void}
   */
  place(camera) {
    if (camera === this.camera) return;
    this.camera = camera;
    this.host.requestUpdate();
  }

  /**
   * @param {WheelEvent} event
   * @returns {void}
   */
  wheel(event) {
    event.preventDefault();
    this.moved = true;
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    const anchor = { x: event.clientX - box.left, y: event.clientY - box.top };
    if (event.ctrlKey || event.metaKey)
      this.place(zoomAt(this.camera, Math.exp(-event.deltaY * 3 * WHEEL_RATE), anchor));
    else this.place({ ...this.camera, x: this.camera.x - event.deltaX, y: this.camera.y - event.deltaY });
  }

  /**
   * @param {PointerEvent} event
   * @returns {void}
   */
  press(event) {
    this.dragged = false;
    if (event.button === 0) this.down.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  /**
   * @param {PointerEvent} event
   * @returns {void}
   */
  drag(event) {
    const last = this.down.get(event.pointerId);
    if (!last) return;
    const [dx, dy] = [event.clientX - last.x, event.clientY - last.y];
    if (!this.dragging && Math.hypot(dx, dy) < DRAG_START) return;
    if (!this.dragging) /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
    this.dragging = true;
    this.dragged = true;
    this.moved = true;
    this.down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const other = [...this.down].find(([id]) => id !== event.pointerId)?.[1];
    if (!other) return this.place({ ...this.camera, x: this.camera.x + dx, y: this.camera.y + dy });
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    const before = Math.hypot(last.x - other.x, last.y - other.y) || 1;
    const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
    this.place(zoomAt(this.camera, after / before, { x: other.x - box.left, y: other.y - box.top }));
  }

  /**
   * @param {PointerEvent} event
   * @returns {void}
   */
  release(event) {
    this.down.delete(event.pointerId);
    this.dragging = this.down.size > 0 && this.dragging;
    this.host.requestUpdate();
  }
}
