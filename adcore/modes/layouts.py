"""Sweeps laid out in rows, to be done at one point after another, as a slider that is dragged asks for.

`Bound.run`, `forward.carry` and `reverse.pull` compute the same once, and look up at each node its operation, arguments
and what has been reached by then. Here every row holds what its step needs: only numbers are left to do. In `x*y`:

    node 2, mul, picks (0, 1)                            its value
    node 2, picks (0, 1, 2), edges (0, by_x), (1, by_y)  its tangent, or what its adjoint hands on
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

from adcore.bound import Bound, Notes, Slope
from adcore.graph import CONST
from adcore.modes.falling import Handed

V = TypeVar("V")
Pick = Callable[[Sequence[V]], Sequence[V]]


def pick(ids: Sequence[int]) -> Pick[Any]:
    """What takes these entries from a list, as a sequence however many they are.

    >>> pick((2, 0))([5, 6, 7]), pick((1,))([5, 6, 7])
    ((7, 5), [6])
    """
    if len(ids) > 1:
        return itemgetter(*ids)
    return itemgetter(slice(ids[0], ids[0] + 1) if ids else slice(0))


class Values:
    """The values of all nodes, as `Bound.run` gives them."""

    def __init__(self, bound: Bound[float]) -> None:
        rows = enumerate(zip(bound.operations, bound.args, strict=True))
        self._inputs = bound.graph.inputs
        self._start: list[Any] = list(bound.graph.constants)
        self._rows = [(i, done.function, pick(args)) for i, (done, args) in rows if done is not None]

    def run(self, inputs: Sequence[float]) -> list[float]:
        """At these inputs."""
        values = self._start.copy()
        for i, x in zip(self._inputs, inputs, strict=True):
            values[i] = x
        for i, function, letters in self._rows:
            values[i] = function(*letters(values))
        return values


class Tangents:
    """The tangents of all nodes along a direction, and what is told of them and of values, as by `forward.carry`.

    `seeds` are the tangents of the inputs, None where one is zero by structure.
    """

    def __init__(self, bound: Bound[float], seeds: Sequence[float | None], told: Sequence[bool]) -> None:
        self.bound, graph = bound, bound.graph
        self._start: list[Any] = [None] * len(graph)
        for i, seed in zip(graph.inputs, seeds, strict=True):
            self._start[i] = seed
        moved = [tangent is not None for tangent in self._start]
        self._rows = list[tuple[int, bool, Pick[float], list[tuple[int, int, Slope[float], bool]], bool]]()
        for i, (done, args, op) in enumerate(zip(bound.operations, bound.args, graph.ops, strict=True)):
            slopes = done.slopes if done is not None else ()
            found = [(a, k, slope) for k, (a, slope) in enumerate(zip(args, slopes, strict=True)) if moved[a]]
            moved[i] |= bool(found)
            edges = [(*each, position > 0) for position, each in enumerate(found)]
            self._rows.append((i, op != CONST, pick((*args, i)), edges, told[i]))

    def run(self, values: Sequence[float]) -> tuple[list[float | None], list[float | None], list[float | None]]:
        """Where the nodes have these values: the tangents, and of each event the value and the partial."""
        tangents, value, partial = self._start.copy(), list[float | None](), list[float | None]()
        losses = self.bound.losses()
        for i, has_value, letters_of, edges, is_told in self._rows:
            if has_value:
                value.append(values[i])
                partial.append(None)
            letters, running = letters_of(values), tangents[i]
            for a, k, slope, is_more in edges:
                local = slope(letters)
                added = local * tangents[a]
                if not local or losses.still:
                    added = losses.settle(added, (tangents[a], local), (i, k), (a, i, is_more), values)
                running = running + added if is_more else added
                if is_told:
                    value.append(running)
                    partial.append(local)
            tangents[i] = running
            if is_told:
                value.append(0.0 if running is None else running)
                partial.append(None)
        return tangents, value, partial


class Adjoints(Generic[V]):
    """The sweep back from `starts`, node by node in this order, as `reverse.pull` does it.

    Adjoints of `idle` nodes are zero by structure.
    """

    def __init__(
        self, bound: Bound[V], starts: Iterable[int], order: Iterable[Handed], idle: Collection[int] = ()
    ) -> None:
        self.bound, self._idle = bound, idle
        reached = dict.fromkeys(starts, True)
        self._rows = list[tuple[int, Pick[V], list[tuple[int, int, Slope[V], bool]]]]()
        for i, taking in order:
            operation, args = bound.operations[i], bound.args[i]
            slopes = operation.slopes if operation is not None else ()
            edges = list[tuple[int, int, Slope[V], bool]]()
            for k in taking if slopes else ():
                edges.append((args[k], k, slopes[k], args[k] in reached))
                reached[args[k]] = True
            self._rows.append((i, pick((*args, i)), edges))

    def run(self, values: Sequence[V], seeds: Mapping[int, V], notes: Notes) -> None:
        """Where the nodes have these values and the starts these adjoints; `notes` are told as by `pull`."""
        adjoints, losses, (note_value, note_partial) = dict(seeds), self.bound.losses(self._idle), notes
        times, plus = self.bound.arithmetic.times, self.bound.arithmetic.plus
        for i, letters_of, edges in self._rows:
            adjoint = adjoints[i]
            note_value(adjoint)
            note_partial(None)
            if not edges:
                continue
            letters, is_idle = letters_of(values), i in self._idle
            for target, k, slope, is_more in edges:
                local = slope(letters)
                added = adjoint if is_idle else times(adjoint, local)
                if not local or losses.still:
                    added = losses.settle(added, (adjoint, local), (i, k), (i, target, is_more), values)
                adjoints[target] = running = plus(adjoints[target], added) if is_more else added
                note_value(running)
                note_partial(local)
