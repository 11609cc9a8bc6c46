"""Forward mode: each value travels with its tangent, the rate at which it changes along one direction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

from adcore.algebras.duals import Dual, DualAlgebra
from adcore.algebras.floats import Numeric
from adcore.bound import SILENCE, Bound, Notes, Operation, forget
from adcore.columns import FEW
from adcore.events import KIND_CODES, Deferred, Event, Events
from adcore.graph import Graph
from adcore.interpreter import Algebra, run
from adcore.losses import Losses
from adcore.modes.evaluate import Numbers, Outline, Staged
from adcore.modes.layouts import Tangents
from adcore.modes.telling import tell_jacobian, tell_tangents, tell_values
from adcore.problem import Problem

SEED, TANGENT, CONTRIBUTION = (KIND_CODES[kind] for kind in ("seed", "tangent", "contribution"))
V = TypeVar("V")
Told = list[float | None]


def push(graph: Graph, algebra: Algebra[Any], inputs: Sequence[Any], direction: Sequence[float]) -> list[Dual[Any]]:
    """Every node's primal and tangent. A direction of 0 is a tangent that is zero by structure."""
    duals = DualAlgebra(algebra)
    seeded = [duals.input(x, algebra.const(d) if d else None) for x, d in zip(inputs, direction, strict=True)]
    return run(graph, duals, seeded)


class Steps:
    """One sweep along a direction, laid out once, and done at as many points as one likes.

    Of each node in order the value, then its seed, or the terms of its tangent and the tangent. Of a decision only what
    it is.
    """

    def __init__(self, graph: Graph, along: Sequence[float]) -> None:
        self.graph = graph
        self.along = along
        self.numeric = Numeric(graph)
        self.deciding = frozenset(decision.node for decision in graph.decisions)
        self._is_small = len(graph) <= FEW
        self.told = [varied and i not in self.deciding for i, varied in enumerate(graph.varied())]
        self.moved = graph.varied([i for i, rate in zip(graph.inputs, along, strict=True) if rate])

    def start(self, values: Sequence[float]) -> Events:
        """The events at a point where the nodes have these values, with the operations done up to each."""
        outline = Outline(self.graph)
        for i, args in enumerate(self.graph.args):
            outline.add_value(i)
            if self.told[i]:
                self._add_tangent(outline, i, args)
        return outline.events("tangent", self.numbers(values), Deferred(count, self.graph, self.along))

    def _add_tangent(self, outline: Outline, i: int, args: Sequence[int]) -> None:
        for k, a in enumerate(args):
            if self.moved[a]:
                outline.add(CONTRIBUTION, [i], a, [k])
        outline.add(TANGENT if args else SEED, [i])
        outline.end_phase("tangent")

    def numbers(self, values: Sequence[float]) -> Numbers:
        """The numbers of the same events at another point."""
        _, value, partial = self.rise(values)
        return [*value, None], [*partial, None]

    def rise(self, values: Sequence[float]) -> tuple[Sequence[float | None], Told, Told]:
        """The tangents of all nodes, and the numbers of the events but the last."""
        if self._is_small:
            return self._tangents.run(values)
        value, partial = list[float | None](), list[float | None]()
        inputs, seeds = [values[i] for i in self.graph.inputs], self.seeds(self.numeric)
        _, tangents = carry(self.numeric, inputs, seeds, self.told, (value.append, partial.append))
        return tangents, [0.0 if x is None else x for x in value], partial

    @cached_property
    def _tangents(self) -> Tangents:
        seeds = self.seeds(self.numeric)
        return Tangents(self.numeric, seeds, self.told)

    def count(self, staged: Staged) -> list[int]:
        """The operations done by each of the events."""
        counts, note = staged.counter()
        seeds = self.seeds(staged)
        carry(staged, staged.inputs, seeds, self.told, (note, forget))
        return counts

    def seeds(self, bound: Bound[V]) -> Sequence[V | None]:
        """The tangents of the inputs; 0 is zero by structure."""
        const = bound.arithmetic.const
        return [const(rate) if rate else None for rate in self.along]


def count(graph: Graph, along: Sequence[float]) -> list[int]:
    """The operations done by each event, the last one included."""
    counts = Steps(graph, along).count(Staged(graph))
    return [*counts, max(counts, default=0)]


def carry(
    bound: Bound[V],
    inputs: Sequence[V],
    seeds: Sequence[V | None],
    told: Sequence[bool] | None = None,
    notes: Notes = SILENCE,
) -> tuple[list[V], list[V | None]]:
    """All values and tangents: what `run` computes over duals, in a bound graph. Tangent None is zero by structure.

    `notes` are told of each step the value, tangent or sum so far, and the partial: values of all nodes but constants,
    tangents of those in `told`.
    """
    values, tangents, given, losses = list[V](), list[V | None](), iter(zip(inputs, seeds, strict=True)), bound.losses()
    const, columns = bound.arithmetic.const, (bound.operations, bound.graph.args, bound.graph.constants)
    for i, (operation, args, constant) in enumerate(zip(*columns, strict=True)):
        if operation is None:
            value, tangent = next(given) if constant is None else (const(constant), None)
        else:
            value, tangent = operation.function(*[values[a] for a in args]), None
        values.append(value)
        is_told = told is not None and told[i]
        if constant is None or operation is not None:
            _note(notes, value)
        if operation is not None:
            tangent = _tangent(bound, operation, args, values, tangents, notes if is_told else SILENCE, losses)
        if is_told:
            _note(notes, tangent)
        tangents.append(tangent)
    return values, tangents


def _note(notes: Notes, value: object) -> None:
    note_value, note_partial = notes
    note_value(value)
    note_partial(None)


def _tangent(
    bound: Bound[V],
    operation: Operation[V],
    args: Sequence[int],
    values: Sequence[V],
    tangents: Sequence[V | None],
    notes: Notes,
    losses: Losses[V],
) -> V | None:
    """The tangent of the last value: the sum of partials times the tangents of the arguments that have one."""
    if all(tangents[a] is None for a in args):
        return None
    letters = [*[values[a] for a in args], values[-1]]
    running: V | None = None
    i = len(tangents)
    for k, a in enumerate(args):
        rate = tangents[a]
        if rate is not None:
            local = operation.slopes[k](letters)
            added = bound.arithmetic.times(local, rate)
            if not local or losses.still:
                added = losses.settle(added, (rate, local), (i, k), (a, i, running is not None), values)
            running = added if running is None else bound.arithmetic.plus(running, added)
            notes[0](running)
            notes[1](local)
    return running


def passes(problem: Problem, directions: Iterable[Sequence[float]]) -> Iterator[list[float | None]]:
    """The tangents of all nodes along each direction: one sweep each, done when it is asked for."""
    numeric = Numeric(problem.graph)
    return (carry(numeric, problem.leaves, _seeded(direction))[1] for direction in directions)


def products(problem: Problem, directions: Iterable[Sequence[float]]) -> Iterator[list[float]]:
    """The Jacobian times each direction, one sweep each."""
    numeric = Numeric(problem.graph)
    return (_column(problem, numeric, direction) for direction in directions)


def _seeded(direction: Sequence[float]) -> list[float | None]:
    return [rate if rate else None for rate in direction]


def _column(problem: Problem, numeric: Numeric, direction: Sequence[float]) -> list[float]:
    _, tangents = carry(numeric, problem.leaves, _seeded(direction))
    return [tangents[i] or 0.0 for i in problem.graph.outputs]


def jvp(problem: Problem, direction: Sequence[float]) -> list[float]:
    """The Jacobian times a direction: one sweep."""
    return _column(problem, Numeric(problem.graph), direction)


def jacobian(problem: Problem) -> list[list[float]]:
    """Column by column, one sweep for each input."""
    n, numeric = len(problem.leaves), Numeric(problem.graph)
    columns = [_column(problem, numeric, unit(n, j)) for j in range(n)]
    return [[column[row] for column in columns] for row in range(len(problem.graph.outputs))]


def unit(n: int, j: int) -> list[float]:
    """The direction of an axis, or the weights of one output alone: 1 at place j of n, 0 at all others."""
    return [float(i == j) for i in range(n)]


def steps(problem: Problem) -> Iterator[Event]:
    """The whole Jacobian as events: all values, a pass for each input leaf, then the rows.

    A pass has the seed of its input, which is the `source`, and the tangents of what moves with it. For x*y at (2, 3):

        x: 2, y: 3, x*y: 6;   by x  x: 1, x*y: 3;   by y  y: 1, x*y: 2;   results 3, 2
    """
    graph, n, columns = problem.graph, len(problem.leaves), list[list[float]]()
    yield from tell_values(graph, problem.recording.values)
    for source, tangents in zip(graph.inputs, passes(problem, (unit(n, j) for j in range(n))), strict=True):
        yield from tell_tangents(graph, tangents, source)
        columns.append([tangents[i] or 0.0 for i in graph.outputs])
    yield from tell_jacobian(
        "tangent", graph, ([column[row] for column in columns] for row in range(len(graph.outputs)))
    )
