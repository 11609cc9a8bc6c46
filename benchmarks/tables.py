"""Tables in Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from benchmarks.rounds import LATE, Measured, Series
from benchmarks.targets import Judged

UNITS: Mapping[str, float] = MappingProxyType({"us": 1e6, "ms": 1e3})
DASH = "-"
TARGET_TITLES = ("ours", "against", "measured", "target", "")


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; every row has as many cells as there are titles."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def times(tasks: Sequence[str], ways: Sequence[str], measured: Measured, unit: str, ending: str = "") -> str:
    """Return a table of times, a line for each task; in brackets the time in parts of the first way's.

    `ending` is added to the names of the ways where they are looked up.
    """
    rows = []
    for task in tasks:
        series = [measured.get((task, way + ending), Series()) for way in ways]
        rows.append([task, *(cell(each, series[0], unit) for each in series)])
    return table(["task", *ways], rows)


def cell(series: Series, base: Series, unit: str) -> str:
    """Return a time with its ratio, or a dash, with the reason if it took too long."""
    if not series.used:
        return f"{DASH} (late)" if series.reason == LATE else DASH
    time, ratio = number(UNITS[unit] * series.seconds), series.over(base)
    return time if series is base or math.isnan(ratio) else f"{time} ({number(ratio)})"


def number(x: float) -> str:
    """Return three digits, without an exponent where that is short."""
    if math.isnan(x):
        return DASH
    if x >= 1000 or x == int(x):
        return f"{x:,.0f}" if x < 1e7 else f"{x:.2e}"
    return f"{x:.3g}" if x >= 1e-4 else f"{x:.1e}"


def targets(judged: Sequence[Judged]) -> str:
    """Return the targets, a line for each, with what was measured and how that stands to the limit."""
    rows = [[each.what, each.against or DASH, _measured(each), _limit(each), each.verdict] for each in judged]
    return table(TARGET_TITLES, rows)


def tally(verdicts: Sequence[str]) -> str:
    """Return how many targets are reached, nearly reached, missed and not measured."""
    names = ("reached", "within 15 %", "missed", DASH)
    return ", ".join(f"{verdicts.count(name)} {'not measured' if name == DASH else name}" for name in names)


def _measured(judged: Judged) -> str:
    return _with_unit(judged, judged.measured)


def _limit(judged: Judged) -> str:
    return f"<= {_with_unit(judged, judged.target.limit)}"


def _with_unit(judged: Judged, x: float) -> str:
    if math.isnan(x):
        return DASH
    unit, seconds = judged.target.unit, not judged.target.figure and not judged.target.peers
    if seconds:
        return f"{number(UNITS[unit] * x)} {unit}"
    return f"{number(x)} {unit or 'x'}"
