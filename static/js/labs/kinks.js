/** Kinks: each output along each input, the slopes of both sides, the fan between them, and who answers what. */

import { html, nothing } from "lit";
import { formatShort, toNumber } from "../numbers.js";
import { band } from "../plot/band.js";
import { line } from "../plot/line.js";
import { points } from "../plot/points.js";

/**
 * @typedef {import("../protocol.js").LabAnswer} LabAnswer
 * @typedef {import("../protocol.js").Num} Num
 * @typedef {{
 *   output: string, input: string, exists: boolean, fits: boolean, answered: Num, left: Num | null,
 *   right: Num | null, clarke: [Num, Num] | null, x: Num[], y: Num[], at: [Num, Num]
 * }} Curve
 * @typedef {{
 *   op: string, convention: string, peers: {program: string, jax: Num[] | null, torch: Num[] | null} | null
 * }} Kink
 */

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
export function draw({ curves, more, kinks, versions }) {
  return html`${curves.map(drawCurve)}
    ${more ? html`<p class="quiet-words">and ${more} more pairs of output and input, in the table</p>` : nothing}
    ${kinks.length ? drawConventions(kinks, versions) : html`<p>No operation has a kink at this point.</p>`}`;
}

/**
 * @param {Curve} curve
 * @returns {import("lit").TemplateResult}
 */
function drawCurve(curve) {
  const { output, input, x, y, at, answered, exists } = curve;
  const [across, up] = at.map(toNumber);
  const ends = [toNumber(x[0]), toNumber(x.at(-1))];
  /** @param {Num | null} slope @param {number} end */
  const reaching = (slope, end) => [up ?? 0, (up ?? 0) + toNumber(slope) * (end - (across ?? 0))];
  const sides = [
    { slope: curve.left, end: ends[0] ?? 0, label: `slope from the left: ${said(curve.left)}` },
    { slope: curve.right, end: ends[1] ?? 0, label: `slope from the right: ${said(curve.right)}` },
  ];
  const plot = {
    title: exists ? `${output} along ${input}: the derivative exists` : `${output} along ${input}`,
    description: `Answered ${said(answered)}; from the left ${said(curve.left)}, from the right ${said(curve.right)}.`,
    x: { label: input, domain: /** @type {[number, number]} */ (ends) },
    y: { label: output, domain: spanOf(y) },
    marks: [
      ...fan(curve, ends),
      line({ x, y, quantity: "primal", label: output }),
      ...sides.map(({ slope, end, label }, side) =>
        line({ x: [at[0], end], y: reaching(slope, end), series: side ? 4 : 3, dashed: true, label }),
      ),
      line({
        x: ends,
        y: ends.map((end) => (up ?? 0) + toNumber(answered) * (end - (across ?? 0))),
        quantity: "tangent",
        label: `answered: ${said(answered)}`,
      }),
      points({ x: [at[0]], y: [at[1]], quantity: "primal", large: true }),
    ],
  };
  return html`<wg-plot .plot=${plot}></wg-plot>`;
}

/**
 * All lines through the point whose slope lies in the Clarke interval.
 * @param {Curve} curve
 * @param {number[]} ends
 * @returns {import("../plot/plot.js").Mark[]}
 */
function fan({ clarke, exists, at }, ends) {
  if (!clarke || exists) return [];
  const [across = 0, up = 0] = at.map(toNumber);
  const x = [ends[0] ?? 0, across, ends[1] ?? 0];
  const edges = clarke.map((slope) => x.map((each) => up + toNumber(slope) * (each - across)));
  const [one = [], other = []] = edges;
  const low = one.map((each, place) => Math.min(each, other[place] ?? each));
  const high = one.map((each, place) => Math.max(each, other[place] ?? each));
  return [band({ x, low, high, quantity: "tangent", label: "Clarke interval (sampled)" })];
}

/**
 * The curve decides what is shown; a steep line may leave at the top.
 * @param {Num[]} y
 * @returns {[number, number]}
 */
function spanOf(y) {
  const finite = y.map(toNumber).filter(Number.isFinite);
  if (!finite.length) return [-1, 1];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const spare = (high - low || 2) / 4;
  return [low - spare, high + spare];
}

/**
 * @param {Num | null} slope
 * @returns {string}
 */
function said(slope) {
  return slope === null ? "no slope" : formatShort(slope);
}

/**
 * @param {Kink[]} kinks
 * @param {Record<string, string>} versions
 * @returns {import("lit").TemplateResult}
 */
function drawConventions(kinks, versions) {
  return html`<h2 class="heading">Conventions</h2>
    <div class="scroll-x" tabindex="0" role="group" aria-label="Conventions">
      <table class="walk conventions">
        <thead>
          <tr>
            <th scope="col">operation</th>
            <th scope="col">here</th>
            <th scope="col">measured for</th>
            <th scope="col">JAX ${versions.jax}</th>
            <th scope="col">PyTorch ${versions.torch}</th>
          </tr>
        </thead>
        <tbody>
          ${kinks.map(
            ({ op, convention, peers }) => html`<tr>
              <th scope="row"><a href="/rules#${op}">${op}</a></th>
              <td class="wide">${convention}</td>
              <td>${peers ? html`<code>${peers.program}</code>` : "not measured"}</td>
              <td class="digits">${written(peers?.jax)}</td>
              <td class="digits">${written(peers?.torch)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

/**
 * @param {Num[] | null | undefined} gradient
 * @returns {string}
 */
function written(gradient) {
  return gradient ? gradient.map((each) => formatShort(each)).join(", ") : "–";
}
