"""Evaluation: every node's primal, in order, with the branch decisions where they fall."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from adcore.algebras.staging import StagingAlgebra, find_kind
from adcore.bound import Arithmetic, Bound, Note, Operation, bind_text
from adcore.events import KIND_CODES, NONE, PHASE_CODES, RESULT, Events, real, whole
from adcore.graph import CONST, Graph
from adcore.rules import Rule

PRIMAL = PHASE_CODES["primal"]
Numbers = tuple[Any, Any]
"""What moves with the point: the columns `value` and `partial` of all events, the last one included.

They are arrays, with nan where there is none, or lists, with None: of few numbers lists are quicker.
"""


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

    def add(self, kind: int, nodes: Sequence[int], source: int | None = None, args: Sequence[int] = ()) -> None:
        """More events of one kind, all of them along edges from `source` if there is one."""
        self.node += nodes
        self.kind += [kind] * len(nodes)
        self.source += [source] * len(nodes)
        self.arg += args or [None] * len(nodes)

    def events(self, phase: str, numbers: Numbers, operations: Sequence[int]) -> Events:
        """What was laid out, with its numbers and the last event, which says that the sweep is complete."""
        self.add(RESULT, [NONE])
        self.end_phase(phase)
        value, partial = map(real, numbers)
        codes = (whole(column) for column in (self.phase, self.kind, self.node, self.source, self.arg))
        phases, kind, node, source, arg = codes
        return Events(phases, kind, node, value, source, arg, partial, operations)

    def end_phase(self, phase: str) -> None:
        """Everything added since the last phase belongs to this one."""
        self.phase += [PHASE_CODES[phase]] * (len(self.node) - len(self.phase))


class Staged(Bound[int]):
    """A graph ready to be staged, so that its operations are counted in the shared and folded program."""

    def __init__(self, graph: Graph) -> None:
        self.staging = staging = StagingAlgebra()
        self._on_two = staging.on_two()
        times, plus = (partial(self._on_two, find_kind(op, None, 2)) for op in ("mul", "add"))
        self.inputs = [staging.input(graph.names[i] or "") for i in graph.inputs]
        super().__init__(graph, Arithmetic(staging.const, times, plus, self._operation))

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
        arity = len(rule.row.args)
        kind = staging.kind(rule, arity)
        return partial(self._on_two, kind) if arity == 2 else staging.function(kind)

    def counter(self) -> tuple[list[int], Note]:
        """A list, and what adds to it how many operations there are so far."""
        counts, written, numbers, inputs = list[int](), self.staging.args, self.staging.numbers, len(self.inputs)
        note = counts.append
        return counts, lambda _: note(len(written) - len(numbers) - inputs)  # staging.operations, asked at every step
