/** Optimise: the paths of all methods on one map, and their values step by step. */

import { html, nothing } from "lit";
import { moveLeaves } from "../actions/questions.js";
import { toNumber } from "../numbers.js";
import { contour } from "../plot/contour.js";
import { line } from "../plot/line.js";
import { points } from "../plot/points.js";
import { stepper } from "../views/stepper.js";

/**
 * @typedef {import("../protocol.js").LabAnswer} LabAnswer
 * @typedef {import("../protocol.js").Num} Num
 * @typedef {{
 *   method: string, label: string, points: Num[][], values: Num[], stop: string, why: string, best: Num
 * }} Run
 * @typedef {{x: Num[], y: Num[]}} Path
 */

/** Shapes and colours go together, so that either tells the methods apart. */
const SHAPES = Object.freeze(/** @type {const} */ (["dot", "square", "diamond", "triangle", "cross"]));

/**
 * @param {LabAnswer} answer
 * @param {Record<string, import("../protocol.js").OptionValue>} options
 * @returns {import("lit").TemplateResult}
 */
export function draw(answer, options) {
  const steps = Math.max(...answer.runs.map((/** @type {Run} */ run) => run.values.length - 1));
  const step = Math.min(Number(options.step), steps);
  const words = step === steps ? `After all ${steps} steps` : `After ${step} of ${steps} steps`;
  const shown = answer.runs.map((/** @type {Run} */ run) => upTo(run, step));
  return html`${stepper({ name: "step", step, steps, words })}
    ${answer.picture ? html`<wg-plot .plot=${plotPaths(answer, shown)}></wg-plot>` : nothing}
    <wg-plot .plot=${plotValues(answer, shown)}></wg-plot>
    ${answer.flight ? html`<wg-plot .plot=${plotFlight(answer.flight)}></wg-plot>` : nothing}
    ${
      answer.left_out.length
        ? html`<p class="quiet-words">Left out: ${answer.left_out.join(", ")}, whose Hessian would be too large here.</p>`
        : nothing
    }`;
}

/**
 * @param {Run} run
 * @param {number} step
 * @returns {Run}
 */
function upTo(run, step) {
  return { ...run, points: run.points.slice(0, step + 1), values: run.values.slice(0, step + 1) };
}

/**
 * @param {LabAnswer} answer
 * @param {Run[]} runs
 * @returns {import("../plot/plot.js").Plot}
 */
function plotPaths({ picture, inputs, output, summary }, runs) {
  const [x, y] = picture.axes;
  const start = runs[0]?.points[0] ?? [];
  if (!y) return plotCurve({ picture, inputs, output, summary }, runs);
  return {
    title: `Paths over the contour lines of ${output}`,
    description: summary,
    x: { label: inputs[0] },
    y: { label: inputs[1] },
    square: true,
    press: (across, up) => moveLeaves([across, up]),
    marks: [
      contour({ x, y, z: picture.values }),
      ...runs.flatMap((run, place) => pathOf(run, place)),
      points({ x: [start[0] ?? null], y: [start[1] ?? null], quantity: "primal", large: true, label: "start" }),
    ],
  };
}

/**
 * @param {{picture: any, inputs: string[], output: string, summary: string}} answer
 * @param {Run[]} runs
 * @returns {import("../plot/plot.js").Plot}
 */
function plotCurve({ picture, inputs, output, summary }, runs) {
  const [x] = picture.axes;
  return {
    title: `Paths along the curve of ${output}`,
    description: summary,
    x: { label: inputs[0] ?? "" },
    y: { label: output },
    press: (across) => moveLeaves([across]),
    marks: [
      line({ x, y: picture.values, quantity: "primal" }),
      ...runs.flatMap((run, place) => {
        const seen = run.points.map(([across = null]) => across);
        return points({ x: seen, y: run.values, series: place + 1, shape: shapeOf(place), label: run.label });
      }),
    ],
  };
}

/**
 * @param {number} place
 * @returns {typeof SHAPES[number]}
 */
function shapeOf(place) {
  return SHAPES[place % SHAPES.length] ?? "dot";
}

/**
 * A path with its end marked.
 * @param {Run} run
 * @param {number} place
 * @returns {import("../plot/plot.js").Mark[]}
 */
function pathOf({ points: seen, label }, place) {
  const [x, y] = [0, 1].map((axis) => seen.map((point) => point[axis] ?? null));
  if (!x || !y) return [];
  const end = { x: [x.at(-1) ?? null], y: [y.at(-1) ?? null] };
  const path = line({ x, y, series: place + 1 });
  // What runs away does not decide how much is shown.
  return [
    { ...path, xs: [], ys: [] },
    { ...points({ ...end, series: place + 1, shape: shapeOf(place), label }), xs: [], ys: [] },
  ];
}

/**
 * @param {LabAnswer} answer
 * @param {Run[]} runs
 * @returns {import("../plot/plot.js").Plot}
 */
function plotValues({ output, runs: whole, summary }, runs) {
  const all = whole.flatMap((/** @type {Run} */ run) => run.values.map(toNumber)).filter(Number.isFinite);
  const log = all.every((/** @type {number} */ value) => value > 0);
  const first = toNumber(whole[0]?.values[0]);
  const most = Math.max(...all.filter((/** @type {number} */ value) => value <= 100 * Math.abs(first) + 1));
  const least = Math.max(Math.min(...all), log ? 1e-16 : -Infinity);
  const spare = (most - least || 1) / 12;
  return {
    title: `The value of ${output} after each step`,
    description: summary,
    x: { label: "step", domain: [0, Math.max(...whole.map((/** @type {Run} */ run) => run.values.length - 1), 1)] },
    y: {
      label: output,
      scale: log ? "log" : "linear",
      domain: log ? [least, Math.max(most, least * 10)] : [least - spare, most + spare],
    },
    marks: runs.flatMap((run, place) => [
      line({ x: run.values.map((_, step) => step), y: run.values, series: place + 1 }),
      points({
        x: [run.values.length - 1],
        y: [run.values.at(-1) ?? null],
        series: place + 1,
        shape: shapeOf(place),
        label: `${run.label}: ${run.why}`,
      }),
    ]),
  };
}

/**
 * @param {{before: Path, after: (Path & {label: string})[]}} flight
 * @returns {import("../plot/plot.js").Plot}
 */
function plotFlight({ before, after }) {
  return {
    title: "The path of x and y through the loop",
    description: "Where the loop of the program moves x and y: at the start, and where each method ends.",
    x: { label: "x" },
    y: { label: "y" },
    marks: [
      line({ ...before, quantity: "primal", dashed: true, label: "at the start" }),
      ...after.flatMap((path, place) => [
        line({ x: path.x, y: path.y, series: place + 1 }),
        points({
          x: [path.x.at(-1) ?? null],
          y: [path.y.at(-1) ?? null],
          series: place + 1,
          shape: shapeOf(place),
          label: path.label,
        }),
      ]),
    ],
  };
}
