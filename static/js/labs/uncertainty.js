/** Uncertainty: what each input adds, the spread of random results beside the bell curve, and both as spreads grow. */

import { html } from "lit";
import { setOption } from "../actions/lab.js";
import { formatShort, toNumber } from "../numbers.js";
import { band } from "../plot/band.js";
import { histogram } from "../plot/histogram.js";
import { line } from "../plot/line.js";
import { points } from "../plot/points.js";
import { rule } from "../plot/rule.js";

/**
 * @typedef {import("../protocol.js").LabAnswer} LabAnswer
 * @typedef {import("../protocol.js").Num} Num
 * @typedef {{name: string, deviation: Num, slope: Num, share: Num}} Share
 */

const MOST_FACTOR = 10;
const ROOM_ABOVE = 1.12;
/** How much of its cell the longest bar takes. */
const BAR = 0.7;

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
export function draw(answer) {
  const { enough, name } = answer;
  const verdict = enough ? "First order is enough here" : "First order is not enough here";
  return html`<p class="verdict" id="verdict">${verdict}: ${name} = ${formatShort(answer.value, 6)} ±
      ${formatShort(answer.deviation)}</p>
    ${shares(answer)}<wg-plot .plot=${spreadPlot(answer)}></wg-plot><wg-plot .plot=${growthPlot(answer)}></wg-plot>`;
}

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
function shares({ shares: inputs, name }) {
  return html`<section>
    <h2 class="heading">What each input adds to the variance of ${name}</h2>
    <div class="scroll-x" tabindex="0" role="group" aria-label="Shares of the variance">
      <table class="shares">
        <thead>
          <tr>
            <th scope="col">input</th>
            <th scope="col">deviation</th>
            <th scope="col">slope</th>
            <th scope="col">share</th>
          </tr>
        </thead>
        <tbody>
          ${inputs.map(share)}
        </tbody>
      </table>
    </div>
  </section>`;
}

/**
 * @param {Share} share
 * @returns {import("lit").TemplateResult}
 */
function share({ name, deviation, slope, share: part }) {
  const percent = 100 * toNumber(part);
  return html`<tr data-quantity="adjoint">
    <th scope="row"><code>${name}</code></th>
    <td class="digits">${formatShort(deviation)}</td>
    <td class="digits slope">${formatShort(slope)}</td>
    <td class="part">
      <span class="bar" .style=${`width: ${Math.max(0, percent) * BAR}%`}></span
      ><span class="digits">${percent.toFixed(1)} %</span>
    </td>
  </tr>`;
}

/**
 * @param {LabAnswer} answer
 * @returns {import("../plot/plot.js").Plot}
 */
function spreadPlot({ name, value, interval, found, histogram: bars, bell, summary }) {
  const top = ROOM_ABOVE * Math.max(...[...bars.density, ...(bell?.density ?? [])].map(toNumber));
  const within = bell ? [band({ x: interval, low: [0, 0], high: [top, top], quantity: "adjoint", label: "95 %, first order" })] : [];
  return {
    title: `Where ${name} comes to lie`,
    description: summary,
    x: { label: name },
    y: { label: "density", unit: `1 / unit of ${name}`, domain: [0, top || 1] },
    marks: [
      ...within,
      histogram({ edges: bars.edges, heights: bars.density, quantity: "primal", label: "random inputs" }),
      ...(bell ? [line({ x: bell.y, y: bell.density, quantity: "adjoint", label: "bell curve of first order" })] : []),
      ...(found.interval ?? []).map((/** @type {Num} */ end, /** @type {number} */ side) =>
        rule({ x: end, words: side ? "97.5 %" : "2.5 %", quantity: "primal" }),
      ),
      points({ x: [value], y: [0], quantity: "adjoint", large: true, shape: "triangle", label: "value at the point" }),
    ],
  };
}

/**
 * @param {LabAnswer} answer
 * @returns {import("../plot/plot.js").Plot}
 */
function growthPlot({ name, factors, widths, straight, times }) {
  return {
    title: "As all deviations grow",
    description: "Half the width of the middle 68 % of the results, against first order, a straight line.",
    x: { label: "factor on all deviations" },
    y: { label: `spread of ${name}`, unit: `the unit of ${name}` },
    height: 260,
    press: (there) => setOption("times", Math.min(Math.max(1, Math.round(there)), MOST_FACTOR)),
    marks: [
      rule({ x: times, words: `× ${times}` }),
      line({ x: factors, y: straight, quantity: "adjoint", label: "first order: deviation" }),
      line({ x: factors, y: widths, quantity: "primal", faint: true }),
      points({ x: factors, y: widths, quantity: "primal", label: "random inputs: half the middle 68 %" }),
    ],
  };
}
