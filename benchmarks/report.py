"""The report: every section with its tables, and how the figures stand to the targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks import machine, tables
from benchmarks.parts import Part, Report
from benchmarks.rounds import AGAIN, Effort, Series
from benchmarks.sections import Section, measure
from benchmarks.targets import Judged, judge

RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = """# Results

{machine}

Medians of interleaved rounds, one process for each way of doing a task; CPU time, but for JAX the least wall time, in
its favour. In brackets: times the first column's time, within a round. Above 1 that way is slower than the first
column, below 1 faster. A dash: not installed, not possible, or not tried at this size; late: building
took more than {patience:.0f} s.

`python3 dev.py bench` measures anew.
"""


def write(
    sections: Iterable[Section], parts: Iterable[Part], effort: Effort, quick: bool, say: Callable[[str], None]
) -> str:
    """Measure everything, saying each piece as it is there, and return the whole report."""
    pieces, judged = [], []
    head = HEAD.format(machine=machine.description(), patience=effort.patience)
    for section in sections:
        text, found = compared(section, effort, say)
        pieces.append(text)
        judged += found
    for part in parts:
        report = part.run(quick)
        text, found = (
            reported(part, report) if report else (f"## {part.title}\n\nNot measured: something is missing.", [])
        )
        say(text)
        pieces.append(text)
        judged += found
    missed = [each for each in judged if each.verdict == "missed"]
    summary = f"Targets: {tables.tally(judged)}." + (f" Missed:\n\n{tables.targets(missed)}" if missed else "")
    say(summary)
    return "\n\n".join([head.rstrip(), summary, *pieces]) + "\n"


def compared(section: Section, effort: Effort, say: Callable[[str], None]) -> tuple[str, list[Judged]]:
    """Measure a section; return its text and its targets."""
    measured: dict[tuple[str, str], Series] = {}
    for task, found in measure(section, effort):
        measured |= found
        say(f"... {task.name}")
    names = [task.name for task in section.tasks]
    drawn = [tables.times(names, ways, measured, section.unit) for ways in section.tables]
    if any(way.endswith(AGAIN) for _, way in measured):
        drawn.append("Built again in the same process:")
        drawn += [tables.times(names, ways, measured, section.unit, AGAIN) for ways in section.tables]
    judged = judge(section.name, measured, {})
    unit = {"us": "Microseconds.", "ms": "Milliseconds."}[section.unit]
    text = _text(section.title, f"{section.note} {unit}", drawn, judged)
    say(text)
    return text, judged


def reported(part: Part, report: Report) -> tuple[str, list[Judged]]:
    """Return the text of a part and its targets."""
    rows = [[cell if isinstance(cell, str) else tables.number(cell) for cell in row] for row in report.rows]
    judged = judge(part.name, {}, report.figures)
    return _text(part.title, part.note, [tables.table(report.titles, rows)], judged), judged


def _text(title: str, note: str, drawn: Sequence[str], judged: Sequence[Judged]) -> str:
    pieces = [f"## {title}", note, *drawn]
    return "\n\n".join([*pieces, "Targets:", tables.targets(judged)] if judged else pieces)
