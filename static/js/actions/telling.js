/** A word of confirmation, shown and spoken, that goes by itself. */

import { notice } from "../store.js";

const NOTICE_TIME = 2600;

/**
 * @param {string} sentence
 * @returns {void}
 */
export function announce(sentence) {
  notice.value = sentence;
  setTimeout(() => notice.value === sentence && (notice.value = ""), NOTICE_TIME);
}
