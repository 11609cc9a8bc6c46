/** What is to be said about the server: it is slow, busy or gone. */

import { html } from "lit";
import { busy, trouble } from "../store.js";
import { View } from "./element.js";

export class TroubleView extends View {
  render() {
    return html`
      <p class="trouble ${trouble.value ? "shown" : ""}" id="trouble" role="status">${trouble.value}</p>
      <div class="progress ${busy.value ? "shown" : ""}" id="busy" aria-hidden="true"></div>
    `;
  }
}

customElements.define("wg-trouble", TroubleView);
