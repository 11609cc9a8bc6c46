/** The button that goes through the themes. */

import { html } from "lit";
import { nextTheme, theme } from "../theme.js";
import { View } from "./element.js";
import { ICONS } from "./icons.js";

export class ThemeButton extends View {
  render() {
    const words = `Theme: ${theme.value}`;
    return html`<button
      id="theme"
      class="button quiet"
      type="button"
      title=${words}
      aria-label=${words}
      @click=${nextTheme}
    >
      ${ICONS[theme.value]}
    </button>`;
  }
}

customElements.define("wg-theme", ThemeButton);
