/**
 * What comes next: skills that are due, the longest due first; then the least mastered of those whose prerequisites go
 * well; then, where all is mastered and nothing due, what is due next. The skill that was practised last waits while
 * there is another of the same standing: mixed practice lasts longer than blocks (Rohrer and Taylor, Instructional
 * Science 35, 2007).
 *
 * @typedef {import("../protocol.js").ExerciseSpec} ExerciseSpec
 * @typedef {import("./progress.js").Progress} Progress
 * @typedef {import("./progress.js").Skill} Skill
 * @typedef {{source: string, point: import("../protocol.js").Point, kinds: string[], levels: number[]}} Material
 * @typedef {{skills: Skill[], functions: Material[]}} Table What the server has to practise.
 * @typedef {"due" | "again" | "begin" | "weak" | "ahead" | "chosen"} Reason
 * @typedef {{kind: string, reason: Reason}} Choice
 */

import { LARGEST_SEED } from "../assignment-limits.js";
import { LEVELS_FROM, MASTERED } from "./mastery.js";
import { isDue } from "./schedule.js";

/** From which P(L) on a skill goes well enough to build on: the highest level is reached. */
const GOES_WELL = LEVELS_FROM[2] ?? 1;

/**
 * @param {readonly Skill[]} skills
 * @param {Map<string, Progress>} progress
 * @param {number} now in milliseconds
 * @param {string} last the skill of the exercise before; "" where there was none
 * @returns {Choice | null} null where there are no skills
 */
export function chooseSkill(skills, progress, now, last) {
  const all = skills.flatMap((skill) => {
    const found = progress.get(skill.kind);
    return found ? [{ skill, ...found, due: found.card.due ?? Number.POSITIVE_INFINITY }] : [];
  });
  const due = all.filter(({ card }) => isDue(card, now)).sort((a, b) => a.due - b.due);
  const weak = all.filter(({ known }) => known < MASTERED).sort((a, b) => a.known - b.known);
  const ready = weak.filter(({ skill, answered }) => answered > 0 || isReady(skill, progress));
  const ahead = all.toSorted((a, b) => a.due - b.due);
  const rungs = [due, ready, ahead.filter(({ answered }) => answered > 0)];
  const others = rungs.slice(0, 2).map((rung) => rung.filter(({ skill }) => skill.kind !== last));
  const [next] = [...others, ...rungs, ahead].find((rung) => rung.length) ?? [];
  if (!next) return null;
  return { kind: next.skill.kind, reason: reasonFor(next, now) };
}

/**
 * @param {Progress} progress
 * @param {number} now
 * @returns {Reason}
 */
function reasonFor({ card, known, answered }, now) {
  if (isDue(card, now)) return card.again ? "again" : "due";
  if (known >= MASTERED) return "ahead";
  return answered ? "weak" : "begin";
}

/**
 * Whether what a skill builds on goes well.
 * @param {Skill} skill
 * @param {Map<string, Progress>} progress
 * @returns {boolean}
 */
export function isReady({ after }, progress) {
  return after.every((kind) => (progress.get(kind)?.known ?? 0) >= GOES_WELL);
}

/**
 * An exercise of a skill: a function of the table that is good for it at this level, other than the last where there
 * is another.
 * @param {Table} table
 * @param {string} kind
 * @param {number} level
 * @param {string} lastSource
 * @param {() => number} chance from 0 to below 1
 * @returns {ExerciseSpec | null} null where there is none
 */
export function chooseExercise({ functions }, kind, level, lastSource, chance) {
  const good = functions.filter(({ kinds, levels }) => kinds.includes(kind) && levels.includes(level));
  const other = good.filter(({ source }) => source !== lastSource);
  const from = other.length ? other : good;
  const material = from[Math.floor(chance() * from.length)];
  if (!material) return null;
  return { source: material.source, point: material.point, kind, level, seed: newSeed(chance) };
}

/**
 * @param {() => number} chance from 0 to below 1
 * @returns {number}
 */
export function newSeed(chance) {
  return Math.floor(chance() * (LARGEST_SEED + 1));
}
