/** The page's end of the layout worker: newest wins, and the place of every box is remembered for the next layout. */

/**
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("../picture.js").Picture} Picture
 */

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
   * @param {number} height of every box
   * @returns {Promise<Layout | null>} null where a newer request has come meanwhile
   */
  arrange(picture, height) {
    const id = (this.newest += 1);
    const request = { nodes: picture.boxes, links: picture.lines, height, previous: this.warmth };
    return new Promise((resolve, reject) => {
      const done = new AbortController();
      const listen = { signal: done.signal };
      this.worker.addEventListener("error", () => (done.abort(), reject(new Error("The layout failed."))), listen);
      this.worker.addEventListener(
        "message",
        ({ data }) => {
          if (data.id !== id) return;
          done.abort();
          if (id === this.newest) this.warmth = data.layout.warmth;
          resolve(id === this.newest ? data.layout : null);
        },
        listen,
      );
      this.worker.postMessage({ id, request });
    });
  }
}
