"""Parts of a reverse sweep: from some variables of a program down to others, and no further.

A statement of a backward program, x_bar += a_bar*y, hands the adjoint of one variable to another. Whether it is right
depends on the operations between the two alone: they are cut out of the graph, with every variable that has an
adjoint of its own as an input.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adcore.algebras.floats import FloatAlgebra
from adcore.graph import INPUT, Graph, GraphBuilder
from adcore.interpreter import adjoints_of, sweep
from adcore.slips import Magnitudes

Floats = NDArray[np.float64]
NEAR, TINY = 1e-9, 1e-12


@dataclass(frozen=True, slots=True)
class Part:
    """Operations cut out of a whole graph. `origin` has for every node its id there.

    `starts` are the ids in `graph` of the variables swept from, `stops` of those swept to, by their ids in the whole.
    """

    graph: Graph
    origin: tuple[int, ...]
    starts: Mapping[int, int]
    stops: Mapping[int, int]


def cut(graph: Graph, starts: Sequence[int], stops: Collection[int]) -> Part:
    """The operations from `starts` down to `stops`. A variable may be both: as a start it is computed."""
    computed, reached = _between(graph, starts, stops)
    order = sorted([*((i, 0) for i in reached), *((i, 1) for i in computed)])
    nodes, found = GraphBuilder(), dict[tuple[int, int], int]()
    for i, kind in order:
        if kind == 0:
            found[i, 0] = nodes.add(INPUT, name=graph.names[i], span=graph.spans[i])
        else:
            found[i, 1] = nodes.copy(graph[i], tuple(found[a, int(a not in reached)] for a in graph.args[i]))
    tops = {i: found[i, int(i in computed)] for i in starts if (i, int(i in computed)) in found}
    bottoms = {i: found[i, 0] for i in reached}
    return Part(nodes.graph(tuple(tops.values())), tuple(i for i, _ in order), tops, bottoms)


def _between(graph: Graph, starts: Sequence[int], stops: Collection[int]) -> tuple[set[int], set[int]]:
    """Which nodes are computed, and at which stops the way down ends."""
    computed, reached = set[int](), {i for i in starts if graph.ops[i] == INPUT}
    stack = [i for i in starts if graph.ops[i] != INPUT]
    while stack:
        i = stack.pop()
        if i in computed:
            continue
        computed.add(i)
        for a in graph.args[i]:
            if a in stops or graph.ops[a] == INPUT:
                reached.add(a)
            else:
                stack.append(a)
    return computed, reached


@dataclass(slots=True)
class Whole:
    """A program with one output at several points; its arrays have a row for a point and a column for a node.

    `variables` has for each name what it held, in order: ids of nodes, in lists where it held lists, None for numbers
    that do not depend on the inputs. `sizes` are adjoints whose terms all have one sign: what rounding is measured by.
    """

    graph: Graph
    values: Floats
    variables: Mapping[str, Sequence[Any]]
    adjoints: Floats = field(init=False)
    sizes: Floats = field(init=False)

    def __post_init__(self) -> None:
        seeds = {self.output: 1.0}
        self.adjoints, self.sizes = (
            np.array([self._row(sweep(self.graph, algebra, row, seeds)) for row in self.values.tolist()])
            for algebra in (FloatAlgebra(), Magnitudes())
        )

    def _row(self, contributions: Any) -> list[float]:
        found = adjoints_of(contributions)
        return [float(found.get(i, 0.0)) for i in range(len(self.graph))]

    @property
    def output(self) -> int:
        return self.graph.outputs[0]

    def handed_on(self, start: int, stops: Collection[int]) -> dict[int, Floats]:
        """What a variable with adjoint 1 hands to each of the variables below it: an array over the points."""
        part = cut(self.graph, [start], stops)
        if start in part.stops:
            return {start: np.ones(len(self.values))}
        rows = [
            adjoints_of(sweep(part.graph, FloatAlgebra(), row, {part.starts[start]: 1.0}))
            for row in self.values[:, list(part.origin)].tolist()
        ]
        return {i: np.array([float(row.get(at, 0.0)) for row in rows]) for i, at in part.stops.items()}

    def agrees(self, x: Floats, y: Floats, node: int) -> bool:
        """Whether two arrays over the points are the same, but for rounding of an adjoint of the node."""
        return same(x, y, self.sizes[:, node])


def same(x: Floats, y: Floats, size: Floats) -> bool:
    """Whether numbers are the same at every point, but for what rounding does to terms of this size."""
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
        return False
    scale = np.maximum(np.abs(x), np.abs(y))
    return bool(np.all(np.abs(x - y) <= NEAR * scale + TINY * np.where(np.isfinite(size), size, 0.0)))
