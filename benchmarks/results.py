"""RESULTS.md: the sections that were measured last, one below the other, and how the targets stand in all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from benchmarks import machine, tables
from benchmarks.parts import PARTS
from benchmarks.rounds import FULL
from benchmarks.sections import SECTIONS

RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = """# Results

{machine}

Medians of interleaved rounds, one process for each way of doing a task; CPU time, but for JAX the least of wall and CPU
time, in its favour. In brackets: times the first column's time, within a round. Above 1 that way is slower than the
first column, below 1 faster. A dash: not installed, not possible, or not tried at this size; late: building took more
than {patience:.0f} s. Below each section stands how busy the machine was at its end, and how fast: ratios are rough
unless the load is near 0, times are comparable where an empty loop takes as long.

`python3 dev.py bench` measures anew; with the names of sections it measures these alone and leaves the others.
"""
TITLES = (*(section.title for section in SECTIONS), *(part.title for part in PARTS))
VERDICT = re.compile(r"^\|.*\| <= [^|]* \| (?P<verdict>[^|]+) \|$", re.MULTILINE)


def updated(before: str, piece: str) -> str:
    """Return the file with one section put in, in place of the one of the same title if there is one."""
    pieces = {**sections_of(before), **sections_of(piece)}
    kept = [pieces[title] for title in TITLES if title in pieces]
    head = HEAD.format(machine=machine.description(), patience=FULL.patience).rstrip()
    return "\n\n".join([head, summary("\n".join(kept)), *kept]) + "\n"


def sections_of(text: str) -> Mapping[str, str]:
    """Return the sections of a text by their titles."""
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return {part.partition("\n")[0]: f"## {part}".rstrip() for part in parts}


def summary(text: str) -> str:
    """Return how many targets are reached, nearly reached, missed and not measured; and the lines of those missed."""
    found = list(VERDICT.finditer(text))
    counted = tables.tally([match["verdict"] for match in found])
    missed = [match[0] for match in found if match["verdict"] == "missed"]
    return "\n".join([f"Targets: {counted}." + (" Missed:\n" if missed else ""), *_table(missed)]).rstrip()


def _table(lines: list[str]) -> list[str]:
    return [tables.table(tables.TARGET_TITLES, []), *lines] if lines else []
