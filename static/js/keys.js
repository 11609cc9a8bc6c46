/** The one table of keys. The help sheet is written from it. */

import { openPanel, shareView } from "./actions/page.js";
import { changeSpeed, goTo, goToEnd, stepBy, togglePlay } from "./actions/playback.js";
import { setMode, setShared } from "./actions/questions.js";
import { question } from "./store.js";

/** @typedef {{keys: string[], shown: string, meaning: string, act: () => void}} Key */

/** @type {readonly Key[]} */
export const KEYS = Object.freeze([
  { keys: [" "], shown: "Space", meaning: "play or pause", act: togglePlay },
  { keys: ["ArrowRight"], shown: "→", meaning: "one step on", act: () => stepBy(1) },
  { keys: ["ArrowLeft"], shown: "←", meaning: "one step back", act: () => stepBy(-1) },
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
  { keys: ["c"], shown: "C", meaning: "copy the address of this view", act: () => void shareView() },
  { keys: ["?"], shown: "?", meaning: "this sheet", act: () => openPanel("help") },
]);

/** Keys that work where the focus is on the graph. */
export const GRAPH_KEYS = Object.freeze([
  { shown: "↑ ↓", meaning: "along an edge, to a user or an argument" },
  { shown: "← →", meaning: "to the neighbour on the same layer" },
  { shown: "Enter", meaning: "to the step that completes the node" },
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

/** @returns {void} */
export function listenToKeys() {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (belongsToElement(event.target, event.key)) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const key = KEYS.find(({ keys }) => keys.includes(name));
    if (!key) return;
    event.preventDefault();
    key.act();
  });
}
