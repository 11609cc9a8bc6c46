/**
 * An exercise in an address, behind `#`: the function, the point, the kind, the seed and the level.
 *
 * @typedef {import("./protocol.js").ExerciseSpec} ExerciseSpec
 */

import { isPoint, readJson } from "./address.js";
import { HIGHEST_LEVEL, LARGEST_SEED, LOWEST_LEVEL } from "./assignment-limits.js";

/** What a page opens with where its address says nothing. @returns {ExerciseSpec} */
export function usualSpec() {
  return JSON.parse(document.getElementById("main")?.dataset.first ?? "{}");
}

/**
 * @param {number} number
 * @param {number} low
 * @param {number} high
 * @returns {boolean}
 */
function isWhole(number, low, high) {
  return Number.isInteger(number) && number >= low && number <= high;
}

/**
 * @param {ExerciseSpec} spec
 * @returns {string} without the `#`
 */
export function writeExerciseAddress({ source, point, kind, seed, level }) {
  const fields = { f: source, at: JSON.stringify(point), kind, seed: String(seed), level: String(level) };
  return new URLSearchParams(fields).toString();
}

/**
 * @param {string} hash with or without the `#`
 * @param {ExerciseSpec} usual where the address says nothing, or nothing that can be
 * @returns {ExerciseSpec}
 */
export function readExerciseAddress(hash, usual) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const source = fields.get("f");
  const point = readJson(fields.get("at"));
  const [seed, level] = [Number(fields.get("seed") ?? ""), Number(fields.get("level") ?? "")];
  return {
    source: source ?? usual.source,
    point: isPoint(point) ? point : source === null ? usual.point : {},
    kind: fields.get("kind") ?? usual.kind,
    seed: isWhole(seed, 0, LARGEST_SEED) ? seed : usual.seed,
    level: isWhole(level, LOWEST_LEVEL, HIGHEST_LEVEL) ? level : usual.level,
  };
}
