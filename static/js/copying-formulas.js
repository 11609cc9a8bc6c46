/** What is copied out of a formula is its LaTeX: the words of its boxes, in a row, mean nothing. */

import { plainLatex } from "./latex.js";
import { MathView } from "./views/math.js";

/**
 * @param {Node | null} node
 * @returns {MathView | null} the formula that a place lies in
 */
function formulaAround(node) {
  const element = node instanceof Element ? node : (node?.parentElement ?? null);
  const formula = element?.closest("wg-math");
  return formula instanceof MathView ? formula : null;
}

/** @returns {void} */
export function copyFormulasAsLatex() {
  addEventListener("copy", (event) => {
    const selected = getSelection();
    const formula = formulaAround(selected?.anchorNode ?? null);
    if (!formula || formula !== formulaAround(selected?.focusNode ?? null) || selected?.isCollapsed) return;
    event.clipboardData?.setData("text/plain", plainLatex(formula.latex));
    event.preventDefault();
  });
}
