/** Play, step, scrub; the timeline in the colours of its phases; the running cost. */

import { html, nothing } from "lit";
import { cycleSpeed, goTo, goToEnd, stepBy, togglePlay } from "../actions/playback.js";
import { countOf } from "../numbers.js";
import { derivativeOf, QUANTITIES, quantityOfPhase } from "../quantities.js";
import { phaseRuns } from "../replay.js";
import { playing, snapshot, speed, step, trace } from "../store.js";
import { View } from "./element.js";
import { ICONS } from "./icons.js";

/** @typedef {import("../trace.js").Trace} Trace */

/** With more runs than this the phases are drawn as one. */
const MOST_RUNS = 240;
/** Runs longer than this get their words. */
const WORTH_WORDS = 0.16;

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
    return html`
      <div class="buttons" role="group" aria-label="Playback">
        ${button("first", "To the start (Home)", ICONS.first, () => goTo(0), atStart)}
        ${button("back", "One step back (←)", ICONS.back, () => stepBy(-1), atStart)}
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
        ${button("next", "One step on (→)", ICONS.on, () => stepBy(1), atEnd)}
        ${button("last", "To the result (End)", ICONS.last, goToEnd, atEnd)}
        <button
          id="speed"
          class="key speed"
          type="button"
          aria-label="Speed ${speed.value} times"
          title="Speed ([ and ])"
          @click=${cycleSpeed}
        >
          ${speed.value}×
        </button>
      </div>
      ${shown ? this.timeline(shown) : html`<div class="timeline"></div>`} ${shown ? this.cost(shown) : nothing}
    `;
  }

  /**
   * @param {Trace} shown
   * @returns {import("lit").TemplateResult}
   */
  timeline(shown) {
    const runs = phaseRuns(shown);
    const { steps } = shown;
    const now = snapshot.value?.now;
    const phase = now ? quantityOfPhase(now.phase).label : "start";
    const drawn = runs.length > MOST_RUNS ? [{ phase: "primal", from: 0, to: steps }] : runs;
    const share = steps ? step.value / steps : 0;
    return html`<div class="timeline" data-quantity=${now ? quantityOfPhase(now.phase).name : "primal"}>
      <div class="track" aria-hidden="true">${drawn.map((run) => this.run(run, steps))}</div>
      <span class="thumb" aria-hidden="true" .style=${`left: ${100 * share}%`}></span>
      <input
        id="scrub"
        type="range"
        min="0"
        .max=${String(steps)}
        step="1"
        .value=${String(step.value)}
        aria-label="Step"
        aria-valuetext="step ${step.value} of ${steps}, ${phase}"
        @input=${(/** @type {Event} */ event) => goTo(Number(/** @type {HTMLInputElement} */ (event.target).value))}
      />
      <div class="captions" aria-hidden="true">${this.captions(shown, runs)}</div>
    </div>`;
  }

  /**
   * @param {{phase: string, from: number, to: number}} run
   * @param {number} steps
   * @returns {import("lit").TemplateResult}
   */
  run({ phase, from, to }, steps) {
    const done = Math.max(0, Math.min(1, (step.value - from) / (to - from)));
    return html`<span
      class="run"
      data-quantity=${quantityOfPhase(phase).name}
      .style=${`flex-grow: ${(to - from) / steps}`}
      ><span class="done" .style=${`width: ${100 * done}%`}></span
    ></span>`;
  }

  /**
   * @param {Trace} shown
   * @param {{phase: string, from: number, to: number}[]} runs
   * @returns {import("lit").TemplateResult[]}
   */
  captions({ mode, steps }, runs) {
    if (mode === "forward") {
      const { label, arrow } = derivativeOf(mode);
      return [html`<span data-quantity="tangent">values and ${label}s rise together ${arrow}</span>`];
    }
    return runs.map(({ phase, from, to }) => {
      const { name, moves, arrow } = quantityOfPhase(phase);
      const words = (to - from) / steps > WORTH_WORDS ? `${moves} ${arrow}` : "";
      return html`<span data-quantity=${name} .style=${`flex-grow: ${(to - from) / steps}`}>${words}</span>`;
    });
  }

  /**
   * @param {Trace} shown
   * @returns {import("lit").TemplateResult}
   */
  cost({ result, mode }) {
    const { operations, tape } = result.cost;
    const done = snapshot.value?.operations ?? 0;
    const multiple = operations.primal ? (done / operations.primal).toFixed(1) : "0.0";
    const kept =
      mode === "reverse"
        ? html`<b>${tape.values.toLocaleString("en-US")}</b> ${tape.values === 1 ? "value" : "values"} on the tape ·
            <b>${tape.bytes.toLocaleString("en-US")}</b> bytes`
        : html`<span title=${QUANTITIES.tangent.meaning}>no tape: nothing is kept</span>`;
    return html`<p class="running-cost" id="cost">
      <span
        ><b id="operations">${done.toLocaleString("en-US")}</b> of ${countOf(operations.total, "operation")} · <b>${multiple}×</b> one
        evaluation</span
      >
      <span>${kept}</span>
    </p>`;
  }
}

customElements.define("wg-transport", TransportView);
