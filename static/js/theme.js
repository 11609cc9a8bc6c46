/** Light, dark, or as the system says. `first-paint.js` keeps the choice, since it runs before anything is drawn. */

import { signal } from "@preact/signals-core";

/** @typedef {"light" | "dark" | "system"} Theme */

/** The event that `first-paint.js` hears, and the key under which it keeps the choice. */
const NAME = "wengert-theme";

/** @type {readonly Theme[]} */
export const THEMES = Object.freeze(["system", "light", "dark"]);

/** @returns {Theme} */
function currentTheme() {
  const { theme } = document.documentElement.dataset;
  return theme === "light" || theme === "dark" ? theme : "system";
}

export const theme = signal(currentTheme());

/** @returns {void} */
export function nextTheme() {
  adopt(THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "system");
}

/**
 * @param {Theme} chosen
 * @returns {void}
 */
function adopt(chosen) {
  theme.value = chosen;
  dispatchEvent(new CustomEvent(NAME, { detail: chosen }));
}

// What is chosen in one window or frame is kept, and the browser tells all others of this origin.
addEventListener("storage", ({ key, newValue }) => {
  if (key === NAME) adopt(THEMES.find((each) => each === newValue) ?? "system");
});
