/** Of a long table only the rows in view are made; empty ones above and below keep the scroll bar right. */

/** Tables of fewer rows are made whole. */
const MOST_ROWS = 300;
const OVERSCAN = 12;

export class RowWindow {
  /** @param {{requestUpdate: () => void}} host */
  constructor(host) {
    this.host = host;
    this.top = 0;
    this.height = 900;
    this.rowHeight = 31;
    /** @type {Element | null} */
    this.frame = null;
  }

  /**
   * @param {number} count
   * @returns {{from: number, to: number, above: number, below: number}} the rows to make, and the room around them
   */
  range(count) {
    if (count <= MOST_ROWS) return { from: 0, to: count, above: 0, below: 0 };
    const from = Math.max(0, Math.min(count - 1, Math.floor(this.top / this.rowHeight) - OVERSCAN));
    const to = Math.min(count, from + Math.ceil(this.height / this.rowHeight) + 2 * OVERSCAN);
    return { from, to, above: from * this.rowHeight, below: (count - to) * this.rowHeight };
  }

  /**
   * @param {Element | null} frame what scrolls
   * @returns {void}
   */
  watch(frame) {
    if (frame === this.frame || !frame) return;
    this.frame = frame;
    frame.addEventListener("scroll", () => this.measure());
    new ResizeObserver(() => this.measure()).observe(frame);
  }

  /** @returns {void} */
  measure() {
    if (!this.frame) return;
    const moved = Math.abs(this.frame.scrollTop - this.top) >= (OVERSCAN / 2) * this.rowHeight;
    const grown = this.frame.clientHeight !== this.height;
    if (!moved && !grown) return;
    [this.top, this.height] = [this.frame.scrollTop, this.frame.clientHeight];
    this.host.requestUpdate();
  }

  /**
   * Bring a row into view, with one to spare on either side.
   * @param {number} row
   * @param {number} head the height of what stands above the rows
   * @returns {void}
   */
  reveal(row, head) {
    const { frame, rowHeight } = this;
    if (!frame || row < 0 || frame.scrollHeight <= frame.clientHeight + 1) return;
    const top = head + row * rowHeight;
    if (top < frame.scrollTop + head + rowHeight) frame.scrollTop = top - head - rowHeight;
    else if (top + 2 * rowHeight > frame.scrollTop + frame.clientHeight)
      frame.scrollTop = top + 2 * rowHeight - frame.clientHeight;
    this.measure();
  }
}
