/** Light, dark, or as the system says. `first-paint.js` keeps the choice, since it runs before anything is drawn. */

import { signal } from "@preact/signals-core";

/** @typedef {"light" | "dark" | "system"} Theme */

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
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "system";
  dispatchEvent(new CustomEvent("wengert-theme", { detail: theme.value }));
}
