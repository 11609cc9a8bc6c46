/** The second of two views side by side: a window onto the short page, under the cursor of this one. */

import { effect } from "@preact/signals-core";
import { html, nothing } from "lit";
import { cursorShare, goToShare, pinView, showOtherMode, swapViews, toggleBeside } from "../actions/beside.js";
import { pointAt } from "../actions/pointing.js";
import { writeAddress } from "../address.js";
import { besideQuestion, besideTitle, readMessage, sameGraph } from "../beside.js";
import { beside, hover, question, step, trace } from "../store.js";
import { View } from "./element.js";
import { ICONS } from "./icons.js";

/** What an address says beyond its question: nothing. */
const PLAIN = Object.freeze({
  step: 0,
  panel: "",
  choice: { output: 0, input: 0 },
  stops: { nodes: [], lines: [] },
  region: null,
  why: null,
  beside: null,
});

export class BesideView extends View {
  constructor() {
    super();
    /** @type {(() => void)[]} */
    this.following = [];
    /** What the other window knows: what it was told, and what it told itself. */
    this.known = { question: "", nodes: "", step: -1 };
    /** Where the second window starts: it is told of everything after that. */
    this.start = "";
    this.listener = (/** @type {MessageEvent} */ event) => this.hear(event);
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("message", this.listener);
    this.following = [effect(() => this.tell())];
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("message", this.listener);
    this.following.forEach((stop) => stop());
  }

  render() {
    const shown = beside.value;
    if (!shown || !trace.value) {
      this.start = "";
      return nothing;
    }
    this.start ||= `/embed?pane#${writeAddress({ question: besideQuestion(question.value, shown), ...PLAIN })}`;
    const title = besideTitle(question.value, shown);
    return html`<div class="beside" id="beside">
      ${this.bar(shown)}
      <iframe title=${title} src=${this.start} @load=${() => this.tell(true)}></iframe>
    </div>`;
  }

  /**
   * @param {import("../beside.js").Beside} shown
   * @returns {import("lit").TemplateResult}
   */
  bar({ kind }) {
    const swap = html`<button id="beside-swap" class="chip-button" type="button" @click=${swapViews}>Swap</button>`;
    return html`<div class="beside-bar" role="group" aria-label="Side by side">
      ${choice("beside-mode", "Other mode", kind === "mode", showOtherMode)}
      ${choice("beside-pin", "Pin this view", kind === "pinned", pinView)} ${kind === "pinned" ? swap : nothing}
      <button
        class="button quiet"
        id="beside-close"
        type="button"
        aria-label="Close side by side"
        @click=${toggleBeside}
      >
        ${ICONS.close}
      </button>
    </div>`;
  }

  /**
   * @param {boolean} [everything]
   * @returns {void}
   */
  tell(everything = false) {
    const [asked, shown, nodes, share] = [question.value, beside.value, hover.value, cursorShare()];
    const other = this.querySelector("iframe")?.contentWindow;
    if (!shown || !other) return;
    const wanted = besideQuestion(asked, shown);
    const news = JSON.stringify(wanted);
    const pointed = sameGraph(asked, wanted) ? nodes : [];
    /** @type {import("../beside.js").Message} */
    const message = { wengert: "pair" };
    if (everything || step.value !== this.known.step) message.share = share;
    if (everything || news !== this.known.question) message.question = wanted;
    if (pointed.join() !== this.known.nodes) message.nodes = pointed;
    this.known = { question: news, nodes: pointed.join(), step: step.value };
    other.postMessage(message, location.origin);
  }

  /**
   * @param {MessageEvent} event
   * @returns {void}
   */
  hear(event) {
    const message = readMessage(event, this.querySelector("iframe")?.contentWindow ?? null);
    if (!message || !beside.value) return;
    if (message.share !== undefined) {
      this.known.step = Math.round(message.share * (trace.value?.steps ?? 0));
      goToShare(message.share);
    }
    if (!message.nodes || !sameGraph(question.value, besideQuestion(question.value, beside.value))) return;
    this.known.nodes = message.nodes.join();
    pointAt(message.nodes);
  }
}

/**
 * @param {string} id
 * @param {string} words
 * @param {boolean} chosen
 * @param {() => void} act
 * @returns {import("lit").TemplateResult}
 */
function choice(id, words, chosen, act) {
  return html`<button id=${id} class="chip-button" type="button" aria-pressed=${chosen ? "true" : "false"} @click=${act}>
    ${words}
  </button>`;
}

customElements.define("wg-beside", BesideView);
