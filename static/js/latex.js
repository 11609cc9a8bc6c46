/**
 * LaTeX without the marks that link its parts to nodes: `\data{node=2}{x}` is `{x}`.
 * @param {string} latex
 * @returns {string}
 */
export function plainLatex(latex) {
  return latex.replace(/\\data\{node=\d+\}/g, "");
}
