/**
 * The whole state in the address. It stands behind `#`, which browsers do not send, so that no server log ever holds
 * what a person typed.
 *
 * @typedef {import("./protocol.js").Question} Question
 * @typedef {import("./timeline.js").Stops} Stops
 * @typedef {import("./timeline.js").Region} Region
 * @typedef {{
 *   question: Question, step: number, panel: string, choice: {output: number, input: number}, stops: Stops,
 *   region: Region | null, why: {node: number, part: import("./quantities.js").Part} | null,
 *   beside: import("./beside.js").Beside | null, folds?: import("./folding.js").Folds
 * }} View
 */

import { AS_ARRIVED, readFolds, writeFolds } from "./folding.js";

/** @type {readonly import("./protocol.js").Mode[]} */
const MODES = Object.freeze(["forward", "reverse", "forward-over-reverse"]);
/** What a letter in an address asks about. @type {Readonly<Record<string, import("./quantities.js").Part>>} */
const PARTS = Object.freeze({ v: "value", d: "derivative", t: "tangent", a: "adjoint" });

/**
 * @param {View} view
 * @returns {string} without the `#`
 */
export function writeAddress({ question, step, panel, choice, stops, region, why, beside, folds = AS_ARRIVED }) {
  const fields = new URLSearchParams({ f: question.source, at: JSON.stringify(question.point), mode: question.mode });
  if (question.mode !== "reverse" && question.seed) fields.set("seed", JSON.stringify(question.seed));
  if (question.mode === "reverse" && question.weights) fields.set("weights", JSON.stringify(question.weights));
  if (question.shared) fields.set("shared", "1");
  if (step) fields.set("step", String(step));
  if (panel) fields.set("panel", panel);
  if (choice.output || choice.input) fields.set("d", `${choice.output},${choice.input}`);
  const places = [...stops.nodes.map((node) => `n${node}`), ...stops.lines.map((line) => `l${line}`)];
  if (places.length) fields.set("stops", places.join("."));
  if (region) fields.set("loop", `${region.from}-${region.to}`);
  if (why) fields.set("why", `${why.part[0]}${why.node}`);
  if (beside) fields.set("beside", beside.kind === "mode" ? "mode" : JSON.stringify(beside.question));
  const open = writeFolds(folds);
  if (open) fields.set("open", open);
  return fields.toString();
}

/**
 * @param {string | null} text
 * @returns {View["beside"]}
 */
function readBeside(text) {
  if (text === "mode") return { kind: "mode" };
  const pinned = readJson(text);
  if (!isPoint(pinned) || typeof pinned.source !== "string" || !isPoint(pinned.point)) return null;
  const { source, point, mode, seed, weights, shared } = /** @type {any} */ (pinned);
  /** @type {Question} */
  const question = { source, point, mode: readMode(mode), shared: shared === true };
  if (isPoint(seed)) question.seed = seed;
  if (Array.isArray(weights)) question.weights = weights;
  return { kind: "pinned", question };
}

/**
 * @param {unknown} text
 * @returns {import("./protocol.js").Mode} reverse mode where it is none
 */
function readMode(text) {
  return MODES.find((mode) => mode === text) ?? "reverse";
}

/**
 * The number that is asked about: `v4` is the value of node 4, `d4` its derivative, `t4` and `a4` its tangent and its
 * adjoint in second order.
 * @param {string | null} text
 * @returns {View["why"]}
 */
function readWhy(text) {
  const [, letter = "", node = ""] = /^([vdta])(\d{1,6})$/.exec(text ?? "") ?? [];
  const part = PARTS[letter];
  return part ? { node: Number(node), part } : null;
}

/**
 * Breakpoints: `n4.l2` is one at node 4 and one at line 2.
 * @param {string | null} text
 * @returns {Stops}
 */
function readStops(text) {
  const places = (text ?? "").split(".").filter((place) => /^[nl]\d{1,6}$/.test(place));
  /** @param {string} letter */
  const starting = (letter) => places.filter((place) => place[0] === letter).map((place) => Number(place.slice(1)));
  return { nodes: starting("n"), lines: starting("l") };
}

/**
 * @param {string | null} text
 * @returns {Region | null}
 */
function readRegion(text) {
  const [from = 0, to = 0] = (text ?? "").split("-").map(readCount);
  return to > from ? { from, to } : null;
}

/**
 * @param {string | null} text
 * @returns {any} undefined where the text is no JSON; the server judges the rest
 */
export function readJson(text) {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch (failure) {
    if (failure instanceof SyntaxError) return undefined;
    throw failure;
  }
}

/**
 * @param {any} value
 * @returns {value is import("./protocol.js").Point}
 */
export function isPoint(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {string | null} text
 * @returns {number}
 */
function readCount(text) {
  return /^\d{1,7}$/.test(text ?? "") ? Number(text) : 0;
}

/**
 * The view that an address describes; null where it names no function.
 * @param {string} hash with or without the `#` (or the query with its `?`)
 * @returns {View | null}
 */
export function readAddress(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const source = fields.get("f");
  if (source === null) return null;
  const [point, seed, weights] = ["at", "seed", "weights"].map((name) => readJson(fields.get(name)));
  const [output = "", input = ""] = (fields.get("d") ?? "").split(",");
  /** @type {Question} */
  const question = {
    source,
    point: isPoint(point) ? point : {},
    mode: readMode(fields.get("mode")),
    shared: fields.get("shared") === "1",
  };
  if (isPoint(seed)) question.seed = seed;
  if (Array.isArray(weights)) question.weights = weights;
  return {
    question,
    step: readCount(fields.get("step")),
    panel: fields.get("panel") ?? "",
    choice: { output: readCount(output), input: readCount(input) },
    stops: readStops(fields.get("stops")),
    region: readRegion(fields.get("loop")),
    why: readWhy(fields.get("why")),
    beside: readBeside(fields.get("beside")),
    folds: readFolds(fields.get("open")),
  };
}
