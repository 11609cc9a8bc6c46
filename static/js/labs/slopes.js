/** Slopes: the curve with its tangent above the derivative; for two inputs the contour map with the gradient. */

import { html } from "lit";
import { moveLeaves } from "../actions/questions.js";
import { toNumber } from "../numbers.js";
import { arrows } from "../plot/arrows.js";
import { contour } from "../plot/contour.js";
import { line } from "../plot/line.js";
import { points } from "../plot/points.js";
import { rule } from "../plot/rule.js";

/** @typedef {import("../protocol.js").LabAnswer} LabAnswer */

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
export function draw(answer) {
  return answer.kind === "curve" ? drawCurve(answer) : drawMap(answer);
}

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
function drawCurve({ names: [name], output, at: [at], x, y, rate, value, slope, summary }) {
  const ends = [x[0], x.at(-1)].map(toNumber);
  const tangent = ends.map((end) => toNumber(value) + toNumber(slope) * (end - toNumber(at)));
  const press = (/** @type {number} */ there) => moveLeaves([there]);
  const axis = { label: name };
  const curve = {
    title: `${output} and its tangent`,
    description: summary,
    x: axis,
    y: { label: output, domain: spanOf(y) },
    press,
    marks: [
      line({ x, y, quantity: "primal", label: output }),
      line({ x: ends, y: tangent, quantity: "tangent", label: "tangent at the point", dashed: true }),
      points({ x: [at], y: [value], quantity: "tangent", large: true }),
    ],
  };
  const below = {
    title: `The slope of ${output}`,
    description: `The derivative of ${output} over the same interval.`,
    x: axis,
    y: { label: `d${output}/d${name}` },
    height: 240,
    press,
    marks: [
      rule({ y: 0 }),
      line({ x, y: rate, quantity: "tangent", label: "derivative" }),
      points({ x: [at], y: [slope], quantity: "tangent", large: true }),
    ],
  };
  return html`<wg-plot .plot=${curve}></wg-plot><wg-plot .plot=${below}></wg-plot>`;
}

/**
 * The curve decides what is shown, not the tangent, which may leave at the top.
 * @param {import("../protocol.js").Num[]} y
 * @returns {[number, number]}
 */
function spanOf(y) {
  const finite = y.map(toNumber).filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  if (!finite.length) return [-1, 1];
  const spare = (high - low || 1) / 8;
  return [low - spare, high + spare];
}

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
function drawMap({ names: [across, up], output, at, x, y, z, arrows: field, value, summary }) {
  const map = {
    title: `${output} as a contour map`,
    description: summary,
    x: { label: across },
    y: { label: up },
    square: true,
    press: (/** @type {number} */ there, /** @type {number} */ high) => moveLeaves([there, high]),
    marks: [
      contour({ x, y, z }),
      arrows({ ...field, quantity: "adjoint", label: "gradient" }),
      points({ x: [at[0]], y: [at[1]], words: [`${output} = ${value}`], quantity: "primal", label: "the point", large: true }),
    ],
  };
  return html`<wg-plot .plot=${map}></wg-plot>`;
}
