"""Assignments and results for tests: made as a learner would make them, by answering."""

from dataclasses import replace
from typing import Any

from server.tutor.assignments import Assignment, Task
from server.tutor.diagnosis import answer, judge_in
from server.tutor.exercises import make_exercise
from server.tutor.results import Attempt, Result

PRODUCT = Task("x*sin(x)", {"x": 2.0}, "forward", 0, 3, 2)
FORMULA = Task("x*sin(x)", {"x": 2.0}, "formula", 0, 1, None)
SURVEY = Task("x1*x2 + sin(x1)", {"x1": 2.0, "x2": 3.0}, "reverse", 7, 2, 3)
ASSIGNMENT = Assignment("Products", "Three digits.\nTake your time.", (PRODUCT, SURVEY))
TIME = "2026-03-02T08:15:00.000Z"


class Learner:
    """Somebody who answers; what is said of each answer is written down as the page does."""

    def __init__(self, assignment: Assignment = ASSIGNMENT, name: str = "Ada") -> None:
        self.result = Result(assignment, name, ())
        self.exercises = [make_exercise(t.source, t.point, t.kind, t.seed, t.level) for t in assignment.exercises]
        self.answers: list[dict[str, str]] = [{} for _ in self.exercises]

    def try_out(self, k: int, blank: str, text: str, **changes: Any) -> "Learner":
        self.answers[k][blank] = text
        verdict = judge_in(self.exercises[k], blank, self.answers[k])
        return self.note(Attempt(k, blank, text, verdict.kind, verdict.names, "", 0, False, TIME), **changes)

    def give_up(self, k: int, blank: str) -> "Learner":
        return self.note(Attempt(k, blank, "", "unreadable", (), "", 3, True, TIME))

    def do_rightly(self, k: int) -> "Learner":
        for blank in self.exercises[k].blanks:
            self.try_out(k, blank.id, answer(blank))
        return self

    def note(self, attempt: Attempt, **changes: Any) -> "Learner":
        self.result = replace(self.result, attempts=(*self.result.attempts, replace(attempt, **changes)))
        return self
