/** Ask for what a page cannot start without, again and again until the service answers; say so meanwhile. */

import { Refusal, Unreachable } from "../api.js";
import * as store from "../store.js";

const RETRY_TIME = 2000;

/**
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
export function insist(ask) {
  return askUntil(ask, (failure) => failure instanceof Unreachable || failure instanceof Refusal);
}

/**
 * The same where a refusal is an answer: it is thrown.
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
export function insistUnlessRefused(ask) {
  return askUntil(ask, (failure) => failure instanceof Unreachable);
}

/**
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(failure: unknown) => failure is Error} isPassing whether to ask again
 * @returns {Promise<T>}
 */
async function askUntil(ask, isPassing) {
  for (;;) {
    try {
      const answer = await ask();
      store.trouble.value = "";
      return answer;
    } catch (failure) {
      if (!isPassing(failure)) throw failure;
      store.trouble.value = `${failure.message} The page tries again by itself.`;
      await new Promise((resolve) => setTimeout(resolve, RETRY_TIME));
    }
  }
}
