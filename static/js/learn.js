/** The page of a lesson: formulas, answers, and the replies to them. */

import { effect } from "@preact/signals-core";
import { answerQuestion, openLesson, recallLessons } from "./actions/lesson.js";
import { lesson } from "./store.js";
import "./views/answered.js";
import "./views/math.js";
import "./views/reply.js";
import "./views/theme-button.js";

const main = document.getElementById("main");
const forms = /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-place]"));
openLesson(main?.dataset.lesson ?? "", forms.length);

effect(() => {
  if (lesson.value.replies.size === 0) for (const form of forms) form.reset();
});
addEventListener("storage", recallLessons);

main?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!(event.target instanceof HTMLFormElement)) return;
  const answer = new FormData(event.target).get("answer");
  void answerQuestion(Number(event.target.dataset.place), typeof answer === "string" ? answer : "");
});

document.documentElement.dataset.ready = "true";
