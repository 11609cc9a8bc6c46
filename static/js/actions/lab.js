/** What a person may do in a lab: change the function, the point and the options; give up waiting. */

import { batch } from "@preact/signals-core";
import { fetchCatalog, fetchLab } from "../api.js";
import { readLabAddress, writeLabAddress } from "../lab-address.js";
import * as store from "../store.js";
import { answerWith, askProgram, askTrace } from "./asking.js";
import { followAddress } from "./following.js";
import { insist } from "./insisting.js";

/**
 * @typedef {import("../protocol.js").Lab} Lab
 * @typedef {import("../protocol.js").OptionValue} OptionValue
 */

/**
 * @param {string} name
 * @param {OptionValue} value
 * @returns {void}
 */
export function setOption(name, value) {
  const state = store.lab.value;
  if (!state) return;
  store.lab.value = { ...state, options: { ...state.options, [name]: value } };
  if (state.lab.options.find((each) => each.name === name)?.asked) askTrace();
}

/**
 * Go on with another function at the same point.
 * @param {string} source
 * @returns {void}
 */
export function adoptSource(source) {
  store.question.value = { ...store.question.value, source };
  askProgram();
}

/** Go back to what the lab opens with. @returns {void} */
export function resetLab() {
  const { lab } = store.lab.value ?? {};
  if (lab) openLab(lab, "");
}

/**
 * @param {Lab["starts"][number]} start
 * @returns {void}
 */
export function openStart({ source, point, options }) {
  const { lab } = store.lab.value ?? {};
  if (!lab) return;
  const usual = Object.fromEntries(lab.options.map((option) => [option.name, option.default]));
  showLab(lab, { source, point, options: { ...usual, ...options } });
}

/**
 * @param {import("../protocol.js").Question} asked
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
async function askLab({ source, point }, signal) {
  const state = store.lab.value;
  if (!state) return;
  const asked = state.lab.options.filter((option) => option.asked).map(({ name }) => [name, state.options[name]]);
  const body = { source, point, options: Object.fromEntries(asked) };
  const answer = await fetchLab(state.lab.name, body, signal);
  const now = store.lab.value;
  if (source !== store.question.value.source || !now) return;
  batch(() => {
    store.lab.value = { ...now, answer };
    store.problem.value = null;
    store.trouble.value = "";
  });
}

/**
 * @param {Lab} lab
 * @param {string} hash
 * @returns {void}
 */
function openLab(lab, hash) {
  showLab(lab, readLabAddress(hash, lab));
}

/**
 * @param {Lab} lab
 * @param {ReturnType<typeof readLabAddress>} view
 * @returns {void}
 */
function showLab(lab, { source, point, options }) {
  batch(() => {
    store.lab.value = { lab, options, answer: null };
    store.question.value = { source, point, mode: "reverse", shared: false };
    store.program.value = null;
    store.problem.value = null;
  });
  askProgram();
}

/**
 * Load what the page needs to know, then show the lab as its address says.
 * @param {string} name
 * @returns {Promise<void>}
 */
export async function startLab(name) {
  answerWith(askLab);
  store.catalog.value = await insist(fetchCatalog);
  const lab = store.catalog.value.labs.find((each) => each.name === name);
  if (!lab) return;
  openLab(lab, location.hash);
  followAddress(
    () => {
      const text = writeLabAddress(store.question.value, store.lab.value?.options ?? {}, lab);
      return text && `#${text}`;
    },
    () => Boolean(store.lab.value?.answer),
    (hash) => openLab(lab, hash),
  );
}
