/** What a person may do on the page that checks a derivative: change it, the function and the point, open a sample. */

import { batch } from "@preact/signals-core";
import { fetchCheck, Refusal } from "../api.js";
import { readCheckAddress, writeCheckAddress } from "../checking.js";
import { settle } from "../newest.js";
import * as store from "../store.js";
import { answerWith, askProgram, askTrace } from "./asking.js";
import { followAddress } from "./following.js";

/** @typedef {import("../checking.js").Asked} Asked */

const PAUSE = 220;
const askSoon = settle(PAUSE, () => askTrace());

/** @returns {import("../checking.js").Sample[]} */
export function samples() {
  return JSON.parse(document.getElementById("main")?.dataset.samples ?? "[]");
}

/** @returns {Asked} what is written now */
function wanted() {
  const { source, point } = store.question.value;
  return { source, point, derivative: store.checking.value.derivative };
}

/**
 * @param {string} derivative
 * @returns {void}
 */
export function editDerivative(derivative) {
  if (derivative === store.checking.value.derivative) return;
  store.checking.value = { ...store.checking.value, derivative, problem: null };
  askSoon();
}

/**
 * @param {Asked} asked
 * @returns {void}
 */
export function openDerivative({ source, point, derivative }) {
  batch(() => {
    store.question.value = { source, point, mode: "reverse", shared: false };
    store.checking.value = { derivative, report: null, problem: null };
    store.program.value = null;
    store.problem.value = null;
  });
  askProgram();
}

/**
 * What is wrong with the derivative is told apart from what is wrong with the function.
 * @param {import("../protocol.js").Question} _
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
async function askCheck(_, signal) {
  const asked = wanted();
  const { source, point, derivative } = asked;
  try {
    const report = await fetchCheck({ source, point, backward: derivative }, signal);
    tell({ report: { ...report, asked }, problem: null });
  } catch (failure) {
    if (!(failure instanceof Refusal) || failure.problem.kind !== "derivative") throw failure;
    if (derivative === store.checking.value.derivative) tell({ report: null, problem: failure.problem });
  }
}

/**
 * @param {Pick<import("../checking.js").Checking, "report" | "problem">} found
 * @returns {void}
 */
function tell(found) {
  batch(() => {
    store.checking.value = { ...store.checking.value, ...found };
    store.problem.value = null;
    store.trouble.value = "";
  });
}

/** @returns {void} */
export function startChecking() {
  const [usual] = samples();
  if (!usual) return;
  answerWith(askCheck);
  openDerivative(readCheckAddress(location.hash, usual));
  followAddress(
    () => `#${writeCheckAddress(wanted())}`,
    () => store.checking.value.report !== null,
    (hash) => openDerivative(readCheckAddress(hash, usual)),
  );
}
