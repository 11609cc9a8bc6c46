/** The base of every view: Lit in the light DOM, redrawn when a signal that it read changes, at most once a frame. */

import { effect } from "@preact/signals-core";
import { LitElement } from "lit";

/** @returns {Promise<void>} the next frame; at once where the page is hidden and has no frames */
function nextFrame() {
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

export class View extends LitElement {
  constructor() {
    super();
    /** @type {() => void} */
    this.stopReading = () => {};
  }

  /** What the server put there for the time before scripts goes; the light DOM keeps style sheets and ids working. */
  createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  async scheduleUpdate() {
    await nextFrame();
    super.scheduleUpdate();
  }

  performUpdate() {
    if (!this.isUpdatePending) return;
    this.stopReading();
    let drawing = true;
    this.stopReading = effect(() => {
      if (drawing) super.performUpdate();
      else this.requestUpdate();
      drawing = false;
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stopReading();
  }
}
