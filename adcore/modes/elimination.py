"""Jacobians by vertex elimination: the linearised graph is emptied node by node until only the Jacobian is left.

Every edge of the linearised graph carries a local partial. To eliminate a node, each path of two edges through it is
replaced by one edge with the product, which is added where there is an edge already: |predecessors| * |successors|
multiplications. The order decides the cost. For z = sin(x*y) with edges x->p (y), y->p (x), p->z (cos p):

    eliminate p:  x->z = y*cos p,  y->z = x*cos p      2 multiplications

(Griewank & Walther, Evaluating Derivatives, 2008, chapters 9 and 10.) `edge_elimination` goes edge by edge.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from adcore.algebras.floats import FloatAlgebra
from adcore.errors import ADError
from adcore.events import Event
from adcore.graph import Graph
from adcore.interpreter import Algebra
from adcore.limits import Limits
from adcore.modes.edges import edges
from adcore.modes.telling import tell_jacobian
from adcore.problem import Problem
from adcore.rules import find_rule

V = TypeVar("V")
Edge = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Linearised(Generic[V]):
    """Vertices are numbered in topological order; `edges[i, j]` is the partial of j with respect to i.

    `outputs` may name one vertex twice. An output that something else uses gets a copy of its own, which is a vertex
    more and an edge of 1, so that what is eliminated is never an output.
    """

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    edges: Mapping[Edge, V]

    @property
    def intermediates(self) -> list[int]:
        """What there is to eliminate, in topological order."""
        vertices = {vertex for edge in self.edges for vertex in edge}
        return sorted(vertices - {*self.inputs, *self.outputs})

    @property
    def forward_multiplications(self) -> int:
        """What dense tangents for all inputs cost: one for each edge and input."""
        return len(self.edges) * len(self.inputs)

    @property
    def reverse_multiplications(self) -> int:
        """What dense adjoints for all outputs cost: one for each edge and output."""
        return len(self.edges) * len(set(self.outputs))


@dataclass(frozen=True, slots=True)
class FillIn(Generic[V]):
    """The edge from `source` to `target` now has `value`; `fresh` says that it was not there before."""

    source: int
    target: int
    value: V
    fresh: bool


@dataclass(frozen=True, slots=True)
class Step(Generic[V]):
    """`node` was eliminated: what that changed, what it cost, and what all steps cost so far."""

    node: int
    fill_ins: tuple[FillIn[V], ...]
    multiplications: int
    total: int


@dataclass(frozen=True, slots=True)
class Elimination:
    """A Jacobian, and how it was accumulated."""

    order: str
    linearised: Linearised[float]
    steps: tuple[Step[float], ...]
    jacobian: tuple[tuple[float, ...], ...]

    @property
    def multiplications(self) -> int:
        return self.steps[-1].total if self.steps else 0


class Neighbours:
    """Who precedes and who follows each vertex, while vertices disappear."""

    def __init__(self, edges: Mapping[Edge, Any]) -> None:
        self.before: dict[int, dict[int, None]] = {}
        self.after: dict[int, dict[int, None]] = {}
        for source, target in edges:
            self.add(source, target)

    def add(self, source: int, target: int) -> None:
        self.after.setdefault(source, {})[target] = None
        self.before.setdefault(target, {})[source] = None

    def around(self, vertex: int) -> tuple[list[int], list[int]]:
        return list(self.before.get(vertex, ())), list(self.after.get(vertex, ()))

    def cost(self, vertex: int) -> int:
        """Multiplications that eliminating it takes now."""
        return len(self.before.get(vertex, ())) * len(self.after.get(vertex, ()))

    def remove(self, vertex: int) -> None:
        """Take a vertex out and join its neighbours."""
        sources, targets = self.around(vertex)
        for source in sources:
            del self.after[source][vertex]
        for target in targets:
            del self.before[target][vertex]
        self.before.pop(vertex, None)
        self.after.pop(vertex, None)
        for source in sources:
            for target in targets:
                self.add(source, target)


def linearise(graph: Graph, algebra: Algebra[V], values: Sequence[V]) -> Linearised[V]:
    """Put its partial on every edge that lies between an input and an output. In x*x the two edges are one, 2*x."""
    useful, plus = graph.useful(), find_rule("add", None, 2)
    found: dict[Edge, V] = {}
    for source, target, _, local in edges(graph, algebra, values):
        if useful[target]:
            edge = source, target
            found[edge] = algebra.apply(plus, [found[edge], local]) if edge in found else local
    outputs = _separate(graph, found, algebra.const(1.0))
    return Linearised(graph.inputs, outputs, MappingProxyType(found))


def _separate(graph: Graph, found: dict[Edge, V], one: V) -> tuple[int, ...]:
    """The outputs as vertices that nothing follows: where something does, a copy stands in for the output."""
    used = {source for source, _ in found} | set(graph.inputs)
    copies = {i: len(graph) + k for k, i in enumerate(dict.fromkeys(graph.outputs)) if i in used}
    found.update(dict.fromkeys(copies.items(), one))
    return tuple(copies.get(i, i) for i in graph.outputs)


def eliminate(linearised: Linearised[V], order: Sequence[int], algebra: Algebra[V]) -> Iterator[Step[V]]:
    """Eliminate the vertices in this order. The Jacobian is what the edges are when all fill-ins are made."""
    weights, graph, total = dict(linearised.edges), Neighbours(linearised.edges), 0
    times, plus = find_rule("mul", None, 2), find_rule("add", None, 2)
    for vertex in order:
        cost = graph.cost(vertex)
        total += cost
        fill_ins: list[FillIn[V]] = []
        sources, targets = graph.around(vertex)
        for edge in [(source, target) for source in sources for target in targets]:
            product = algebra.apply(times, [weights[vertex, edge[1]], weights[edge[0], vertex]])
            fresh = edge not in weights
            weights[edge] = product if fresh else algebra.apply(plus, [weights[edge], product])
            fill_ins.append(FillIn(*edge, weights[edge], fresh))
        graph.remove(vertex)
        yield Step(vertex, tuple(fill_ins), cost, total)


def accumulate(problem: Problem, order: str = "markowitz") -> Elimination:
    """The Jacobian of a problem by eliminating in an order of `ORDERS`. Raises ADError for an order there is not."""
    linearised, chosen = plan(problem, order)
    steps = tuple(eliminate(linearised, chosen, FloatAlgebra()))
    weights = dict(linearised.edges)
    weights.update({(fill.source, fill.target): fill.value for step in steps for fill in step.fill_ins})
    return Elimination(order, linearised, steps, rows_of(linearised, weights))


def plan(problem: Problem, order: str) -> tuple[Linearised[float], Sequence[int]]:
    """What is eliminated, and the vertices in an order of `ORDERS`. Raises ADError for an order there is not."""
    if order not in ORDERS:
        raise ADError(
            "mode", f"There is no elimination order called {order}.", None, f"There are: {', '.join(ORDERS)}."
        )
    linearised = linearise(problem.graph, FloatAlgebra(), problem.recording.values)
    return linearised, ORDERS[order](linearised, problem.syntax.limits)


def rows_of(linearised: Linearised[float], weights: Mapping[Edge, float]) -> tuple[tuple[float, ...], ...]:
    """The Jacobian, when only edges between inputs and outputs are left."""
    return tuple(tuple(weights.get((i, o), 0.0) for i in linearised.inputs) for o in linearised.outputs)


def steps(graph: Graph, linearised: Linearised[float], order: Sequence[int]) -> Iterator[Event]:
    """An elimination as events: all edges; of each vertex its multiplications, and the edges that it leaves; the rows.

    An `edge` leads from `source` to `node`, its value is the partial on it by now. Ids beyond the last node are the
    vertices that stand in for outputs in use. `operations` are multiplications so far. For sin(x*y):

        edges x->p, y->p, p->sin;  eliminate p: 2;  edges x->sin, y->sin;  results by x, by y
    """
    weights = dict(linearised.edges)
    for (source, target), local in weights.items():
        yield Event("edges", "edge", target, local, source)
    total = 0
    for step in eliminate(linearised, order, FloatAlgebra()):
        total = step.total
        yield Event("edges", "eliminate", step.node, float(step.multiplications), operations=total)
        for fill in step.fill_ins:
            weights[fill.source, fill.target] = fill.value
            yield Event("edges", "edge", fill.target, fill.value, fill.source, operations=total)
    yield from tell_jacobian("edges", graph, rows_of(linearised, weights), total)


def jacobian(problem: Problem, order: str = "markowitz") -> list[list[float]]:
    """Row by row, by elimination in an order of `ORDERS`."""
    return [list(row) for row in accumulate(problem, order).jacobian]


def forward_order(linearised: Linearised[Any], limits: Limits) -> list[int]:
    """From the inputs to the outputs."""
    return linearised.intermediates


def reverse_order(linearised: Linearised[Any], limits: Limits) -> list[int]:
    """From the outputs to the inputs."""
    return linearised.intermediates[::-1]


def markowitz_order(linearised: Linearised[Any], limits: Limits) -> list[int]:
    """Always what is cheapest at the moment, the first of equals (Markowitz 1957; Griewank & Reese 1991)."""
    graph = Neighbours(linearised.edges)
    waiting = set(linearised.intermediates)
    heap = sorted((graph.cost(vertex), vertex) for vertex in waiting)
    order: list[int] = []
    while heap:
        cost, vertex = heapq.heappop(heap)
        if vertex not in waiting or cost != graph.cost(vertex):
            continue
        sources, targets = graph.around(vertex)
        graph.remove(vertex)
        waiting.remove(vertex)
        order.append(vertex)
        for changed in waiting.intersection(sources + targets):
            heapq.heappush(heap, (graph.cost(changed), changed))
    return order


def optimal_order(linearised: Linearised[Any], limits: Limits) -> list[int]:
    """The cheapest order of all: what is left after some eliminations does not depend on their order, so sets suffice.

    With n vertices there are 2**n sets; the limit `elimination_states` says how many are looked at.
    """
    vertices = linearised.intermediates
    hint = "Take the Markowitz order, which is close to the best and always quick."
    limits.check("elimination_states", 2 ** min(len(vertices), 64), None, hint)
    best: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for gone in range(1 << len(vertices)):
        cost, order = best[gone]
        graph = Neighbours(linearised.edges)
        for vertex in order:
            graph.remove(vertex)
        for k, vertex in enumerate(vertices):
            more, after = cost + graph.cost(vertex), gone | 1 << k
            if not gone >> k & 1 and (after not in best or more < best[after][0]):
                best[after] = (more, (*order, vertex))
    return list(best[(1 << len(vertices)) - 1][1])


Order = Callable[[Linearised[Any], Limits], list[int]]
ORDERS: Mapping[str, Order] = MappingProxyType(
    {"forward": forward_order, "reverse": reverse_order, "markowitz": markowitz_order, "optimal": optimal_order}
)
