/** A mark: a straight line across the whole plot, at one x or one y, with a word. */

import { svg } from "lit";
import { toNumber } from "../numbers.js";

/**
 * @param {{x?: import("../protocol.js").Num, y?: import("../protocol.js").Num, words?: string, quantity?: string}} rule
 * @returns {import("./plot.js").Mark}
 */
export function rule({ x, y, words = "", quantity = "" }) {
  const [atX, atY] = [x === undefined ? null : toNumber(x), y === undefined ? null : toNumber(y)];
  return {
    xs: atX === null ? [] : [atX],
    ys: atY === null ? [] : [atY],
    draw: (frame) => {
      const right = frame.left + frame.width;
      const path =
        atX === null
          ? `M${frame.left} ${frame.y(atY ?? 0)}H${right}`
          : `M${frame.x(atX)} ${frame.top}V${frame.top + frame.height}`;
      const left = atX === null ? right - 4 : Math.min(frame.x(atX) + 5, right - 4 - 7 * words.length);
      const top = atX === null ? frame.y(atY ?? 0) - 6 : frame.top + 13;
      return svg`<path class="line rule-line dashed" data-quantity=${quantity} d=${path}></path>
        <text class="mark-words" data-quantity=${quantity} x=${left} y=${top}
          text-anchor=${atX === null ? "end" : "start"}>${words}</text>`;
    },
  };
}
