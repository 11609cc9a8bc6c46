"""What value and gradient cost in parts of the value alone."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from adcore.algebras.staging import operations
from adcore.backends import scalar
from adcore.backends.emitter import build, emit_guarded, functions_of
from adcore.entries import stage_jacobian
from adcore.graph import Graph
from adcore.staged import stage_function
from benchmarks import tasks
from benchmarks.parts import Report, cpu_seconds, main
from benchmarks.peers.ours import WIDE, posed
from benchmarks.tasks import Task

TITLES = ("task", "operations of f", "of f and gradient", "ratio", "f, us", "f and gradient, us", "ratio")


def measure(quick: bool) -> Report:
    """Measure the scalar tasks of up to about ten thousand operations."""
    largest = 400 if quick else 15_000
    rows = [_row(task) for task in tasks.SCALAR if tasks.operations(task) <= largest]
    worst = {
        "(f and gradient)/f in operations, worst": max(float(row[3]) for row in rows),
        "(f and gradient)/f in time, worst": max(float(row[6]) for row in rows),
    }
    return Report(TITLES, rows, worst)


def _row(task: Task) -> list[str | float]:
    problem = posed(task)
    both, alone = stage_jacobian(problem.graph, WIDE).graph, stage_function(problem.graph)
    counts = operations(alone), operations(both)
    seconds = _seconds(alone, problem.leaves), _seconds(both, problem.leaves)
    return [
        *(task.name, *counts, counts[1] / counts[0]),
        *(1e6 * seconds[0], 1e6 * seconds[1], seconds[1] / seconds[0]),
    ]


def _seconds(graph: Graph, leaves: Sequence[float]) -> float:
    """Return the time of a staged program as Python; no task decides anything, so nothing has to answer otherwise."""
    numbers = build(emit_guarded(graph, ()), {**functions_of(graph, scalar), "otherwise": _unanswered})
    return cpu_seconds(functools.partial(numbers, *leaves))


def _unanswered(*leaves: float) -> tuple[float, ...]:
    raise ArithmeticError(f"the code has no answer at {leaves}")


if __name__ == "__main__":
    main(measure)
