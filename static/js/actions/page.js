/** What a person may do with the page itself: open panels, share, restore. */

import { fetchCatalog } from "../api.js";
import { readAddress, writeAddress } from "../address.js";
import * as store from "../store.js";
import { connectLive } from "./asking.js";
import { followFolds } from "./folding.js";
import { followAddress } from "./following.js";
import { insist } from "./insisting.js";
import { openExample, openView } from "./questions.js";
import { announce } from "./telling.js";

/**
 * @param {import("../store.js").PanelName} name
 * @returns {void}
 */
export function openPanel(name) {
  store.panel.value = name;
}

/** @returns {string} the view as the address holds it, without the `#` */
export function currentAddress() {
  return writeAddress({
    question: store.question.value,
    step: store.step.value,
    panel: store.panel.value,
    choice: store.choice.value,
    stops: store.stops.value,
    region: store.region.value,
    why: store.why.value,
    beside: store.beside.value,
    folds: store.folds.value,
  });
}

/**
 * Open an example, so that going back in the browser brings back what was there.
 * @param {import("../protocol.js").Example} example
 * @returns {void}
 */
export function visitExample(example) {
  openPanel("");
  history.replaceState(null, "", `#${currentAddress()}`);
  history.pushState(null, "", location.href);
  openExample(example);
}

/** Copy the address of exactly this view. @returns {Promise<void>} */
export async function shareView() {
  history.replaceState(null, "", `#${currentAddress()}`);
  try {
    await navigator.clipboard.writeText(location.href);
    announce("The address of this view is copied.");
  } catch (failure) {
    if (!(failure instanceof DOMException || failure instanceof TypeError)) throw failure;
    announce("The address bar holds this view: copy it from there.");
  }
}

/** Load what the page needs to know, then show what the address or the gallery says. @returns {Promise<void>} */
export async function startPage() {
  store.catalog.value = await insist(fetchCatalog);
  connectLive();
  const view = readAddress(location.hash) ?? readAddress(location.search);
  const first = store.catalog.value.examples[0];
  if (view) openView(view);
  else if (first) openExample(first);
  followFolds();
  followAddress(
    () => `#${currentAddress()}`,
    () => store.trace.value !== null && !store.playing.value,
    (hash) => {
      const asked = readAddress(hash);
      if (asked) openView(asked);
    },
  );
}
