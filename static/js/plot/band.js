/** A mark: the area between two curves. */

import { svg } from "lit";
import { toNumber } from "../numbers.js";
import { pathOf } from "./line.js";

/**
 * @typedef {import("../protocol.js").Num} Num
 * @param {{x: readonly Num[], low: readonly Num[], high: readonly Num[], quantity?: string, series?: number,
 *   label?: string}} band
 * @returns {import("./plot.js").Mark}
 */
export function band({ x, low, high, quantity = "", series = 0, label = "" }) {
  const [xs, lows, highs] = [x.map(toNumber), low.map(toNumber), high.map(toNumber)];
  return {
    xs,
    ys: [...lows, ...highs],
    draw: (frame) => {
      const there = xs.map(frame.x);
      const round = pathOf([...there, ...there.toReversed()], [...highs.map(frame.y), ...lows.toReversed().map(frame.y)]);
      return svg`<path class="band" data-quantity=${quantity} data-series=${series} d="${round}Z"></path>`;
    },
    ...(label
      ? {
          legend: {
            label,
            picture: svg`<path class="band" data-quantity=${quantity} data-series=${series} d="M1 1H25V11H1Z"></path>`,
          },
        }
      : {}),
  };
}
