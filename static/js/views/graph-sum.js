/** The sum of a node that several contributions reach, growing beside its box: `0.5 + 1.2 = 1.7`. */

import { nothing, svg } from "lit";
import { formatBrief, toNumber } from "../numbers.js";
import { quantityOfPhase } from "../quantities.js";
import { contributionsTo, layerOf } from "../replay.js";
import { spotOf } from "../stage.js";

/** @typedef {import("./graph-scene.js").Scene} Scene */

const SHOWN_KINDS = Object.freeze(["contribution", "curvature", "adjoint", "tangent"]);
const MOST_TERMS = 4;
const CHARACTER = 7.4;
const HEIGHT = 24;

/**
 * @param {import("../replay.js").Contribution[]} parts
 * @returns {{text: string, state: "sign" | "done" | "new" | "pending"}[]} the terms with the signs between them
 */
function termsOf(parts) {
  const arrived = parts.filter(({ done }) => done);
  const shown = arrived.slice(-MOST_TERMS);
  const words = shown.map(({ partial, factor }, place) => {
    const text = formatBrief(partial === null || factor === null ? null : toNumber(partial) * toNumber(factor));
    const state = place === shown.length - 1 && arrived.length < parts.length ? "new" : "done";
    return { text: place > 0 && text.startsWith("−") ? `(${text})` : text, state };
  });
  const earlier = arrived.length > shown.length ? [{ text: "…", state: "done" }] : [];
  const waiting = parts.length - arrived.length;
  const later = waiting > 2 ? [{ text: `${waiting} more`, state: "pending" }] : parts.slice(-waiting || parts.length);
  const pending = later.map((each) => ("text" in each ? each : { text: "?", state: "pending" }));
  return /** @type {any} */ ([...earlier, ...words, ...pending]);
}

/**
 * Below the box where contributions come from above, above it where they come from below.
 * @param {Scene} scene
 * @returns {import("lit").TemplateResult | typeof nothing}
 */
export function sumTemplate({ stage, shot, trace }) {
  const { now } = shot;
  const box = now && SHOWN_KINDS.includes(now.kind) ? stage.picture.boxOf.get(now.node) : undefined;
  if (!now || !box) return nothing;
  const parts = contributionsTo(trace, shot, now.node);
  if (parts.length < 2) return nothing;
  const terms = termsOf(parts);
  const sum = formatBrief(layerOf(shot, now.phase)[now.node]);
  const quantity = quantityOfPhase(now.phase);
  const letters = terms.reduce((count, { text }) => count + text.length + 3, 0) + sum.length;
  const width = letters * CHARACTER + 20;
  const { x, y } = spotOf(stage, box.id);
  const top = quantity.name === "tangent" ? y - box.height / 2 - HEIGHT - 6 : y + box.height / 2 + 6;
  return svg`<g class="sum-tip" data-quantity=${quantity.name} transform="translate(${x - width / 2} ${top})">
    <rect width=${width} height=${HEIGHT} rx="8"></rect>
    <text x=${width / 2} y="16.5" text-anchor="middle">${terms.map(
      ({ text, state }, place) => svg`<tspan class="sign">${place ? " + " : ""}</tspan><tspan class=${state}>${text}</tspan>`,
    )}<tspan class="sign"> = </tspan><tspan class="total">${sum}</tspan></text>
  </g>`;
}
