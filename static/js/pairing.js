/** The lesser window of a pair: it shows what the other one tells it, and tells where a person goes in it. */

import { effect, untracked } from "@preact/signals-core";
import { cursorShare, goToShare } from "./actions/beside.js";
import { pointAt } from "./actions/pointing.js";
import { followQuestion } from "./actions/questions.js";
import { readMessage } from "./beside.js";
import * as store from "./store.js";

/** @typedef {import("./beside.js").Message} Message */

/** Follow the window around this one, where it is a page of this very service. @returns {void} */
export function followWindow() {
  const around = window.parent;
  if (around === window || !new URLSearchParams(location.search).has("pane")) return;
  const told = { share: 0, step: 0, nodes: "" };
  addEventListener("message", (event) => {
    const message = readMessage(event, around);
    if (message) adopt(message, told);
  });
  effect(() => void (store.trace.value && untracked(() => goAsTold(told))));
  effect(() => tell(around, told));
}

/**
 * Go where the other window is. What one was told is not told back.
 * @param {{share: number, step: number, nodes: string}} told
 * @returns {void}
 */
function goAsTold(told) {
  told.step = Math.round(told.share * (store.trace.value?.steps ?? 0));
  goToShare(told.share);
}

/**
 * @param {Message} message
 * @param {{share: number, step: number, nodes: string}} told
 * @returns {void}
 */
function adopt({ question, share, nodes }, told) {
  if (question) followQuestion(question);
  if (share !== undefined) {
    told.share = share;
    goAsTold(told);
  }
  if (nodes) {
    told.nodes = nodes.join();
    pointAt(nodes);
  }
}

/**
 * @param {Window} around
 * @param {{share: number, step: number, nodes: string}} told
 * @returns {void}
 */
function tell(around, told) {
  const [step, nodes] = [store.step.value, store.hover.value];
  /** @type {Message} */
  const message = { wengert: "pair" };
  if (step !== told.step) message.share = told.share = cursorShare();
  if (nodes.join() !== told.nodes) message.nodes = nodes;
  Object.assign(told, { step, nodes: nodes.join() });
  if (message.share !== undefined || message.nodes) around.postMessage(message, location.origin);
}
