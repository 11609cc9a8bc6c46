/** What a person prefers, kept in this browser. */

import { characterKeys } from "../store.js";

const KEY = "wengert-character-keys";

/**
 * @param {(storage: Storage) => void} act
 * @returns {void}
 */
function withStorage(act) {
  try {
    act(localStorage);
  } catch (failure) {
    if (!(failure instanceof DOMException)) throw failure;
  }
}

/** @returns {void} */
export function readPreferences() {
  withStorage((storage) => (characterKeys.value = storage.getItem(KEY) !== "off"));
}

/**
 * @param {boolean} on
 * @returns {void}
 */
export function setCharacterKeys(on) {
  characterKeys.value = on;
  withStorage((storage) => storage.setItem(KEY, on ? "on" : "off"));
}
