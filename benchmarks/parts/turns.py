"""Kept loops: what building takes, and whether it grows with the number of turns."""

from __future__ import annotations

import functools
import tracemalloc
from typing import Any

import adcore
from adcore.backends import llvm
from benchmarks.parts import Report, cpu_seconds, main
from benchmarks.peers.ours import WIDE
from benchmarks.tasks import Task, logistic

TITLES = ("turns", "backend", "building, ms", "bytes while building", "value and derivative, ns per turn")


def measure(quick: bool) -> Report:
    """Measure programs that differ in the number of turns alone; those that cannot be kept are left out."""
    sizes = (100, 1000) if quick else (1000, 100_000, 1_000_000)
    rows: list[list[str | float]] = []
    for backend in ("python", "llvm") if llvm.is_installed() else ("python",):
        for n in sizes:
            row = _row(logistic(n), backend)
            rows += [row] if row else []
    builds = {(row[0], row[1]): float(row[2]) for row in rows}
    few, many = builds.get((1000, "python")), builds.get((1_000_000, "python"))
    figures = {"build of a million turns / of a thousand": many / few} if few and many else {}
    figures["time with checkpoints / without"] = _checkpointed(logistic(sizes[-1]))
    return Report(TITLES, rows, figures)


def _checkpointed(task: Task) -> float:
    """Return what storing about the root of the states costs in time, in parts of storing all."""
    seconds = []
    for checkpoints in (False, True):
        compiled = adcore.compile(task.source, {"x": list(task.point)}, "python", WIDE, checkpoints=checkpoints)
        seconds.append(cpu_seconds(functools.partial(compiled.numbers, *task.point), rounds=3))
    return seconds[1] / seconds[0]


def _row(task: Task, backend: str) -> list[str | float] | None:
    build = functools.partial(adcore.compile, task.source, {"x": list(task.point)}, backend, WIDE)
    try:
        compiled: Any = build()
    except adcore.ADError:
        return None
    seconds = cpu_seconds(build, rounds=3)
    tracemalloc.start()
    build()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    running = cpu_seconds(functools.partial(compiled.numbers, *task.point), rounds=3)
    return [task.n, backend, 1e3 * seconds, peak, 1e9 * running / task.n]


if __name__ == "__main__":
    main(measure)
