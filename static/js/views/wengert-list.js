/** The Wengert list: every operation with its value and its derivative. It says in words all that the graph draws. */

import { html, nothing } from "lit";
import { toggleStop } from "../actions/pacing.js";
import { goToNode } from "../actions/playback.js";
import { pointAt } from "../actions/pointing.js";
import { alignPoints, formatFull, formatShort, prettifyText } from "../numbers.js";
import { markLetter, partsOf, QUANTITIES, quantityOfPart } from "../quantities.js";
import { numbersOf } from "../replay.js";
import { listEntries, placeOfBox } from "../listing.js";
import { folding, lit, outdated, picture, snapshot, step, stops, trace, tree } from "../store.js";
import { View } from "./element.js";
import { groupRow } from "./group-row.js";
import { RowWindow } from "./row-window.js";
import { term } from "./term.js";

/**
 * @typedef {import("../listing.js").Entry} Entry
 * @typedef {{
 *   id: number, symbol: string, name: string, operation: string, numbers: {part: Part, text: string, full: string}[],
 *   done: boolean
 * }} Row `numbers` stand side by side; `done` says whether the last of them is complete.
 * @typedef {import("../store.js").Part} Part
 */

const UNKNOWN = "·";
const HEAD_HEIGHT = 32;

/**
 * @param {import("../protocol.js").Mode} mode
 * @returns {boolean} whether there is little room for each number
 */
function isDense(mode) {
  return partsOf(mode).length > 2;
}

/**
 * @param {import("../picture.js").Box[]} boxes
 * @returns {Map<number, Row>}
 */
function listRows(boxes) {
  const [shown, shot] = [trace.value, snapshot.value];
  if (!shown || !shot) return new Map();
  const columns = partsOf(shown.mode).map((part) => {
    const numbers = numbersOf(shot, part);
    return { part, numbers, texts: alignPoints(boxes.map(({ id }) => formatShort(numbers[id]) || UNKNOWN)) };
  });
  const rows = boxes.map(({ id, symbol, name, input }, place) => ({
    id,
    symbol,
    name: prettifyText(input ? "" : name),
    operation: prettifyText(shown.graph.labels.list(id)),
    numbers: columns.map(({ part, numbers, texts }) => ({ part, text: texts[place] ?? "", full: formatFull(numbers[id]) })),
    done: shot.complete[id] ?? false,
  }));
  return new Map(rows.map((row) => [row.id, row]));
}

export class WengertList extends View {
  constructor() {
    super();
    /** @type {number} the node whose numbers the focus was on last */
    this.reached = -1;
    /** @type {number} the node whose buttons the tab key reaches */
    this.tabbed = -1;
    this.rows = new RowWindow(this);
    /** @type {{picture: import("../picture.js").Picture | null, entries: Entry[]}} */
    this.listed = { picture: null, entries: [] };
    this.shownStep = -1;
  }

  render() {
    const mode = trace.value?.mode ?? "reverse";
    const bright = new Set(lit.value);
    const entries = this.entries();
    const { from, to, above, below } = this.rows.range(entries.length);
    const current = this.currentBox();
    const inView = entries.slice(from, to);
    const rows = listRows(inView.flatMap(({ box }) => (box && box.group < 0 && !box.rest ? [box] : [])));
    this.tabbed = [this.reached, current, ...rows.keys()].find((node) => rows.has(node)) ?? -1;
    return html`
      <h2 class="heading">Wengert list</h2>
      <div class="list-scroll ${outdated.value ? "dimmed" : ""}" tabindex="0" role="group" aria-label="Wengert list">
        <table id="wengert-list" class="wengert ${isDense(mode) ? "dense" : ""}" aria-rowcount=${entries.length + 1}>
          <thead>
            <tr>
              <th scope="col"><span class="unseen">symbol</span></th>
              <th scope="col">operation</th>
              ${partsOf(mode).map((part) => this.heading(part, mode))}
            </tr>
          </thead>
          <tbody @keydown=${this.walk}>
            ${this.room(above)}
            ${inView.map((entry) => this.entry(entry, rows, current, bright))} ${this.room(below)}
          </tbody>
        </table>
      </div>
    `;
  }

  /**
   * @param {Part} part
   * @param {import("../protocol.js").Mode} mode
   * @returns {import("lit").TemplateResult}
   */
  heading(part, mode) {
    if (part === "value") return html`<th scope="col" class="amount">${term("value", QUANTITIES.primal.meaning)}</th>`;
    const quantity = quantityOfPart(part, mode);
    const { name, label, meaning, arrow } = quantity;
    const short = isDense(mode) ? html`${term(markLetter("v", quantity), meaning)}<span class="unseen"> ${label}</span>` : term(label, meaning);
    return html`<th scope="col" class="amount" data-quantity=${name}>${short} ${arrow}</th>`;
  }

  /** @returns {Entry[]} */
  entries() {
    const shown = picture.value;
    if (shown && this.listed.picture !== shown) this.listed = { picture: shown, entries: listEntries(shown) };
    return shown ? this.listed.entries : [];
  }

  /** @returns {number} the box that shows the node of the current step, -1 for none */
  currentBox() {
    const now = snapshot.value?.now;
    return now && now.kind !== "result" ? (folding.value?.holder[now.node] ?? now.node) : -1;
  }

  /**
   * @param {number} height of the rows that are not made
   * @returns {unknown}
   */
  room(height) {
    return height ? html`<tr class="room" aria-hidden="true" .style=${`height: ${height}px`}></tr>` : nothing;
  }

  /**
   * @param {Entry} entry
   * @param {Map<number, Row>} rows
   * @param {number} current
   * @param {Set<number>} bright
   * @returns {unknown}
   */
  entry(entry, rows, current, bright) {
    const row = rows.get(entry.box?.id ?? -1);
    if (row) return this.row(row, row.id === current, bright.has(row.id), entry.depth);
    const [shown, shot, groups] = [trace.value, snapshot.value, tree.value];
    if (!shown || !shot || !groups) return nothing;
    return groupRow(entry, { tree: groups, shot, trace: shown }, entry.box?.id === current);
  }

  /**
   * @param {Row} row
   * @param {boolean} current
   * @param {boolean} bright
   * @param {number} depth
   * @returns {import("lit").TemplateResult}
   */
  row({ id, symbol, name, operation, numbers, done }, current, bright, depth) {
    const mode = trace.value?.mode ?? "reverse";
    return html`<tr
      data-node=${id}
      data-phase=${snapshot.value?.now?.phase ?? ""}
      class="${bright ? "lit" : ""} ${current ? "current" : ""}"
      aria-current=${current ? "step" : "false"}
      @pointerenter=${() => pointAt([id])}
      @pointerleave=${() => pointAt([])}
      @click=${() => goToNode(id)}
    >
      <th scope="row" .style=${depth ? `padding-left: ${20 + depth * (isDense(mode) ? 5 : 14)}px` : ""}
        >${this.stop(id, symbol)}${symbol}${name ? html` <i class="given">${name}</i>` : ""}</th
      >
      <td class="operation" title=${operation}>${operation}</td>
      ${numbers.map(
        ({ part, text, full }) => html`<td
          class="amount ${done || part !== "derivative" ? "" : "growing"}"
          data-quantity=${quantityOfPart(part, mode).name}
          title=${full}
        >
          ${this.number(id, part, text)}
        </td>`,
      )}
    </tr>`;
  }

  /**
   * The breakpoint of a row, or the place for one.
   * @param {number} node
   * @param {string} symbol
   * @returns {import("lit").TemplateResult}
   */
  stop(node, symbol) {
    /** @param {Event} event */
    const toggle = (event) => {
      event.stopPropagation();
      toggleStop("nodes", node);
    };
    return html`<button
      type="button"
      class="stop"
      tabindex=${this.tabbed === node ? "0" : "-1"}
      aria-label="Breakpoint at ${symbol}"
      aria-pressed=${stops.value.nodes.includes(node) ? "true" : "false"}
      title="Breakpoint (B)"
      @click=${toggle}
    ></button>`;
  }

  /**
   * A number that can be asked where it comes from. Of all rows the tab key reaches one; the arrows lead to the others.
   * @param {number} node
   * @param {import("../store.js").Part} part
   * @param {string} text
   * @returns {unknown}
   */
  number(node, part, text) {
    if (text.startsWith(UNKNOWN)) return text;
    return html`<button
      type="button"
      class="ask"
      data-why=${part}
      tabindex=${this.tabbed === node ? "0" : "-1"}
      @focus=${() => this.reach(node)}
      @blur=${() => pointAt([])}
    >
      ${text}<span class="unseen">, why?</span>
    </button>`;
  }

  /**
   * @param {number} node
   * @returns {void}
   */
  reach(node) {
    this.reached = node;
    pointAt([node]);
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {void}
   */
  walk(event) {
    const from = event.target instanceof Element ? event.target.closest("button.ask") : null;
    const down = event.key === "ArrowDown";
    if (!from || !(down || event.key === "ArrowUp")) return;
    event.preventDefault();
    const column = [...this.querySelectorAll(`button.ask[data-why=${from.getAttribute("data-why")}]`)];
    const next = column[column.indexOf(from) + (down ? 1 : -1)];
    if (next instanceof HTMLElement) next.focus();
  }

  /** Keep the current row in view, without moving the page. @returns {void} */
  updated() {
    const frame = this.querySelector(".list-scroll");
    this.rows.watch(frame);
    const shown = this.shownStep === step.value;
    this.shownStep = step.value;
    if (shown) return;
    this.rows.reveal(placeOfBox(this.entries(), this.currentBox()), HEAD_HEIGHT);
  }
}

customElements.define("wg-list", WengertList);
