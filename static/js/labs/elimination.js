/** The linearised graph while its vertices are eliminated: what is gone, what came for it. Inputs stand below. */

import { html, svg } from "lit";
import { curveOf, placeTags } from "../curves.js";
import { layoutGraph } from "../layout/layout.js";
import { countOf, formatShort } from "../numbers.js";
import { stepper } from "../views/stepper.js";

/**
 * @typedef {import("../protocol.js").Num} Num
 * @typedef {{id: number, name: string, operation: string, input: boolean, output: boolean}} Vertex
 * @typedef {{source: number, target: number, value: Num}} Edge
 * @typedef {{node: number, multiplications: number, total: number, changes: (Edge & {fresh: boolean})[]}} Step
 * @typedef {{vertices: Vertex[], edges: Edge[], steps: Step[]}} Elimination
 */

const BOX = Object.freeze({ width: 74, height: 34 });
const EDGE = 24;
/** How wide a digit of a tag is, and the room around the tag. */
const DIGIT = 7.3;
const TAG_ROOM = 6;

/**
 * @param {Edge} edge
 * @returns {string}
 */
function keyOf({ source, target }) {
  return `${source}-${target}`;
}

/**
 * The edges after some steps, with those that the last step made or changed.
 * @param {Elimination} elimination
 * @param {number} step
 * @returns {{edges: Edge[], changed: Map<string, boolean>, gone: Set<number>}}
 */
export function edgesAfter({ edges, steps }, step) {
  const now = new Map(edges.map((edge) => [keyOf(edge), edge]));
  /** @type {Set<number>} */
  const gone = new Set();
  for (const { node, changes } of steps.slice(0, step)) {
    gone.add(node);
    for (const edge of changes) now.set(keyOf(edge), edge);
    for (const [key, { source, target }] of now) if (source === node || target === node) now.delete(key);
  }
  const last = steps[step - 1]?.changes ?? [];
  return { edges: [...now.values()], changed: new Map(last.map((edge) => [keyOf(edge), edge.fresh])), gone };
}

/**
 * @param {Elimination | null} elimination
 * @param {number} wanted
 * @returns {import("lit").TemplateResult}
 */
export function drawElimination(elimination, wanted) {
  if (!elimination) return html`<p>This graph has too many vertices to be drawn here; the counts below hold.</p>`;
  const { vertices, edges, steps } = elimination;
  const step = Math.min(wanted, steps.length);
  const boxes = vertices.map(({ id, input }) => ({ id, ...BOX, key: String(id), input, frame: -1 }));
  const links = edges.map((edge) => ({ key: keyOf(edge), from: edge.source, to: edge.target }));
  const layout = layoutGraph({ boxes, frames: [], links, previous: {} });
  const { changed, gone, edges: shown } = edgesAfter(elimination, step);
  const [width, height] = [layout.width + 2 * EDGE, layout.height + 2 * EDGE];
  const view = `${layout.left - EDGE} ${layout.top - EDGE} ${width} ${height}`;
  const drawn = drawEdges(shown, layout, changed);
  return html`${stepper({ name: "step", step, steps: steps.length, words: wordsOf(elimination, step) })}
    <div class="scroll-x" tabindex="0" role="group" aria-label="The linearised graph">
      <svg class="elimination" role="img" aria-label=${wordsOf(elimination, step)} viewBox=${view}
        width=${width} height=${height}>
        <g>${vertices.map((vertex) => drawVertex(vertex, layout, gone.has(vertex.id)))}</g>
        <g>${drawn.lines}</g>
        <g>${drawn.tags}</g>
      </svg>
    </div>`;
}

/**
 * @param {Elimination} elimination
 * @param {number} step
 * @returns {string}
 */
function wordsOf({ steps, vertices }, step) {
  const last = steps[step - 1];
  if (!last) return `Nothing is eliminated yet: ${countOf(steps.length, "vertex", "vertices")} to go`;
  const name = vertices.find(({ id }) => id === last.node)?.name ?? "";
  const cost = `${countOf(last.multiplications, "multiplication")}, ${last.total} so far`;
  const end = step === steps.length ? ". What is left is the Jacobian" : "";
  return `Step ${step} of ${steps.length}: ${name} is eliminated, ${cost}${end}`;
}

/**
 * The edges, and their values where neither a vertex nor another value stands.
 * @param {Edge[]} edges
 * @param {import("../layout/layout.js").Layout} layout
 * @param {Map<string, boolean>} changed those that the last step made (true) or changed
 * @returns {{lines: import("lit").TemplateResult[], tags: import("lit").TemplateResult[]}}
 */
function drawEdges(edges, layout, changed) {
  const words = edges.map((edge) => {
    const key = keyOf(edge);
    const [text, fresh] = [formatShort(edge.value, 3), changed.get(key)];
    const look = fresh === undefined ? "" : fresh ? "fresh" : "changed";
    return { key, text, look, width: DIGIT * text.length + TAG_ROOM, route: routeOf(edge, layout) };
  });
  const spots = placeTags(words, Object.values(layout.spots).map((spot) => ({ ...spot, ...BOX })));
  return {
    lines: words.map(({ route, look }) => svg`<path class="elimination-edge ${look}" d=${curveOf(route)}></path>`),
    tags: words.map(({ key, text, look }) => {
      const { x = 0, y = 0 } = spots.get(key) ?? {};
      return svg`<text class="elimination-tag ${look}" x=${x} y=${y + 4} text-anchor="middle">${text}</text>`;
    }),
  };
}

/**
 * @param {Edge} edge
 * @param {import("../layout/layout.js").Layout} layout
 * @returns {import("../layout/layout.js").Spot[]} as it was laid out; straight for an edge that an elimination made
 */
function routeOf(edge, { spots, routes }) {
  const [from, to] = [spots[edge.source], spots[edge.target]].map((spot) => spot ?? { x: 0, y: 0 });
  const straight = [
    { x: from?.x ?? 0, y: (from?.y ?? 0) - BOX.height / 2 },
    { x: to?.x ?? 0, y: (to?.y ?? 0) + BOX.height / 2 },
  ];
  return routes[keyOf(edge)] ?? straight;
}

/**
 * @param {Vertex} vertex
 * @param {import("../layout/layout.js").Layout} layout
 * @param {boolean} gone
 * @returns {import("lit").TemplateResult}
 */
function drawVertex({ id, name, operation, input, output }, { spots }, gone) {
  const { x, y } = spots[id] ?? { x: 0, y: 0 };
  const look = `${gone ? "gone" : ""} ${input ? "given" : ""} ${output ? "out" : ""}`;
  return svg`<g class="vertex ${look}" transform="translate(${x} ${y})">
    <title>${operation}</title>
    <rect x=${-BOX.width / 2} y=${-BOX.height / 2} width=${BOX.width} height=${BOX.height} rx="9"></rect>
    <text text-anchor="middle" y="5">${name}</text>
  </g>`;
}
