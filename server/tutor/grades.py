"""Grades: what results come to, learner by learner, and who holds which misconception. Nothing here reads files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from adcore.limits import Limits
from server.tutor.assignments import Assignment
from server.tutor.canon import digest
from server.tutor.mistakes import CARRIED
from server.tutor.results import Replayed, Result, Run, describe_difference, read_result, replay

NO_MISCONCEPTION = frozenset((CARRIED[0],))
"""Named, but no mistake of its own: what follows rightly from a wrong number."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One exercise of one learner, in blanks: how many there are, right at once, right, and given up.

    Right at once is right at the first attempt that could be read, without a hint; right is right before the attempts
    ran out and before the answer was shown. `attempts` and `hints` are counted over all blanks.
    """

    blanks: int
    at_once: int
    right: int
    given_up: int
    attempts: int
    hints: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """A misconception that a learner showed: its name, a sentence on one of the answers, in how many blanks."""

    name: str
    sentence: str
    times: int


@dataclass(frozen=True, slots=True)
class Grade:
    """What one result comes to. `perhaps` are mistakes between which answers left the choice open.

    `complaints` say where the file and the replay differ.
    """

    learner: str
    outcomes: tuple[Outcome, ...]
    mistakes: tuple[Mistake, ...]
    perhaps: tuple[tuple[str, ...], ...]
    complaints: tuple[str, ...]


def grade(result: Result, limits: Limits | None = None) -> Grade:
    """What a result comes to by its replay; hints, times, giving up and settled ties are as the file states them.

    Raises ADError as `replay` does.
    """
    runs = replay(result, limits)
    judged = [each for run in runs for each in run.attempts]
    outcomes = [_outcome(run, task.attempts) for run, task in zip(runs, result.assignment.exercises, strict=True)]
    differences = [
        describe_difference(k, each) for k, run in enumerate(runs) for each in run.attempts if not each.agrees
    ]
    open_ties = [each.verdict.names for each in judged if each.verdict.kind == "tied" and not _settled(each)]
    return Grade(
        result.learner,
        tuple(outcomes),
        tuple(_mistakes(judged)),
        tuple(dict.fromkeys(open_ties)),
        tuple(dict.fromkeys(differences)),
    )


def _outcome(run: Run, allowed: int | None) -> Outcome:
    tries: dict[str, list[Replayed]] = {blank: [] for blank in run.blanks}
    for each in run.attempts:
        tries[each.attempt.blank].append(each)
    right = [blank for blank, found in tries.items() if _is_right(found, allowed)]
    at_once = [blank for blank in right if _is_right(tries[blank], 1) and not _read(tries[blank])[0].attempt.hints]
    given_up = [blank for blank, found in tries.items() if blank not in right and _is_over(found, allowed)]
    attempts = sum(len(_read(found)) for found in tries.values())
    hints = sum(max((each.attempt.hints for each in found), default=0) for found in tries.values())
    return Outcome(len(run.blanks), len(at_once), len(right), len(given_up), attempts, hints)


def _read(tries: Sequence[Replayed]) -> list[Replayed]:
    """The attempts that count: those whose answer could be read."""
    return [each for each in tries if each.verdict.kind != "unreadable" and not each.attempt.revealed]


def _is_right(tries: Sequence[Replayed], allowed: int | None) -> bool:
    """Whether the answer was found within the attempts that are allowed, before it was shown."""
    given_up = next((place for place, each in enumerate(tries) if each.attempt.revealed), len(tries))
    return any(each.verdict.kind == "right" for each in _read(tries[:given_up])[:allowed])


def _is_over(tries: Sequence[Replayed], allowed: int | None) -> bool:
    """Whether a blank that is not right was given up, or its attempts are used up."""
    used_up = allowed is not None and len(_read(tries)) >= allowed
    return used_up or any(each.attempt.revealed for each in tries)


def _settled(each: Replayed) -> bool:
    return each.agrees and bool(each.attempt.settled)


def _mistakes(judged: Sequence[Replayed]) -> Iterator[Mistake]:
    """What was named, the most frequent first, once a blank; of a tie the name that a second question left."""
    found = dict[tuple[str, int, str], str]()
    for each in judged:
        names = (
            (each.attempt.settled,) if _settled(each) else each.verdict.names if each.verdict.kind == "named" else ()
        )
        for finding in each.verdict.findings:
            if finding.name in names and finding.name not in NO_MISCONCEPTION:
                found.setdefault((finding.name, each.attempt.exercise, each.attempt.blank), finding.sentence)
    sentences = {name: sentence for (name, *_), sentence in reversed(found.items())}
    for name, times in Counter(name for name, *_ in found).most_common():
        yield Mistake(name, sentences[name], times)


def holders(grades: Iterable[tuple[str, Grade]]) -> list[tuple[Mistake, list[str]]]:
    """Each misconception of a class with those who hold it, the most widespread first.

    `grades` go with the name under which a learner is shown, and two may be shown alike; `times` is counted over the
    class.
    """
    found: dict[str, list[tuple[str, Mistake]]] = {}
    for name, each in grades:
        for mistake in each.mistakes:
            found.setdefault(mistake.name, []).append((name, mistake))
    rows = [
        (Mistake(name, held[0][1].sentence, sum(m.times for _, m in held)), [_held(who, m) for who, m in held])
        for name, held in found.items()
    ]
    return sorted(rows, key=lambda row: (-len(row[1]), -row[0].times, row[0].name))


def _held(who: str, mistake: Mistake) -> str:
    return who if mistake.times == 1 else f"{who} ({mistake.times} blanks)"


@dataclass(frozen=True, slots=True)
class Graded:
    """A file that was read: its assignment and what tells that from others, the grade, and what the work itself is."""

    assignment: Assignment
    assigned: str
    work: str
    grade: Grade


def grade_text(text: bytes, limits: Limits | None = None) -> Graded:
    """Read a result and grade it: all that is done with what a stranger wrote. Raises ADError where it cannot be."""
    result = read_result(text, limits)
    work = digest(result.to_json()["attempts"])
    return Graded(result.assignment, result.assignment.digest(), work, grade(result, limits))
