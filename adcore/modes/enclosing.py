"""Interval mode: one evaluation over a box encloses every value there, and duals over intervals every derivative."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adcore.algebras.duals import Dual, DualAlgebra
from adcore.algebras.intervals import Interval, IntervalAlgebra
from adcore.errors import ADError
from adcore.events import Event
from adcore.graph import CONST, Graph
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
    columns = [[duals[i].tangent or ZERO for i in graph.outputs] for duals in _passes(graph, algebra, box)]
    rows = tuple(tuple(column[row] for column in columns) for row in range(len(graph.outputs)))
    return Enclosure(tuple(values[i] for i in graph.outputs), rows)


def steps(problem: Problem, box: Sequence[Interval]) -> Iterator[Event]:
    """The same as events, in pairs: the low end of an interval, with arg 0, and the high end, with arg 1.

    First the enclosures of all values; then, in a pass for each input leaf, `source`, the tangents of what moves with
    it; then the results, the values of the outputs and the Jacobian row by row. For x**2 over (1, 2), rounded outwards:

        x: 1, 2;  x**2: 1, 4;   by x  x: 1, 1;  x**2: 2, 4;   results 1, 4 and, by x, 2, 4
    """
    graph, algebra = problem.graph, IntervalAlgebra()
    values = run(graph, algebra, box)
    _check_decisions(graph, values)
    for i, found in enumerate(values):
        if graph.ops[i] != CONST:
            yield from _ends("primal", "bound", i, found)
    columns: list[list[Interval]] = []
    for source, duals in zip(graph.inputs, _passes(graph, algebra, box), strict=True):
        for i, dual in enumerate(duals):
            if dual.tangent is not None:
                yield from _ends("tangent", "bound", i, dual.tangent, source)
        columns.append([duals[i].tangent or ZERO for i in graph.outputs])
    for row, i in enumerate(graph.outputs):
        yield from _ends("primal", "result", i, values[i])
        for source, column in zip(graph.inputs, columns, strict=True):
            yield from _ends("tangent", "result", i, column[row], source)


def _ends(phase: str, kind: str, node: int, found: Interval, source: int | None = None) -> Iterator[Event]:
    return (Event(phase, kind, node, end, source, arg) for arg, end in enumerate(found))


def _passes(graph: Graph, algebra: IntervalAlgebra, box: Sequence[Interval]) -> Iterator[list[Dual[Interval]]]:
    """All nodes over duals, input by input."""
    for j in range(len(box)):
        seeded = [Dual(x, algebra.const(1.0) if i == j else None) for i, x in enumerate(box)]
        yield run(graph, DualAlgebra(algebra), seeded)


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
