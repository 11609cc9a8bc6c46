/** The page of rules: formulas and theme. */

import "./views/math.js";
import "./views/theme-button.js";

document.documentElement.dataset.ready = "true";
