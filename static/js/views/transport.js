/** Play and step; the timeline; what it has cost so far. */

import { html, nothing } from "lit";
import { goTo, goToEnd, strideBy, togglePlay } from "../actions/playback.js";
import { countOf } from "../numbers.js";
import { QUANTITIES } from "../quantities.js";
import { course, playing, snapshot, step, stride, trace } from "../store.js";
import { View } from "./element.js";
import { ICONS } from "./icons.js";
import "./pacing.js";
import "./timeline.js";

/** @typedef {import("../trace.js").Trace} Trace */

/** @type {Readonly<Record<import("../store.js").Stride, string>>} */
const STRIDE_NAMES = Object.freeze({
  event: "One step",
  node: "One node",
  turn: "One loop turn",
  stop: "One breakpoint",
});

/**
 * @param {string} id
 * @param {string} words
 * @param {unknown} picture
 * @param {() => void} act
 * @param {boolean} off
 * @returns {import("lit").TemplateResult}
 */
function button(id, words, picture, act, off) {
  return html`<button
    id=${id}
    class="key"
    type="button"
    aria-label=${words}
    title=${words}
    ?disabled=${off}
    @click=${act}
  >
    ${picture}
  </button>`;
}

export class TransportView extends View {
  render() {
    const shown = trace.value;
    const steps = shown?.steps ?? 0;
    const [atStart, atEnd] = [step.value === 0, step.value >= steps];
    const by = stride.value;
    return html`
      <div class="buttons" role="group" aria-label="Playback">
        ${button("first", "To the start (Home)", ICONS.first, () => goTo(0), atStart)}
        ${button("back", `${STRIDE_NAMES[by]} back (←)`, ICONS.back, () => strideBy(by, -1), atStart)}
        <button
          id="play"
          class="play"
          type="button"
          ?disabled=${!shown}
          aria-label=${playing.value ? "Pause" : "Play"}
          @click=${togglePlay}
        >
          ${playing.value ? ICONS.pause : ICONS.play}<span>${playing.value ? "Pause" : "Play"}</span>
        </button>
        ${button("next", `${STRIDE_NAMES[by]} on (→)`, ICONS.on, () => strideBy(by, 1), atEnd)}
        ${button("last", "To the result (End)", ICONS.last, goToEnd, atEnd)}
        <wg-pacing></wg-pacing>
      </div>
      <wg-timeline></wg-timeline>
      ${shown ? this.cost(shown) : nothing}
    `;
  }

  /**
   * @param {Trace} shown
   * @returns {import("lit").TemplateResult}
   */
  cost({ result, mode }) {
    if (!result.cost) return html`<p class="running-cost" id="cost">Counting operations …</p>`;
    const { operations } = result.cost;
    const done = snapshot.value?.operations ?? 0;
    const multiple = operations.primal ? (done / operations.primal).toFixed(1) : "0.0";
    return html`<p class="running-cost" id="cost">
      <span
        ><b id="operations">${done.toLocaleString("en-US")}</b> of ${countOf(operations.total, "operation")} ·
        <b id="multiple">${multiple}×</b> one evaluation</span
      >
      <span>${mode === "forward" ? nothingKept() : this.tape(result.cost)}</span>
    </p>`;
  }

  /**
   * @param {import("../protocol.js").Cost} cost
   * @returns {import("lit").TemplateResult}
   */
  tape({ tape }) {
    const { values, bytes } = tape;
    const kept = course.value?.kept[step.value] ?? 0;
    const share = values ? Math.min(1, kept / values) : 0;
    return html`<b id="kept">${kept.toLocaleString("en-US")}</b> of ${countOf(values, "value")} on the tape
      <span class="tape-gauge" aria-hidden="true"><i .style=${`width: ${100 * share}%`}></i></span>
      <span class="tape-bytes">${sizeOf(values ? (kept * bytes) / values : 0)}</span>`;
  }
}

/**
 * @param {number} bytes
 * @returns {string}
 */
function sizeOf(bytes) {
  return bytes < 1000 ? countOf(bytes, "byte") : `${(bytes / 1000).toFixed(1)} kB`;
}

/** @returns {import("lit").TemplateResult} */
function nothingKept() {
  return html`<span title=${QUANTITIES.tangent.meaning}>no tape: nothing is kept</span>`;
}

customElements.define("wg-transport", TransportView);
