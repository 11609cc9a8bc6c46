/** The two editors of the page that checks a derivative: the function, and the derivative; what is wrong is lit in both. */

import { editDerivative } from "../actions/checking.js";
import { isCurrent } from "../checking.js";
import { checking, question } from "../store.js";
import { EditorPanel } from "./editor.js";

export class CheckedFunction extends EditorPanel {
  litSpans() {
    const { report } = checking.value;
    return report && isCurrent(checking.value, question.value) ? report.places : [];
  }
}

export class DerivativeEditor extends EditorPanel {
  constructor() {
    super();
    this.names = { source: "derivative", problem: "derivative-problem", label: "Your derivative" };
  }

  text() {
    return checking.value.derivative;
  }

  wrong() {
    return checking.value.problem;
  }

  /**
   * @param {string} text
   * @returns {void}
   */
  edit(text) {
    editDerivative(text);
  }

  litSpans() {
    const { report } = checking.value;
    return report && isCurrent(checking.value, question.value) ? report.lines : [];
  }
}

customElements.define("wg-checked-function", CheckedFunction);
customElements.define("wg-derivative", DerivativeEditor);
