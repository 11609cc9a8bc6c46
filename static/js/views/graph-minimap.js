/** The whole graph small, with what is in view marked on it; there only where the graph does not fit. */

import { guard, html, nothing, svg } from "lit";
import { isWithin } from "../camera.js";
import { currentBox } from "./graph-scene.js";
import { spotOf } from "../stage.js";

/**
 * @typedef {import("./graph-scene.js").Scene} Scene
 * @typedef {import("./graph-pointer.js").GraphPointer} GraphPointer
 * @typedef {import("../layout/layout.js").Area} Area
 */

const LARGEST = Object.freeze({ width: 132, height: 150 });
const SLIMMEST = 26;
/** So many boxes are drawn one by one; of more, every second, third... */
const MOST_MARKS = 400;

/**
 * @param {Area} area
 * @returns {{width: number, height: number}} of the small map, keeping the proportions where they are not extreme
 */
function sizeOfMap({ width, height }) {
  const scale = Math.min(LARGEST.width / Math.max(1, width), LARGEST.height / Math.max(1, height));
  return { width: Math.max(SLIMMEST, width * scale), height: Math.max(SLIMMEST, height * scale) };
}

/**
 * The boxes as one path, since they never change one by one.
 * @param {import("../stage.js").Stage} stage
 * @returns {string}
 */
function marksOf(stage) {
  const { boxes } = stage.picture;
  const stride = Math.ceil(boxes.length / MOST_MARKS);
  return boxes
    .filter((_, place) => place % stride === 0)
    .map(({ id, width, height }) => {
      const { x, y } = spotOf(stage, id);
      return `M${x - width / 2} ${y - height / 2}h${width}v${height}h${-width}z`;
    })
    .join("");
}

/**
 * @param {Scene} scene
 * @param {GraphPointer} pointer
 * @returns {import("lit").TemplateResult | typeof nothing}
 */
export function drawMinimap(scene, pointer) {
  const { stage } = scene;
  const { layout } = stage;
  if (!pointer.size.width || isWithin(layout, pointer.camera, pointer.size)) return nothing;
  const { left, top, width, height } = layout;
  const map = sizeOfMap(layout);
  const { scale, x, y } = pointer.camera;
  const spot = spotOf(stage, currentBox(scene));
  const mark = { width: Math.max(width / 14, 120), height: Math.max(height / 40, 40) };
  return html`<svg
    class="minimap"
    aria-hidden="true"
    width=${map.width}
    height=${map.height}
    viewBox="${left} ${top} ${width} ${height}"
    preserveAspectRatio="none"
    data-phase=${scene.shot.now?.phase ?? ""}
    @pointerdown=${(/** @type {PointerEvent} */ event) => moveView(event, layout, pointer, true)}
    @pointermove=${(/** @type {PointerEvent} */ event) => moveView(event, layout, pointer, event.buttons === 1)}
  >
    ${svg`<path class="marks" d=${guard([stage], () => marksOf(stage))}></path>
      <rect class="here" x=${spot.x - mark.width / 2} y=${spot.y - mark.height / 2} width=${mark.width}
        height=${mark.height}></rect>
      <rect class="view" vector-effect="non-scaling-stroke" x=${-x / scale} y=${-y / scale}
        width=${pointer.size.width / scale} height=${pointer.size.height / scale}></rect>`}
  </svg>`;
}

/**
 * @param {PointerEvent} event
 * @param {Area} area
 * @param {GraphPointer} pointer
 * @param {boolean} pressed
 * @returns {void}
 */
function moveView(event, area, pointer, pressed) {
  if (!pressed) return;
  const map = /** @type {Element} */ (event.currentTarget);
  const box = map.getBoundingClientRect();
  if (event.type === "pointerdown") map.setPointerCapture(event.pointerId);
  pointer.centre({
    x: area.left + ((event.clientX - box.left) / box.width) * area.width,
    y: area.top + ((event.clientY - box.top) / box.height) * area.height,
  });
}
