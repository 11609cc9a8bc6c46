"""Reverse mode: first all values, then one sweep back that hands every node's adjoint to its arguments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np

from adcore.algebras.floats import Numeric
from adcore.bound import SILENCE, Bound, Notes, forget
from adcore.columns import FEW, Ids
from adcore.events import KIND_CODES, NONE, PHASE_CODES, Deferred, Event, Events, real
from adcore.graph import CONST, Graph
from adcore.interpreter import Algebra
from adcore.modes.evaluate import PRIMAL, Numbers, Staged
from adcore.modes.falling import Falling, Handed
from adcore.modes.forward import unit
from adcore.modes.layouts import Adjoints, Pick, pick
from adcore.modes.telling import tell_adjoints, tell_jacobian, tell_values
from adcore.problem import Problem

VALUE, BRANCH, SEED, ADJOINT, CONTRIBUTION, RESULT = (
    KIND_CODES[kind] for kind in ("value", "branch", "seed", "adjoint", "contribution", "result")
)
FALLING = PHASE_CODES["adjoint"]

V = TypeVar("V")


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
        self.graph, self.along = graph, along
        self.seeds = weigh(graph, along)
        self.falling = Falling(graph, self.seeds)
        self.shown = np.flatnonzero(~graph.flat().is_a(CONST))
        self._is_small = len(graph) <= FEW

    @cached_property
    def numeric(self) -> Numeric:
        """The graph ready for floats."""
        return Numeric(self.graph)

    @cached_property
    def _told(self) -> Pick[float]:
        return pick(self.shown.tolist())

    @cached_property
    def _adjoints(self) -> Adjoints[float]:
        return Adjoints(self.numeric, self.seeds, self.order, idle_of(self.graph, self.seeds))

    @cached_property
    def order(self) -> list[Handed]:
        """The sweep node by node."""
        return self.falling.order

    def start(self, values: Sequence[float]) -> Events:
        """The events at a point where the nodes have these values."""
        falling, rises, (before, complete, handed) = self.falling, len(self.shown), self._layout
        phase, kind, node, source, arg = np.full((5, before + len(complete) + len(handed) + 1), NONE, np.intc)
        phase[:rises], phase[rises:] = PRIMAL, FALLING
        told = np.full(len(self.graph), VALUE, np.intc)
        told[[decision.node for decision in self.graph.decisions]] = BRANCH
        kind[:rises], kind[rises:before], kind[before:-1], kind[-1] = told.take(self.shown), SEED, CONTRIBUTION, RESULT
        kind[complete] = ADJOINT
        node[:rises], node[rises:before], node[complete] = self.shown, [*self.seeds], falling.reached
        source[handed], node[handed], arg[handed] = falling.edges
        value, partial = map(real, self.numbers(values))
        return Events(phase, kind, node, value, source, arg, partial, Deferred(count, self.graph, self.along))

    @cached_property
    def _layout(self) -> tuple[int, Ids, Ids]:
        """The number of events before the sweep; which events of the sweep complete an adjoint, and which are edges."""
        before = len(self.shown) + len(self.seeds)
        complete, handed = self.falling.places
        return before, before + complete, before + handed

    def numbers(self, values: Sequence[float]) -> Numbers:
        """The numbers of the same events at another point."""
        if self._is_small:
            return self._node_by_node(values)
        all_values, (before, complete, handed) = np.asarray(values, float), self._layout
        partials = self.falling.partials(all_values)
        adjoints, sums = self.falling.adjoints(partials)
        if not np.isfinite(sums).all():  # what is lost is told from 0 times infinity
            return self._node_by_node(values)
        value, partial = np.full((2, before + len(complete) + len(handed) + 1), np.nan)
        value[: len(self.shown)] = all_values.take(self.shown)
        value[len(self.shown) : before] = [*self.seeds.values()]
        value[complete], value[handed], partial[handed] = adjoints, sums, partials
        return value, partial

    def _node_by_node(self, values: Sequence[float]) -> Numbers:
        value: list[float | None] = [*self._told(values)]
        value += self.seeds.values()
        partial: list[float | None] = [None] * len(value)
        self._adjoints.run(values, self.seeds, (value.append, partial.append))
        return [*value, None], [*partial, None]


def count(graph: Graph, along: Sequence[float]) -> list[int]:
    """The operations done by each event, the last one included."""
    staged, weights = Staged(graph), weigh(graph, along)
    counts, note = staged.counter()
    nodes = staged.run(staged.inputs, note)
    counts[:] = [count for op, count in zip(graph.ops, counts, strict=True) if op != CONST]
    for _ in weights:
        note(None)
    seeds = {i: staged.staging.const(weight) for i, weight in weights.items()}
    pull(staged, nodes, seeds, order_of(graph, seeds), idle_of(graph, weights), (note, forget))
    return [*counts, max(counts, default=0)]


def idle_of(graph: Graph, seeds: Mapping[int, float]) -> Collection[int]:
    """The nodes that a sweep reaches, whose adjoint is zero by structure: no output of weight depends on them."""
    if all(seeds.values()):
        return ()
    weighted = graph.useful([i for i, weight in seeds.items() if weight])
    return frozenset(i for i, is_weighted in enumerate(weighted) if not is_weighted)


def order_of(graph: Graph, outputs: Iterable[int]) -> list[Handed]:
    """The order of a sweep from some outputs: each node that an adjoint reaches, and where it hands it on."""
    if len(graph) > FEW:
        return Falling(graph, dict.fromkeys(outputs, 1.0)).order
    moving, wanted, args = graph.varied(), graph.useful(list(outputs)), list(graph.args)
    reached = [i for i in range(len(graph) - 1, -1, -1) if wanted[i] and moving[i]]
    return [(i, [k for k, a in enumerate(args[i]) if moving[a]]) for i in reached]


def pull(
    bound: Bound[V],
    values: Sequence[V],
    seeds: Mapping[int, V],
    order: Iterable[Handed],
    idle: Collection[int] = (),
    notes: Notes = SILENCE,
) -> dict[int, V]:
    """The adjoints of all nodes: what `interpreter.sweep` computes, in a bound graph.

    `notes` are told of each step the adjoint, or the sum so far, and the partial.
    """
    graph_args, operations, adjoints = bound.args, bound.operations, dict(seeds)
    losses = bound.losses(idle)
    times, plus, (note_value, note_partial) = bound.arithmetic.times, bound.arithmetic.plus, notes
    for i, taking in order:
        adjoint, operation, args = adjoints[i], operations[i], graph_args[i]
        note_value(adjoint)
        note_partial(None)
        if operation is None:
            continue
        letters = [values[a] for a in args]
        letters.append(values[i])
        is_idle = i in idle
        for k in taking:
            target, local = args[k], operation.slopes[k](letters)
            added = adjoint if is_idle else times(adjoint, local)
            if not local or losses.still:
                added = losses.settle(added, (adjoint, local), (i, k), (i, target, target in adjoints), values)
            adjoints[target] = running = plus(adjoints[target], added) if target in adjoints else added
            note_value(running)
            note_partial(local)
    return adjoints


class Fallen(NamedTuple):
    """One sweep: what the outputs started with, the nodes that were reached, in that order, and all adjoints."""

    seeds: Mapping[int, float]
    order: Sequence[Handed]
    adjoints: Mapping[int, float]

    def tell(self, source: int | None = None, arg: int | None = None) -> Iterator[Event]:
        """The sweep as events, without its edges."""
        return tell_adjoints(self.seeds, (i for i, _ in self.order), self.adjoints, source, arg)

    def row(self, graph: Graph) -> list[float]:
        """The adjoints of the inputs."""
        return [self.adjoints.get(i, 0.0) for i in graph.inputs]


def passes(problem: Problem, weights: Iterable[Sequence[float]]) -> Iterator[Fallen]:
    """A sweep from each of these weights of the outputs, done when it is asked for."""
    numeric = Numeric(problem.graph)
    return (Fallen(*_fall(problem, numeric, each)) for each in weights)


def products(problem: Problem, weights: Iterable[Sequence[float]]) -> Iterator[list[float]]:
    """Each of these weights of the outputs times the Jacobian, one sweep each."""
    numeric = Numeric(problem.graph)
    return (_row(problem, numeric, each) for each in weights)


def _fall(
    problem: Problem, numeric: Numeric, weights: Sequence[float]
) -> tuple[dict[int, float], list[Handed], dict[int, float]]:
    """The fields of a `Fallen`."""
    seeds = {i: weight for i, weight in weigh(problem.graph, weights).items() if weight}
    order = order_of(problem.graph, seeds)
    return seeds, order, pull(numeric, problem.recording.values, seeds, order)


def _row(problem: Problem, numeric: Numeric, weights: Sequence[float]) -> list[float]:
    adjoints = _fall(problem, numeric, weights)[2]
    return [adjoints.get(i, 0.0) for i in problem.graph.inputs]


def vjp(problem: Problem, weights: Sequence[float]) -> list[float]:
    """Weights times the Jacobian: one sweep."""
    return _row(problem, Numeric(problem.graph), weights)


def jacobian(problem: Problem) -> list[list[float]]:
    """Row by row, one sweep for each output."""
    m, numeric = len(problem.graph.outputs), Numeric(problem.graph)
    return [_row(problem, numeric, unit(m, row)) for row in range(m)]


def steps(problem: Problem) -> Iterator[Event]:
    """The whole Jacobian as events: all values, a sweep from each output, then the rows.

    A sweep has the seed of its output, which is the `source`, and the adjoints of what it reaches, in its order. For
    x*y at (2, 3):

        x: 2, y: 3, x*y: 6;   from x*y  seed 1, x*y: 1, y: 2, x: 3;   results 3, 2
    """
    graph, m, rows = problem.graph, len(problem.graph.outputs), list[list[float]]()
    yield from tell_values(graph, problem.recording.values)
    for source, fallen in zip(graph.outputs, passes(problem, (unit(m, row) for row in range(m))), strict=True):
        yield from fallen.tell(source)
        rows.append(fallen.row(graph))
    yield from tell_jacobian("adjoint", graph, rows)
