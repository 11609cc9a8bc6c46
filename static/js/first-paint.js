/** Set the chosen theme before the first paint, and keep it. A classic script, since modules run too late for that. */
(() => {
  const KEY = "wengert-theme";

  /** @param {string | null} theme */
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };

  /** @param {(storage: Storage) => string | null | void} act */
  const remember = (act) => {
    try {
      return act(localStorage) ?? null;
    } catch (failure) {
      if (failure instanceof DOMException) return null;
      throw failure;
    }
  };

  apply(remember((storage) => storage.getItem(KEY)));
  addEventListener("wengert-theme", (event) => {
    const { detail } = /** @type {CustomEvent<string>} */ (event);
    apply(detail);
    remember((storage) => storage.setItem(KEY, detail));
  });
})();
