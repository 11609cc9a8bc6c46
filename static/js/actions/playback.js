/** Moving through the steps of a trace. */

import { explainNow } from "./asking.js";
import { goToBlankOf } from "./exercise.js";
import * as store from "../store.js";
import { neighbourStep } from "../timeline.js";

/** @typedef {import("../store.js").Stride} Stride */

/** How long an event is shown at speed 1, so that there is time to see what it does. */
const DURATIONS = new Map([
  ["value", 340],
  ["contribution", 720],
  ["seed", 620],
]);
const USUAL_DURATION = 460;
export const SPEEDS = Object.freeze([0.25, 0.5, 1, 2, 4, 8, 16, 64]);

/** @type {{timer: ReturnType<typeof setTimeout> | undefined}} */
const clock = { timer: undefined };

/** @returns {number} */
function lastStep() {
  return store.trace.value?.steps ?? 0;
}

/**
 * @param {number} step
 * @returns {void}
 */
function showStep(step) {
  store.step.value = Math.max(0, Math.min(lastStep(), step));
  explainNow();
}

/**
 * Go to a step and stop there.
 * @param {number} step
 * @returns {void}
 */
export function goTo(step) {
  pause();
  showStep(step);
}

/**
 * @param {number} count
 * @returns {void}
 */
export function stepBy(count) {
  goTo(store.step.value + count);
}

/**
 * The step that one stride leads to. Without breakpoints a stride to the next one goes to the end.
 * @param {Stride} stride
 * @param {1 | -1} direction
 * @returns {number}
 */
function strideFrom(stride, direction) {
  const here = store.step.value;
  const course = store.course.value;
  if (stride === "event" || !course) return here + direction;
  const places = { node: course.nodeEnds, turn: course.turnStarts, stop: store.stopSteps.value }[stride];
  return neighbourStep(places, here, direction, lastStep());
}

/**
 * @param {Stride} stride
 * @param {1 | -1} direction
 * @returns {void}
 */
export function strideBy(stride, direction) {
  goTo(strideFrom(stride, direction));
}

/** @returns {void} */
export function goToEnd() {
  goTo(lastStep());
}

/**
 * Go to the last step in which a node takes part: the one that completes it. The steps of an exercise are its blanks.
 * @param {number} node
 * @returns {void}
 */
export function goToNode(node) {
  if (store.exercise.value) return goToBlankOf(node);
  const events = store.trace.value?.events;
  const index = events?.node.findLastIndex((each, place) => each === node && events.kind[place] !== "result") ?? -1;
  if (index >= 0) goTo(index + 1);
}

/** @returns {void} */
export function pause() {
  clearTimeout(clock.timer);
  store.playing.value = false;
}

/** Play, from the start where the end was reached, or the part that is repeated. @returns {void} */
export function play() {
  if (!store.trace.value) return;
  const { from, to } = repeated();
  if (store.step.value >= to || store.step.value < from) showStep(from);
  store.playing.value = true;
  tick();
}

/** @returns {import("../timeline.js").Region} what is played: the part that is repeated, else everything */
function repeated() {
  const [part, end] = [store.region.value, lastStep()];
  return part && part.from < end ? { from: part.from, to: Math.min(part.to, end) } : { from: 0, to: end };
}

/** @returns {void} */
export function togglePlay() {
  if (store.playing.value) pause();
  else play();
}

/** @returns {void} */
function tick() {
  clearTimeout(clock.timer);
  if (!store.playing.value) return;
  const { from, to } = repeated();
  const atEnd = store.step.value >= to;
  if (atEnd && !store.region.value) return pause();
  showStep(atEnd ? from : Math.min(to, strideFrom(store.stride.value, 1)));
  if (store.stopSteps.value.includes(store.step.value)) return pause();
  const kind = store.snapshot.value?.now?.kind ?? "";
  clock.timer = setTimeout(tick, durationOf(kind) / store.speed.value);
}

/**
 * How long an event of some kind is shown.
 * @param {string} kind
 * @returns {number} milliseconds, at speed 1
 */
export function durationOf(kind) {
  return DURATIONS.get(kind) ?? USUAL_DURATION;
}

/**
 * The next faster or slower speed.
 * @param {1 | -1} direction
 * @returns {void}
 */
export function changeSpeed(direction) {
  const place = SPEEDS.indexOf(store.speed.value) + direction;
  store.speed.value = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, place))] ?? 1;
}

/**
 * @param {number} speed
 * @returns {void}
 */
export function setSpeed(speed) {
  store.speed.value = speed;
}
