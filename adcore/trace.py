"""A trace: one run of one mode on one problem, as a graph, a list of events, a result and what it cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from adcore.algebras.floats import Numeric
from adcore.arguments import as_count, as_weights
from adcore.cautions import Watch, cautions_of
from adcore.columns import FEW
from adcore.errors import ADError, Caution
from adcore.events import (
    KIND_CODES,
    PHASE_CODES,
    Events,
    batches,
    is_finite,
    json_column,
    numbers_json,
    real,
)
from adcore.explain import Explainer, Explanation
from adcore.graph import Graph
from adcore.labels import Labels, program_latex
from adcore.modes import TRACED, forward, reverse, second
from adcore.modes.evaluate import Numbers, Staged
from adcore.modes.layouts import Values
from adcore.modes.taping import BYTES_PER_VALUE, last_readers, last_reads
from adcore.problem import Direction, Problem, flatten, holds, inputs_json, nest, read_direction
from adcore.values import Recording

PHASE_OF: Mapping[str, str] = MappingProxyType(
    {"forward": "tangent", "reverse": "adjoint", "forward-over-reverse": "second"}
)
COMPLETE = tuple(kind in ("seed", "tangent", "adjoint") for kind in KIND_CODES)
"""For each kind whether a tangent or an adjoint may be complete after such an event; after a node's last one it is."""
CONTRIBUTION = KIND_CODES["contribution"]


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


@dataclass(frozen=True)
class Trace:
    """What one sweep did. `result` is its part of the Jacobian: one column (forward) or one row (reverse).

    `along` is the direction of a forward sweep or the output weights of a reverse one. Forward over reverse has a
    direction too, and its result is the Hessian times that direction. Operations are counted when they are asked for.
    """

    recording: Recording
    values: tuple[float, ...]
    mode: str
    along: tuple[float, ...]
    events: Events
    result: tuple[float, ...]
    warnings: tuple[Caution, ...]

    @property
    def graph(self) -> Graph:
        return self.recording.graph

    @cached_property
    def cost(self) -> Cost:
        """What the sweep takes, beside the function alone."""
        kept = _kept(self.graph, self.mode, self.along)
        return Cost(_primal_operations(self.graph, self.mode, self.events), self.events.operations[-1], kept)

    @property
    def outputs(self) -> list[float]:
        return [self.values[i] for i in self.graph.outputs]

    def explain(self, step: int) -> Explanation:
        """Why event number `step` does what it does. Raises ADError for a step that there is not."""
        if not 0 <= as_count(step, "A step") < len(self.events):
            words = f"There is no step {step}: they are numbered from 0 to {len(self.events) - 1}."
            raise ADError("point", words, None, "Ask for one of these.")
        return self.explainer().explain(step)

    def explainer(self) -> Explainer:
        """For many steps of one trace."""
        return Explainer(self.graph, self.values, self.events)

    def lines(self, start: int = 0, batch: int = 512) -> Iterator[dict[str, Any]]:
        """The trace as the lines of a stream: the graph, the events from `start` on in batches, the result."""
        labels = Labels(self.graph)
        yield self.head_json(graph_columns(self.graph, labels))
        yield from batches(self.events, start, batch)
        yield {"type": "result", **self.result_json()}

    def head_json(self, graph: Mapping[str, Any]) -> dict[str, Any]:
        """The first line of a stream, with this for the graph."""
        recording = self.recording
        point = nest(recording.inputs, [self.values[i] for i in self.graph.inputs])
        return {
            "type": "graph",
            "graph": graph,
            "inputs": inputs_json(recording.inputs, point),
            "outputs": list(recording.output_names),
            "latex": program_latex(self.graph, recording.output_names),
            "mode": self.mode,
            "steps": len(self.events),
        }

    def result_json(self) -> dict[str, Any]:
        """What came out and what it took."""
        return {**self.outcome_json(), "cost": self.cost.to_json()}

    def outcome_json(self) -> dict[str, Any]:
        """What came out, without counting operations."""
        return _outcome(self.mode, self.outputs, self.result, self.warnings)

    def to_json(self) -> dict[str, Any]:
        """The whole trace in one piece: the lines of the stream, joined."""
        head, *middle, end = self.lines(0, max(len(self.events), 1))
        return {**head, **end, "events": middle[0] if middle else {}, "type": "trace"}


def _outcome(
    mode: str, outputs: Sequence[float], result: Sequence[float], warnings: Sequence[Caution]
) -> dict[str, Any]:
    entries = json_column(list(result))
    return {
        "value": json_column(outputs),
        "jacobian": [[x] for x in entries] if mode == "forward" else [entries],
        "warnings": [warning.to_json() for warning in warnings],
    }


class Sweep(Protocol):
    """A sweep of one graph, ready to be done at many points. `values` are those of all nodes."""

    @property
    def numeric(self) -> Numeric: ...

    def start(self, values: Sequence[float]) -> Events: ...

    def numbers(self, values: Sequence[float]) -> Numbers: ...


SWEEPS: Mapping[str, Callable[[Graph, Sequence[float]], Sweep]] = MappingProxyType(
    {"forward": forward.Steps, "reverse": reverse.Steps, "forward-over-reverse": second.Steps}
)


def trace_problem(
    problem: Problem, mode: str, seed: Direction | None = None, weights: Sequence[float] | None = None
) -> Trace:
    """Step a problem through a mode of `TRACED`. Raises ADError for a mode, seed or weights that do not fit."""
    recording, graph = problem.recording, problem.graph
    along = along_of(recording, mode, seed, weights)
    events = SWEEPS[mode](graph, along).start(recording.values)
    warnings = (
        *cautions_of(recording, recording.values),
        *_without_slope(graph, recording.values, events, events.partial),
    )
    result = _read(events.value, _places(graph, mode, events))
    return Trace(recording, recording.values, mode, along, events, result, warnings)


def _primal_operations(graph: Graph, mode: str, events: Events) -> int:
    """What the function takes alone: in reverse mode its values come first, otherwise derivatives come in between."""
    if mode == "reverse":
        return events.operations[int((events.phase == PHASE_CODES["primal"]).sum()) - 1] if graph.inputs else 0
    staged = Staged(graph)
    staged.run(staged.inputs)
    return staged.staging.operations


def retrace(trace: Trace, at: Mapping[str, Any]) -> Trace | None:
    """The same sweep at another point, without running the program: None if one of its decisions would change.

    The events are the same but for their numbers, and the cost does not change.
    """
    return Mover(trace).move(at)


class Mover:
    """Takes a trace to other points: what does not depend on the point is worked out once.

    >>> mover = Mover(adcore.trace("x*y", {"x": 2.0, "y": 3.0}))
    >>> moved = mover.move({"x": 4.0, "y": 3.0})
    >>> mover.explain(moved, 2).title
    'v₁ = x · y'
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.sweep = SWEEPS[trace.mode](trace.graph, trace.along)
        self._steps = len(trace.events)

    def move(self, at: Mapping[str, Any]) -> Trace | None:
        """The trace at another point; None if the program would decide otherwise there."""
        moved = self._move(at)
        if moved is None:
            return None
        values, (value, partial), warnings = moved
        result, events = _read(value, self._places), self.trace.events.moved(real(value), real(partial))
        return replace(self.trace, values=values, events=events, result=result, warnings=warnings)

    def changes(self, at: Mapping[str, Any], step: int) -> dict[str, Any] | None:
        """What a move changes, as it travels: the numbers, the result, warnings, and the explanation of one step."""
        moved = self._move(at)
        if moved is None:
            return None
        trace, (values, numbers, warnings) = self.trace, moved
        outputs = [values[i] for i in trace.graph.outputs]
        result = _outcome(trace.mode, outputs, _read(numbers[0], self._places), warnings)
        explainer = self.explainer.moved(values, numbers) if step < self._steps else None
        return {
            **numbers_json(trace.events, *numbers),
            "result": result,
            "explanation": explainer.explain(step).to_json() if explainer else None,
            "warnings": [*result["warnings"]],
        }

    def _move(self, at: Mapping[str, Any]) -> tuple[tuple[float, ...], Numbers, tuple[Caution, ...]] | None:
        """The values of all nodes, the numbers of all events, lists of few, and what is worth knowing of them."""
        trace, graph = self.trace, self.trace.graph
        values = tuple(self._values(flatten(trace.recording.inputs, at)))
        if not holds(graph, values):
            return None
        numbers = self.sweep.numbers(values)
        warnings, partial = self._watch.cautions(values), numbers[1]
        if not isinstance(partial, list) or not is_finite(partial):
            warnings += tuple(_without_slope(graph, values, trace.events, partial))
        return values, numbers, warnings

    @cached_property
    def _values(self) -> Callable[[Sequence[float]], list[float]]:
        numeric = self.sweep.numeric
        return Values(numeric).run if len(self.trace.graph) <= FEW else numeric.run

    @cached_property
    def _places(self) -> list[int]:
        return _places(self.trace.graph, self.trace.mode, self.trace.events)

    @cached_property
    def _watch(self) -> Watch:
        return Watch(self.trace.recording)

    @cached_property
    def explainer(self) -> Explainer:
        """That of the trace; names and sums are the same everywhere."""
        return self.trace.explainer()

    def explain(self, moved: Trace, step: int) -> Explanation:
        """Why event number `step` of what `move` gave does what it does."""
        return self.explainer.moved(moved.values, (moved.events.value, moved.events.partial)).explain(step)


def along_of(
    recording: Recording, mode: str, seed: Direction | None, weights: Sequence[float] | None
) -> tuple[float, ...]:
    """The direction or the weights as flat numbers: the first input or output alone unless they are given."""
    if mode not in TRACED:
        raise ADError("mode", f"{mode} cannot be stepped.", None, f"The modes with steps are {', '.join(TRACED)}.")
    foreign, own = ("seed", "weights") if mode == "reverse" else ("weights", "seed")
    if (seed if mode == "reverse" else weights) is not None:
        raise ADError("mode", f"{mode} has no option {foreign}.", None, f"Its option is: {own}.")
    if mode == "forward-over-reverse":
        second.check_scalar(recording.graph)
    if mode != "reverse":
        n = len(recording.graph.inputs)
        first = (1.0,) * (n > 0) + (0.0,) * (n - 1)
        return first if seed is None else tuple(read_direction(recording, seed))
    m = len(recording.graph.outputs)
    return (1.0,) + (0.0,) * (m - 1) if weights is None else tuple(as_weights(weights, m))


def _places(graph: Graph, mode: str, events: Events) -> list[int]:
    """Which events complete the result: -1 for a number that no event completes, because it is zero by structure.

    The result are tangents of the outputs, or adjoints of the inputs, or of second order the tangents of those.
    """
    nodes = graph.outputs if mode == "forward" else graph.inputs
    complete = np.flatnonzero((events.phase == PHASE_CODES[PHASE_OF[mode]]) & np.array(COMPLETE).take(events.kind))
    found = np.full(len(graph), -1)
    found[events.node[complete]] = complete  # of several entries for one node the last stays
    return list(found[list(nodes)].tolist())


def _read(values: Sequence[float], places: Sequence[int]) -> tuple[float, ...]:
    """The result, from the column `value` of all events."""
    return tuple([0.0 if place < 0 else float(values[place]) or 0.0 for place in places])


def _kept(graph: Graph, mode: str, along: Sequence[float]) -> int:
    """How many numbers a sweep back needs again: values, and in forward over reverse their tangents too."""
    if mode == "forward":
        return 0
    kept = last_reads(graph) >= 0
    if mode == "reverse":
        return int(kept.sum())
    moved = graph.varied([i for i, rate in zip(graph.inputs, along, strict=True) if rate])
    return int(kept.sum() + kept[moved].sum())


def _without_slope(graph: Graph, values: Sequence[float], events: Events, partial: Any) -> list[Caution]:
    """Partials that are nan although the value is a number: x**y has no slope in y where x is negative."""
    without = np.isnan(real(partial)) & (events.kind == CONTRIBUTION)
    if not without.any():
        return []
    lost = np.flatnonzero(without)
    rising = events.phase[lost] == PHASE_CODES["tangent"]
    ops = np.where(rising, events.node[lost], events.source[lost]).tolist()
    edges = dict.fromkeys(
        [(i, k) for i, k in zip(ops, events.arg[lost].tolist(), strict=True) if values[i] == values[i]]
    )
    if not edges:
        return []
    labels = Labels(graph)
    return [
        Caution("derivative", f"{labels.text(i)} has no derivative for argument {k + 1} here.", graph.spans[i], i)
        for i, k in edges
    ]


def graph_columns(graph: Graph, labels: Labels) -> dict[str, Any]:
    """A graph with its labels, in columns, as the page and the command line get it."""
    places = {id(span): span.to_list() for span in graph.spans if span}
    return {
        **labels.columns(),
        "args": list(graph.args),
        "constant": json_column(list(graph.constants)),
        "name": list(graph.names),
        "span": [places.get(id(span)) for span in graph.spans],
        "context": list(graph.in_context),
        "test": graph.tests(),
        "kept_until": last_readers(graph),
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
