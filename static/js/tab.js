/** What a tab keeps until it is closed, so that a reload loses nothing: texts by name. */

import { tryStorage } from "./storage.js";

/**
 * @param {string} name
 * @param {string} text empty where there is nothing more to be kept
 * @returns {void}
 */
export function keepInTab(name, text) {
  tryStorage(() => (text ? sessionStorage.setItem(name, text) : sessionStorage.removeItem(name)), undefined);
}

/**
 * @param {string} name
 * @returns {string} empty where nothing is kept
 */
export function keptInTab(name) {
  return tryStorage(() => sessionStorage.getItem(name), null) ?? "";
}
