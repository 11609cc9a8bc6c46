"""The edges of a linearised graph: along each a change is multiplied by the local partial.

For z = x*y + x at (2, 3):  x -> x*y: 3   y -> x*y: 2   x*y -> z: 1   x -> z: 1
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import Algebra, RuleBook, losses_of, partial
from adcore.losses import Losses

V = TypeVar("V")


class Edge(NamedTuple, Generic[V]):
    """From `source`, which is argument `arg` of `target`, with the partial of `target` for it."""

    source: int
    target: int
    arg: int
    partial: V


def edges(graph: Graph, algebra: Algebra[V], values: Sequence[V]) -> list[Edge[V]]:
    """Every edge that a change of the inputs travels along, in order.

    Where something is infinite those that hand on nothing are left out, as in both sweeps (`losses.Losses`).
    """
    found, losses = list(_edges(graph, algebra, values, None)), losses_of(graph, algebra)
    if losses is None or not any(map(math.isinf, [*values, *(edge.partial for edge in found)])):  # type: ignore[arg-type]
        return found
    return list(_edges(graph, algebra, values, losses))


def _edges(graph: Graph, algebra: Algebra[V], values: Sequence[V], losses: Losses[V] | None) -> Iterator[Edge[V]]:
    rules, reached = RuleBook(), [op == INPUT for op in graph.ops]
    for i, op in enumerate(graph.ops):
        if op in (INPUT, CONST):
            continue
        rule, args = rules.find(graph, i), [values[a] for a in graph.args[i]]
        for k, a in enumerate(graph.args[i]):
            local = partial(algebra, rule, args, values[i], k) if reached[a] else None
            if local is None or (losses is not None and _is_zero(local) and losses.cuts((i, k), values)):
                continue
            reached[i] = True
            yield Edge(a, i, k, local)


def _is_zero(number: Any) -> bool:
    return float(number) == 0
