/** Which part of the drawing is in view: a scale and a shift. Pure functions. */

/**
 * @typedef {{scale: number, x: number, y: number}} Camera A point p of the drawing is shown at p * scale + (x, y).
 * @typedef {{left: number, top: number, width: number, height: number}} Area
 * @typedef {{width: number, height: number}} Size
 */

const MARGIN = 28;
/** Room above the drawing for the switch that stands there. */
const HEADROOM = 30;
const LARGEST_FIT = 1.12;
const SMALLEST_FIT = 0.7;
/** A view narrower than this may show its drawing smaller: a phone is held closer. */
const USUAL_WIDTH = 700;
/** What lies between the drawing and a corner that is taken. */
const GAP = 10;
/** So much of a drawing may be out of view and it still counts as in view. */
const SLACK = 24;
const NO_CORNER = Object.freeze({ width: 0, height: 0 });
const LIMITS = { smallest: 0.003, largest: 3 };

/**
 * The whole drawing where it stays legible, else its bottom, where the sweep starts. It stays clear of what stands in
 * the corner on the lower right.
 * @param {Area} area
 * @param {Size} size
 * @param {{whole?: boolean, corner?: Size, start?: number}} [wishes] `whole`: the whole drawing in any case; `start`:
 *   the x that is in view where not everything is
 * @returns {Camera}
 */
export function fitArea(area, size, { whole = false, corner = NO_CORNER, start } = {}) {
  const camera = fitWithin(area, size, whole);
  if (start !== undefined && Math.abs(start * camera.scale + camera.x - size.width / 2) > size.width / 2 - MARGIN) {
    return { ...camera, x: size.width / 2 - start * camera.scale };
  }
  const right = camera.x + (area.left + area.width) * camera.scale;
  const bottom = camera.y + (area.top + area.height) * camera.scale;
  const clear = right < size.width - corner.width || bottom < size.height - corner.height;
  if (clear) return camera;
  return fitWithin(area, { ...size, height: size.height - corner.height + MARGIN - GAP }, whole);
}

/**
 * @param {Area} area
 * @param {Size} size
 * @param {boolean} whole
 * @returns {Camera}
 */
function fitWithin(area, size, whole) {
  const wide = (size.width - 2 * MARGIN) / Math.max(area.width, 1);
  const free = size.height - HEADROOM;
  const high = (free - 2 * MARGIN) / Math.max(area.height, 1);
  const legible = SMALLEST_FIT * Math.min(1, size.width / USUAL_WIDTH);
  const scale = Math.max(whole ? LIMITS.smallest : legible, Math.min(LARGEST_FIT, wide, high));
  const middle = area.left + area.width / 2;
  const spare = free - area.height * scale;
  const y = HEADROOM + (spare >= 2 * MARGIN - 1 ? spare / 2 : spare - MARGIN);
  return { scale, x: size.width / 2 - middle * scale, y: y - area.top * scale };
}

/**
 * @param {Camera} camera
 * @param {number} factor
 * @param {{x: number, y: number}} anchor what stays where it is, in the view
 * @returns {Camera}
 */
export function zoomAt(camera, factor, anchor) {
  const scale = Math.max(LIMITS.smallest, Math.min(LIMITS.largest, camera.scale * factor));
  const ratio = scale / camera.scale;
  return { scale, x: anchor.x - (anchor.x - camera.x) * ratio, y: anchor.y - (anchor.y - camera.y) * ratio };
}

/**
 * Bring a spot into view by the shortest way; the same camera where it is in view.
 * @param {Camera} camera
 * @param {{x: number, y: number}} spot
 * @param {Size} size
 * @returns {Camera}
 */
export function follow(camera, spot, size) {
  const x = spot.x * camera.scale + camera.x;
  const y = spot.y * camera.scale + camera.y;
  const visible = x >= 60 && x <= size.width - 60 && y >= 30 && y <= size.height - 30;
  if (visible) return camera;
  return { ...camera, x: camera.x + size.width / 2 - x, y: camera.y + size.height / 2 - y };
}

/**
 * The part of the drawing that is in view, a little enlarged.
 * @param {Camera} camera
 * @param {Size} size
 * @returns {Area}
 */
export function visibleArea(camera, size) {
  const spare = 80 / camera.scale;
  return {
    left: -camera.x / camera.scale - spare,
    top: -camera.y / camera.scale - spare,
    width: size.width / camera.scale + 2 * spare,
    height: size.height / camera.scale + 2 * spare,
  };
}

/**
 * @param {Area} area
 * @param {Camera} camera
 * @param {Size} size
 * @returns {boolean} whether all of it is in view
 */
export function isWithin({ left, top, width, height }, { scale, x, y }, size) {
  const across = left * scale + x >= -SLACK && (left + width) * scale + x <= size.width + SLACK;
  return across && top * scale + y >= -SLACK && (top + height) * scale + y <= size.height + SLACK;
}
