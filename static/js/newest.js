/** Newest wins: at most one job runs, and of those that wait only the last is done. */

/** @template T */
export class Newest {
  /** @param {(item: T) => Promise<void>} work */
  constructor(work) {
    this.work = work;
    /** @type {{item: T} | null} */
    this.waiting = null;
    this.running = false;
  }

  /**
   * @param {T} item
   * @returns {Promise<void>}
   */
  async offer(item) {
    this.waiting = { item };
    if (this.running) return;
    this.running = true;
    try {
      while (this.waiting) {
        const next = this.waiting.item;
        this.waiting = null;
        await this.work(next);
      }
    } finally {
      this.running = false;
    }
  }
}

/**
 * A function that waits until it has not been called for a while.
 * @param {number} milliseconds
 * @param {() => void} act
 * @returns {() => void}
 */
export function settle(milliseconds, act) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  };
}
