/** Pointing at nodes, in whatever view. */

import { hover } from "../store.js";

/**
 * @param {number[]} nodes
 * @returns {void}
 */
export function pointAt(nodes) {
  const same = nodes.length === hover.value.length && nodes.every((node, at) => node === hover.value[at]);
  if (!same) hover.value = nodes;
}
