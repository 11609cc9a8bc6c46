"""The edges of a linearised graph: along each a change is multiplied by the local partial.

For z = x*y + x at (2, 3):  x -> x*y: 3   y -> x*y: 2   x*y -> z: 1   x -> z: 1
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import Algebra, RuleBook, overflowed, partial

V = TypeVar("V")


class Edge(NamedTuple, Generic[V]):
    """From `source`, which is argument `arg` of `target`, with the partial of `target` for it."""

    source: int
    target: int
    arg: int
    partial: V


def edges(graph: Graph, algebra: Algebra[V], values: Sequence[V]) -> Iterator[Edge[V]]:
    """Every edge that a change of the inputs travels along, in order.

    What overflowed passes nothing on to where its partial is zero, as in both sweeps: in 1/(1 + exp(800)) the
    infinite slope of the exponential must not meet the zero of the quotient.
    """
    rules, reached = RuleBook(), [op == INPUT for op in graph.ops]
    endless = [False] * len(graph)
    for i, op in enumerate(graph.ops):
        if op in (INPUT, CONST):
            continue
        rule, args = rules.find(graph, i), [values[a] for a in graph.args[i]]
        endless[i] = overflowed(algebra, rule, args, values[i])
        for k, a in enumerate(graph.args[i]):
            local = partial(algebra, rule, args, values[i], k) if reached[a] else None
            if local is not None and not (endless[a] and _is_zero(local)):
                reached[i] = True
                yield Edge(a, i, k, local)


def _is_zero(number: Any) -> bool:
    return float(number) == 0
