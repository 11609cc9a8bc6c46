/** The timeline: phases as coloured bands with their names, marks, and the handle that is dragged along it. */

import { html, nothing } from "lit";
import { setRegion } from "../actions/pacing.js";
import { goTo } from "../actions/playback.js";
import { prettifyText } from "../numbers.js";
import { symbolOf } from "../picture.js";
import { derivativeOf, isFalling, markLetter, quantityOfPhase } from "../quantities.js";
import { phaseRuns } from "../replay.js";
import { course, snapshot, step, trace } from "../store.js";
import { turnsAt } from "../timeline.js";
import { View } from "./element.js";
import { leftOf } from "./timeline-marks.js";

/**
 * @typedef {import("../trace.js").Trace} Trace
 * @typedef {{phase: string, from: number, to: number}} Run
 */

/** With more runs than this the phases are drawn as one. */
const MOST_RUNS = 240;
/** Runs longer than this get their words. */
const WORTH_WORDS = 0.16;

/**
 * The loop turn that a step is in, in words; empty outside of loops.
 * @param {Trace} shown
 * @param {number} at
 * @returns {string}
 */
function turnWords(shown, at) {
  const turns = turnsAt(shown, course.value?.turnCounts ?? [], at);
  return turns.map(({ label, turn, turns: all }) => `${prettifyText(label)}, turn ${turn} of ${all}`).join(", ");
}

/**
 * What a step is, in a few words.
 * @param {Trace} shown
 * @param {number} at
 * @returns {string}
 */
function stepWords(shown, at) {
  const { events, graph } = shown;
  const node = events.node[at - 1];
  const quantity = quantityOfPhase(events.phase[at - 1] ?? "");
  const what =
    !at || node == null || events.kind[at - 1] === "result"
      ? [at ? "result" : "start"]
      : [quantity.label, markLetter(symbolOf(graph, node), quantity)];
  return [`step ${at}`, what.join(" "), turnWords(shown, at)].filter(Boolean).join(" · ");
}

/** What happens in a phase, beside its name. @type {Readonly<Record<string, string>>} */
const COURSES = Object.freeze({
  primal: "values rise",
  tangent: "rises with values",
  adjoint: "contributions fall",
  second: "falls with adjoints",
});

/**
 * The runs that the captions speak of: in second order each way has two quantities, which take turns.
 * @param {Trace} shown
 * @returns {Run[]}
 */
function sidesOf(shown) {
  if (shown.mode !== "forward-over-reverse") return phaseRuns(shown);
  const turn = shown.events.phase.findIndex((phase) => isFalling(quantityOfPhase(phase)));
  return [
    { phase: "tangent", from: 0, to: turn },
    { phase: "second", from: turn, to: shown.steps },
  ];
}

export class TimelineView extends View {
  static properties = { pointed: { state: true } };

  constructor() {
    super();
    /** @type {number | null} the step under the pointer */
    this.pointed = null;
    /** @type {number | null} where a dragged part to repeat began */
    this.dragStart = null;
  }

  render() {
    const shown = trace.value;
    if (!shown) return html`<div class="timeline"></div>`;
    const { steps } = shown;
    const quantity = quantityOfPhase(snapshot.value?.now?.phase ?? "");
    const words = [`step ${step.value} of ${steps}`, step.value ? quantity.label : "start", turnWords(shown, step.value)];
    return html`<div
      class="timeline"
      data-quantity=${quantity.name}
      @pointermove=${(/** @type {PointerEvent} */ event) => (this.pointed = this.stepAt(event))}
      @pointerleave=${() => (this.pointed = null)}
    >
      <div class="track" aria-hidden="true">${this.bands(shown).map((run) => this.band(run, steps))}</div>
      <span class="thumb" aria-hidden="true" .style=${leftOf(step.value, steps)}></span>
      <input
        id="scrub"
        type="range"
        min="0"
        .max=${String(steps)}
        step="1"
        .value=${String(step.value)}
        aria-label="Step"
        aria-valuetext=${words.filter(Boolean).join(", ")}
        @input=${(/** @type {Event} */ event) => goTo(Number(/** @type {HTMLInputElement} */ (event.target).value))}
        @pointerdown=${this.startPart}
        @pointerup=${this.endPart}
      />
      <wg-marks aria-hidden="true"></wg-marks>
      <div class="captions" aria-hidden="true">${this.captions(shown)}</div>
      ${this.tip(shown)}
    </div>`;
  }

  /**
   * @param {Trace} shown
   * @returns {Run[]}
   */
  bands(shown) {
    const runs = phaseRuns(shown);
    return runs.length > MOST_RUNS ? [{ phase: derivativeOf(shown.mode).name, from: 0, to: shown.steps }] : runs;
  }

  /**
   * @param {Run} run
   * @param {number} steps
   * @returns {import("lit").TemplateResult}
   */
  band({ phase, from, to }, steps) {
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
   * @returns {import("lit").TemplateResult[]}
   */
  captions(shown) {
    const { mode, steps } = shown;
    if (mode === "forward") {
      const { label, arrow } = derivativeOf(mode);
      return [html`<span data-quantity="tangent"><b>${label}s</b> rise together with the values ${arrow}</span>`];
    }
    return sidesOf(shown).map(({ phase, from, to }) => {
      const { name, label, arrow } = quantityOfPhase(phase);
      const roomy = (to - from) / steps > WORTH_WORDS;
      const words = roomy ? html`<b>${label}</b> <span>${COURSES[name]} ${arrow}</span>` : nothing;
      return html`<span data-quantity=${name} .style=${`flex-grow: ${(to - from) / steps}`}>${words}</span>`;
    });
  }

  /**
   * @param {Trace} shown
   * @returns {import("lit").TemplateResult | typeof nothing}
   */
  tip(shown) {
    if (this.pointed === null) return nothing;
    const side = this.pointed > shown.steps / 2 ? "before" : "";
    return html`<span class="timeline-tip ${side}" aria-hidden="true" .style=${leftOf(this.pointed, shown.steps)}
      >${stepWords(shown, this.pointed)}</span
    >`;
  }

  /**
   * @param {PointerEvent} event
   * @returns {number} the step under the pointer
   */
  stepAt(event) {
    const box = this.querySelector(".track")?.getBoundingClientRect();
    const steps = trace.value?.steps ?? 0;
    if (!box?.width) return 0;
    return Math.max(0, Math.min(steps, Math.round(((event.clientX - box.left) / box.width) * steps)));
  }

  /**
   * With the shift key a drag marks the part that playing repeats.
   * @param {PointerEvent} event
   * @returns {void}
   */
  startPart(event) {
    this.dragStart = event.shiftKey ? this.stepAt(event) : null;
    if (this.dragStart === null) return;
    event.preventDefault();
    /** @type {Element} */ (event.target).setPointerCapture(event.pointerId);
  }

  /**
   * @param {PointerEvent} event
   * @returns {void}
   */
  endPart(event) {
    if (this.dragStart !== null) setRegion(this.dragStart, this.stepAt(event));
    this.dragStart = null;
  }
}

customElements.define("wg-timeline", TimelineView);
