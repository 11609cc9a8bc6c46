"""The tape: what a reverse sweep must keep of the values, and for how long.

A partial is read off the values that its text names: a product needs its factors, a tanh its own value, a sum
nothing. What no partial reads need not be kept, and partials are read only of operations that depend on an input and
that an output depends on: those that the sweep visits. For z = exp(x*y) + x, the sweep reads

    exp(x*y)   by the exponential        x, y   by the product        nothing by the sum

(To-be-recorded analysis: Hascoët, Naumann & Pascual 2005; Griewank & Walther 2008, section 6.2.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from adcore.columns import Flat, Ids
from adcore.events import Event
from adcore.graph import CONST, Graph
from adcore.interpreter import RuleBook
from adcore.reach import useful, varied

BYTES_PER_VALUE = 8


@dataclass(frozen=True, slots=True)
class Kept:
    """The value of `node` is kept because these operations read it: (operation, number of its argument)."""

    node: int
    readers: tuple[tuple[int, int], ...]

    @property
    def last_reader(self) -> int:
        """The operation after which the sweep, which walks backwards, can let go of the value."""
        return min(reader for reader, _ in self.readers)


@dataclass(frozen=True, slots=True)
class Moment:
    """At `step` of the primal or the adjoint phase a value, that of `node`, is kept or let go: `live` are then held."""

    phase: str
    step: int
    node: int
    live: int


@dataclass(frozen=True, slots=True)
class Taping:
    """What is kept, when it is held, and how many values a tape would hold that keeps them all."""

    kept: tuple[Kept, ...]
    moments: tuple[Moment, ...]
    everything: int

    @property
    def peak_values(self) -> int:
        return max((moment.live for moment in self.moments), default=0)

    @property
    def peak_bytes(self) -> int:
        return self.peak_values * BYTES_PER_VALUE


def readers_of(graph: Graph) -> Mapping[int, list[tuple[int, int]]]:
    """For each kept value the (operation, argument) pairs whose partial reads it. Constants need no keeping."""
    rules, moving, needed = RuleBook(), graph.varied(), graph.useful()
    readers: dict[int, list[tuple[int, int]]] = {}
    for i, args in enumerate(graph.args):
        if not args or not moving[i] or not needed[i]:
            continue
        rule, letters = rules.find(graph, i), (*args, i)
        for k in (k for k, a in enumerate(args) if moving[a]):
            for letter in dict.fromkeys([letters[position] for position in rule.read_by(k)]):
                readers.setdefault(letter, []).append((i, k))
    return {node: readers[node] for node in sorted(readers) if graph.ops[node] != CONST}


def kept_values(graph: Graph) -> frozenset[int]:
    """The nodes whose values a reverse sweep reads again."""
    return frozenset(i for i, reader in enumerate(last_readers(graph)) if reader is not None)


def last_readers(graph: Graph) -> list[int | None]:
    """Per node the operation after which the sweep back can let go of its value; None where it keeps none."""
    return [None if reader < 0 else reader for reader in last_reads(graph).tolist()]


def last_reads(graph: Graph) -> Ids:
    """The same as an array, with -1 where it keeps none; of a recorded graph worked out once."""
    columns = graph.flat()
    return columns.keep(last_reads, lambda: _last_reads(graph, columns))


def _last_reads(graph: Graph, columns: Flat) -> Ids:
    moving, needed, rules = varied(graph), useful(graph), RuleBook()
    is_read, by_itself = np.zeros(len(columns.ids), bool), np.zeros(len(graph), bool)
    for kind, nodes in columns.of_kind():
        rule = rules.of_kind(graph, kind) if kind[2] else None
        reads = [(k, position) for k in range(kind[2]) for position in rule.read_by(k)] if rule else []
        if not reads:
            continue
        nodes = nodes[needed.take(nodes)]
        starts = columns.first.take(nodes)
        for k, position in reads:
            moves = moving.take(columns.ids.take(starts + k))
            column, places = (by_itself, nodes) if position == kind[2] else (is_read, starts + position)
            column[places[moves]] = True
    last, read = np.full(len(graph), -1, np.intc), np.flatnonzero(is_read)[::-1]
    last[columns.ids.take(read)] = columns.owner.take(read)  # of several entries for one node the last stays
    last[by_itself] = np.flatnonzero(by_itself)  # whoever else reads it does so later
    last[columns.is_a(CONST)] = -1
    return last


def survey(graph: Graph) -> Taping:
    """What is kept, why, and how the tape grows with the values and shrinks with the sweep."""
    kept = tuple(Kept(node, tuple(readers)) for node, readers in readers_of(graph).items())
    stored = sum(op != CONST for op in graph.ops)
    return Taping(kept, tuple(_moments(kept)), stored)


def steps(graph: Graph) -> Iterator[Event]:
    """The same as events: value by value whether it is kept, and who reads it; then the sweep, which lets go of it.

    A `reader` is the partial of the operation `source` for its argument `arg`. Other values are how many numbers are
    held by then; the result is how many there are at most. For sin(x) + y:

        keep x: 1;  reader of x: the partial of sin(x);  drop y: 1, sin(x): 1, sum: 1;  release x: 0;  result 1
    """
    found = survey(graph)
    readers, moments = {value.node: value.readers for value in found.kept}, iter(found.moments)
    live = 0
    for i in (i for i, op in enumerate(graph.ops) if op != CONST):
        live = next(moments).live if i in readers else live
        yield Event("memory", "keep" if i in readers else "drop", i, float(live))
        yield from (Event("memory", "reader", i, None, source, arg) for source, arg in readers.get(i, ()))
    for moment in moments:
        yield Event("memory", "release", moment.node, float(moment.live), moment.step)
    yield Event("memory", "result", None, float(found.peak_values))


def _moments(kept: tuple[Kept, ...]) -> Iterator[Moment]:
    for live, value in enumerate(kept, start=1):
        yield Moment("primal", value.node, value.node, live)
    released = sorted(kept, key=lambda value: (-value.last_reader, -value.node))
    for gone, value in enumerate(released, start=1):
        yield Moment("adjoint", value.last_reader, value.node, len(kept) - gone)
