"""The grades of a class as text to read, as comma-separated values and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from adcore.wording import numbered
from server.grading import ClassFolder, doubles, name_learners
from server.tutor.exercises import KINDS
from server.tutor.grades import Grade, Graded, Outcome, holders

COLUMNS = (
    *("assignment", "learner", "file", "exercise", "kind", "blanks", "right at once", "right", "given up"),
    *("attempts", "hints", "misconceptions", "differences"),
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""


def by_assignment(graded: Mapping[str, Graded]) -> list[dict[str, Graded]]:
    """The files of each assignment, the one with the most first."""
    groups: dict[str, dict[str, Graded]] = {}
    for file, each in graded.items():
        groups.setdefault(each.assigned, {})[file] = each
    return sorted(groups.values(), key=len, reverse=True)


def write_text(found: ClassFolder) -> Iterator[str]:
    """Everything, to be read in a terminal."""
    groups = by_assignment(found.graded)
    if len(groups) > 1:
        yield f"There are results of {len(groups)} different assignments here."
        yield ""
    for group in groups:
        yield from _write_class(group)
        yield ""
    yield from write_rest(found)


def _write_class(group: Mapping[str, Graded]) -> Iterator[str]:
    assignment = next(iter(group.values())).assignment
    names, tasks = name_learners(group), assignment.exercises
    grades = [(names[file], each.grade) for file, each in group.items()]
    yield f"{assignment.title or 'Assignment'}: {numbered(len(tasks), 'exercise')}, {numbered(len(group), 'result')}"
    yield ""
    sizes = [outcome.blanks for outcome in grades[0][1].outcomes]
    for k, (task, blanks) in enumerate(zip(tasks, sizes, strict=True), start=1):
        yield f"  {k}. {KINDS[task.kind].title}, {numbered(blanks, 'blank')}: {_first_line(task.source)}"
    yield ""
    heads = ["learner", *map(str, range(1, len(tasks) + 1))]
    yield from _aligned([heads, *([name, *map(_said, grade.outcomes)] for name, grade in grades)])
    yield ""
    yield "Blanks right at once / right / given up. At once is at the first attempt, without a hint."
    yield ""
    yield from _write_mistakes(grades)
    yield from _write_complaints(grades)


def _said(outcome: Outcome) -> str:
    return f"{outcome.at_once}/{outcome.right}/{outcome.given_up}"


def _first_line(source: str) -> str:
    first, _, rest = source.strip().partition("\n")
    return f"{first} …" if rest else first


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _write_mistakes(grades: Sequence[tuple[str, Grade]]) -> Iterator[str]:
    held = holders(grades)
    yield "Who holds which misconception:" if held else "No misconception was named."
    for mistake, learners in held:
        yield f"  {mistake.name}: {', '.join(learners)}"
        yield f"      as in: {mistake.sentence}"
    for name, grade in grades:
        yield from (f"  perhaps {' or '.join(names)}: {name}" for names in grade.perhaps)


def _write_complaints(grades: Sequence[tuple[str, Grade]]) -> Iterator[str]:
    complaints = [f"  {name}: {words}" for name, grade in grades for words in grade.complaints]
    if complaints:
        yield from ("", "Where a file says something else than its replay (the table follows the replay):")
        yield from complaints


def write_rest(found: ClassFolder) -> Iterator[str]:
    """What comes twice, what is broken, what was not read."""
    yield from doubles(found.graded)
    yield from (f"{file} was not graded: {reason}" for file, reason in found.broken.items())
    if found.skipped:
        yield f"Not read, as results are files whose names end in .json: {', '.join(found.skipped)}."


def write_rows(found: ClassFolder) -> Iterator[str]:
    """A line for each learner and exercise, with a head; what is no number cannot become a formula.

    The form is that of RFC 4180, but lines end as those of the terminal do, in a line feed; so do tables of the page.
    """
    yield _row(COLUMNS)
    for group in by_assignment(found.graded):
        names = name_learners(group)
        yield from (_row(cells) for file, each in group.items() for cells in _cells(names[file], file, each))


def _cells(name: str, file: str, each: Graded) -> Iterator[list[Any]]:
    mistakes = " ".join(f"{mistake.name}×{mistake.times}" for mistake in each.grade.mistakes)
    for k, (task, outcome) in enumerate(zip(each.assignment.exercises, each.grade.outcomes, strict=True), start=1):
        counts = (outcome.blanks, outcome.at_once, outcome.right, outcome.given_up, outcome.attempts, outcome.hints)
        yield [each.assignment.title, name, file, k, task.kind, *counts, mistakes, len(each.grade.complaints)]


def _row(cells: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([_harmless(cell) for cell in cells])
    return line.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def write_json(found: ClassFolder) -> str:
    """Everything, for other programs."""
    classes = []
    for group in by_assignment(found.graded):
        names = name_learners(group)
        grades = [(names[file], each.grade) for file, each in group.items()]
        held = [{**asdict(mistake), "learners": learners} for mistake, learners in holders(grades)]
        first = next(iter(group.values()))
        learners = [{"name": names[file], "file": file, **asdict(each.grade)} for file, each in group.items()]
        head = {"title": first.assignment.title, "digest": first.assigned}
        classes.append({"assignment": head, "learners": learners, "misconceptions": held})
    rest = {"doubles": list(doubles(found.graded)), "broken": dict(found.broken), "skipped": list(found.skipped)}
    return json.dumps({"classes": classes, **rest}, ensure_ascii=False)
