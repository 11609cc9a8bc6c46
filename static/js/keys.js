/** The one table of keys. The help sheet is written from it. */

import { toggleBeside } from "./actions/beside.js";
import { openPanel, shareView } from "./actions/page.js";
import { clearRegion, endRegionHere, repeatTurn, startRegionHere, toggleStopHere } from "./actions/pacing.js";
import { changeSpeed, goTo, goToEnd, strideBy, togglePlay } from "./actions/playback.js";
import { setMode, setShared } from "./actions/questions.js";
import { askWhyHere, closeWhy } from "./actions/why.js";
import { question, stride } from "./store.js";

/** @typedef {{keys: string[], shown: string, meaning: string, act: () => void}} Key */

/** @type {readonly Key[]} */
export const KEYS = Object.freeze([
  { keys: [" "], shown: "Space", meaning: "play or pause", act: togglePlay },
  { keys: ["ArrowRight"], shown: "→", meaning: "one step on", act: () => strideBy(stride.value, 1) },
  { keys: ["ArrowLeft"], shown: "←", meaning: "one step back", act: () => strideBy(stride.value, -1) },
  { keys: ["Shift+ArrowRight"], shown: "Shift →", meaning: "to the next node", act: () => strideBy("node", 1) },
  { keys: ["Shift+ArrowLeft"], shown: "Shift ←", meaning: "to the node before", act: () => strideBy("node", -1) },
  { keys: ["t"], shown: "T", meaning: "to the next loop turn", act: () => strideBy("turn", 1) },
  { keys: ["u"], shown: "U", meaning: "to the loop turn before", act: () => strideBy("turn", -1) },
  { keys: ["."], shown: ".", meaning: "to the next breakpoint", act: () => strideBy("stop", 1) },
  { keys: [","], shown: ",", meaning: "to the breakpoint before", act: () => strideBy("stop", -1) },
  { keys: ["b"], shown: "B", meaning: "a breakpoint at the lit node, or none", act: toggleStopHere },
  { keys: ["v"], shown: "V", meaning: "two views side by side, or one", act: toggleBeside },
  { keys: ["w"], shown: "W", meaning: "why this number, of the lit node", act: askWhyHere },
  { keys: ["Escape"], shown: "Esc", meaning: "close the answer to why", act: closeWhy },
  { keys: ["i"], shown: "I", meaning: "repeat from here", act: startRegionHere },
  { keys: ["o"], shown: "O", meaning: "repeat up to here", act: endRegionHere },
  { keys: ["l"], shown: "L", meaning: "repeat this loop turn", act: repeatTurn },
  { keys: ["x"], shown: "X", meaning: "repeat nothing", act: clearRegion },
  { keys: ["Home"], shown: "Home", meaning: "to the start", act: () => goTo(0) },
  { keys: ["End"], shown: "End", meaning: "to the result", act: goToEnd },
  { keys: ["["], shown: "[", meaning: "slower", act: () => changeSpeed(-1) },
  { keys: ["]"], shown: "]", meaning: "faster", act: () => changeSpeed(1) },
  { keys: ["f"], shown: "F", meaning: "forward mode", act: () => setMode("forward") },
  { keys: ["r"], shown: "R", meaning: "reverse mode", act: () => setMode("reverse") },
  {
    keys: ["s"],
    shown: "S",
    meaning: "share common sub-expressions, or not",
    act: () => setShared(!question.value.shared),
  },
  { keys: ["g"], shown: "G", meaning: "gallery of examples", act: () => openPanel("gallery") },
  { keys: ["e"], shown: "E", meaning: "share and export", act: () => openPanel("share") },
  { keys: ["c"], shown: "C", meaning: "copy the address of this view", act: () => void shareView() },
  { keys: ["?"], shown: "?", meaning: "this sheet", act: () => openPanel("help") },
]);

/** Keys that work where the focus is on the graph. */
export const GRAPH_KEYS = Object.freeze([
  { shown: "↑ ↓", meaning: "along an edge, to a user or an argument" },
  { shown: "← →", meaning: "to the neighbour on the same layer" },
  { shown: "Enter", meaning: "to the step that completes the node; open or close a group" },
  { shown: "Esc", meaning: "out to the heading of the group around" },
  { shown: "Shift ↑", meaning: "move the view; so with the other arrows" },
  { shown: "+ −", meaning: "larger, smaller" },
  { shown: "0", meaning: "fit the whole graph" },
]);

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
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (belongsToElement(event.target, event.key)) return;
    const name = nameOf(event);
    const key = KEYS.find(({ keys }) => keys.includes(name));
    if (!key) return;
    event.preventDefault();
    key.act();
  });
}
