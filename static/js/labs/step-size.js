/** Step size: errors against the step on two logarithmic axes, and the curve as the chosen formula sees it. */

import { html } from "lit";
import { setOption } from "../actions/lab.js";
import { formatShort, toNumber } from "../numbers.js";
import { line } from "../plot/line.js";
import { points } from "../plot/points.js";
import { rule } from "../plot/rule.js";

/**
 * @typedef {import("../protocol.js").LabAnswer} LabAnswer
 * @typedef {import("../protocol.js").Num} Num
 * @typedef {import("../plot/plot.js").Mark} Mark
 * @typedef {import("../plot/points.js").Shape} Shape
 * @typedef {{h: Num, error: Num}} Step
 * @typedef {{name: string, label: string, help: string, errors: Num[], predicted: Step | null, best: Step | null}} Series
 */

const SMALLEST_POWER = 18;
/** More colours than shapes, so that no two of many methods look alike. */
const COLOURS = 6;
/** @type {readonly Shape[]} */
const SHAPES = Object.freeze(["dot", "square", "triangle", "diamond", "cross"]);
const PER_DECADE = 4;
/** Errors beyond this are of no use to anybody, and below this part of a rounding there are none. */
const LARGEST_ERROR = 100;
const FLOOR = 0.1;

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
export function draw(answer) {
  return html`<wg-plot .plot=${errorPlot(answer)}></wg-plot>
    ${answer.notes.map((/** @type {string} */ note) => html`<p class="quiet-words">${note}</p>`)}
    <wg-plot .plot=${zoomPlot(answer)}></wg-plot>`;
}

/**
 * @param {LabAnswer} answer
 * @returns {import("../plot/plot.js").Plot}
 */
function errorPlot(answer) {
  const { h, series, parts, roundoff, relative, chosen, summary, formula } = answer;
  const floor = FLOOR * roundoff;
  const front = series.findIndex((/** @type {Series} */ { name }) => name === formula);
  const places = [...series.keys()].sort((a, b) => Number(a === front) - Number(b === front));
  const label = relative ? "relative error of the derivative" : "error of the derivative";
  return {
    title: "Error against the step",
    description: summary,
    x: { label: "step h", unit: `the unit of ${answer.input}`, scale: "log" },
    y: { label, scale: "log", domain: [floor, topOf(series)] },
    height: 400,
    press: (there) => setOption("digits", Math.min(Math.max(0, Math.round(-Math.log10(there))), SMALLEST_POWER)),
    marks: [
      rule({ x: chosen, words: `h = ${formatShort(chosen)}` }),
      ...partMarks(h, parts, formula, floor),
      ...places.flatMap((place) => seriesMarks(h, series[place], place, floor, formula)),
      ...bestMarks(series[front], floor),
    ],
  };
}

/**
 * @param {Series[]} series
 * @returns {number}
 */
function topOf(series) {
  const usable = series.flatMap(({ errors }) => errors.map(toNumber)).filter((each) => each <= LARGEST_ERROR);
  return Math.max(1, ...usable);
}

/**
 * What tells a method from others: a colour, and a shape at every power of ten.
 * @param {number} place
 */
function lookOf(place) {
  return { series: ((place + 1) % COLOURS) + 1, shape: SHAPES[place % SHAPES.length] ?? "dot" };
}

/**
 * @param {Num[]} h
 * @param {Series} series
 * @param {number} place
 * @param {number} floor where an error of nothing is drawn, since a logarithmic axis has no zero
 * @param {string} formula the method that stands in front
 * @returns {Mark[]}
 */
function seriesMarks(h, { name, label, errors }, place, floor, formula) {
  const y = errors.map((each) => raise(each, floor));
  const { series, shape } = lookOf(place);
  const decades = h.flatMap((_, index) => (index % PER_DECADE ? [] : [index]));
  const words = decades.map((index) => `${label}, h = ${formatShort(h[index])}: ${formatShort(errors[index], 3)}`);
  return [
    line({ x: h, y, series, faint: name !== formula }),
    points({ x: pick(h, decades), y: pick(y, decades), words, series, shape, label }),
  ];
}

/**
 * @param {readonly Num[]} from
 * @param {number[]} places
 * @returns {Num[]}
 */
function pick(from, places) {
  return places.map((place) => from[place] ?? "nan");
}

/**
 * @param {Num} error
 * @param {number} floor
 * @returns {Num}
 */
function raise(error, floor) {
  const size = toNumber(error);
  return size < floor ? floor : error;
}

/**
 * The two parts of the chosen formula's error: one falls with h, the other rises as h falls.
 * @param {Num[]} h
 * @param {{truncation: Num[] | null, power: number, rounding: Num[]}} parts
 * @param {string} formula
 * @param {number} floor
 * @returns {Mark[]}
 */
function partMarks(h, { truncation, power, rounding }, formula, floor) {
  const above = (/** @type {Num[]} */ part) => part.map((each) => (toNumber(each) < floor ? null : each));
  const like = power === 1 ? "h" : `h to the power ${power}`;
  return [
    ...(truncation ? [line({ x: h, y: above(truncation), series: 6, dashed: true, label: `truncation of ${formula}: like ${like}` })] : []),
    line({ x: h, y: above(rounding), quantity: "primal", dashed: true, label: "rounding: like 1/h" }),
  ];
}

/**
 * @param {Series | undefined} own
 * @param {number} floor
 * @returns {Mark[]}
 */
function bestMarks(own, floor) {
  const { predicted, best } = own ?? {};
  /** @param {Step} step @param {Shape} shape @param {string} label */
  const mark = ({ h, error }, shape, label) =>
    points({ x: [h], y: [raise(error, floor)], shape, large: true, label, words: [`${label}: h = ${formatShort(h)}`] });
  return [
    ...(predicted ? [mark(predicted, "cross", "best step predicted")] : []),
    ...(best ? [mark(best, "diamond", "best step found")] : []),
  ];
}

/**
 * @param {LabAnswer} answer
 * @returns {import("../plot/plot.js").Plot}
 */
function zoomPlot({ zoom, series, formula, output, input, at, chosen, slope }) {
  const place = series.findIndex((/** @type {Series} */ { name }) => name === formula);
  const { series: colour, shape } = lookOf(place);
  const found = `slope ${formatShort(zoom.quotient, 7)}`;
  return {
    title: `What the ${formula} formula sees: ${output} around ${input} = ${formatShort(at)}`,
    description: `Its ${found}, the derivative is ${formatShort(slope, 7)}.`,
    x: { label: `distance from ${input}`, unit: `steps of h = ${formatShort(chosen)}` },
    y: { label: `change of ${output}` },
    marks: [
      line({ x: zoom.t, y: zoom.change, quantity: "primal", label: output }),
      line({ x: zoom.t, y: zoom.tangent, quantity: "tangent", dashed: true, label: `tangent, slope ${formatShort(slope, 7)}` }),
      line({ x: zoom.t, y: zoom.secant, series: colour, label: `${formula}, ${found}` }),
      points({ x: zoom.seen.t, y: zoom.seen.change, series: colour, shape, large: true, label: "points that it uses" }),
    ],
  };
}
