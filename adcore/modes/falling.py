"""A reverse sweep over columns: its order laid out as arrays, its partials taken kind by kind, its sums in one loop.

What `reverse.pull` does node by node is done here in three steps, with the same roundings:

    partials    for all multiplications at once, for all sines at once, ...
    sums        one loop over the edges, from the last node's to the first's: adjoints[target] += adjoints[node]*partial
    events      numbers put where the layout says
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from adcore.algebras.bulk import Numbers, bulk_reads, bulk_slope
from adcore.columns import Ids, order_of
from adcore.graph import Graph
from adcore.interpreter import RuleBook
from adcore.reach import Flags, useful, varied


class Edges(NamedTuple):
    """The edges of a sweep in its order: argument `arg` of `node` is `target`."""

    node: Ids
    target: Ids
    arg: Ids


class Group(NamedTuple):
    """Edges with one rule and one argument: `places` among the edges, and the nodes that the rule's letters are.

    For letters that the partial does not read stand the nodes themselves, as for the last one.
    """

    places: Ids
    slope: Callable[[Sequence[Numbers]], Numbers]
    letters: tuple[Ids, ...]


UNPACKED = 2_048
"""Edges that are made Python's numbers at a time: those of more would not stay in the processor's cache."""
Handed = tuple[int, Sequence[int]]
"""A node that has an adjoint, and the positions of the arguments that it hands it on to."""


class Falling:
    """The order of a sweep back from `seeds`: `reached` are the nodes that an adjoint reaches, the last one first."""

    def __init__(self, graph: Graph, seeds: Mapping[int, float]) -> None:
        self.graph, self.seeds = graph, seeds
        self.columns = columns = graph.flat()
        moving = varied(graph)
        self.reached = np.flatnonzero(useful(graph, list(seeds)) & moving)[::-1].astype(np.intc)
        first, sizes = columns.first.take(self.reached), columns.arity.take(self.reached)
        places = np.arange(int(sizes.sum()), dtype=np.intc)
        places += (first + sizes - sizes.cumsum(dtype=np.intc)).repeat(sizes)
        kept = np.flatnonzero(moving.take(columns.ids.take(places)))
        node, places = self.reached.repeat(sizes).take(kept), places.take(kept)
        self.edges = Edges(node, columns.ids.take(places), places - columns.first.take(node))

    @cached_property
    def _sizes(self) -> Ids:
        """For each node that is reached the number of its edges."""
        return np.bincount(self.edges.node, minlength=len(self.graph)).take(self.reached)

    @cached_property
    def places(self) -> tuple[Ids, Ids]:
        """Of the events of the sweep those that complete an adjoint, and those of the edges: a node's come after it."""
        sizes, ranks = self._sizes, np.arange(len(self.reached))
        return sizes.cumsum() - sizes + ranks, np.arange(1, len(self.edges.node) + 1) + ranks.repeat(sizes)

    @cached_property
    def order(self) -> list[Handed]:
        """The sweep node by node."""
        args, nodes, ends = self.edges.arg.tolist(), self.reached.tolist(), [0, *self._sizes.cumsum().tolist()]
        return [(i, args[start:end]) for i, (start, end) in zip(nodes, pairwise(ends), strict=True)]

    @cached_property
    def groups(self) -> list[Group]:
        """The edges, those together whose partials are worked out by the same text."""
        columns, (node, _, arg), rules = self.columns, self.edges, RuleBook()
        widest = int(columns.arity.max(initial=1))
        keys = columns.kind.take(node) * widest + arg
        order, end = order_of(keys, widest * len(columns.kinds)), 0
        groups: list[Group] = []
        for key, count in enumerate(np.bincount(keys).tolist()):
            if not count:
                continue
            places, end = order[end : end + count], end + count
            nodes, (code, k) = node.take(places), divmod(key, widest)
            rule = rules.of_kind(self.graph, columns.kinds[code])
            starts, letters = columns.first.take(nodes), [nodes] * (len(rule.row.args) + 1)
            for position in bulk_reads(rule, k):
                if position < len(letters) - 1:
                    letters[position] = columns.ids.take(starts + position)
            groups.append(Group(places, bulk_slope(rule, k), tuple(letters)))
        return groups

    @cached_property
    def idle(self) -> Flags:
        """For each edge whether its node hands on zero by structure: nothing of weight comes from it."""
        weighted = useful(self.graph, [i for i, weight in self.seeds.items() if weight])
        return ~weighted[self.edges.node]

    def partials(self, values: Numbers) -> Numbers:
        """The partial of each edge, where the nodes have these values."""
        found = np.empty(len(self.edges.node))
        for places, slope, letters in self.groups:
            own = values.take(letters[-1])
            found[places] = slope([own if ids is letters[-1] else values.take(ids) for ids in letters])
        return found

    def adjoints(self, partials: Numbers) -> tuple[Numbers, Numbers]:
        """The adjoints of the nodes that are reached, and after each edge the sum so far."""
        factors = partials
        if not all(self.seeds.values()) and self.idle.any():
            factors = np.where(self.idle, 1.0, partials)
        adjoints = [-0.0] * len(self.graph)  # to which one adds 0.0 or -0.0, and it becomes just that
        for i, weight in self.seeds.items():
            adjoints[i] = weight
        sums = np.empty(len(factors))
        for start in range(0, len(sums), UNPACKED):
            part = slice(start, start + UNPACKED)
            columns = [column[part].tolist() for column in (self.edges.node, self.edges.target, factors)]
            sums[part] = _hand_on(adjoints, *columns)
        found = np.zeros(len(self.graph))
        found[[*self.seeds]] = [*self.seeds.values()]
        found[self.edges.target] = sums  # of several entries for one node the last stays
        return found.take(self.reached), sums


def _hand_on(
    adjoints: list[float], nodes: Sequence[int], targets: Sequence[int], factors: Sequence[float]
) -> list[float]:
    """Hand adjoints on along some edges, one after the other; the sums after each."""
    sums: list[float] = []
    note = sums.append
    for node, target, factor in zip(nodes, targets, factors, strict=True):
        adjoints[target] = running = adjoints[target] + adjoints[node] * factor
        note(running)
    return sums
