"""Reverse mode: first all values, then one sweep back that hands every node's adjoint to its arguments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from adcore.algebras.floats import Numeric
from adcore.bound import SILENCE, Bound, Notes, forget
from adcore.events import KIND_CODES, Events
from adcore.graph import CONST, Graph
from adcore.interpreter import Algebra
from adcore.modes.evaluate import Numbers, Outline, Staged
from adcore.problem import Problem

SEED, ADJOINT, CONTRIBUTION = (KIND_CODES[kind] for kind in ("seed", "adjoint", "contribution"))

V = TypeVar("V")
Handed = tuple[int, Sequence[int]]
"""A node that has an adjoint, and the positions of the arguments that it hands it on to."""


def weigh(graph: Graph, weights: Sequence[float]) -> dict[int, float]:
    """The adjoints that the outputs start with. An output that is returned twice starts with the sum of its weights."""
    sums: dict[int, float] = {}
    for i, weight in zip(graph.outputs, weights, strict=True):
        sums[i] = sums.get(i, 0.0) + weight
    return sums


def seeds_of(graph: Graph, algebra: Algebra[Any], weights: Sequence[float]) -> dict[int, Any]:
    """The same over an algebra. Weights of 0 are left out, so that nothing is computed for them."""
    return {i: algebra.const(weight) for i, weight in weigh(graph, weights).items() if weight}


class Steps:
    """One sweep, all values first and then node by node from the last its adjoint and its contributions.

    What happens is laid out once, and done at as many points as one likes. An output of weight 0 is seeded too, so
    that one sees what it hands on: zero, whatever the partial.
    """

    def __init__(self, graph: Graph, along: Sequence[float]) -> None:
        self.graph = graph
        self.numeric = Numeric(graph)
        self.seeds = weigh(graph, along)
        self.order = order_of(graph, self.seeds)
        weighted = graph.useful([i for i, weight in self.seeds.items() if weight])
        self.idle = frozenset(i for i, _ in self.order if not weighted[i])

    def start(self, values: Sequence[float]) -> Events:
        """The events at a point where the nodes have these values."""
        outline, graph_args = Outline(self.graph), self.graph.args
        outline.add_values()
        outline.add(SEED, list(self.seeds))
        for i, taking in self.order:
            args, count = graph_args[i], len(taking)
            outline.node += [i, *[args[k] for k in taking]]
            outline.kind += [ADJOINT, *[CONTRIBUTION] * count]
            outline.source += [None, *[i] * count]
            outline.arg += [None, *taking]
        outline.end_phase("adjoint")
        value, partial = self.numbers(values)
        found = outline.node, value, outline.source, outline.arg, partial
        return Events(outline.phase, outline.kind, *found, self._counts())

    def numbers(self, values: Sequence[float]) -> Numbers:
        """The numbers of the same events at another point."""
        value: list[float | None] = [values[i] for i, op in enumerate(self.graph.ops) if op != CONST]
        value += self.seeds.values()
        partial: list[float | None] = [None] * len(value)
        pull(self.numeric, values, self.seeds, self.order, self.idle, (value.append, partial.append))
        return value, partial

    def _counts(self) -> list[int]:
        staged, graph = Staged(self.graph), self.graph
        counts, note = staged.counter()
        nodes = staged.run(staged.inputs, note)
        counts[:] = [count for op, count in zip(graph.ops, counts, strict=True) if op != CONST]
        for _ in self.seeds:
            note(None)
        seeds = {i: staged.staging.const(weight) for i, weight in self.seeds.items()}
        pull(staged, nodes, seeds, self.order, self.idle, (note, forget))
        return counts


def order_of(graph: Graph, outputs: Iterable[int]) -> list[Handed]:
    """The order of a sweep from some outputs: each node that an adjoint reaches, and where it hands it on."""
    varied, useful, args = graph.varied(), graph.useful(list(outputs)), graph.args
    reached = [i for i in range(len(graph) - 1, -1, -1) if useful[i] and varied[i]]
    return [(i, [k for k, a in enumerate(args[i]) if varied[a]]) for i in reached]


def pull(
    bound: Bound[V],
    values: Sequence[V],
    seeds: Mapping[int, V],
    order: Iterable[Handed],
    idle: Collection[int] = (),
    notes: Notes = SILENCE,
) -> dict[int, V]:
    """The adjoints of all nodes: what `interpreter.sweep` computes, in a bound graph.

    `notes` are told of each step the adjoint, or the sum so far, and the partial. Where floats ended, a zero adjoint
    stays zero: 0 times the slope of exp(800) is 0.
    """
    graph_args, operations, adjoints = bound.graph.args, bound.operations, dict(seeds)
    times, plus, (note_value, note_partial) = bound.arithmetic.times, bound.arithmetic.plus, notes
    for i, taking in order:
        adjoint, operation, args = adjoints[i], operations[i], graph_args[i]
        note_value(adjoint)
        note_partial(None)
        if operation is None:
            continue
        letters = [values[a] for a in args]
        letters.append(values[i])
        vanishes = i in idle or (adjoint == 0 and bound.overflowed(i, values[i]))
        for k in taking:
            target, local = args[k], operation.slopes[k](letters)
            added = adjoint if vanishes else times(adjoint, local)
            adjoints[target] = running = plus(adjoints[target], added) if target in adjoints else added
            note_value(running)
            note_partial(local)
    return adjoints


def vjp(problem: Problem, weights: Sequence[float]) -> list[float]:
    """Weights times the Jacobian: one sweep."""
    return _row(problem, Numeric(problem.graph), weights)


def _row(problem: Problem, numeric: Numeric, weights: Sequence[float]) -> list[float]:
    seeds = {i: weight for i, weight in weigh(problem.graph, weights).items() if weight}
    adjoints = pull(numeric, problem.recording.values, seeds, order_of(problem.graph, seeds))
    return [adjoints.get(i, 0.0) for i in problem.graph.inputs]


def jacobian(problem: Problem) -> list[list[float]]:
    """Row by row, one sweep for each output."""
    m, numeric = len(problem.graph.outputs), Numeric(problem.graph)
    return [_row(problem, numeric, [float(i == row) for i in range(m)]) for row in range(m)]
