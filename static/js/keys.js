/** The one table of keys. The help sheet is written from it. */

import { toggleBeside } from "./actions/beside.js";
import { openPanel, shareView } from "./actions/page.js";
import { clearRegion, endRegionHere, repeatTurn, startRegionHere, toggleStopHere } from "./actions/pacing.js";
import { changeSpeed, goTo, goToEnd, strideBy, togglePlay } from "./actions/playback.js";
import { readPreferences } from "./actions/preferences.js";
import { setMode, setShared } from "./actions/questions.js";
import { askWhyHere, closeWhy } from "./actions/why.js";
import { characterKeys, question, stride } from "./store.js";

/** @typedef {{keys: string[], shown: string, meaning: string, act: () => void}} Key */

/** @type {readonly Key[]} */
const STEPPING = Object.freeze([
  { keys: [" "], shown: "Space", meaning: "play or pause", act: togglePlay },
  { keys: ["ArrowRight"], shown: "→", meaning: "one step on", act: () => strideBy(stride.value, 1) },
  { keys: ["ArrowLeft"], shown: "←", meaning: "one step back", act: () => strideBy(stride.value, -1) },
  { keys: ["Shift+ArrowRight"], shown: "Shift →", meaning: "to the next node", act: () => strideBy("node", 1) },
  { keys: ["Shift+ArrowLeft"], shown: "Shift ←", meaning: "to the node before", act: () => strideBy("node", -1) },
  { keys: ["t"], shown: "T", meaning: "to the next loop turn", act: () => strideBy("turn", 1) },
  { keys: ["u"], shown: "U", meaning: "to the loop turn before", act: () => strideBy("turn", -1) },
  { keys: ["Home"], shown: "Home", meaning: "to the start", act: () => goTo(0) },
  { keys: ["End"], shown: "End", meaning: "to the result", act: goToEnd },
  { keys: ["["], shown: "[", meaning: "slower", act: () => changeSpeed(-1) },
  { keys: ["]"], shown: "]", meaning: "faster", act: () => changeSpeed(1) },
]);

/** @type {readonly Key[]} */
const STOPPING = Object.freeze([
  { keys: ["b"], shown: "B", meaning: "a breakpoint at the lit node, or none", act: toggleStopHere },
  { keys: ["."], shown: ".", meaning: "to the next breakpoint", act: () => strideBy("stop", 1) },
  { keys: [","], shown: ",", meaning: "to the breakpoint before", act: () => strideBy("stop", -1) },
  { keys: ["i"], shown: "I", meaning: "repeat from here", act: startRegionHere },
  { keys: ["o"], shown: "O", meaning: "repeat up to here", act: endRegionHere },
  { keys: ["l"], shown: "L", meaning: "repeat this loop turn", act: repeatTurn },
  { keys: ["x"], shown: "X", meaning: "repeat nothing", act: clearRegion },
]);

/** @type {readonly Key[]} */
const LOOKING = Object.freeze([
  { keys: ["f"], shown: "F", meaning: "forward mode", act: () => setMode("forward") },
  { keys: ["r"], shown: "R", meaning: "reverse mode", act: () => setMode("reverse") },
  { keys: ["h"], shown: "H", meaning: "second order: the Hessian times a direction", act: () => setMode("forward-over-reverse") },
  { keys: ["w"], shown: "W", meaning: "why this number, of the lit node", act: askWhyHere },
  { keys: ["Escape"], shown: "Esc", meaning: "close the answer to why", act: closeWhy },
  { keys: ["v"], shown: "V", meaning: "two views side by side, or one", act: toggleBeside },
  { keys: ["s"], shown: "S", meaning: "share common sub-expressions, or not", act: toggleShared },
  { keys: ["g"], shown: "G", meaning: "gallery of examples", act: () => openPanel("gallery") },
  { keys: ["e"], shown: "E", meaning: "share and export", act: () => openPanel("share") },
  { keys: ["c"], shown: "C", meaning: "copy the address of this view", act: () => void shareView() },
  { keys: ["?"], shown: "?", meaning: "this sheet", act: () => openPanel("help") },
]);

/**
 * Every key, by what it is for and where it works; those with `keys` work everywhere, the others belong to what has the
 * focus.
 * @type {readonly {title: string, keys: readonly (Key | {shown: string, meaning: string})[]}[]}
 */
export const KEY_GROUPS = Object.freeze([
  { title: "Play and step", keys: STEPPING },
  { title: "Stop and repeat", keys: STOPPING },
  { title: "Look and take away", keys: LOOKING },
  {
    title: "On the graph",
    keys: [
      { shown: "↑ ↓", meaning: "along an edge, to a user or an argument" },
      { shown: "← →", meaning: "to the neighbour on the same layer" },
      { shown: "Enter", meaning: "to the step that completes the node; open or close a group" },
      { shown: "Esc", meaning: "out to the heading of the group around" },
      { shown: "Shift ↑", meaning: "move the view; so with the other arrows" },
      { shown: "+ −", meaning: "larger, smaller" },
      { shown: "0", meaning: "fit the whole graph" },
    ],
  },
  {
    title: "In the list, the source, the timeline",
    keys: [
      { shown: "↑ ↓", meaning: "in the list, from a number to the next one" },
      { shown: "Enter", meaning: "on a number: why is it that" },
      { shown: "F9", meaning: "in the source: a breakpoint on this line; so does a press on its number" },
      { shown: "Shift drag", meaning: "on the timeline: mark the part that is repeated" },
    ],
  },
]);

const KEYS = Object.freeze([...STEPPING, ...STOPPING, ...LOOKING]);

/** @returns {void} */
function toggleShared() {
  setShared(!question.value.shared);
}

/** A slider keeps the arrows, Home and End; the other keys go on to the page. */
const PASSED_BY_SLIDERS = /^.$/;

/**
 * Whether a key typed there is meant for the element itself.
 * @param {EventTarget | null} target
 * @param {string} key
 * @returns {boolean}
 */
function belongsToElement(target, key) {
  if (!(target instanceof HTMLElement || target instanceof SVGElement)) return false;
  if (target.closest("input[type=range]")) return !PASSED_BY_SLIDERS.test(key);
  if (target.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true], dialog[open]")) return true;
  return key === " " && target.closest("button, a, summary, input, [role=button]") !== null;
}

/**
 * @param {KeyboardEvent} event
 * @returns {string} a letter in lower case; other keys with the shift key before them
 */
function nameOf({ key, shiftKey }) {
  if (key.length === 1) return key.toLowerCase();
  return shiftKey ? `Shift+${key}` : key;
}

/** @returns {void} */
export function listenToKeys() {
  readPreferences();
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (belongsToElement(event.target, event.key)) return;
    if (event.key.length === 1 && event.key !== " " && !characterKeys.value) return;
    const name = nameOf(event);
    const key = KEYS.find(({ keys }) => keys.includes(name));
    if (!key) return;
    event.preventDefault();
    key.act();
  });
}
