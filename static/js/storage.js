/** The browser's storage, which may be switched off, or full. */

/**
 * @template T
 * @param {() => T} act reads or writes localStorage or sessionStorage; both the access and the writing may fail
 * @param {T} otherwise what stands for the answer where the browser lets nothing be kept
 * @returns {T}
 */
export function tryStorage(act, otherwise) {
  try {
    return act();
  } catch (failure) {
    if (!(failure instanceof DOMException)) throw failure;
    return otherwise;
  }
}
