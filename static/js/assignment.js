/** The page of assignments: its address says whether one is done or made. */

import { effect } from "@preact/signals-core";
import { startAssignment } from "./actions/assignment.js";
import { editLink, startForm } from "./actions/assignment-form.js";
import { readAssignmentAddress } from "./assignment-link.js";
import { exercise, problem } from "./store.js";
import { AssignmentForm } from "./views/assignment-form.js";
import { AssignmentView } from "./views/assignment.js";
import "./views/math.js";
import "./views/speech.js";
import "./views/theme-button.js";
import "./views/trouble.js";

const main = document.getElementById("main");
const address = readAssignmentAddress(location.hash);

/** @returns {AssignmentForm} */
function makeForm() {
  const form = new AssignmentForm();
  form.kinds = JSON.parse(main?.dataset.kinds ?? "[]");
  return form;
}

const isDone = address !== null && !address.editing;
main?.querySelector(".assignment-waiting")?.remove();
main?.append(isDone ? new AssignmentView() : makeForm());
if (isDone) void startAssignment(address.letters);
else void (address ? editLink(address.letters) : Promise.resolve()).then(startForm);

/** Another assignment is another page; what the form itself writes there is none. */
addEventListener("hashchange", () => location.reload());

/** Say on the root element when the first exercise has been drawn. */
effect(() => {
  if (!exercise.value && !problem.value) return;
  requestAnimationFrame(() => requestAnimationFrame(() => (document.documentElement.dataset.ready = "true")));
});
