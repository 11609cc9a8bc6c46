/** What a tab keeps until it is closed, so that a reload loses nothing: texts by name. */

/**
 * Storage may be switched off, or full: then nothing is kept.
 * @template T
 * @param {(storage: Storage) => T} act
 * @returns {T | null}
 */
function withTab(act) {
  try {
    return act(sessionStorage);
  } catch (failure) {
    if (!(failure instanceof DOMException)) throw failure;
    return null;
  }
}

/**
 * @param {string} name
 * @param {string} text empty where there is nothing more to be kept
 * @returns {void}
 */
export function keepInTab(name, text) {
  withTab((storage) => (text ? storage.setItem(name, text) : storage.removeItem(name)));
}

/**
 * @param {string} name
 * @returns {string} empty where nothing is kept
 */
export function keptInTab(name) {
  return withTab((storage) => storage.getItem(name)) ?? "";
}
