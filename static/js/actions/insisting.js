/** Ask for what a page cannot start without, again and again until the service answers; say so meanwhile. */

import { Refusal, Unreachable } from "../api.js";
import * as store from "../store.js";

const RETRY_TIME = 2000;

/**
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
export async function insist(ask) {
  for (;;) {
    try {
      const answer = await ask();
      store.trouble.value = "";
      return answer;
    } catch (failure) {
      if (!(failure instanceof Unreachable || failure instanceof Refusal)) throw failure;
      store.trouble.value = `${failure.message} The page tries again by itself.`;
      await new Promise((resolve) => setTimeout(resolve, RETRY_TIME));
    }
  }
}
