/** Moving the view of the graph: drag, wheel, pinch, buttons; a Lit controller that owns the camera. */

import { fitArea, follow, zoomAt } from "../camera.js";

/**
 * @typedef {import("../camera.js").Camera} Camera
 * @typedef {import("../camera.js").Area} Area
 */

const WHEEL_RATE = 0.0022;
const DRAG_START = 4;

export class GraphPointer {
  /** @param {import("lit").ReactiveControllerHost & HTMLElement} host */
  constructor(host) {
    this.host = host;
    /** @type {Camera} */
    this.camera = { scale: 1, x: 0, y: 0 };
    this.size = { width: 0, height: 0 };
    /** @type {Area | null} */
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
   * Take the bounds of a new layout.
   * @param {Area} area
   * @param {number} [start] the x at which its sweep starts
   * @returns {void}
   */
  show(area, start) {
    if (this.area === area) return;
    this.start = start;
    const grown = this.area === null || area.width > this.area.width * 1.5 || area.height > this.area.height * 1.5;
    this.area = area;
    if (!this.moved || grown) this.fit();
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
   * What the buttons take of the lower right corner; nothing where they stand above the drawing.
   * @returns {import("../camera.js").Size}
   */
  corner() {
    const view = this.host.querySelector("svg.graph")?.getBoundingClientRect();
    const taken = this.host.querySelector(".graph-buttons")?.getBoundingClientRect();
    if (!view || !taken || taken.top < view.top) return { width: 0, height: 0 };
    return { width: view.right - taken.left, height: view.bottom - taken.top };
  }

  /**
   * @param {{x: number, y: number}} spot
   * @returns {void}
   */
  follow(spot) {
    if (this.size.width && !this.dragging) this.place(follow(this.camera, spot, this.size));
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
