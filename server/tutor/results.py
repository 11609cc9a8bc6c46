"""Results: what a learner hands in. A file that holds the assignment, every attempt and a digest, and that replays.

    {"wengert": "result", "version": 1, "assignment": {...}, "learner": "Ada",
     "attempts": [{"exercise": 0, "blank": "tangent:1", "answer": "0.42", "verdict": "named", "names": ["sign"],
                   "settled": "", "hints": 0, "revealed": false, "at": "2026-03-02T08:15:00.000Z"}],
     "digest": "SHA-256 of the canonical JSON of all the rest"}

The digest shows that a file was changed by accident, or by hand without working it out again; it is no signature, as
there is no secret in it. What is checked is the replay: every answer is judged anew, from the assignment alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from adcore.errors import ADError
from adcore.limits import Limits
from server.tutor.assignments import Assignment, check_mark, place_of, placed, take_assignment
from server.tutor.blanks import Exercise
from server.tutor.canon import digest, write_canonical
from server.tutor.diagnosis import VERDICTS, Verdict, judge_in
from server.tutor.exercises import make_exercise
from server.tutor.fields import Fields, read_json

MARK = "result"
VERSION = 1
LONGEST_NAME = 80
MOST_TRIES = 20_000
MOST_HINTS = 4
MOST_NAMES = 60
LONGEST_ANSWER = "source_characters"
"""The setting that says how long an answer may be, where it is judged at first and in a file."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer to one blank, and what was said of it.

    `verdict` is one of `VERDICTS`; `names` are the mistakes that were named, and `settled` the one of a tie that a
    second question left; `hints` how many had been seen of this blank; `at` the time in UTC by the learner's clock.
    An attempt that is `revealed` is none: there the learner gave up and was told.
    """

    exercise: int
    blank: str
    answer: str
    verdict: str
    names: tuple[str, ...]
    settled: str
    hints: int
    revealed: bool
    at: str


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that a learner did in an assignment, exercise by exercise, in the order in which it was done."""

    assignment: Assignment
    learner: str
    attempts: tuple[Attempt, ...]

    def to_json(self) -> dict[str, Any]:
        attempts = [{**asdict(attempt), "names": list(attempt.names)} for attempt in self.attempts]
        head = {"wengert": MARK, "version": VERSION, "assignment": self.assignment.to_json()}
        return {**head, "learner": self.learner, "attempts": attempts}

    def digest(self) -> str:
        """The SHA-256 of all this."""
        return digest(self.to_json())


def write_result(result: Result) -> str:
    """The text of a file, with its digest."""
    return write_canonical({**result.to_json(), "digest": result.digest()})


def read_result(text: str | bytes, limits: Limits | None = None) -> Result:
    """The result that a file holds; raises ADError of kind "file": where it is wrong, or that its digest is.

    How long a file may be is for those to say who open it.
    """
    data = read_json(text, "The result")
    check_mark(data, MARK, VERSION, "The result")
    fields = Fields.of("The result", data, ("wengert", "version", "assignment", "learner", "attempts", "digest"))
    assignment = take_assignment(fields.values["assignment"], limits)
    tries = fields.listed("attempts", MOST_TRIES)
    attempts = tuple(_attempt(k, each, len(assignment.exercises), limits or Limits()) for k, each in enumerate(tries))
    result = Result(assignment, fields.text("learner", LONGEST_NAME), attempts)
    if fields.text("digest", 64) != result.digest():
        words = "The digest of the result does not fit what it holds: the file was changed after it was saved."
        raise ADError("file", words, None, "Ask for the file as it was saved.")
    return result


def _attempt(k: int, data: Any, exercises: int, limits: Limits) -> Attempt:
    names = ("exercise", "blank", "answer", "verdict", "names", "settled", "hints", "revealed", "at")
    fields = Fields.of(f"Attempt {k + 1}", data, names)
    found = fields.listed("names", MOST_NAMES)
    if not all(isinstance(name, str) and re.fullmatch(r"[a-z-]{1,40}", name) for name in found):
        fields.refuse("names", "a list of names of mistakes")
    at = fields.text("at", 40)
    if not _TIME.fullmatch(at):
        fields.refuse("at", "a time such as 2026-03-02T08:15:00Z")
    return Attempt(
        fields.whole("exercise", 0, exercises - 1),
        fields.text("blank", 80),
        fields.typed("answer", limits[LONGEST_ANSWER]),
        fields.choice("verdict", VERDICTS),
        tuple(found),
        fields.text("settled", 40),
        fields.whole("hints", 0, MOST_HINTS),
        fields.truth("revealed"),
        at,
    )


@dataclass(frozen=True, slots=True)
class Replayed:
    """An attempt judged anew; `agrees` where the file says the same."""

    attempt: Attempt
    verdict: Verdict
    agrees: bool


@dataclass(frozen=True, slots=True)
class Run:
    """One exercise of a result: its blanks by id, in order, and its attempts judged anew."""

    blanks: tuple[str, ...]
    attempts: tuple[Replayed, ...]


def replay(result: Result, limits: Limits | None = None) -> tuple[Run, ...]:
    """Every attempt judged anew, by exercise; nothing that the file says of an answer is believed.

    But for which mistake of a tie a second question left, as the answer to that question is not in the file: what the
    file says is taken where it is one of the mistakes of the tie.

    Raises ADError for an exercise that cannot be made, and for a blank that there is not.
    """
    runs = []
    for k, task in enumerate(result.assignment.exercises):
        own = [attempt for attempt in result.attempts if attempt.exercise == k]
        try:
            exercise = make_exercise(task.source, task.point, task.kind, task.seed, task.level, limits)
            runs.append(Run(tuple(blank.id for blank in exercise.blanks), tuple(_replay(exercise, own))))
        except ADError as error:
            raise placed(error, k) from error
    return tuple(runs)


def _replay(exercise: Exercise, attempts: Sequence[Attempt]) -> list[Replayed]:
    """Attempts are judged beside the answers that stood in the other blanks when they were made."""
    answers: dict[str, str] = {}
    found = []
    for attempt in attempts:
        if not attempt.revealed:
            answers[attempt.blank] = attempt.answer
        verdict = judge_in(exercise, attempt.blank, {**answers, attempt.blank: attempt.answer})
        found.append(Replayed(attempt, verdict, _agree(attempt, verdict, exercise)))
    return found


def _agree(attempt: Attempt, verdict: Verdict, exercise: Exercise) -> bool:
    """Whether the file says what the judge says.

    Answers that could not be read stood in their blanks too, but are no attempts, so that other answers may be unknown:
    what is said of the answer alone will do as well.
    """
    if attempt.settled and (attempt.verdict != "tied" or attempt.settled not in verdict.names):
        return False
    said = attempt.verdict, attempt.names
    return said == (verdict.kind, verdict.names) or said == _alone(attempt, exercise)


def _alone(attempt: Attempt, exercise: Exercise) -> tuple[str, tuple[str, ...]]:
    verdict = judge_in(exercise, attempt.blank, {attempt.blank: attempt.answer})
    return verdict.kind, verdict.names


def describe_difference(run: int, each: Replayed) -> str:
    """In words, what a file says of an answer and what is said of it now."""
    attempt, verdict = each.attempt, each.verdict
    said, found = (
        _said(kind, names) for kind, names in ((attempt.verdict, attempt.names), (verdict.kind, verdict.names))
    )
    return f"{place_of(run)}, {attempt.blank}: the file calls an answer {said}; judged anew it is {found}."


def _said(kind: str, names: Sequence[str]) -> str:
    return f"{kind} ({', '.join(names)})" if names else kind
