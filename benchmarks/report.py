"""The report: every section with its tables, and how the figures stand to the targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from benchmarks import machine, tables
from benchmarks.parts import Part, Report
from benchmarks.rounds import BESIDE, Effort, Series
from benchmarks.sections import Section, measure
from benchmarks.targets import Judged, judge


def pieces(
    sections: Iterable[Section], parts: Iterable[Part], effort: Effort, quick: bool, say: Callable[[str], None]
) -> Iterator[str]:
    """Measure everything, and yield each section of the report as it is there."""
    for section in sections:
        yield f"{compared(section, effort, say)[0]}\n\n{machine.moment()}"
    for part in parts:
        report = part.run(quick)
        text = reported(part, report)[0] if report else f"## {part.title}\n\nNot measured: something is missing."
        yield f"{text}\n\n{machine.moment()}"


def compared(section: Section, effort: Effort, say: Callable[[str], None]) -> tuple[str, list[Judged]]:
    """Measure a section; return its text and its targets."""
    measured: dict[tuple[str, str], Series] = {}
    for task, found in measure(section, effort):
        measured |= found
        say(f"... {task.name}")
    names = [task.name for task in section.tasks]
    drawn = [tables.times(names, ways, measured, section.unit) for ways in section.tables]
    for ending, heading in BESIDE.items():
        if any(way.endswith(ending) for _, way in measured):
            drawn.append(heading)
            drawn += [tables.times(names, ways, measured, section.unit, ending) for ways in section.tables]
    judged = judge(section.name, measured, {})
    unit = {"us": "Microseconds.", "ms": "Milliseconds."}[section.unit]
    return _text(section.title, f"{section.note} {unit}", drawn, judged), judged


def reported(part: Part, report: Report) -> tuple[str, list[Judged]]:
    """Return the text of a part and its targets."""
    rows = [[cell if isinstance(cell, str) else tables.number(cell) for cell in row] for row in report.rows]
    judged = judge(part.name, {}, report.figures)
    return _text(part.title, part.note, [tables.table(report.titles, rows)], judged), judged


def _text(title: str, note: str, drawn: Sequence[str], judged: Sequence[Judged]) -> str:
    pieces = [f"## {title}", note, *drawn]
    return "\n\n".join([*pieces, "Targets:", tables.targets(judged)] if judged else pieces)
