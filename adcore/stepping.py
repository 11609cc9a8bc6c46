"""Any mode step by step: its events, frozen and one by one, made as they are asked for.

>>> import adcore
>>> [(event.arg, event.value) for event in adcore.step_through("x**3", {"x": 2.0}, "taylor") if event.kind == "result"]
[(0, 8.0), (1, 12.0), (2, 12.0)]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Any

from adcore.arguments import as_count, as_weights
from adcore.cautions import cautions_of
from adcore.enclosures import pose_box
from adcore.errors import ADError
from adcore.events import KIND_CODES, PHASE_CODES, Event, json_column
from adcore.graph import Graph
from adcore.labels import Labels, program_latex
from adcore.limits import Limits
from adcore.modes import (
    TRACED,
    checkpointing,
    edge_elimination,
    elimination,
    enclosing,
    forward,
    linear,
    numerical,
    pattern,
    reverse,
    second,
    sparse,
    swell,
    taping,
    taylor,
)
from adcore.modes.second import SECOND_MODES
from adcore.problem import Direction, Problem, inputs_json, nest, pose, read_direction
from adcore.trace import graph_columns, trace_problem

Point = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Stepping(Iterator[Event]):
    """The events of one run of a mode. `graph` is the Wengert list whose nodes they name."""

    mode: str
    problem: Problem
    graph: Graph
    outputs: tuple[str, ...]
    events: Iterator[Event]

    def __next__(self) -> Event:
        return next(self.events)

    def lines(self, batch: int = 512) -> Iterator[dict[str, Any]]:
        """What is still to come as JSON lines: the graph, the events in batches, and what came out."""
        yield self._head()
        first, results = 0, list[float | None]()
        while events := list(islice(self, batch)):
            yield _columns(first, events)
            first += len(events)
            results += [event.value for event in events if event.kind == "result"]
        recording = self.problem.recording
        warnings = [caution.to_json() for caution in cautions_of(recording, recording.values)]
        yield {"type": "result", "result": json_column(results), "warnings": warnings}

    def _head(self) -> dict[str, Any]:
        inputs = self.problem.recording.inputs
        return {
            "type": "graph",
            "graph": graph_columns(self.graph, Labels(self.graph)),
            "inputs": inputs_json(inputs, nest(inputs, self.problem.leaves)),
            "outputs": list(self.outputs),
            "latex": program_latex(self.graph, self.outputs),
            "mode": self.mode,
        }


def _columns(first: int, events: list[Event]) -> dict[str, Any]:
    """Events as columns; None where they have nothing."""
    columns: dict[str, Any] = dict(zip(Event._fields, map(list, zip(*events, strict=True)), strict=True))
    columns |= {name: json_column(columns[name]) for name in ("value", "partial")}
    columns["phase"] = [PHASE_CODES[name] for name in columns["phase"]]
    columns["kind"] = [KIND_CODES[name] for name in columns["kind"]]
    return {"type": "events", "from": first, **columns}


def step_through(source: str, at: Point, mode: str, *, limits: Limits | None = None, **options: Any) -> Stepping:
    """The events of a mode of `STEPPED`, one by one. What came out are the last ones, of kind `result`.

    taylor                  `direction`, `order` (2): the coefficients of all nodes, order by order, as `derivatives`
    intervals               `at` is a box: the bounds of each value, then of each tangent by each input, as `enclose`
    hyper-dual              `direction`: the four parts of each node, in a pass for each input, as `hvp`
    forward-over-forward    the same
    reverse-over-forward    `direction`: values and adjoints of the program of the slope, which is the `graph`, as `hvp`
    forward-jacobian        values, then a sweep for each input: its seed and tangents, as `jacobian`
    reverse-jacobian        values, then a sweep from each output: its seed and adjoints, as `jacobian`
    sparse-jacobian         `by` (columns): pattern, colours, and a sweep for each colour, as `sparse_jacobian`
    hessian-pattern         operations where inputs meet, and the entries that they add, as `hessian_pattern`
    elimination             `order` (markowitz): edges and the vertices that go, as `eliminate`
    edge-elimination        edges and the moves that replace them, as `eliminate_edges`
    linearize-transpose     `direction`, `weights`: the linear program, which is the `graph`, is run, and then its
                            transpose, as `linearize` and `transpose`; results are those of both
    numerical               `formula` (central), `h`: where inputs are moved to, the outputs there, and the quotients
    complex-step            the same, along the imaginary axis
    swell                   `folded` (False): how large formulas of derivatives are, by the rules of the textbook
    tape                    which values a sweep back keeps, for which partials, and until when, as `tape`
    checkpointed            `checkpoints` (3), `weights`: states that are stored and computed again, as `checkpoint`
    forward                 `seed`; reverse `weights`; forward-over-reverse `seed`: those of `adcore.trace`, where the
                            one result has no value

    A direction is as of `jvp`, weights are as of `vjp`; the first number alone counts unless they are given. Passes
    over the list are made when their first event is asked for. Raises ADError for a mode or options that do not fit,
    before there are events.
    """
    if mode not in STEPPED:
        words = f"{mode} cannot be stepped through."
        raise ADError("mode", words, None, f"The modes with steps are {', '.join(STEPPED)}.")
    begin, known = STEPPED[mode]
    if foreign := [name for name in options if name not in known]:
        words = f"{mode} has no option {foreign[0]}."
        raise ADError("mode", words, None, f"Its options are: {', '.join(known) or 'none'}.")
    return begin(mode, source, at, limits, **options)


def _stepping(mode: str, problem: Problem, events: Iterator[Event]) -> Stepping:
    return Stepping(mode, problem, problem.graph, problem.recording.output_names, events)


def _along(problem: Problem, direction: Direction | None) -> list[float]:
    n = len(problem.leaves)
    return [float(i == 0) for i in range(n)] if direction is None else read_direction(problem.recording, direction)


def _trace(mode: str, source: str, at: Point, limits: Limits | None, **options: Any) -> Stepping:
    problem = pose(source, at, limits)
    return _stepping(mode, problem, iter(trace_problem(problem, mode, **options).events))


def _taylor(
    mode: str, source: str, at: Point, limits: Limits | None, direction: Direction | None = None, order: int = 2
) -> Stepping:
    problem = pose(source, at, limits)
    if as_count(order, "An order") < 0:
        raise ADError("order", f"An order is a whole number from 0 on, not {order}.", None, "Ask for order 1 or 2.")
    problem.syntax.limits.check("derivative_order", order)
    return _stepping(mode, problem, taylor.steps(problem, _along(problem, direction), order))


def _intervals(mode: str, source: str, at: Point, limits: Limits | None) -> Stepping:
    problem, box = pose_box(source, at, limits)
    return _stepping(mode, problem, enclosing.steps(problem, box))


def _four_parts(
    mode: str, source: str, at: Point, limits: Limits | None, direction: Direction | None = None
) -> Stepping:
    problem, passes = pose(source, at, limits), SECOND_MODES[mode].passes
    assert passes is not None
    second.check_scalar(problem.graph)
    return _stepping(mode, problem, second.four_part_steps(problem, _along(problem, direction), passes))


def _slope(mode: str, source: str, at: Point, limits: Limits | None, direction: Direction | None = None) -> Stepping:
    problem = pose(source, at, limits)
    second.check_scalar(problem.graph)
    second.check_even(problem)
    along = _along(problem, direction)
    program = second.slope_program(problem, along)
    return Stepping(mode, problem, program, ("slope",), second.slope_steps(problem, program, along))


def _forward_jacobian(mode: str, source: str, at: Point, limits: Limits | None) -> Stepping:
    problem = pose(source, at, limits)
    return _stepping(mode, problem, forward.steps(problem))


def _reverse_jacobian(mode: str, source: str, at: Point, limits: Limits | None) -> Stepping:
    problem = pose(source, at, limits)
    return _stepping(mode, problem, reverse.steps(problem))


def _sparse_jacobian(mode: str, source: str, at: Point, limits: Limits | None, by: str = "columns") -> Stepping:
    problem = pose(source, at, limits)
    return _stepping(mode, problem, sparse.steps(problem, sparse.plan(problem, by)))


def _hessian_pattern(mode: str, source: str, at: Point, limits: Limits | None) -> Stepping:
    problem = pose(source, at, limits)
    second.check_scalar(problem.graph)
    return _stepping(mode, problem, pattern.steps(problem.graph))


def _elimination(mode: str, source: str, at: Point, limits: Limits | None, order: str = "markowitz") -> Stepping:
    problem = pose(source, at, limits)
    return _stepping(mode, problem, elimination.steps(problem.graph, *elimination.plan(problem, order)))


def _edge_elimination(mode: str, source: str, at: Point, limits: Limits | None) -> Stepping:
    problem = pose(source, at, limits)
    return _stepping(mode, problem, edge_elimination.steps(problem.graph, *edge_elimination.plan(problem)))


def _linearize_transpose(
    mode: str,
    source: str,
    at: Point,
    limits: Limits | None,
    direction: Direction | None = None,
    weights: Sequence[float] | None = None,
) -> Stepping:
    problem = pose(source, at, limits)
    along, names = _along(problem, direction), problem.recording.output_names
    back = [float(k == 0) for k in range(len(names))] if weights is None else as_weights(weights, len(names))
    program = linear.linearize(problem)
    outputs = tuple(f"d{name}" for name in names)
    return Stepping(mode, problem, program.graph, outputs, linear.steps(program, along, back))


def _numerical(
    mode: str, source: str, at: Point, limits: Limits | None, formula: str = "central", h: float | None = None
) -> Stepping:
    problem = pose(source, at, limits)
    numerical.check_options(formula, h)
    return _stepping(mode, problem, numerical.steps(problem, formula, h))


def _complex_step(mode: str, source: str, at: Point, limits: Limits | None) -> Stepping:
    problem = pose(source, at, limits)
    numerical.check_complex(problem)
    return _stepping(mode, problem, numerical.complex_steps(problem))


def _swell(mode: str, source: str, at: Point, limits: Limits | None, folded: bool = False) -> Stepping:
    problem = pose(source, at, limits)
    if not isinstance(folded, bool):
        words = f"folded is {folded}; it must be true or false."
        raise ADError("mode", words, None, "Folded formulas leave out + 0, * 0 and * 1.")
    return _stepping(mode, problem, swell.steps(problem.graph, folded))


def _tape(mode: str, source: str, at: Point, limits: Limits | None) -> Stepping:
    problem = pose(source, at, limits)
    return _stepping(mode, problem, taping.steps(problem.graph))


def _checkpointed(
    mode: str,
    source: str,
    at: Point,
    limits: Limits | None,
    checkpoints: int = 3,
    weights: Sequence[float] | None = None,
) -> Stepping:
    problem = pose(source, at, limits)
    return _stepping(mode, problem, checkpointing.steps(problem, checkpoints, weights))


Begin = Callable[..., Stepping]
OWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"forward": ("seed",), "reverse": ("weights",), "forward-over-reverse": ("seed",)}
)
STEPPED: Mapping[str, tuple[Begin, tuple[str, ...]]] = MappingProxyType(
    {
        **{mode: (_trace, OWN[mode]) for mode in TRACED},
        "taylor": (_taylor, ("direction", "order")),
        "intervals": (_intervals, ()),
        **{way.name: (_four_parts, ("direction",)) for way in SECOND_MODES.values() if way.passes},
        "forward-jacobian": (_forward_jacobian, ()),
        "reverse-jacobian": (_reverse_jacobian, ()),
        "sparse-jacobian": (_sparse_jacobian, ("by",)),
        "hessian-pattern": (_hessian_pattern, ()),
        "elimination": (_elimination, ("order",)),
        "edge-elimination": (_edge_elimination, ()),
        "linearize-transpose": (_linearize_transpose, ("direction", "weights")),
        "numerical": (_numerical, ("formula", "h")),
        "complex-step": (_complex_step, ()),
        "swell": (_swell, ("folded",)),
        "tape": (_tape, ()),
        "checkpointed": (_checkpointed, ("checkpoints", "weights")),
        "reverse-over-forward": (_slope, ("direction",)),
    }
)
"""What begins each mode, and which options it takes."""
