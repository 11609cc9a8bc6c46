/**
 * An exercise in an address, behind `#`: the function, the point, the kind, the seed and the level.
 *
 * @typedef {import("./protocol.js").ExerciseSpec} ExerciseSpec
 */

import { isPoint, readJson } from "./address.js";

const LARGEST_SEED = 2 ** 31 - 1;

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
    seed: Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED ? seed : usual.seed,
    level: [1, 2, 3].includes(level) ? level : usual.level,
  };
}
