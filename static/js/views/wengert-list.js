/** The Wengert list: every operation with its value and its derivative. It says in words all that the graph draws. */

import { html } from "lit";
import { goToNode } from "../actions/playback.js";
import { pointAt } from "../actions/pointing.js";
import { alignPoints, formatFull, formatShort, prettifyText } from "../numbers.js";
import { derivativeOf, QUANTITIES } from "../quantities.js";
import { lit, outdated, picture, snapshot, step, trace } from "../store.js";
import { View } from "./element.js";
import { term } from "./term.js";

/**
 * @typedef {{
 *   id: number, symbol: string, name: string, operation: string, value: string, derivative: string,
 *   full: [string, string], done: boolean
 * }} Row
 */

const UNKNOWN = "·";

/** @returns {Row[]} */
function listRows() {
  const [shown, shot] = [trace.value, snapshot.value];
  if (!shown || !shot) return [];
  const boxes = picture.value?.boxes ?? [];
  const values = alignPoints(boxes.map(({ id }) => formatShort(shot.values[id]) || UNKNOWN));
  const derivatives = alignPoints(boxes.map(({ id }) => formatShort(shot.derivatives[id]) || UNKNOWN));
  return boxes.map(({ id, symbol, name, input }, place) => ({
    id,
    symbol,
    name: prettifyText(input ? "" : name),
    operation: prettifyText(shown.graph.list[id] ?? ""),
    value: values[place] ?? "",
    derivative: derivatives[place] ?? "",
    full: [formatFull(shot.values[id]), formatFull(shot.derivatives[id])],
    done: shot.complete[id] ?? false,
  }));
}

export class WengertList extends View {
  render() {
    const quantity = derivativeOf(trace.value?.mode ?? "reverse");
    const now = snapshot.value?.now;
    const current = now && now.kind !== "result" ? now.node : -1;
    const bright = new Set(lit.value);
    return html`
      <h2 class="heading">Wengert list</h2>
      <div class="list-scroll ${outdated.value ? "dimmed" : ""}" tabindex="0" role="group" aria-label="Wengert list">
        <table id="wengert-list" class="wengert">
          <thead>
            <tr>
              <th scope="col"><span class="unseen">symbol</span></th>
              <th scope="col">operation</th>
              <th scope="col" class="amount">${term("value", QUANTITIES.primal.meaning)}</th>
              <th scope="col" class="amount" data-quantity=${quantity.name}>
                ${term(quantity.label, quantity.meaning)} ${quantity.arrow}
              </th>
            </tr>
          </thead>
          <tbody>
            ${listRows().map((row) => this.row(row, row.id === current, bright.has(row.id)))}
          </tbody>
        </table>
      </div>
    `;
  }

  /**
   * @param {Row} row
   * @param {boolean} current
   * @param {boolean} bright
   * @returns {import("lit").TemplateResult}
   */
  row({ id, symbol, name, operation, value, derivative, full, done }, current, bright) {
    const quantity = derivativeOf(trace.value?.mode ?? "reverse").name;
    return html`<tr
      data-node=${id}
      data-phase=${snapshot.value?.now?.phase ?? ""}
      class="${bright ? "lit" : ""} ${current ? "current" : ""}"
      aria-current=${current ? "step" : "false"}
      @pointerenter=${() => pointAt([id])}
      @pointerleave=${() => pointAt([])}
      @click=${() => goToNode(id)}
    >
      <th scope="row">${symbol}${name ? html` <i class="given">${name}</i>` : ""}</th>
      <td class="operation" title=${operation}>${operation}</td>
      <td class="amount" data-quantity="primal" title=${full[0]}>${value}</td>
      <td class="amount ${done ? "" : "growing"}" data-quantity=${quantity} title=${full[1]}>${derivative}</td>
    </tr>`;
  }

  /** Keep the current row in view, without moving the page. @returns {void} */
  updated() {
    void step.value;
    const row = this.querySelector("tr.current");
    const frame = this.querySelector(".list-scroll");
    if (!(row instanceof HTMLElement) || !frame || frame.scrollHeight <= frame.clientHeight + 1) return;
    const [top, height] = [row.offsetTop, row.offsetHeight];
    if (top < frame.scrollTop + height) frame.scrollTop = top - 2 * height;
    else if (top + 2 * height > frame.scrollTop + frame.clientHeight)
      frame.scrollTop = top + 2 * height - frame.clientHeight;
  }
}

customElements.define("wg-list", WengertList);
