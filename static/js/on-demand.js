/** Parts of the page that are fetched when they are first asked for. */

import { effect } from "@preact/signals-core";
import { beside, panel, why } from "./store.js";

/**
 * Which part is wanted when, and how to fetch it. Fetching again what is there costs nothing.
 * @type {readonly {wanted: () => boolean, fetch: () => Promise<unknown>}[]}
 */
const PARTS = Object.freeze([
  { wanted: () => panel.value === "gallery", fetch: () => import("./views/gallery.js") },
  { wanted: () => panel.value === "help", fetch: () => import("./views/help.js") },
  { wanted: () => panel.value === "share", fetch: () => import("./views/share-sheet.js") },
  { wanted: () => why.value !== null, fetch: () => import("./views/why.js") },
  { wanted: () => beside.value !== null, fetch: () => import("./views/beside.js") },
]);

/** @returns {void} */
export function fetchOnDemand() {
  for (const { wanted, fetch } of PARTS) effect(() => void (wanted() && fetch()));
}
