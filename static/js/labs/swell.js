/** Expression swell: sizes by the number of turns, and below them the derivative itself, growing with the slider. */

import { html, nothing } from "lit";
import { setOption } from "../actions/lab.js";
import { countOf, formatShort, toNumber } from "../numbers.js";
import { line } from "../plot/line.js";
import { points } from "../plot/points.js";
import { rule } from "../plot/rule.js";

/**
 * @typedef {import("../protocol.js").LabAnswer} LabAnswer
 * @typedef {import("../protocol.js").OptionValue} OptionValue
 * @typedef {import("../protocol.js").Num} Num
 * @typedef {{name: string, label: string, y: Num[]}} Series
 * @typedef {{pieces: string[], lines: string[], shown: number, whole: Num, words: string}} Formula
 * @typedef {{quantity?: string, series?: number, dashed?: boolean, large?: boolean, shape: import("../plot/points.js").Shape}} Look
 */

/** @type {Readonly<Record<string, Look>>} */
const LOOKS = Object.freeze({
  textbook: { quantity: "symbolic", shape: "dot" },
  folded: { quantity: "symbolic", shape: "square", dashed: true },
  dag: { series: 5, shape: "diamond" },
  shared: { series: 4, shape: "triangle", large: true },
  adjoint: { quantity: "adjoint", shape: "dot" },
  primal: { quantity: "primal", shape: "square", dashed: true },
});

/**
 * @param {LabAnswer} answer
 * @param {Record<string, OptionValue>} options
 * @returns {import("lit").TemplateResult}
 */
export function draw(answer, options) {
  const { turns, series, formulas, left, summary } = answer;
  const turn = Math.min(Number(options.turn), turns.length);
  const sizes = {
    title: "How large the derivative is",
    description: summary,
    x: { label: "turns", unit: "applications of the function" },
    y: { label: "size", unit: "operators", scale: /** @type {const} */ ("log") },
    height: 340,
    press: (/** @type {number} */ there) =>
      setOption("turn", Math.min(Math.max(1, Math.round(there)), turns.length)),
    marks: [
      rule({ x: turn, words: countOf(turn, "turn") }),
      ...series.flatMap((/** @type {Series} */ each) => marksOf(each, turns)),
    ],
  };
  return html`<wg-plot .plot=${sizes}></wg-plot>${counted(series, turn)}${growing(formulas[turn - 1], left, turn)}`;
}

/**
 * The counts after some turns, in the order of the curves.
 * @param {Series[]} series
 * @param {number} turn
 * @returns {import("lit").TemplateResult}
 */
function counted(series, turn) {
  const counts = series.map(({ label, y }) => `${label}: ${formatCount(y[turn - 1])}`);
  return html`<p id="counted" class="quiet-words">After ${countOf(turn, "turn")}, operators: ${counts.join("; ")}.</p>`;
}

/**
 * @param {Num | undefined} count
 * @returns {string}
 */
function formatCount(count) {
  return typeof count === "number" && count < 1e15 ? count.toLocaleString("en-US") : formatShort(count);
}

/**
 * @param {Series} series
 * @param {number[]} turns
 * @returns {import("../plot/plot.js").Mark[]}
 */
function marksOf({ name, label, y }, turns) {
  const { shape, ...look } = LOOKS[name] ?? { shape: "cross" };
  const shown = y.map((count) => (toNumber(count) > 0 ? count : null));
  const words = y.map((count, place) => `${countOf(turns[place] ?? 0, "turn")}: ${formatCount(count)}`);
  return [line({ x: turns, y: shown, ...look }), points({ x: turns, y: shown, words, shape, ...look, label })];
}

/**
 * The derivative after some turns. Its pieces flow over lines as words do.
 * @param {Formula} formula
 * @param {string} left
 * @param {number} turn
 * @returns {import("lit").TemplateResult}
 */
function growing({ pieces, lines, shown, whole, words }, left, turn) {
  const title = `The derivative of f applied ${countOf(turn, "time")}`;
  const head = `${left} f^{\\circ ${turn}} = `;
  const last = lines.length && shown === whole ? [`${head} v_{${whole}}`] : [];
  return html`<section class="growing" data-quantity="symbolic">
    <h2 class="heading">${title}</h2>
    <p id="cut" class="quiet-words">${words}</p>
    ${
      lines.length
        ? html`<ol class="shared-lines">${[...lines, ...last].map((each) => html`<li><wg-math .latex=${each}></wg-math></li>`)}</ol>`
        : nothing
    }
    ${
      pieces.length
        ? html`<div class="running-formula" role="group" aria-label=${title}>
            ${[head, ...pieces].map((piece) => html`<wg-math .latex=${piece}></wg-math><wbr />`)}
          </div>`
        : nothing
    }
  </section>`;
}
