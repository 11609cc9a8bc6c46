/** The page's end of the layout worker: newest wins, and the place of every box is remembered for the next layout. */

/**
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./layout.js").LayoutRequest} LayoutRequest
 * @typedef {import("../picture.js").Picture} Picture
 */

const OUTSIDE = -1;

/**
 * What the layout has to know of a picture.
 * @param {Picture} picture
 * @param {Record<string, number>} previous
 * @returns {LayoutRequest}
 */
export function requestLayout({ boxes, lines, frames }, previous) {
  const idOf = new Map(frames.map(({ group, id }) => [group, id]));
  /** @param {number} group */
  const frameOf = (group) => idOf.get(group) ?? OUTSIDE;
  return {
    boxes: boxes.map(({ id, width, height, key, input, frame }) => {
      return { id, width, height, key, input: input && frame < 0, frame: frameOf(frame) };
    }),
    frames: frames.map(({ id, key, frame, width, loop }) => ({ id, key, frame: frameOf(frame), width, loop })),
    links: lines.map(({ key, from, to }) => ({ key, from, to })),
    previous,
  };
}

export class Arranger {
  constructor() {
    /** @type {Worker} */
    this.worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    /** @type {number} */
    this.newest = 0;
    /** @type {Record<string, number>} */
    this.warmth = {};
  }

  /**
   * @param {Picture} picture
   * @returns {Promise<Layout | null>} null where a newer request has come meanwhile
   */
  arrange(picture) {
    const id = (this.newest += 1);
    const request = requestLayout(picture, this.warmth);
    return new Promise((resolve, reject) => {
      const done = new AbortController();
      const listen = { signal: done.signal };
      this.worker.addEventListener("error", () => (done.abort(), reject(new Error("The layout failed."))), listen);
      this.worker.addEventListener(
        "message",
        ({ data }) => {
          if (data.id !== id) return;
          done.abort();
          if (id === this.newest) this.warmth = { ...this.warmth, ...data.layout.warmth };
          resolve(id === this.newest ? data.layout : null);
        },
        listen,
      );
      this.worker.postMessage({ id, request });
    });
  }
}
