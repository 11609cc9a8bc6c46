/** Code: the programs side by side, and what each pass saves. */

import { html, nothing } from "lit";
import "../views/code-pane.js";

/**
 * @typedef {import("../protocol.js").LabAnswer} LabAnswer
 * @typedef {{title: string, text: string, quantity: string, file: string, note: string}} Pane
 */

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
export function draw({ panes, savings }) {
  return html`<div class="panes ${panes.length > 1 ? "several" : ""}">
      ${panes.map((/** @type {Pane} */ pane) => html`<wg-code .pane=${pane}></wg-code>`)}
    </div>
    ${savings.length ? drawSavings(savings) : nothing}`;
}

/**
 * @param {[string, string, number, number][]} savings pass, program, operations before and after
 * @returns {import("lit").TemplateResult}
 */
function drawSavings(savings) {
  const programs = [...new Set(savings.map(([, program]) => program))];
  const passes = [...new Set(savings.map(([pass]) => pass))];
  /** @param {string} pass @param {string} program */
  const cell = (pass, program) => {
    const [, , before, after] = savings.find((row) => row[0] === pass && row[1] === program) ?? ["", "", 0, 0];
    return html`<td class=${before === after ? "idle" : ""}>${before} → ${after}</td>`;
  };
  return html`<h2 class="heading">Operations before and after each pass</h2>
    <div class="scroll-x" tabindex="0" role="group" aria-label="Passes">
      <table class="costs">
        <thead>
          <tr>
            <th scope="col">pass</th>
            ${programs.map((program) => html`<th scope="col" data-quantity=${program}>${program} program</th>`)}
          </tr>
        </thead>
        <tbody>
          ${passes.map(
            (pass) => html`<tr>
              <th scope="row">${pass}</th>
              ${programs.map((program) => cell(pass, program))}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
