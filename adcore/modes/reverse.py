"""Reverse mode: first all values, then one sweep back that hands every node's adjoint to its arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adcore.algebras.floats import FloatAlgebra
from adcore.events import Event
from adcore.graph import Graph
from adcore.interpreter import Algebra, Contribution, adjoints_of, sweep
from adcore.modes.evaluate import operations_at
from adcore.modes.evaluate import steps as primal_steps
from adcore.problem import Problem


def seeds_of(graph: Graph, algebra: Algebra[Any], weights: Sequence[float], zeros: bool = False) -> dict[int, Any]:
    """The adjoints that the outputs start with. An output that is returned twice starts with the sum of its weights.

    Weights of 0 are left out, so that nothing is computed for them, unless `zeros` asks to see them.
    """
    sums: dict[int, float] = {}
    for i, weight in zip(graph.outputs, weights, strict=True):
        sums[i] = sums.get(i, 0.0) + weight
    return {i: algebra.const(weight) for i, weight in sums.items() if weight or zeros}


def steps(graph: Graph, algebra: Algebra[Any], values: Sequence[Any], weights: Sequence[float]) -> Iterator[Event]:
    """All values, the seeds, then node by node from the last: its adjoint, and its contributions."""
    yield from primal_steps(graph, values)
    seeds = seeds_of(graph, algebra, weights, zeros=True)
    primal = max((operations_at(value) for value in values), default=0)
    for i, seed in seeds.items():
        yield Event("adjoint", "seed", i, float(seed), operations=primal)
    reached = graph.useful([i for i, weight in zip(graph.outputs, weights, strict=True) if weight])
    idle = frozenset(i for i, used in enumerate(reached) if not used)
    for step in sweep(graph, algebra, values, seeds, idle=idle):
        yield _event(step)


def _event(step: Contribution[Any]) -> Event:
    count = operations_at(step.running)
    if step.arg < 0:
        return Event("adjoint", "adjoint", step.node, float(step.running), operations=count)
    local = None if step.partial is None else float(step.partial)
    return Event("adjoint", "contribution", step.target, float(step.running), step.node, step.arg, local, count)


def vjp(problem: Problem, weights: Sequence[float]) -> list[float]:
    """Weights times the Jacobian: one sweep."""
    adjoints = sweep_floats(problem, weights)
    return [adjoints.get(i, 0.0) for i in problem.graph.inputs]


def sweep_floats(problem: Problem, weights: Sequence[float]) -> Mapping[int, float]:
    """The completed adjoints of one sweep, by node."""
    algebra = FloatAlgebra()
    seeds = seeds_of(problem.graph, algebra, weights)
    return adjoints_of(sweep(problem.graph, algebra, problem.recording.values, seeds))


def jacobian(problem: Problem) -> list[list[float]]:
    """Row by row, one sweep for each output."""
    m = len(problem.graph.outputs)
    return [vjp(problem, [float(i == row) for i in range(m)]) for row in range(m)]
