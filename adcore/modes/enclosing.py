"""Interval mode: one evaluation over a box encloses every value there, and duals over intervals every derivative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adcore.algebras.duals import Dual, DualAlgebra
from adcore.algebras.intervals import Interval, IntervalAlgebra
from adcore.errors import ADError
from adcore.graph import Graph
from adcore.interpreter import run
from adcore.problem import Problem

ZERO = Interval(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """`values` has an interval for each output, `jacobian` a row of intervals for each, one for each input leaf."""

    values: tuple[Interval, ...]
    jacobian: tuple[tuple[Interval, ...], ...]


def enclose(problem: Problem, box: Sequence[Interval]) -> Enclosure:
    """Enclose a recorded program over a box, in one pass for each input. Its decisions must hold in all of the box."""
    graph, algebra = problem.graph, IntervalAlgebra()
    values = run(graph, algebra, box)
    _check_decisions(graph, values)
    columns = [_column(graph, algebra, box, j) for j in range(len(box))]
    rows = tuple(tuple(column[row] for column in columns) for row in range(len(graph.outputs)))
    return Enclosure(tuple(values[i] for i in graph.outputs), rows)


def _column(graph: Graph, algebra: IntervalAlgebra, box: Sequence[Interval], j: int) -> list[Interval]:
    seeded = [Dual(x, algebra.const(1.0) if i == j else None) for i, x in enumerate(box)]
    duals = run(graph, DualAlgebra(algebra), seeded)
    return [duals[i].tangent or ZERO for i in graph.outputs]


def _check_decisions(graph: Graph, values: Sequence[Interval]) -> None:
    varied = graph.varied()
    for decision in graph.decisions:
        found = values[decision.node]
        agreed = 0 not in found if decision.taken else found == ZERO
        if agreed:
            continue
        if not varied[decision.node]:
            words = "Rounding leaves open which branch the program takes here."
            raise ADError("branch", words, decision.span, "Compare numbers that are not computed, or further apart.")
        words = "Inside this box the program can take more than one branch here."
        raise ADError("branch", words, decision.span, "Make the box smaller, or write the choice with where().")
