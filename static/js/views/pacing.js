/** How playing goes: how far a step goes, how fast, what is repeated, where it stops. */

import { html, nothing } from "lit";
import {
  clearRegion,
  clearStops,
  endRegionHere,
  repeatTurn,
  setStride,
  startRegionHere,
  toggleStop,
  toggleStopHere,
} from "../actions/pacing.js";
import { setSpeed, SPEEDS } from "../actions/playback.js";
import { symbolOf } from "../picture.js";
import { course, region, speed, step, stops, stride, trace } from "../store.js";
import { View } from "./element.js";
import { ICONS } from "./icons.js";

/** @typedef {import("../store.js").Stride} Stride */

/** @type {readonly {stride: Stride, words: string}[]} */
const STRIDES = Object.freeze([
  { stride: "event", words: "event" },
  { stride: "node", words: "node" },
  { stride: "turn", words: "loop turn" },
  { stride: "stop", words: "breakpoint" },
]);

/**
 * @param {Event} event
 * @returns {string}
 */
function chosen({ target }) {
  return /** @type {HTMLSelectElement} */ (target).value;
}

export class PacingView extends View {
  render() {
    const marked = region.value !== null || stops.value.nodes.length + stops.value.lines.length > 0;
    return html`
      <label class="pick"
        ><span>by</span>
        <select id="stride" aria-label="Step by" @change=${(/** @type {Event} */ event) => this.pickStride(event)}>
          ${STRIDES.map(
            ({ stride: each, words }) =>
              html`<option value=${each} .selected=${each === stride.value} ?disabled=${this.lacks(each)}>${words}</option>`,
          )}
        </select>
      </label>
      <select
        id="speed"
        class="key speed"
        aria-label="Speed"
        title="Speed ([ and ])"
        @change=${(/** @type {Event} */ event) => setSpeed(Number(chosen(event)))}
      >
        ${SPEEDS.map((each) => html`<option value=${each} .selected=${each === speed.value}>${each}×</option>`)}
      </select>
      <button
        id="open-pace"
        class="key ${marked ? "marked" : ""}"
        type="button"
        popovertarget="pace"
        aria-label="Repeat and breakpoints"
        title="Repeat and breakpoints"
      >
        ${ICONS.repeat}
      </button>
      <div id="pace" class="pace" popover aria-label="Repeat and breakpoints" role="dialog">
        ${this.repeat()} ${this.breakpoints()}
      </div>
    `;
  }

  /**
   * @param {Event} event
   * @returns {void}
   */
  pickStride(event) {
    setStride(/** @type {Stride} */ (chosen(event)));
  }

  /**
   * @param {Stride} each
   * @returns {boolean} whether the trace has no such steps
   */
  lacks(each) {
    return each === "turn" && !course.value?.turnStarts.length;
  }

  /** @returns {import("lit").TemplateResult} */
  repeat() {
    const part = region.value;
    return html`<section>
      <h3 class="heading">Repeat</h3>
      <p class="quiet-words" id="region">
        ${part ? `Playing repeats steps ${part.from} to ${part.to}.` : "Playing goes on to the end."}
      </p>
      <p class="row">
        ${action("region-start", `From step ${step.value}`, "I", startRegionHere)}
        ${action("region-end", `To step ${step.value}`, "O", endRegionHere)}
        ${this.lacks("turn") ? nothing : action("region-turn", "This loop turn", "L", repeatTurn)}
        ${part ? action("region-clear", "No repeat", "X", clearRegion) : nothing}
      </p>
    </section>`;
  }

  /** @returns {import("lit").TemplateResult} */
  breakpoints() {
    const { nodes, lines } = stops.value;
    const graph = trace.value?.graph;
    return html`<section>
      <h3 class="heading">Breakpoints</h3>
      <p class="quiet-words">Playing stops there. Press a line number, or B at a node.</p>
      <p class="row">
        ${lines.map((line) => action(`stop-l${line}`, `Line ${line}`, "×", () => toggleStop("lines", line)))}
        ${nodes.map((node) => {
          const name = graph ? symbolOf(graph, node) : `node ${node}`;
          return action(`stop-n${node}`, name, "×", () => toggleStop("nodes", node));
        })}
        ${action("stop-here", "At this node", "B", toggleStopHere)}
        ${nodes.length + lines.length > 1 ? action("stops-clear", "None", "", clearStops) : nothing}
      </p>
    </section>`;
  }
}

/**
 * @param {string} id
 * @param {string} words
 * @param {string} key
 * @param {() => void} act
 * @returns {import("lit").TemplateResult}
 */
function action(id, words, key, act) {
  return html`<button id=${id} class="chip-button" type="button" @click=${act}>
    ${words}${key ? html`<kbd aria-hidden="true">${key}</kbd>` : nothing}
  </button>`;
}

customElements.define("wg-pacing", PacingView);
