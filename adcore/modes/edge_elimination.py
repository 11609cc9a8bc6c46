"""Jacobians by edge elimination: the linearised graph is emptied edge by edge, which can be cheaper than node by node.

Front-eliminating the edge i -> j leads i straight to all that follows j, at a multiplication each; back-eliminating it
leads all that precedes i straight to j. A node that nothing leads to any more, or that leads nowhere, goes with what is
left of its edges. To eliminate a node is to front-eliminate all edges into it, or to back-eliminate all out of it, so
the best sequence of edges is at least as good as the best order of nodes.

    x -> p -> z with partials y and cos p:     front-eliminate x -> p:  x -> z = cos p * y      1 multiplication

(Naumann, Optimal accumulation of Jacobian matrices by elimination methods on the dual computational graph, Mathematical
Programming 99, 2004, section 2.)
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from adcore.algebras.floats import FloatAlgebra
from adcore.events import Event
from adcore.graph import Graph
from adcore.interpreter import Algebra
from adcore.limits import Limits
from adcore.modes.elimination import Edge, FillIn, Linearised, linearise, rows_of
from adcore.modes.telling import tell_jacobian
from adcore.problem import Problem
from adcore.rules import find_rule

V = TypeVar("V")
State = frozenset[Edge]


@dataclass(frozen=True, slots=True)
class Move:
    """An edge, and whether it is front-eliminated; otherwise it is back-eliminated."""

    edge: Edge
    front: bool


@dataclass(frozen=True, slots=True)
class EdgeStep(Generic[V]):
    """A move: the edges that it made or changed, those that are gone, what it cost, and what all cost so far."""

    move: Move
    fill_ins: tuple[FillIn[V], ...]
    gone: tuple[Edge, ...]
    multiplications: int
    total: int


@dataclass(frozen=True, slots=True)
class EdgeElimination:
    """A Jacobian, and how it was accumulated edge by edge."""

    linearised: Linearised[float]
    steps: tuple[EdgeStep[float], ...]
    jacobian: tuple[tuple[float, ...], ...]

    @property
    def multiplications(self) -> int:
        return self.steps[-1].total if self.steps else 0


def accumulate_edges(problem: Problem) -> EdgeElimination:
    """The Jacobian of a problem by the fewest multiplications that eliminating edges can take.

    Raises ADError (elimination_states) where there is too much to be searched.
    """
    linearised, moves = plan(problem)
    done = tuple(eliminate_edges(linearised, moves, FloatAlgebra()))
    weights = dict(linearised.edges)
    for step in done:
        weights.update({(fill.source, fill.target): fill.value for fill in step.fill_ins})
    return EdgeElimination(linearised, done, rows_of(linearised, weights))


def plan(problem: Problem) -> tuple[Linearised[float], list[Move]]:
    """What is eliminated, and the best moves. Errors: as of `accumulate_edges`."""
    linearised = linearise(problem.graph, FloatAlgebra(), problem.recording.values)
    return linearised, best_moves(linearised, problem.syntax.limits)


def steps(graph: Graph, linearised: Linearised[float], moves: Sequence[Move]) -> Iterator[Event]:
    """An elimination as events: all edges; of each move its multiplications, the edges that it leaves; then the rows.

    `front` and `back` are moves of the edge from `source` to `node`, `edge` has the partial on one by now, `gone` is of
    one that is there no longer. Ids and `operations` are as of `elimination.steps`. For sin(x*y):

        edges x->p, y->p, p->sin;  back p->sin: 2;  edges x->sin, y->sin;  all others gone;  results by x, by y
    """
    weights, total = dict(linearised.edges), 0
    for (source, target), local in weights.items():
        yield Event("edges", "edge", target, local, source)
    kept = _without_loose_ends(weights, frozenset(linearised.intermediates))
    yield from _tell_gone([edge for edge in weights if edge not in kept], total)
    for step in eliminate_edges(linearised, moves, FloatAlgebra()):
        total, (source, target) = step.total, step.move.edge
        cost = float(step.multiplications)
        yield Event("edges", "front" if step.move.front else "back", target, cost, source, operations=total)
        for fill in step.fill_ins:
            weights[fill.source, fill.target] = fill.value
            yield Event("edges", "edge", fill.target, fill.value, fill.source, operations=total)
        yield from _tell_gone(step.gone, total)
    yield from tell_jacobian("edges", graph, rows_of(linearised, weights), total)


def _tell_gone(edges: Iterable[Edge], total: int) -> Iterator[Event]:
    return (Event("edges", "gone", target, None, source, operations=total) for source, target in edges)


def eliminate_edges(linearised: Linearised[V], moves: Sequence[Move], algebra: Algebra[V]) -> Iterator[EdgeStep[V]]:
    """Play these moves. The Jacobian is what the edges between inputs and outputs are when all fill-ins are made."""
    middle, total = frozenset(linearised.intermediates), 0
    times, plus = find_rule("mul", None, 2), find_rule("add", None, 2)
    kept = _without_loose_ends(linearised.edges, middle)
    weights = {edge: value for edge, value in linearised.edges.items() if edge in kept}
    for move in moves:
        fill_ins: list[FillIn[V]] = []
        for other, made in _replaced(weights, move):
            product = algebra.apply(times, [weights[other], weights[move.edge]])
            fresh = made not in weights
            weights[made] = product if fresh else algebra.apply(plus, [weights[made], product])
            fill_ins.append(FillIn(*made, weights[made], fresh))
        left = _without_loose_ends([edge for edge in weights if edge != move.edge], middle)
        gone = tuple(edge for edge in weights if edge not in left)
        weights = {edge: value for edge, value in weights.items() if edge in left}
        total += len(fill_ins)
        yield EdgeStep(move, tuple(fill_ins), gone, len(fill_ins), total)


def best_moves(linearised: Linearised[Any], limits: Limits) -> list[Move]:
    """The cheapest sequence of moves, by A* over sets of edges (Hart, Nilsson & Raphael 1968).

    A move costs a multiplication at least and takes away at most one node: what is left costs as much as it has nodes.
    Raises ADError where more than `elimination_states` sets would be looked at.
    """
    middle = frozenset(linearised.intermediates)
    hint = "Eliminate nodes instead of edges: in Markowitz order that is always quick."
    start = _without_loose_ends(linearised.edges, middle)
    reached: dict[State, tuple[int, State, Move | None]] = {start: (0, start, None)}
    heap = [(0, 0, 0, start)]
    while heap:
        _, _, cost, edges = heapq.heappop(heap)
        if not any(i in middle or j in middle for i, j in edges):
            return _path(reached, edges)
        for price, move, after in _moves(edges, middle) if cost == reached[edges][0] else ():
            if after not in reached or cost + price < reached[after][0]:
                reached[after] = cost + price, edges, move
                limits.check("elimination_states", len(reached), None, hint)
                least = cost + price + len(middle.intersection(j for _, j in after))
                heapq.heappush(heap, (least, len(reached), cost + price, after))
    return []


def _path(reached: Mapping[State, tuple[int, State, Move | None]], end: State) -> list[Move]:
    """How a state was reached, from the start on."""
    moves: list[Move] = []
    _, before, move = reached[end]
    while move is not None:
        moves.append(move)
        _, before, move = reached[before]
    return moves[::-1]


def _moves(edges: State, middle: frozenset[int]) -> Iterator[tuple[int, Move, State]]:
    """Every front and back elimination: what it costs, and the edges after it."""
    for edge in sorted(edges):
        for front in (True, False):
            move, end = Move(edge, front), edge[1] if front else edge[0]
            made = [new for _, new in _replaced(edges, move)] if end in middle else []
            if made:
                yield len(made), move, _without_loose_ends({*edges, *made} - {edge}, middle)


def _replaced(edges: Iterable[Edge], move: Move) -> list[tuple[Edge, Edge]]:
    """The edges that a move multiplies its own with, each with the edge that gets the product."""
    source, target = move.edge
    if move.front:
        return [((a, b), (source, b)) for a, b in edges if a == target]
    return [((a, b), (a, target)) for a, b in edges if b == source]


def _without_loose_ends(edges: Iterable[Edge], middle: frozenset[int]) -> State:
    """Without the edges of intermediate vertices that lost all their predecessors or all their successors."""
    left = frozenset(edges)
    while True:
        sources, targets = {a for a, _ in left}, {b for _, b in left}
        loose = {v for v in middle if (v in sources) != (v in targets)}
        if not loose:
            return left
        left = frozenset(edge for edge in left if not loose.intersection(edge))
