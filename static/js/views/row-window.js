/** Of a long table only the rows in view are made; empty ones above and below keep the scroll bar right. */

/** Tables of fewer rows are made whole. */
const MOST_ROWS = 300;
const OVERSCAN = 12;

export class RowWindow {
  /** @param {{requestUpdate: () => void}} host */
  constructor(host) {
    this.host = host;
    /** Where the rows that are made were chosen for, and where the table really is. */
    this.top = 0;
    this.seen = 0;
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
    this.seen = this.frame.scrollTop;
    const moved = Math.abs(this.seen - this.top) >= (OVERSCAN / 2) * this.rowHeight;
    const grown = this.frame.clientHeight !== this.height;
    if (!moved && !grown) return;
    [this.top, this.height] = [this.seen, this.frame.clientHeight];
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
    if (!frame || row < 0) return;
    const top = head + row * rowHeight;
    const tooHigh = top < this.seen + head + rowHeight;
    const tooLow = top + 2 * rowHeight > this.seen + this.height;
    if (!tooHigh && !tooLow) return;
    frame.scrollTop = tooHigh ? top - head - rowHeight : top + 2 * rowHeight - this.height;
    this.measure();
  }
}
