/** What is to be said about the server: it is slow, busy or gone. */

import { html, nothing } from "lit";
import { giveUp } from "../actions/asking.js";
import { busy, trouble } from "../store.js";
import { View } from "./element.js";

export class TroubleView extends View {
  render() {
    return html`
      <p class="trouble ${trouble.value ? "shown" : ""}" id="trouble" role="status">${trouble.value}</p>
      <div class="progress ${busy.value ? "shown" : ""}" id="busy" aria-hidden="true"></div>
      <div role="status">
        ${
          busy.value
            ? html`<p class="working">
                Working <button id="give-up" type="button" class="link" @click=${giveUp}>give up</button>
              </p>`
            : nothing
        }
      </div>
    `;
  }
}

customElements.define("wg-trouble", TroubleView);
