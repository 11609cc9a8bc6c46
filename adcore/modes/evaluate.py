"""Evaluation: every node's primal, in order, with the branch decisions where they fall."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

from adcore.algebras.counting import CountingAlgebra
from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.staging import StagingAlgebra
from adcore.events import KIND_CODES, PHASE_CODES, Event, Events
from adcore.graph import CONST, Graph
from adcore.interpreter import run
from adcore.rules import Rule

Numbers = tuple[list[float | None], list[float | None]]
"""What moves with the point: the values of all events, and their partials."""


def steps(graph: Graph, values: Sequence[Any]) -> Iterator[Event]:
    """A `value` for every node but constants, a `branch` for every test that decides one."""
    deciding = frozenset(decision.node for decision in graph.decisions)
    for i, op in enumerate(graph.ops):
        if op != CONST:
            kind = "branch" if i in deciding else "value"
            yield Event("primal", kind, i, float(values[i]), operations=operations_at(values[i]))


class Outline:
    """The columns of events that numbers do not change: which node, which edge. It grows while a sweep is laid out."""

    def __init__(self, graph: Graph) -> None:
        """Begin with the values: what `steps` gives, as columns."""
        deciding = frozenset(decision.node for decision in graph.decisions)
        self.node: list[int] = [i for i, op in enumerate(graph.ops) if op != CONST]
        self.kind = [KIND_CODES["branch" if i in deciding else "value"] for i in self.node]
        self.phase = [PHASE_CODES["primal"]] * len(self.node)
        self.source: list[int | None] = [None] * len(self.node)
        self.arg: list[int | None] = [None] * len(self.node)

    def add(self, kind: int, nodes: Sequence[int], source: int | None = None, args: Sequence[int] = ()) -> None:
        """More events of one kind, all of them along edges from `source` if there is one."""
        self.node += nodes
        self.kind += [kind] * len(nodes)
        self.source += [source] * len(nodes)
        self.arg += args or [None] * len(nodes)

    def end_phase(self, phase: str) -> None:
        """Everything added since the last phase belongs to this one."""
        self.phase += [PHASE_CODES[phase]] * (len(self.node) - len(self.phase))


class _Noting:
    """Staging that notes after each operation of the graph how many operations the staged program has."""

    def __init__(self, staging: StagingAlgebra) -> None:
        self.staging = staging
        self.const = staging.const
        self.counts: list[int] = []

    def apply(self, rule: Rule, args: Sequence[int]) -> int:
        node = self.staging.apply(rule, args)
        self.counts.append(self.staging.operations)
        return node


def count(graph: Graph, staging: StagingAlgebra) -> tuple[list[int], list[int]]:
    """Stage a graph: its nodes there, and for each of the events that `steps` gives the operations done by then."""
    noting = _Noting(staging)
    nodes = run(graph, noting, [staging.input(graph.names[i] or "") for i in graph.inputs])
    done, counts, noted = 0, list[int](), iter(noting.counts)
    for op, args in zip(graph.ops, graph.args, strict=True):
        done = next(noted) if args else done
        if op != CONST:
            counts.append(done)
    return nodes, counts


class OneByOne:
    """A sweep whose events are generated from the numbers of an algebra: `make` is given the algebra and the inputs."""

    def __init__(self, graph: Graph, make: Callable[[Any, Sequence[Any]], Iterator[Event]]) -> None:
        self.graph = graph
        self.make = make

    def start(self, values: Sequence[float]) -> Events:
        """The events at a point where the nodes have these values, with the operations done up to each."""
        algebra, graph = CountingAlgebra(), self.graph
        events = Events.of(self.make(algebra, [algebra.input(graph.names[i] or "", values[i]) for i in graph.inputs]))
        return replace(events, operations=list(accumulate(events.operations, max)))

    def numbers(self, values: Sequence[float]) -> Numbers:
        """The numbers of the same events at another point."""
        moved = Events.of(self.make(FloatAlgebra(), [values[i] for i in self.graph.inputs]))
        return list(moved.value), list(moved.partial)


def operations_at(value: Any) -> int:
    """How many operations the staged program had when this value was made; 0 for plain floats."""
    return getattr(value, "operations", 0)
