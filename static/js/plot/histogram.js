/** A mark: bars that touch, from one edge to the next, each as high as its number. */

import { svg } from "lit";
import { toNumber } from "../numbers.js";

/**
 * @typedef {import("../protocol.js").Num} Num
 * @param {{edges: readonly Num[], heights: readonly Num[], quantity?: string, series?: number, label?: string}} bars
 *   one edge more than heights
 * @returns {import("./plot.js").Mark}
 */
export function histogram({ edges, heights, quantity = "", series = 0, label = "" }) {
  const [xs, ys] = [edges.map(toNumber), heights.map(toNumber)];
  return {
    xs,
    ys: [0, ...ys],
    draw: (frame) => {
      const base = frame.y(0);
      const steps = ys.map((height, place) => {
        const right = frame.x(xs[place + 1] ?? NaN);
        return `V${frame.y(height).toFixed(1)}H${right.toFixed(1)}`;
      });
      const outline = `M${frame.x(xs[0] ?? NaN).toFixed(1)} ${base}${steps.join("")}V${base}Z`;
      return svg`<path class="band" data-quantity=${quantity} data-series=${series} d=${outline}></path>`;
    },
    ...(label
      ? {
          legend: {
            label,
            picture: svg`<path class="band" data-quantity=${quantity} data-series=${series}
              d="M2 11V5H8V1H15V4H21V11Z"></path>`,
          },
        }
      : {}),
  };
}
