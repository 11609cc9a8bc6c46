/** A computation graph as it is printed: boxes with their operations, and arrows; no number that could be asked for. */

import { html, svg } from "lit";
import { curveOf } from "../curves.js";
import { BOX_HEIGHT } from "../picture.js";

/** @typedef {import("../store.js").Drawing} Drawing */

const MARGIN = 6;
/** How much smaller than on the screen. */
const SCALE = 0.62;
const HEIGHT = BOX_HEIGHT - 18;

/**
 * @param {Drawing} drawing
 * @returns {import("lit").TemplateResult}
 */
export function graphOnPaper({ picture, layout }) {
  const [left, top] = [layout.left - MARGIN, layout.top - MARGIN];
  const [width, height] = [layout.width + 2 * MARGIN, layout.height + 2 * MARGIN];
  return html`<svg
    class="sheet-graph"
    viewBox="${left} ${top} ${width} ${height}"
    width=${Math.round(width * SCALE)}
    height=${Math.round(height * SCALE)}
    role="img"
    aria-label="The computation graph"
  >
    <defs>
      <marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" orient="auto">
        <path d="M0 1L10 5L0 9z"></path>
      </marker>
    </defs>
    ${picture.lines.map(({ key }) => line(layout.routes[key]))}
    ${picture.boxes.map((box) => drawBox(box, layout.spots[box.id]))}
  </svg>`;
}

/**
 * @param {import("../layout/layout.js").Spot[] | undefined} route
 * @returns {unknown}
 */
function line(route) {
  return route ? svg`<path class="sheet-edge" d=${curveOf(route)} marker-end="url(#arrow)"></path>` : "";
}

/**
 * @param {import("../picture.js").Box} box
 * @param {import("../layout/layout.js").Spot | undefined} spot
 * @returns {unknown}
 */
function drawBox({ symbol, title, width }, spot) {
  if (!spot) return "";
  return svg`<g transform="translate(${spot.x} ${spot.y})">
    <rect x=${-width / 2} y=${-HEIGHT / 2} width=${width} height=${HEIGHT} rx="9"></rect>
    <text y="5" text-anchor="middle">${symbol} ${title}</text>
  </g>`;
}
