/** What stands along the timeline: loop turns below, decisions above, breakpoints, and the part that is repeated. */

import { html, nothing } from "lit";
import { goTo } from "../actions/playback.js";
import { course, region, stopSteps, trace } from "../store.js";
import { View } from "./element.js";

/** @typedef {import("../timeline.js").Mark} Mark */

/** Of more stops than this only some are drawn, at even distances. */
const MOST_STOPS = 120;

/**
 * @param {number} step
 * @param {number} steps
 * @returns {string}
 */
export function leftOf(step, steps) {
  return `left: ${steps ? (100 * step) / steps : 0}%`;
}

export class TimelineMarks extends View {
  render() {
    const steps = trace.value?.steps ?? 0;
    const marks = course.value?.marks ?? [];
    const stride = Math.ceil(stopSteps.value.length / MOST_STOPS);
    const stops = stopSteps.value.filter((_, place) => place % stride === 0);
    return html`${this.repeated(steps)} ${marks.map((mark) => this.mark(mark, steps))}
    ${stops.map((step) => html`<span class="mark stop" title="breakpoint" .style=${leftOf(step, steps)}></span>`)}`;
  }

  /**
   * @param {Mark} mark
   * @param {number} steps
   * @returns {import("lit").TemplateResult}
   */
  mark({ step, kind, words }, steps) {
    return html`<span
      class="mark ${kind}"
      title=${words}
      .style=${leftOf(step, steps)}
      @click=${() => goTo(step)}
    ></span>`;
  }

  /**
   * @param {number} steps
   * @returns {import("lit").TemplateResult | typeof nothing}
   */
  repeated(steps) {
    const part = region.value;
    if (!part || !steps) return nothing;
    const width = `width: ${(100 * (part.to - part.from)) / steps}%`;
    return html`<span class="repeated" .style=${`${leftOf(part.from, steps)}; ${width}`}></span>`;
  }
}

customElements.define("wg-marks", TimelineMarks);
