"""Forward mode: each value travels with its tangent, the rate at which it changes along one direction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adcore.algebras.duals import Dual, DualAlgebra
from adcore.algebras.floats import FloatAlgebra
from adcore.events import Event
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import Algebra, run
from adcore.modes.evaluate import OneByOne, operations_at
from adcore.modes.evaluate import steps as primal_steps
from adcore.problem import Problem


def push(graph: Graph, algebra: Algebra[Any], inputs: Sequence[Any], direction: Sequence[float]) -> list[Dual[Any]]:
    """Every node's primal and tangent. A direction of 0 is a tangent that is zero by structure."""
    seeded = [Dual(x, algebra.const(d) if d else None) for x, d in zip(inputs, direction, strict=True)]
    return run(graph, DualAlgebra(algebra), seeded)


class Steps(OneByOne):
    """One sweep along a direction, at as many points as one likes."""

    def __init__(self, graph: Graph, along: Sequence[float]) -> None:
        super().__init__(graph, lambda algebra, inputs: steps(graph, push(graph, algebra, inputs, along)))


def steps(graph: Graph, duals: Sequence[Dual[Any]]) -> Iterator[Event]:
    """For each node in order its value, then its seed, or the contributions to its tangent and the tangent."""
    primals = primal_steps(graph, [dual.primal for dual in duals])
    varied = graph.varied()
    for event in primals:
        yield event
        if event.node is None or event.kind == "branch" or not varied[event.node]:
            continue
        yield from _tangent_steps(graph, event.node, duals[event.node])


def _tangent_steps(graph: Graph, i: int, dual: Dual[Any]) -> Iterator[Event]:
    tangent = 0.0 if dual.tangent is None else float(dual.tangent)
    count = operations_at(dual.primal if dual.tangent is None else dual.tangent)
    if graph.ops[i] in (INPUT, CONST):
        yield Event("tangent", "seed", i, tangent, operations=operations_at(dual.primal))
        return
    for term in dual.terms:
        source, running = graph.args[i][term.arg], float(term.running)
        local = float(term.partial)
        yield Event("tangent", "contribution", i, running, source, term.arg, local, operations_at(term.running))
    yield Event("tangent", "tangent", i, tangent, operations=count)


def jvp(problem: Problem, direction: Sequence[float]) -> list[float]:
    """The Jacobian times a direction: one sweep."""
    duals = push(problem.graph, FloatAlgebra(), problem.leaves, direction)
    return [float(duals[i].tangent or 0.0) for i in problem.graph.outputs]


def jacobian(problem: Problem) -> list[list[float]]:
    """Column by column, one sweep for each input."""
    n = len(problem.leaves)
    columns = [jvp(problem, [float(i == j) for i in range(n)]) for j in range(n)]
    return [[column[row] for column in columns] for row in range(len(problem.graph.outputs))]
