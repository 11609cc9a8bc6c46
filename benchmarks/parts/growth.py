"""Building and running programs of growing length."""

from __future__ import annotations

import functools

from adcore.backends import compile_problem, llvm
from adcore.problem import Problem
from benchmarks.parts import Report, cpu_seconds, main
from benchmarks.peers.ours import posed
from benchmarks.tasks import SEFF, Task, logistic

TITLES = ("operations of f", "backend", "building, ms", "us per operation", "value and gradient, ns per operation")
PER_TURN = 3


def measure(quick: bool) -> Report:
    """Measure both backends for code; the first compilation of a process is made before."""
    backends = ("python", "llvm") if llvm.is_installed() else ("python",)
    rows: list[list[str | float]] = []
    for backend in backends:
        _building(posed(SEFF), backend)
        rows += [_row(n, backend) for n in ((100, 1000) if quick else (100, 1000, 10_000, 100_000))]
    compiled = [row for row in rows if row[1] == "llvm"]
    figures = (
        {"llvm: ms of building a small function after the first": 1e3 * _building(posed(SEFF), "llvm")}
        if compiled
        else {}
    )
    long = [float(row[3]) for row in compiled if float(row[0]) >= 999]
    if long:
        figures["llvm: us of building per operation of f, worst from 1000 on"] = max(long)
    at_10000 = [float(row[4]) for row in compiled if 9_000 < float(row[0]) < 11_000]
    if at_10000:
        figures["llvm: ns of value and gradient per operation of f at 10,000"] = at_10000[0]
    return Report(TITLES, rows, figures)


def _row(size: int, backend: str) -> list[str | float]:
    task: Task = logistic(size // PER_TURN)
    count = PER_TURN * task.n
    problem = posed(task)
    building = _building(problem, backend)
    numbers = compile_problem(problem, backend).numbers
    running = cpu_seconds(functools.partial(numbers, *problem.leaves))
    return [count, backend, 1e3 * building, 1e6 * building / count, 1e9 * running / count]


def _building(problem: Problem, backend: str) -> float:
    """Return the time of staging, emitting and compiling a recorded graph."""
    return cpu_seconds(lambda: compile_problem(problem, backend), rounds=3)


if __name__ == "__main__":
    main(measure)
