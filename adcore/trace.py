"""A trace: one run of one mode on one problem, as a graph, a list of events, a result and what it cost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from types import MappingProxyType
from typing import Any

from adcore.algebras.counting import CountingAlgebra
from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.staging import StagingAlgebra
from adcore.cautions import cautions_of
from adcore.errors import ADError, Caution
from adcore.events import Event, batches, json_number, json_numbers
from adcore.explain import Explainer, Explanation
from adcore.graph import Graph
from adcore.interpreter import run
from adcore.labels import Labels, program_latex
from adcore.modes import TRACED, forward, reverse, second
from adcore.modes.taping import BYTES_PER_VALUE, kept_values
from adcore.problem import Problem, flatten, holds, inputs_json, nest
from adcore.values import Recording

PHASE_OF: Mapping[str, str] = MappingProxyType(
    {"forward": "tangent", "reverse": "adjoint", "forward-over-reverse": "second"}
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Operations of the staged, shared program: of the function, and of its derivative on top; and what the sweep kept.

    `multiple` is how many evaluations of the function the whole amounts to.
    """

    primal: int
    total: int
    kept: int

    def to_json(self) -> dict[str, Any]:
        multiple = round(self.total / self.primal, 4) if self.primal else None
        operations = {"primal": self.primal, "derivative": self.total - self.primal, "total": self.total}
        tape = {"values": self.kept, "bytes": self.kept * BYTES_PER_VALUE}
        return {"operations": operations, "multiple": multiple, "tape": tape, "passes": 1}


@dataclass(frozen=True, slots=True)
class Trace:
    """What one sweep did. `result` is its part of the Jacobian: one column (forward) or one row (reverse).

    `along` is the direction of a forward sweep or the output weights of a reverse one. Forward over reverse has a
    direction too, and its result is the Hessian times that direction.
    """

    recording: Recording
    values: tuple[float, ...]
    mode: str
    along: tuple[float, ...]
    events: tuple[Event, ...]
    result: tuple[float, ...]
    cost: Cost
    warnings: tuple[Caution, ...]

    @property
    def graph(self) -> Graph:
        return self.recording.graph

    @property
    def outputs(self) -> list[float]:
        return [self.values[i] for i in self.graph.outputs]

    def explain(self, step: int) -> Explanation:
        """Why event number `step` does what it does."""
        return self.explainer().explain(step)

    def explainer(self) -> Explainer:
        """For many steps of one trace."""
        return Explainer(self.graph, self.values, self.events)

    def lines(self, start: int = 0, batch: int = 512) -> Iterator[dict[str, Any]]:
        """The trace as the lines of a stream: the graph, the events from `start` on in batches, the result."""
        recording = self.recording
        point = nest(recording.inputs, [self.values[i] for i in self.graph.inputs])
        yield {
            "type": "graph",
            "graph": graph_columns(self.graph),
            "inputs": inputs_json(recording.inputs, point),
            "outputs": list(recording.output_names),
            "latex": program_latex(self.graph, recording.output_names),
            "mode": self.mode,
            "steps": len(self.events),
        }
        yield from batches(self.events, start, batch)
        yield {"type": "result", **self.result_json()}

    def result_json(self) -> dict[str, Any]:
        entries = [[x] for x in self.result] if self.mode == "forward" else [list(self.result)]
        return {
            "value": json_numbers(self.outputs),
            "jacobian": json_numbers(entries),
            "cost": self.cost.to_json(),
            "warnings": [warning.to_json() for warning in self.warnings],
        }

    def to_json(self) -> dict[str, Any]:
        """The whole trace in one piece: the lines of the stream, joined."""
        head, *middle, end = self.lines(0, max(len(self.events), 1))
        return {**head, **end, "events": middle[0] if middle else {}, "type": "trace"}


def trace_problem(
    problem: Problem, mode: str, seed: Mapping[str, Any] | None = None, weights: Sequence[float] | None = None
) -> Trace:
    """Step a problem through a mode of `TRACED`. Raises ADError for a mode, seed or weights that do not fit."""
    along = along_of(problem.recording, mode, seed, weights)
    algebra = CountingAlgebra()
    names = [problem.graph.names[i] or "" for i in problem.graph.inputs]
    inputs = [algebra.input(name, x) for name, x in zip(names, problem.leaves, strict=True)]
    values, events, result = _sweep(problem.graph, mode, algebra, inputs, along)
    total = events[-1].operations if events else 0
    events.append(Event(PHASE_OF[mode], "result", operations=total))
    primal = StagingAlgebra()
    run(problem.graph, primal, [primal.input(name) for name in names])
    cost = Cost(primal.operations, total, _kept(problem.graph, mode, along))
    warnings = (*cautions_of(problem.recording, values), *_without_slope(problem.graph, values, events))
    return Trace(problem.recording, tuple(values), mode, along, tuple(events), result, cost, warnings)


def retrace(trace: Trace, at: Mapping[str, Any]) -> Trace | None:
    """The same sweep at another point, without running the program: None if one of its decisions would change.

    The events are the same but for their numbers, and the cost does not change.
    """
    leaves = flatten(trace.recording.inputs, at)
    values, events, result = _sweep(trace.graph, trace.mode, FloatAlgebra(), leaves, trace.along)
    if not holds(trace.graph, values):
        return None
    counted = [e._replace(operations=old.operations) for e, old in zip(events, trace.events, strict=False)]
    warnings = (*cautions_of(trace.recording, values), *_without_slope(trace.graph, values, events))
    events = [*counted, trace.events[-1]]
    return Trace(trace.recording, tuple(values), trace.mode, trace.along, tuple(events), result, trace.cost, warnings)


def along_of(
    recording: Recording, mode: str, seed: Mapping[str, Any] | None, weights: Sequence[float] | None
) -> tuple[float, ...]:
    """The direction or the weights as flat numbers: the first input or output alone unless they are given."""
    if mode not in TRACED:
        raise ADError("mode", f"{mode} cannot be stepped.", None, f"The modes with steps are {', '.join(TRACED)}.")
    if mode == "forward-over-reverse":
        second.check_scalar(recording.graph)
    if mode != "reverse":
        n = len(recording.graph.inputs)
        return tuple(flatten(recording.inputs, seed, 0.0)) if seed else (1.0,) * (n > 0) + (0.0,) * (n - 1)
    m = len(recording.graph.outputs)
    if weights is not None and len(weights) != m:
        raise ADError(
            "point", f"There are {m} outputs and {len(weights)} weights.", None, "Give one weight per output."
        )
    return tuple(float(w) for w in weights) if weights else (1.0,) + (0.0,) * (m - 1)


def _sweep(
    graph: Graph, mode: str, algebra: Any, inputs: Sequence[Any], along: Sequence[float]
) -> tuple[list[float], list[Event], tuple[float, ...]]:
    """The primals, the events and the result of one sweep over numbers (counted or not)."""
    if mode != "reverse":
        duals = forward.push(graph, algebra, inputs, along)
        if mode == "forward-over-reverse":
            events = _counted_up(second.steps(graph, algebra, duals))
            return [float(dual.primal) for dual in duals], events, _adjoints(graph, events, "second")
        events = _counted_up(forward.steps(graph, duals))
        result = tuple(float(duals[i].tangent or 0.0) if duals[i].tangent is not None else 0.0 for i in graph.outputs)
        return [float(dual.primal) for dual in duals], events, result
    values = run(graph, algebra, inputs)
    events = _counted_up(reverse.steps(graph, algebra, values, along))
    return [float(v) for v in values], events, _adjoints(graph, events, "adjoint")


def _adjoints(graph: Graph, events: Sequence[Event], phase: str) -> tuple[float, ...]:
    """What a sweep back left at the inputs: the adjoints, or their tangents."""
    found = {e.node: e.value or 0.0 for e in events if e.phase == phase and e.kind == "adjoint"}
    return tuple(found.get(i, 0.0) for i in graph.inputs)


def _kept(graph: Graph, mode: str, along: Sequence[float]) -> int:
    """How many numbers a sweep back needs again: values, and in forward over reverse their tangents too."""
    if mode == "forward":
        return 0
    kept = kept_values(graph)
    if mode == "reverse":
        return len(kept)
    moved = graph.varied([i for i, rate in zip(graph.inputs, along, strict=True) if rate])
    return len(kept) + sum(moved[i] for i in kept)


def _counted_up(events: Iterable[Event]) -> list[Event]:
    """The operations done up to each event, where the events gave those up to the making of their number."""
    kept = list(events)
    counts = accumulate((event.operations for event in kept), max)
    return [event._replace(operations=count) for event, count in zip(kept, counts, strict=True)]


def _without_slope(graph: Graph, values: Sequence[float], events: Sequence[Event]) -> list[Caution]:
    """Partials that are nan although the value is a number: x**y has no slope in y where x is negative."""
    edges: dict[tuple[int, int], None] = {}
    for event in events:
        if event.kind == "contribution" and event.partial is not None and math.isnan(event.partial):
            op = event.node if event.phase == "tangent" else event.source
            if op is not None and not math.isnan(values[op]):
                edges[op, event.arg or 0] = None
    labels = Labels(graph) if edges else None
    return [
        Caution("derivative", f"{labels.text(i)} has no derivative for argument {k + 1} here.", graph.spans[i], i)
        for i, k in edges
        if labels
    ]


def graph_columns(graph: Graph) -> dict[str, Any]:
    """A graph with its labels, in columns, as the page and the command line get it."""
    labels, varied, tests = Labels(graph), graph.varied(), graph.tests()
    everything = range(len(graph))
    return {
        "op": [labels.operation(i) for i in everything],
        "args": [list(args) for args in graph.args],
        "constant": [json_number(c) for c in graph.constants],
        "symbol": [labels.symbol(i) for i in everything],
        "name": list(graph.names),
        "text": [labels.text(i) for i in everything],
        "list": [labels.listed(i) for i in everything],
        "latex": [labels.latex(i) for i in everything],
        "partials": [
            [labels.partial(i, k) if varied[a] else None for k, a in enumerate(graph.args[i])] for i in everything
        ],
        "span": [span.to_list() if span else None for span in graph.spans],
        "context": list(graph.in_context),
        "test": tests,
        "contexts": [
            {"parent": c.parent, "kind": c.kind, "label": c.label, "turn": c.turn, "span": c.span and c.span.to_list()}
            for c in graph.contexts
        ],
        "inputs": list(graph.inputs),
        "outputs": list(graph.outputs),
        "decisions": [
            {"node": d.node, "taken": d.taken, "span": d.span.to_list(), "text": labels.decision(d)}
            for d in graph.decisions
        ],
    }
