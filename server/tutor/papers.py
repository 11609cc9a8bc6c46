"""An exercise on paper: what is asked, cells that are given and cells to fill in, and the key apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from adcore.graph import CONST
from adcore.labels import Labels
from adcore.limits import Limits
from adcore.problem import pose
from adcore.wording import number
from server.tutor.assignments import Task
from server.tutor.blanks import Blank, Choice, Exercise, Order
from server.tutor.diagnosis import answer
from server.tutor.exercises import KINDS, make_exercise

ROOM = "________"
"""What stands for a number to be written."""
ASKING_VALUES = ("forward", "dual", "doubling")
"""Kinds of exercise in which values are asked for, or would give the answer away."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of a sheet: `value` is the number that is given, empty where it is to be filled in.

    `choices` are what is to be chosen from or put in order; `answer` is what the key says, empty where it is given.
    """

    words: str
    latex: str
    value: str
    form: str
    choices: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the Wengert list; `value` is empty where values are what is asked."""

    symbol: str
    operation: str
    value: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet: everything that is printed."""

    title: str
    ask: str
    source: str
    point: str
    latex: str
    lines: tuple[str, ...]
    rows: tuple[Row, ...]
    cells: tuple[Cell, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def make_paper(task: Task, limits: Limits | None = None) -> Paper:
    """The sheet of a task; raises ADError where it cannot be made."""
    exercise = make_exercise(task.source, task.point, task.kind, task.seed, task.level, limits)
    point = ", ".join(f"{name} = {_written(value)}" for name, value in task.point.items())
    head = KINDS[task.kind].title, exercise.ask, task.source, point, exercise.latex
    return Paper(*head, exercise.lines, tuple(_rows(task, limits)), tuple(_cells(exercise)))


def _rows(task: Task, limits: Limits | None) -> Iterator[Row]:
    """The Wengert list that the exercise is about, with the values where they are not asked for."""
    recording = pose(task.source, task.point, limits).recording
    graph, labels = recording.graph, Labels(recording.graph)
    for i, op in enumerate(graph.ops):
        if op != CONST:
            value = "" if task.kind in ASKING_VALUES and graph.args[i] else number(recording.values[i])
            yield Row(labels.full_name(i), labels.text(i) if graph.args[i] else "input", value)


def _written(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    return number(value)


def _cells(exercise: Exercise) -> Iterator[Cell]:
    """Given and blank cells in the order of the calculation."""
    given = {cell.id: Cell(cell.words, cell.latex, number(cell.value), "given", (), "") for cell in exercise.given}
    asked = {blank.id: _cell(blank) for blank in exercise.blanks}
    cells = {**given, **asked}
    yield from (cells[name] for name in exercise.cells or cells)


def _cell(blank: Blank) -> Cell:
    key = blank.key
    choices = key.options if isinstance(key, Choice) else key.items if isinstance(key, Order) else ()
    form = type(key).__name__.lower()
    return Cell(blank.words, blank.latex, "", form, choices, answer(blank))


def write_paper(paper: Paper, with_key: bool = False) -> Iterator[str]:
    """A sheet as Markdown that reads well as it stands; the key comes last, under a heading of its own."""
    yield f"# {paper.title}"
    yield ""
    yield from (f"    {row}" for row in paper.source.splitlines())
    yield ""
    yield f"At {paper.point}." if paper.point else ""
    yield ""
    yield paper.ask
    yield ""
    yield from _table(paper.rows)
    yield ""
    if paper.lines:
        yield from (f"    {row}" for row in paper.lines)
        yield ""
    yield from (f"{place}. {_line(cell)}" for place, cell in enumerate(paper.cells, start=1))
    if with_key:
        yield from ("", "## Key", "")
        yield from (f"{place}. {cell.answer}" for place, cell in enumerate(paper.cells, start=1) if not cell.value)


def _table(rows: Sequence[Row]) -> Iterator[str]:
    """The Wengert list as a table that is aligned even where it is not rendered."""
    cells = [("", "operation", "value"), *((row.symbol, row.operation, row.value) for row in rows)]
    widths = [max(len(row[column].replace("|", "\\|")) for row in cells) for column in range(3)]
    for place, row in enumerate(cells):
        if place == 1:
            yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"
        texts = (text.replace("|", "\\|").ljust(width) for text, width in zip(row, widths, strict=True))
        yield f"| {' | '.join(texts)} |"


def _line(cell: Cell) -> str:
    choices = f" ({' / '.join(cell.choices)})" if cell.choices else ""
    return f"{cell.words}{choices}: {cell.value or ROOM}"
