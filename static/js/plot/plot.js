/**
 * A plot: axes with labels and units, marks, a legend, a title that is also spoken. Each mark is a module of its own:
 * it says which data it spans, and draws itself into the frame.
 *
 * @typedef {import("./axes.js").Axis} Axis
 * @typedef {import("./axes.js").Frame} Frame
 * @typedef {{
 *   xs: number[], ys: number[], tight?: boolean, whole?: boolean, draw: (frame: Frame) => import("lit").TemplateResult,
 *   legend?: {label: string, picture: import("lit").TemplateResult},
 *   ink?: (frame: Frame) => import("./words.js").Segment[], words?: (frame: Frame) => import("./words.js").Words
 * }} Mark `whole` marks are not cut in half at an axis. `ink` is what words must not be written over, in pixels; `words` say
 *   something about the mark where it is.
 * @typedef {{
 *   title: string, description: string, x: Axis, y: Axis, marks: Mark[], height?: number, square?: boolean,
 *   press?: (x: number, y: number) => void
 * }} Plot `square`: both axes have the same length, as a map has. `press` is told where the pointer is pressed or dragged, in the units of the axes.
 */

import { html, nothing, svg } from "lit";
import { View } from "../views/element.js";
import { domainOf, horizontalAxis, scaleOf, verticalAxis } from "./axes.js";
import { drawWords } from "./words.js";

const MARGIN = Object.freeze({ left: 58, right: 14, top: 30, bottom: 48 });
const USUAL_WIDTH = 640;
const USUAL_HEIGHT = 300;
const LARGEST_SQUARE = 460;
/** How far points may reach over the axes, and how far a line that lies on one does. */
const SPILL = 6;
const HALF_STROKE = 1;

export class PlotView extends View {
  static properties = { plot: { attribute: false } };

  constructor() {
    super();
    /** @type {Plot | null} */
    this.plot = null;
    this.width = 0;
    this.watch = new ResizeObserver(([entry]) => {
      const width = Math.round(entry?.contentRect.width ?? 0);
      if (width === this.width) return;
      this.width = width;
      this.requestUpdate();
    });
  }

  connectedCallback() {
    super.connectedCallback();
    this.watch.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.watch.disconnect();
  }

  render() {
    if (!this.plot) return nothing;
    const { title, description, x, y, marks, press } = this.plot;
    const [width, height] = this.size(this.plot);
    const frame = this.frameOf(this.plot, width, height);
    return html`<figure class="plot">
      <figcaption>${title}</figcaption>
      ${legend(marks)}
      <svg
        role="img"
        aria-label="${title}. ${description}"
        width=${width}
        height=${height}
        viewBox="0 0 ${width} ${height}"
        class=${press ? "pressable" : ""}
        @pointerdown=${(/** @type {PointerEvent} */ event) => this.point(event, frame)}
        @pointermove=${(/** @type {PointerEvent} */ event) => event.buttons & 1 && this.point(event, frame)}
      >
        ${horizontalAxis(frame, x)}${verticalAxis(frame, y)}${inside(frame, marks)}${drawWords(frame, marks)}
      </svg>
    </figure>`;
  }

  /**
   * @param {Plot} plot
   * @returns {[number, number]}
   */
  size({ height = USUAL_HEIGHT, square = false }) {
    const width = this.width || USUAL_WIDTH;
    if (!square) return [width, height];
    const side = Math.min(width - MARGIN.left - MARGIN.right, LARGEST_SQUARE);
    return [side + MARGIN.left + MARGIN.right, side + MARGIN.top + MARGIN.bottom];
  }

  /**
   * @param {Plot} plot
   * @param {number} width
   * @param {number} height
   * @returns {Frame}
   */
  frameOf({ x, y, marks }, width, height) {
    const { left, top, right, bottom } = MARGIN;
    const tight = marks.some((mark) => mark.tight);
    const inner = { left, top, width: Math.max(40, width - left - right), height: height - top - bottom };
    const across = domainOf(x, marks.flatMap(({ xs }) => xs), true);
    const up = domainOf(y, marks.flatMap(({ ys }) => ys), tight);
    return {
      ...inner,
      x: scaleOf(x, across, [left, left + inner.width]),
      y: scaleOf(y, up, [top + inner.height, top]),
    };
  }

  /**
   * @param {PointerEvent} event
   * @param {Frame} frame
   * @returns {void}
   */
  point(event, frame) {
    const drawing = this.querySelector("svg[role=img]");
    if (!this.plot?.press || !drawing) return;
    const { left, top } = drawing.getBoundingClientRect();
    const [across, up] = [event.clientX - left, event.clientY - top];
    const outside = across < frame.left || across > frame.left + frame.width;
    if (outside || up < frame.top || up > frame.top + frame.height) return;
    drawing.setPointerCapture(event.pointerId);
    this.plot.press(frame.x.invert(across), frame.y.invert(up));
  }
}

/**
 * The marks, cut off at the axes; what has a middle may reach over them.
 * @param {Frame} frame
 * @param {Mark[]} marks
 * @returns {import("lit").TemplateResult[]}
 */
function inside(frame, marks) {
  const tight = marks.some((mark) => mark.tight);
  return marks.map((mark) => {
    const spill = tight ? 0 : mark.whole ? SPILL : HALF_STROKE;
    const [left, top] = [frame.left - spill, frame.top - spill];
    const [width, height] = [frame.width + 2 * spill, frame.height + 2 * spill];
    return svg`<svg x=${left} y=${top} width=${width} height=${height} viewBox="${left} ${top} ${width} ${height}">
      ${mark.draw(frame)}
    </svg>`;
  });
}

/**
 * @param {Mark[]} marks
 * @returns {import("lit").TemplateResult | typeof nothing}
 */
function legend(marks) {
  const entries = marks.flatMap((mark) => (mark.legend ? [mark.legend] : []));
  if (!entries.length) return nothing;
  return html`<ul class="legend">
    ${entries.map(
      ({ label, picture }) => html`<li>
        <svg width="26" height="12" viewBox="0 0 26 12" aria-hidden="true">${picture}</svg>${label}
      </li>`,
    )}
  </ul>`;
}

customElements.define("wg-plot", PlotView);
