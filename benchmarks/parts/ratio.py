"""What value and gradient cost in parts of the value alone."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from adcore.algebras.staging import operations
from adcore.backends import scalar
from adcore.backends.emitter import bind, build, emit_guarded
from adcore.entries import stage_jacobian
from adcore.graph import Graph
from adcore.staged import stage_function
from benchmarks import tasks
from benchmarks.parts import Report, cpu_seconds_in_turn, main
from benchmarks.peers.ours import WIDE, posed
from benchmarks.tasks import Task

TITLES = ("task", "operations of f", "of f and gradient", "ratio", "f, us", "f and gradient, us", "ratio")


def measure(quick: bool) -> Report:
    """Measure the scalar tasks of up to about ten thousand operations."""
    largest = 400 if quick else 15_000
    rows = [_row(task) for task in tasks.SCALAR if tasks.operations(task) <= largest]
    figures = {"(f and gradient)/f in operations, worst": max(float(row[3]) for row in rows)}
    for what, are_products in (("worst of the products", True), ("worst of the others", False)):
        figures[f"(f and gradient)/f in time, {what}"] = max(
            float(row[6]) for row in rows if str(row[0]).startswith("c product") is are_products
        )
    return Report(TITLES, rows, figures)


def _row(task: Task) -> list[str | float]:
    problem = posed(task)
    both, alone = stage_jacobian(problem.graph, WIDE).graph, stage_function(problem.graph)
    counts = operations(alone), operations(both)
    whole, part, ratio = cpu_seconds_in_turn(*(_python(graph, problem.leaves) for graph in (both, alone)))
    return [task.name, *counts, counts[1] / counts[0], 1e6 * part, 1e6 * whole, ratio]


def _python(graph: Graph, leaves: Sequence[float]) -> Callable[[], object]:
    """Return a staged program as Python; no task decides anything, so nothing has to answer otherwise."""
    text, called = emit_guarded(graph, ())
    numbers = build(text, {**bind(called, scalar), "otherwise": _unanswered})
    return functools.partial(numbers, *leaves)


def _unanswered(*leaves: float) -> tuple[float, ...]:
    raise ArithmeticError(f"the code has no answer at {leaves}")


if __name__ == "__main__":
    main(measure)
