"""The events of sweeps by their definition: one after the other, from the values of any algebra of numbers."""

from collections.abc import Iterator, Sequence
from typing import Any

from adcore.algebras.duals import Dual, DualAlgebra
from adcore.events import Event
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import Algebra, Contribution, sweep
from adcore.modes.reverse import seeds_of


def primal_events(graph: Graph, values: Sequence[Any]) -> Iterator[Event]:
    """A `value` for every node but constants, a `branch` for every test that decides one."""
    deciding = frozenset(decision.node for decision in graph.decisions)
    for i, op in enumerate(graph.ops):
        if op != CONST:
            kind = "branch" if i in deciding else "value"
            yield Event("primal", kind, i, float(values[i]), operations=operations_at(values[i]))


def forward_events(graph: Graph, duals: Sequence[Dual[Any]]) -> Iterator[Event]:
    """For each node in order its value, then its seed, or the contributions to its tangent and the tangent."""
    primals = primal_events(graph, [dual.primal for dual in duals])
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


def second_events(graph: Graph, algebra: Algebra[Any], duals: Sequence[Dual[Any]]) -> Iterator[Event]:
    """Forward over reverse, stepped: values and tangents rise, then adjoints fall, and with each its own tangent.

    The tangent of an adjoint has two kinds of summands, for a product has two factors: `contribution`, the partial
    times the tangent of the user's adjoint, and `curvature`, the tangent of the partial times the user's adjoint.
    """
    yield from forward_events(graph, duals)
    seeds = seeds_of(graph, DualAlgebra(algebra), [1.0])
    for i, seed in seeds.items():
        yield Event("adjoint", "seed", i, float(seed.primal), operations=operations_at(seed.primal))
        yield Event("second", "seed", i, 0.0)
    adjoint, sums = Dual(0.0), dict[int, float]()
    for step in sweep(graph, DualAlgebra(algebra), duals, seeds):
        if step.arg < 0:
            adjoint = step.running
            yield from _complete(step)
        else:
            yield from _edge(step, adjoint, sums)


def _complete(step: Contribution[Any]) -> Iterator[Event]:
    adjoint, tangent = step.running.primal, step.running.tangent
    yield Event("adjoint", "adjoint", step.node, float(adjoint), operations=operations_at(adjoint))
    yield Event("second", "adjoint", step.node, _number(tangent), operations=operations_at(tangent))


def _edge(step: Contribution[Any], adjoint: Dual[Any], sums: dict[int, float]) -> Iterator[Event]:
    """One edge: what it adds to an adjoint, and the terms that it adds to that adjoint's tangent. `sums` are those."""
    local, running, edge = step.partial, step.running, (step.node, step.arg)
    assert local is not None
    partial, done = float(local.primal), operations_at(running.primal)
    yield Event("adjoint", "contribution", step.target, float(running.primal), *edge, partial, done)
    total, count = _number(running.tangent), operations_at(running.tangent)
    if adjoint.tangent is not None:
        passed = sums.get(step.target, 0.0) + float(adjoint.tangent) * partial
        value = total if local.tangent is None else passed
        yield Event("second", "contribution", step.target, value, *edge, partial, count)
    if local.tangent is not None:
        yield Event("second", "curvature", step.target, total, *edge, float(local.tangent), count)
    sums[step.target] = total


def _number(tangent: Any) -> float:
    return 0.0 if tangent is None else float(tangent)


def operations_at(value: Any) -> int:
    """How many operations the staged program had when this value was made; 0 for plain floats."""
    return getattr(value, "operations", 0)
