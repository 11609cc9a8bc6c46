/** The page of all lessons: what of them is done. */

import { recallLessons } from "./actions/lesson.js";
import "./views/done.js";
import "./views/theme-button.js";

recallLessons();
addEventListener("pageshow", recallLessons);
addEventListener("storage", recallLessons);

document.documentElement.dataset.ready = "true";
