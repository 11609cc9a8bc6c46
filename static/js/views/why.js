/** Why this number: a derivative as its sum over paths, a value as its operation; every node in it can be asked on. */

import { html, nothing } from "lit";
import { pointAt } from "../actions/pointing.js";
import { closeWhy } from "../actions/why.js";
import { formatFull, formatShort, prettifyText } from "../numbers.js";
import { linksOf, nodesOf, sumPaths } from "../paths.js";
import { symbolOf } from "../picture.js";
import { isFalling, markLetter, QUANTITIES, quantityOfPart } from "../quantities.js";
import { numbersOf } from "../replay.js";
import { explanations, snapshot, step, trace, why } from "../store.js";
import { View } from "./element.js";
import { ICONS } from "./icons.js";

/**
 * @typedef {import("../trace.js").Trace} Trace
 * @typedef {import("../paths.js").Path} Path
 * @typedef {import("../paths.js").Sum} Sum
 * @typedef {import("../replay.js").Snapshot} Snapshot
 * @typedef {import("../store.js").Part} Part
 */

/** So many paths are spelled out, the largest first. */
const MOST_PATHS = 6;
/** Of longer products the first and the last factors are written. */
const MOST_FACTORS = 7;
const ENDS = 3;
const LARGEST_COUNT = 10n ** 15n;
/** Which way the paths of a derivative lead, and what multiplies along them. @type {Readonly<Record<string, string>>} */
const WAYS = Object.freeze({
  tangent: "from the seeded inputs up to {symbol}. Along a path the seed and the partials multiply",
  adjoint: "from {symbol} up to the output. Along a path the seed and the partials multiply",
  second:
    "from {symbol} up to a partial that changes along the direction. An adjoint, the rate d/dt of that partial and the " +
    "partials along the path multiply",
});
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * @param {string[]} parts
 * @param {string} more what stands for those that are left out
 * @returns {string[]}
 */
function shorten(parts, more) {
  if (parts.length <= MOST_FACTORS) return parts;
  return [...parts.slice(0, ENDS), `… ${parts.length - 2 * ENDS} ${more} …`, ...parts.slice(-ENDS)];
}

/**
 * @param {number} value
 * @returns {import("../protocol.js").Num}
 */
function toNum(value) {
  if (Number.isFinite(value)) return value;
  return value > 0 ? "inf" : value < 0 ? "-inf" : "nan";
}

/**
 * @param {number} value
 * @returns {string} a factor: negative ones in brackets
 */
function factor(value) {
  const text = formatShort(toNum(value));
  return text.startsWith("−") ? `(${text})` : text;
}

/**
 * @param {bigint} count
 * @returns {string}
 */
function countPaths(count) {
  return `${count > LARGEST_COUNT ? roundCount(count) : count.toLocaleString("en-US")} ${count === 1n ? "path" : "paths"}`;
}

/**
 * A count with more digits than anyone reads: `2.04 · 10⁹⁰`.
 * @param {bigint} count
 * @returns {string}
 */
function roundCount(count) {
  const digits = count.toString();
  const power = [...String(digits.length - 1)].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return `${digits[0]}.${digits.slice(1, 3)} · 10${power}`;
}

export class WhyView extends View {
  constructor() {
    super();
    /** @type {Element | null} where the focus was before the card opened */
    this.opener = null;
    this.shown = "";
  }

  render() {
    const [shown, shot, asked] = [trace.value, snapshot.value, why.value];
    if (!shown || !shot || !asked || asked.node >= shown.graph.op.length) return nothing;
    const derived = asked.part !== "value";
    const letter = markLetter(symbolOf(shown.graph, asked.node), quantityOfPart(asked.part, shown.mode));
    const value = numbersOf(shot, asked.part)[asked.node] ?? null;
    return html`<section class="why-card step-card" id="why" data-quantity=${quantityOfPart(asked.part, shown.mode).name} aria-labelledby="why-title">
      <header class="why-head">
        <h2 id="why-title" tabindex="-1">
          ${value === null ? html`${letter} is not known yet` : html`Why is ${letter} = <b>${formatShort(value)}</b>?`}
        </h2>
        <button class="button quiet" id="why-close" type="button" aria-label="Close (Esc)" @click=${closeWhy}>
          ${ICONS.close}
        </button>
      </header>
      ${value === null ? nothing : derived ? this.derivative(shown, asked, letter) : this.value(shown, shot, asked.node)}
    </section>`;
  }

  /**
   * @param {Trace} shown
   * @param {{node: number, part: Part}} asked
   * @param {string} letter
   * @returns {import("lit").TemplateResult}
   */
  derivative(shown, asked, letter) {
    const sum = sumPaths(shown, step.value, asked.node, MOST_PATHS, quantityOfPart(asked.part, shown.mode));
    const listed = sum.best.reduce((total, { product }) => total + product, 0);
    const left = sum.count - BigInt(sum.best.length);
    const largest = Math.max(...sum.best.map(({ product }) => Math.abs(product)));
    return html`
      <p class="sentence" id="why-sentence">${this.sentence(shown, asked, sum)}</p>
      <ol class="paths" id="paths">
        ${sum.best.map((path) => this.path(shown, path, asked, largest))}
        ${left > 0n ? html`<li class="rest">${countPaths(left)} more <b>${formatShort(toNum(sum.sum - listed))}</b></li>` : nothing}
      </ol>
      <p class="path-total"><span>${letter}</span> <b title=${formatFull(toNum(sum.sum))}>${formatShort(toNum(sum.sum), 6)}</b></p>
    `;
  }

  /**
   * @param {Trace} shown
   * @param {{node: number, part: Part}} asked
   * @param {Sum} sum
   * @returns {string}
   */
  sentence({ mode, graph }, { node, part }, { count, best }) {
    const symbol = symbolOf(graph, node);
    const { name } = quantityOfPart(part, mode);
    const start = name === "second" ? "partial that changes along the direction" : "seed";
    if (!count) return `Nothing has reached ${symbol}: no path leads to it from a ${start}.`;
    if (count === 1n && best[0]?.link === null && !best[0].turn) return `${symbol} is seeded: this is the number that the sweep starts with.`;
    const leads = count === 1n ? "One path leads" : `${countPaths(count)} lead`;
    const add = count === 1n ? "" : ", and the paths add up";
    return `${leads} ${WAYS[name]?.replace("{symbol}", symbol)}${add}.`;
  }

  /**
   * @param {Trace} shown
   * @param {Path} path
   * @param {{node: number, part: Part}} asked
   * @param {number} largest
   * @returns {import("lit").TemplateResult}
   */
  path(shown, path, { node, part }, largest) {
    const { graph, mode } = shown;
    const quantity = quantityOfPart(part, mode);
    const { turn } = path;
    const nodes = [...nodesOf(path, node, isFalling(quantity)), ...(turn ? [turn.edge.user] : [])];
    const links = linksOf(path).reverse();
    /** @param {import("../paths.js").Link} link */
    const partial = ({ user, argument }) => `∂${symbolOf(graph, user)}/∂${symbolOf(graph, argument)}`;
    const seeded = markLetter(symbolOf(graph, nodes.at(-1) ?? node), turn ? QUANTITIES.adjoint : quantity);
    const starts = turn ? [turn.adjoint, turn.edge.partial] : [path.seed];
    const numbers = [...starts, ...links.map((link) => link.partial)].map(factor);
    const letters = [seeded, ...(turn ? [`d/dt ${partial(turn.edge)}`] : []), ...links.map(partial)];
    const product = shorten(letters, "factors").join(" · ");
    const share = largest > 0 && Number.isFinite(path.product) ? Math.abs(path.product) / largest : 1;
    return html`<li @pointerenter=${() => pointAt(nodes)} @pointerleave=${() => pointAt([])}>
      <p class="path-nodes">${this.chain(shown, nodes, part)}</p>
      <p class="path-letters">${product}</p>
      <p class="path-numbers">
        <span>${shorten(numbers, "factors").join(" · ")} =</span> <b title=${formatFull(toNum(path.product))}>${formatShort(toNum(path.product))}</b>
      </p>
      <span class="path-bar" aria-hidden="true" .style=${`width: ${100 * share}%`}></span>
    </li>`;
  }

  /**
   * @param {Trace} shown
   * @param {number[]} nodes
   * @param {Part} part
   * @returns {unknown[]}
   */
  chain(shown, nodes, part) {
    const all = nodes.map((node) => this.link(shown, node, part));
    const drawn = all.length > MOST_FACTORS ? [...all.slice(0, ENDS), html`…`, ...all.slice(-ENDS)] : all;
    return drawn.map((each, place) => html`${place ? " → " : ""}${each}`);
  }

  /**
   * @param {Trace} shown
   * @param {number} node
   * @param {Part} part
   * @returns {import("lit").TemplateResult}
   */
  link({ graph, outputs }, node, part) {
    const name = graph.name[node] ?? outputs[graph.outputs.indexOf(node)];
    return html`<button
      class="node-link"
      type="button"
      data-node=${node}
      data-why=${part}
      @focus=${() => pointAt([node])}
      @blur=${() => pointAt([])}
    >
      ${symbolOf(graph, node)}${name ? html` <i>${prettifyText(name)}</i>` : nothing}
    </button>`;
  }

  /**
   * @param {Trace} shown
   * @param {Snapshot} shot
   * @param {number} node
   * @returns {import("lit").TemplateResult}
   */
  value(shown, shot, node) {
    const { graph, events } = shown;
    if (graph.op[node] === "input")
      return html`<p class="sentence" id="why-sentence">It is given: a coordinate of the point.</p>`;
    const index = events.node.findIndex((each, at) => each === node && events.kind[at] === "value");
    const said = explanations.value.get(index);
    const formulas = [said?.names ?? "", said?.numbers ?? ""].filter(Boolean);
    return html`
      <p class="sentence" id="why-sentence">${symbolOf(graph, node)} is ${prettifyText(graph.labels.list(node))}.</p>
      <div class="lines">${formulas.map((latex) => html`<wg-math .latex=${latex}></wg-math>`)}</div>
      <dl class="all-digits" id="arguments">
        ${(graph.args[node] ?? []).map(
          (argument) =>
            html`<div>
              <dt>${graph.op[argument] === "const" ? "constant" : this.link(shown, argument, "value")}</dt>
              <dd>${formatFull(graph.op[argument] === "const" ? graph.constant[argument] : shot.values[argument])}</dd>
            </div>`,
        )}
      </dl>
    `;
  }

  /** The focus goes to a card that opens, and back where it was when the card closes. @returns {void} */
  updated() {
    const asked = why.value ? `${why.value.node} ${why.value.part}` : "";
    if (asked === this.shown) return;
    if (!this.shown) this.opener = document.activeElement;
    this.shown = asked;
    const title = this.querySelector("#why-title");
    if (asked && title instanceof HTMLElement) title.focus({ preventScroll: true });
    if (asked) title?.scrollIntoView({ block: "nearest" });
    else if (this.opener instanceof HTMLElement || this.opener instanceof SVGElement) this.opener.focus();
  }
}

customElements.define("wg-why", WhyView);
