/** One formula. Its LaTeX comes from the server, which makes it from checked names; people's text never gets here. */

import temml from "temml";
import { pointAt } from "../actions/pointing.js";
import { lit } from "../store.js";
import { View } from "./element.js";

/**
 * The node that an element of a formula stands for.
 * @param {EventTarget | null} target
 * @returns {number[]}
 */
function nodesOf(target) {
  const box = target instanceof Element ? target.closest("[data-node]") : null;
  return box ? [Number(box.getAttribute("data-node"))] : [];
}

export class MathView extends View {
  static properties = { latex: { attribute: "latex" }, block: { type: Boolean } };

  constructor() {
    super();
    /** @type {string} */
    this.latex = "";
    /** @type {boolean} */
    this.block = false;
    /** @type {string | null} what is drawn at the moment */
    this.drawn = null;
    this.addEventListener("pointerover", ({ target }) => pointAt(nodesOf(target)));
    this.addEventListener("pointerleave", () => pointAt([]));
  }

  updated() {
    const words = `${this.block}${this.latex}`;
    if (this.drawn !== words) {
      const options = { trust: true, displayMode: this.block, throwOnError: false, annotate: false };
      temml.render(this.latex, this, options);
      this.drawn = words;
    }
    const bright = new Set(lit.value.map(String));
    for (const box of this.querySelectorAll("[data-node]")) {
      box.classList.toggle("lit", bright.has(box.getAttribute("data-node") ?? ""));
    }
  }
}

customElements.define("wg-math", MathView);
