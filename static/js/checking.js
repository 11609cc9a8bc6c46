/**
 * A derivative that is checked: what is known of it, in words, and its address.
 *
 * @typedef {import("./protocol.js").Num} Num
 * @typedef {import("./protocol.js").Point} Point
 * @typedef {import("./protocol.js").Span} Span
 * @typedef {{name: string, sentence: string, span: Span | null}} Finding
 * @typedef {{
 *   name: string, given: Num, expected: Num, digits: number, oracle: string, oracle_digits: number, verdict: Verdict,
 *   findings: Finding[]
 * }} Component
 * @typedef {"right" | "wrong" | "undecided"} Verdict
 * @typedef {{
 *   kind: "formulas" | "program", verdict: Verdict, summary: string, at: Point, moved: boolean, points: number,
 *   components: Component[], lines: Span[], places: Span[]
 * }} Report What the server says; `lines` are places in the derivative, `places` those in the function.
 * @typedef {{source: string, point: Point, derivative: string}} Asked
 * @typedef {{
 *   derivative: string, report: (Report & {asked: Asked}) | null, problem: import("./protocol.js").Problem | null
 * }} Checking
 * @typedef {{title: string, source: string, backward: string, point: Point}} Sample
 */

import { isPoint, readJson } from "./address.js";

/** @type {Readonly<Record<Verdict, string>>} */
export const VERDICTS = Object.freeze({ right: "Right", wrong: "Wrong", undecided: "Undecided" });

/**
 * Whether what is said is about what is written now: a verdict on something else must not be shown as one.
 * @param {Checking} state
 * @param {{source: string, point: Point}} question
 * @returns {boolean}
 */
export function isCurrent({ derivative, report }, { source, point }) {
  return report !== null && JSON.stringify(report.asked) === JSON.stringify({ source, point, derivative });
}

/**
 * @param {Asked} asked
 * @returns {string} without the `#`
 */
export function writeCheckAddress({ source, point, derivative }) {
  return new URLSearchParams({ f: source, at: JSON.stringify(point), d: derivative }).toString();
}

/**
 * @param {string} hash with or without the `#`
 * @param {Sample} usual
 * @returns {Asked}
 */
export function readCheckAddress(hash, usual) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const [source, derivative] = [fields.get("f"), fields.get("d")];
  if (source === null || derivative === null) {
    return { source: usual.source, point: usual.point, derivative: usual.backward };
  }
  const point = readJson(fields.get("at"));
  return { source, derivative, point: isPoint(point) ? point : {} };
}
