/** The address bar: it follows the page, and the page follows an address that is put there. */

import { effect } from "@preact/signals-core";
import { settle } from "../newest.js";

/** How long a change settles before the address says it, in milliseconds. */
const SETTLED = 250;

/**
 * Keep the address up to date, without filling the history.
 * @param {() => string} address the hash of what is shown; "" for what the page shows without one
 * @param {() => boolean} ready whether what is shown deserves an address
 * @param {(hash: string) => void} open show what another address says
 * @returns {void}
 */
export function followAddress(address, ready, open) {
  const write = settle(SETTLED, () => history.replaceState(null, "", address() || location.pathname));
  effect(() => {
    address();
    if (ready()) write();
  });
  // The address of now may be one that was written since: what was asked for is in the event.
  addEventListener("hashchange", ({ newURL }) => {
    const { hash } = new URL(newURL);
    if (hash !== address()) open(hash);
  });
}
