/** A group in the Wengert list: a closed one with what it hands on, the heading of an open one, turns not shown. */

import { html } from "lit";
import { toggleGroup, turnPage } from "../actions/folding.js";
import { PAGE } from "../folding.js";
import { formatFull, formatShort } from "../numbers.js";
import { nameOf } from "../picture.js";
import { progressOf } from "../progress.js";
import { derivativeOf, partsOf } from "../quantities.js";
import { numbersOf } from "../replay.js";

/**
 * @typedef {import("../listing.js").Entry} Entry
 * @typedef {{
 *   tree: import("../groups.js").GroupTree, shot: import("../replay.js").Snapshot, trace: import("../trace.js").Trace
 * }} Known
 */

/**
 * @param {import("../folding.js").Rest} rest
 * @returns {void}
 */
function showRest({ loop, from, to }) {
  turnPage(loop, from > 0 ? from : to - PAGE);
}

/**
 * What stands between the value and the derivative: in second order the tangent and the adjoint.
 * @param {import("../protocol.js").Mode} mode
 * @param {import("../replay.js").Snapshot} shot
 * @param {number} node -1 for none
 * @returns {import("lit").TemplateResult[]}
 */
function otherCells(mode, shot, node) {
  const others = partsOf(mode).slice(1, -1);
  return others.map((part) => {
    const number = numbersOf(shot, part)[node] ?? null;
    return html`<td class="amount" data-quantity=${part} title=${formatFull(number)}>${formatShort(number)}</td>`;
  });
}

/**
 * @param {Entry} entry
 * @param {Known} known
 * @param {boolean} current
 * @returns {import("lit").TemplateResult}
 */
export function groupRow({ box, frame, depth }, { tree, shot, trace }, current) {
  const group = frame?.group ?? box?.rest?.loop ?? box?.group ?? -1;
  const rest = box?.rest ?? null;
  const progress = progressOf(tree, group, shot, trace.graph.name, rest);
  const name = progress.node < 0 || frame ? "" : nameOf(trace.graph, progress.node);
  const [value, derivative] = frame ? [null, null] : [progress.value, progress.derivative];
  const bare = rest || tree.groups[group]?.kind === "turn";
  const words = frame?.title ?? `${box?.title}${bare ? "" : ` · ${box?.symbol}`}`;
  return html`<tr
    class="group-row ${current ? "current" : ""}"
    data-phase=${shot.now?.phase ?? ""}
    aria-current=${current ? "step" : "false"}
  >
    <th scope="row" colspan="2" .style=${`padding-left: ${8 + depth * 14}px`}>
      ${
        rest
          ? html`<button type="button" class="fold" @click=${() => showRest(rest)}>⋯ ${words}</button>`
          : html`<button
              type="button"
              class="fold"
              aria-expanded=${frame ? "true" : "false"}
              @click=${() => toggleGroup(group)}
            >
              <span class="fold-sign" aria-hidden="true">${frame ? "▾" : "▸"}</span> ${words}
            </button>`
      }
    </th>
    <td class="amount" data-quantity="primal" title=${formatFull(value)}>
      ${value === null ? "" : html`<i class="given">${name}</i> ${formatShort(value)}`}
    </td>
    ${otherCells(trace.mode, shot, frame ? -1 : progress.node)}
    <td
      class="amount ${progress.complete ? "" : "growing"}"
      data-quantity=${derivativeOf(trace.mode).name}
      title=${formatFull(derivative)}
    >
      ${formatShort(derivative)}
    </td>
  </tr>`;
}
