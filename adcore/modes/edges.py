"""The edges of a linearised graph: along each a change is multiplied by the local partial.

For z = x*y + x at (2, 3):  x -> x*y: 3   y -> x*y: 2   x*y -> z: 1   x -> z: 1
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import Algebra, RuleBook, losses_of, partial

V = TypeVar("V")
Cuts = Callable[[tuple[int, int], Sequence[V]], bool]
"""Whether nothing travels along the edge to a node from the argument at a position, where its partial is 0."""


class Edge(NamedTuple, Generic[V]):
    """From `source`, which is argument `arg` of `target`, with the partial of `target` for it."""

    source: int
    target: int
    arg: int
    partial: V


def edges(graph: Graph, algebra: Algebra[V], values: Sequence[V]) -> list[Edge[V]]:
    """Every edge that a change of the inputs travels along, in order.

    Where something is infinite those that hand on nothing are left out, as in both sweeps (`losses.Losses`); where
    something is nan, those to comparisons.
    """
    found, losses = list(_edges(graph, algebra, values)), losses_of(graph, algebra)
    numbers: list[Any] = [*values, *(edge.partial for edge in found)] if losses is not None else []
    if losses is None or all(map(math.isfinite, numbers)):
        return found
    has_infinite = any(map(math.isinf, numbers))
    cuts: Cuts[V] = losses.cuts if has_infinite else lambda edge, _: losses.compares(edge[0])
    return list(_edges(graph, algebra, values, cuts))


def _edges(graph: Graph, algebra: Algebra[V], values: Sequence[V], cuts: Cuts[V] | None = None) -> Iterator[Edge[V]]:
    rules, reached = RuleBook(), [op == INPUT for op in graph.ops]
    for i, op in enumerate(graph.ops):
        if op in (INPUT, CONST):
            continue
        rule, args = rules.find(graph, i), [values[a] for a in graph.args[i]]
        for k, a in enumerate(graph.args[i]):
            local = partial(algebra, rule, args, values[i], k) if reached[a] else None
            if local is None or (cuts is not None and _is_zero(local) and cuts((i, k), values)):
                continue
            reached[i] = True
            yield Edge(a, i, k, local)


def _is_zero(number: Any) -> bool:
    return float(number) == 0
