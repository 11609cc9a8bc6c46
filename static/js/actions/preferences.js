/** What a person prefers, kept in this browser. */

import { tryStorage } from "../storage.js";
import { characterKeys } from "../store.js";

const KEY = "wengert-character-keys";

/** @returns {void} */
export function readPreferences() {
  characterKeys.value = tryStorage(() => localStorage.getItem(KEY), null) !== "off";
}

/**
 * @param {boolean} on
 * @returns {void}
 */
export function setCharacterKeys(on) {
  characterKeys.value = on;
  tryStorage(() => localStorage.setItem(KEY, on ? "on" : "off"), undefined);
}
