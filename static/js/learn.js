/** The page of a lesson: formulas, answers, and the replies to them. */

import { answerQuestion, openLesson } from "./actions/lesson.js";
import "./views/answered.js";
import "./views/math.js";
import "./views/reply.js";
import "./views/theme-button.js";

const main = document.getElementById("main");
openLesson(main?.dataset.lesson ?? "", document.querySelectorAll("form[data-place]").length);

main?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!(event.target instanceof HTMLFormElement)) return;
  const answer = new FormData(event.target).get("answer");
  void answerQuestion(Number(event.target.dataset.place), typeof answer === "string" ? answer : "");
});

document.documentElement.dataset.ready = "true";
