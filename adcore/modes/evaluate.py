"""Evaluation: every node's primal, in order, with the branch decisions where they fall."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

from adcore.algebras.counting import CountingAlgebra
from adcore.algebras.floats import FloatAlgebra, Numeric
from adcore.algebras.staging import StagingAlgebra
from adcore.bound import Arithmetic, Bound, Note, Operation, bind_text
from adcore.events import KIND_CODES, PHASE_CODES, Event, Events
from adcore.graph import CONST, Graph
from adcore.rules import Rule, find_rule

PRIMAL = PHASE_CODES["primal"]
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
        deciding = frozenset(decision.node for decision in graph.decisions)
        kinds = [KIND_CODES["branch" if i in deciding else "value"] for i in range(len(graph))]
        self._values = [None if op == CONST else kind for op, kind in zip(graph.ops, kinds, strict=True)]
        self.phase: list[int] = []
        self.kind: list[int] = []
        self.node: list[int] = []
        self.source: list[int | None] = []
        self.arg: list[int | None] = []

    def add_value(self, i: int) -> None:
        """The value of a node, or its branch; of a constant nothing."""
        kind = self._values[i]
        if kind is not None:
            self.add(kind, [i])
            self.phase.append(PRIMAL)

    def add_values(self) -> None:
        """The values of all nodes."""
        shown = [i for i, kind in enumerate(self._values) if kind is not None]
        self.node += shown
        self.kind += [self._values[i] or 0 for i in shown]
        self.phase += [PRIMAL] * len(shown)
        self.source += [None] * len(shown)
        self.arg += [None] * len(shown)

    def add(self, kind: int, nodes: Sequence[int], source: int | None = None, args: Sequence[int] = ()) -> None:
        """More events of one kind, all of them along edges from `source` if there is one."""
        self.node += nodes
        self.kind += [kind] * len(nodes)
        self.source += [source] * len(nodes)
        self.arg += args or [None] * len(nodes)

    def end_phase(self, phase: str) -> None:
        """Everything added since the last phase belongs to this one."""
        self.phase += [PHASE_CODES[phase]] * (len(self.node) - len(self.phase))


class Staged(Bound[int]):
    """A graph ready to be staged, so that its operations are counted in the shared and folded program."""

    def __init__(self, graph: Graph) -> None:
        self.staging = staging = StagingAlgebra()
        times, plus = (staging.kind(find_rule(op, None, 2), 2) for op in ("mul", "add"))
        self.inputs = [staging.input(graph.names[i] or "") for i in graph.inputs]
        operate = staging.operate
        arithmetic = Arithmetic(
            staging.const,
            lambda left, right: operate(times, (left, right)),
            lambda left, right: operate(plus, (left, right)),
            self._operation,
        )
        super().__init__(graph, arithmetic)

    def _operation(self, rule: Rule) -> Operation[int]:
        count = len(rule.row.args) + 1
        return Operation(
            self._function(rule),
            tuple(bind_text(text, count, self.staging.const, self._function) for text in rule.partials),
        )

    def _function(self, rule: Rule) -> Callable[..., int]:
        staging = self.staging
        if rule.written_out:
            return lambda *args: staging.apply(rule, args)
        kind, operate = staging.kind(rule, len(rule.row.args)), staging.operate
        known = kind.known

        def apply(*args: int) -> int:
            found = known.get(args)
            return operate(kind, args) if found is None else found

        return apply

    def counter(self) -> tuple[list[int], Note]:
        """A list, and what adds to it how many operations there are so far."""
        counts: list[int] = []
        return counts, lambda _: counts.append(self.staging.operations)


class OneByOne:
    """A sweep whose events are generated from the numbers of an algebra: `make` is given the algebra and the inputs."""

    def __init__(self, graph: Graph, make: Callable[[Any, Sequence[Any]], Iterator[Event]]) -> None:
        self.graph = graph
        self.numeric = Numeric(graph)
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
