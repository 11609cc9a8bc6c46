/**
 * The drawing of the graph as a picture that stands alone: its looks, which come from style sheets and variables, are
 * written into it as attributes.
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Frame
 * @typedef {{text: string, width: number, height: number}} Figure An SVG document.
 */

const LOOKS = Object.freeze([
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "opacity",
  "font-family",
  "font-size",
  "font-style",
  "font-weight",
  "text-anchor",
]);
const PLAIN_LOOKS = new Set(["none", "1", "normal", "400", "start", "butt", "0"]);
/** What only lives: it follows the pointer, or moves. */
const PASSING = ".flow-dot, .all-digits-tip, title, desc";
const MARGIN = 24;
const SVG = "http://www.w3.org/2000/svg";

/**
 * Colours as every program reads them.
 * @param {string} colour
 * @param {CanvasRenderingContext2D} ink
 * @returns {string}
 */
function plainColour(colour, ink) {
  if (!/^(color|oklab|oklch|lab|lch)\(/.test(colour)) return colour;
  ink.clearRect(0, 0, 1, 1);
  ink.fillStyle = colour;
  ink.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha = 0] = ink.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${(alpha / 255).toFixed(3)})`;
}

/**
 * @param {Element} from what is shown
 * @param {Element} to its copy
 * @param {CanvasRenderingContext2D} ink
 * @returns {void}
 */
function copyLooks(from, to, ink) {
  const style = getComputedStyle(from);
  for (const name of LOOKS) {
    const value = style.getPropertyValue(name);
    if (value && !(PLAIN_LOOKS.has(value) && name !== "fill")) to.setAttribute(name, plainColour(value, ink));
  }
  for (const name of ["class", "style", "role", "tabindex", "aria-label"]) to.removeAttribute(name);
  for (const { name } of [...to.attributes]) if (name.startsWith("data-")) to.removeAttribute(name);
}

/**
 * @param {Element} root
 * @returns {Element[]}
 */
function withDescendants(root) {
  return [root, ...root.querySelectorAll("*")];
}

/**
 * What the whole drawing takes, where all of it is there; null where only the part in view is drawn.
 * @param {SVGSVGElement} drawing
 * @param {number} boxes how many boxes there are
 * @returns {Frame | null} in the drawing's own coordinates
 */
export function wholeFrame(drawing, boxes) {
  const camera = drawing.querySelector("g.camera");
  if (!(camera instanceof SVGGElement) || drawing.querySelectorAll("g.box").length < boxes) return null;
  const { x, y, width, height } = camera.getBBox();
  return { x: x - MARGIN, y: y - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
}

/**
 * @param {SVGSVGElement} drawing
 * @param {Frame | null} frame the part to show; null for the part in view
 * @param {{title: string, description: string, paper: string, painting: HTMLCanvasElement | null}} around
 *   `painting`: what is painted behind the drawing, where there is too much for elements
 * @returns {Figure}
 */
export function figureOf(drawing, frame, { title, description, paper, painting }) {
  const ink = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  const copy = /** @type {SVGSVGElement} */ (drawing.cloneNode(true));
  const [shown, copies] = [withDescendants(drawing), withDescendants(copy)];
  const camera = copy.querySelector("g.camera");
  const moved = getComputedStyle(drawing.querySelector("g.camera") ?? drawing).transform;
  const passing = [...copy.querySelectorAll(PASSING)];
  shown.forEach((from, place) => {
    const to = copies[place];
    if (to) copyLooks(from, to, ink);
  });
  passing.forEach((each) => each.remove());
  const box = drawing.getBoundingClientRect();
  const area = frame ?? { x: 0, y: 0, width: box.width, height: box.height };
  if (!frame && moved !== "none") camera?.setAttribute("transform", moved);
  const behind = [...header(area, title, description, plainColour(paper, ink)), ...copyPainting(painting, area)];
  copy.replaceChildren(...behind, ...copy.childNodes);
  copy.setAttribute("xmlns", SVG);
  copy.setAttribute("viewBox", `${area.x} ${area.y} ${area.width} ${area.height}`);
  copy.setAttribute("width", String(Math.round(area.width)));
  copy.setAttribute("height", String(Math.round(area.height)));
  return { text: new XMLSerializer().serializeToString(copy), width: area.width, height: area.height };
}

/**
 * @param {Frame} area
 * @param {string} title
 * @param {string} description
 * @param {string} paper
 * @returns {Element[]}
 */
function header({ x, y, width, height }, title, description, paper) {
  const [name, account, sheet] = ["title", "desc", "rect"].map((tag) => document.createElementNS(SVG, tag));
  if (!name || !account || !sheet) return [];
  name.textContent = title;
  account.textContent = description;
  for (const [key, value] of Object.entries({ x, y, width, height, fill: paper })) sheet.setAttribute(key, String(value));
  return [name, account, sheet];
}

/**
 * @param {HTMLCanvasElement | null} painting
 * @param {Frame} area
 * @returns {Element[]}
 */
function copyPainting(painting, { x, y, width, height }) {
  if (!painting || painting.hidden || !painting.width) return [];
  const image = document.createElementNS(SVG, "image");
  const href = painting.toDataURL("image/png");
  for (const [key, value] of Object.entries({ x, y, width, height, href })) image.setAttribute(key, String(value));
  return [image];
}

/**
 * Paint a figure over the whole of a canvas.
 * @param {Figure} figure
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<void>}
 */
export async function paintFigure({ text, width, height }, canvas) {
  const image = new Image(width, height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  canvas.getContext("2d", { willReadFrequently: true })?.drawImage(image, 0, 0, canvas.width, canvas.height);
}
