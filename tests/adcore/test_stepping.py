"""Modes step by step: the last events are what the mode returns, and the numbers before them are those of the nodes."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

import adcore
from adcore.errors import ADError
from adcore.events import KINDS, PHASES
from adcore.modes.checkpointing import least_advances
from adcore.modes.taylor import expand
from adcore.problem import nest
from adcore.stepping import STEPPED
from tests.adcore.generated import points, programs
from tests.adcore.reference import read_json, read_programs
from tests.adcore.stepped_programs import PROGRAMS, SEVERAL, SHORT_LOOP, found, split
from tests.adcore.test_modes import RANDOM

LOOPS = read_programs("loops.txt")
CHAINS = read_json("checkpoint.json")["t"]
SINGLE = [name for name, (_, at) in PROGRAMS.items() if list(at) == ["x"]]


@pytest.mark.parametrize("name", SINGLE)
def test_taylor(name):
    source, at = PROGRAMS[name]
    steps = adcore.step_through(source, at, "taylor", order=5)
    before, results = split(steps)
    np.testing.assert_array_equal(found(results), adcore.derivatives(source, at, 5))
    assert [event.arg for event in before] == sorted(event.arg for event in before)
    values = {event.node: event.value for event in before if event.arg == 0}
    recorded = adcore.record(source, at).recording.values
    assert values == {i: recorded[i] for i in values}
    assert set(steps.graph.outputs) <= set(values)


def test_taylor_along_a_direction():
    source, at = SEVERAL
    _, results = split(adcore.step_through(source, at, "taylor", direction={"x": 0.5, "y": 2.0}, order=2))
    assert [(event.node, event.arg) for event in results][:4] == [(2, 0), (2, 1), (2, 2), (3, 0)]
    exact = [6, 0.5 * 3 + 2 * 2, 2 * 0.5 * 2, math.sin(2), 0.5 * math.cos(2), -0.25 * math.sin(2), 3, 2, 0]
    assert found(results) == pytest.approx(exact, rel=1e-14)
    _, flat = split(adcore.step_through(source, at, "taylor", direction=[0.5, 2.0], order=2))
    assert flat == results
    _, first = split(adcore.step_through(source, at, "taylor", order=1))
    assert found(first)[1::2] == adcore.jvp(source, at, {"x": 1}).tolist()


def test_zeros_by_structure_are_not_told():
    before, _ = split(adcore.step_through("x**2 + 5", {"x": 3.0}, "taylor", order=3))
    assert [(event.node, event.arg, event.value) for event in before] == [
        (0, 0, 3.0),
        (1, 0, 9.0),
        (3, 0, 14.0),
        (0, 1, 1.0),
        (1, 1, 6.0),
        (3, 1, 6.0),
        (1, 2, 1.0),
        (3, 2, 1.0),
    ]


@pytest.mark.parametrize("mode", ["hyper-dual", "forward-over-forward", "reverse-over-forward"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_second_order(name, mode):
    source, at = PROGRAMS[name]
    problem = adcore.record(source, at)
    n = len(problem.leaves)
    columns = []
    for j in range(n):
        direction = nest(problem.recording.inputs, [float(i == j) for i in range(n)])
        _, results = split(adcore.step_through(source, at, mode, direction=direction))
        np.testing.assert_array_equal(found(results), adcore.hvp(source, at, direction, mode))
        columns.append(found(results))
    np.testing.assert_allclose(np.transpose(columns), adcore.hessian(source, at, mode), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("mode", ["hyper-dual", "forward-over-forward"])
def test_numbers_with_four_parts(mode):
    source, at = PROGRAMS["vector loop"]
    direction = {"v": [1.0, -0.5, 2.0], "w": 0.25}
    steps = adcore.step_through(source, at, mode, direction=direction)
    before, results = split(steps)
    inputs, [output] = steps.graph.inputs, steps.graph.outputs
    ends = [event for event in before if event.node == output]
    by_kind = {}
    for event in ends:
        by_kind.setdefault((event.kind, event.source is None), []).append(event.value)
    assert by_kind["value", True] == [adcore.value(source, at)] * len(inputs)
    assert by_kind["tangent", False] == pytest.approx(adcore.gradient(source, at), rel=1e-13)
    assert by_kind["tangent", True] == pytest.approx(list(adcore.jvp(source, at, direction)) * len(inputs), rel=1e-13)
    assert by_kind["mixed", False] == found(results)
    assert [event.source for event in ends if event.kind == "mixed"] == list(inputs)


def test_reverse_over_forward_sweeps_the_program_of_the_slope():
    source, at = PROGRAMS["vector"]
    steps = adcore.step_through(source, at, "reverse-over-forward", direction={"w": 2.0})
    before, results = split(steps)
    values = {event.node: event.value for event in before if event.kind == "value"}
    assert values[steps.graph.outputs[0]] == pytest.approx(adcore.jvp(source, at, {"w": 2.0})[0], rel=1e-14)
    sums = {event.node: event.value for event in before if event.kind == "adjoint"}
    assert found(results) == [sums.get(event.node, 0.0) for event in results]
    edges = [event for event in before if event.kind == "contribution"]
    assert all(steps.graph.args[event.source][event.arg] == event.node for event in edges)
    assert next(steps.lines())["outputs"] == ["slope"]


@pytest.mark.parametrize("order", ["forward", "reverse", "markowitz"])
@pytest.mark.parametrize("name", [*PROGRAMS, "several"])
def test_elimination(name, order):
    source, at = PROGRAMS.get(name, SEVERAL)
    before, results = split(adcore.step_through(source, at, "elimination", order=order))
    elimination = adcore.eliminate(source, at, order)
    np.testing.assert_array_equal(found(results), np.ravel(elimination.jacobian))
    gone = [(event.node, event.value, event.operations) for event in before if event.kind == "eliminate"]
    assert gone == [(step.node, step.multiplications, step.total) for step in elimination.steps]
    assert {event.operations for event in results} == {elimination.multiplications}
    edges = {(event.source, event.node): event.value for event in before if event.kind == "edge"}
    ends = zip([o for o in elimination.linearised.outputs for _ in elimination.linearised.inputs], results, strict=True)
    np.testing.assert_array_equal([edges.get((event.source, o), 0.0) for o, event in ends], found(results))


@pytest.mark.parametrize("checkpoints", [1, 2, 5])
@pytest.mark.parametrize("name", LOOPS)
def test_checkpoints(name, checkpoints):
    source, at = LOOPS[name], {"x": 0.3, "y": 0.8}
    before, results = split(adcore.step_through(source, at, "checkpointed", checkpoints=checkpoints))
    whole = adcore.checkpoint(source, at, checkpoints)
    np.testing.assert_array_equal(found(results), whole.gradient)
    memory = [event for event in before if event.phase == "memory"]
    told = {"store": "checkpoint", "restore": "restore", "release": "release"}
    moves = [h for h in whole.happenings if h.action.kind in told or h.again]
    assert [(e.kind, e.source, e.value) for e in memory] == [
        (told.get(h.action.kind, "recompute"), h.action.turn, h.held) for h in moves
    ]
    again = sum(event.arg - event.source for event in memory if event.kind == "recompute")
    assert again == whole.advanced == least_advances(whole.turns, checkpoints)
    plain = [event._replace(operations=0) for event in adcore.trace(source, at).events][:-1]
    for phase in ("primal", "adjoint"):
        assert [e for e in before if e.phase == phase] == [e for e in plain if e.phase == phase]


@pytest.mark.parametrize("row", [row for row in CHAINS if row["l"] <= 40], ids=lambda row: f"{row['l']}-{row['c']}")
def test_turns_are_run_again_as_often_as_the_reference_says(row):
    source = f"for i in range({row['l']}): x = sin(x)\nx"
    before, _ = split(adcore.step_through(source, {"x": 1.0}, "checkpointed", checkpoints=row["c"]))
    assert sum(e.arg - e.source for e in before if e.kind == "recompute") == row["t"]
    stored = [e.kind for e in before if e.kind in ("checkpoint", "release")]
    assert stored.count("checkpoint") == stored.count("release")
    held = list(itertools.accumulate(1 if kind == "checkpoint" else -1 for kind in stored))
    assert max(held) <= row["c"]


def test_checkpoints_with_weights():
    source, at = "for i in range(5):\n    x = x*y\n[x, y*x, y]", {"x": 2.0, "y": 0.5}
    _, results = split(adcore.step_through(source, at, "checkpointed", weights=[0.5, -2, 3]))
    assert found(results) == adcore.vjp(source, at, [0.5, -2, 3]).tolist()


BOXES = {
    "line": {"x": (1.5, 1.75)},
    "loop": {"x": (0.7, 0.75)},
    "branch": {"x": (1.25, 1.5)},
    "vector": {"v": [(0.5, 0.75), -0.25], "w": (1.5, 2.0)},
    "unused": {"x": (2.0, 3.0), "y": 3.0, "z": (0.0, 1.0)},
    "no derivative": {"x": (-1.0, -0.5), "y": 2.0},
}


@pytest.mark.parametrize("name", BOXES)
def test_intervals(name):
    source, box = PROGRAMS[name][0], BOXES[name]
    before, results = split(adcore.step_through(source, box, "intervals"))
    enclosure = adcore.enclose(source, box)
    rows = [[value, *row] for value, row in zip(enclosure.values, enclosure.jacobian, strict=True)]
    np.testing.assert_array_equal(found(results), np.ravel(rows))
    assert [event.arg for event in (*before, *results)] == [0, 1] * (len(before + results) // 2)
    ends = {(event.phase, event.node, event.source, event.arg): event.value for event in before}
    told = [ends.get((e.phase, e.node, e.source, e.arg), 0.0) for e in results]
    np.testing.assert_array_equal(told, found(results))


def test_a_decision_that_a_box_leaves_open_comes_before_all_events():
    with pytest.raises(ADError, match="more than one branch"):
        next(adcore.step_through("x if x > 1 else -x", {"x": (0.5, 1.5)}, "intervals"))


@pytest.mark.parametrize("mode", adcore.modes.TRACED)
def test_modes_with_a_trace_give_its_events(mode):
    source, at = PROGRAMS["vector loop"]
    assert list(adcore.step_through(source, at, mode)) == list(adcore.trace(source, at, mode).events)


@pytest.mark.parametrize("mode", [mode for mode in STEPPED if mode not in adcore.modes.TRACED])
def test_events_come_when_they_are_asked_for(mode):
    steps = adcore.step_through(*SHORT_LOOP, mode)
    first = list(itertools.islice(steps, 3))
    with pytest.raises(AttributeError):
        first[0].value = 0.0
    assert [*first, *steps] == list(adcore.step_through(*SHORT_LOOP, mode))


def test_lines_are_the_events():
    source, at = PROGRAMS["no derivative"]
    head, *batches, end = adcore.step_through(source, at, "taylor", order=1).lines(4)
    events = list(adcore.step_through(source, at, "taylor", order=1))
    assert (head["type"], head["mode"], len(head["graph"]["op"])) == ("graph", "taylor", 4)
    assert [batch["from"] for batch in batches] == list(range(0, len(events), 4))
    kinds = [list(KINDS)[code] for batch in batches for code in batch["kind"]]
    assert kinds == [event.kind for event in events]
    assert [arg for batch in batches for arg in batch["arg"]] == [event.arg for event in events]
    assert end["result"] == ["nan", "nan"]
    assert end["warnings"]


@pytest.mark.parametrize(
    ("mode", "options", "words"),
    [
        ("symbolic", {}, "symbolic cannot be stepped through"),
        ("taylor", {"seed": {"x": 1}}, "taylor has no option seed"),
        ("taylor", {"order": -1}, "whole number"),
        ("taylor", {"order": 1.5}, "whole number"),
        ("taylor", {"order": 10**6}, "derivative_order|orders"),
        ("taylor", {"direction": {"z": 1}}, "z is no input"),
        ("forward", {"weights": [1]}, "forward has no option weights"),
        ("intervals", {"order": 1}, "intervals has no option order"),
        ("elimination", {"order": 3}, "no elimination order called 3"),
        ("checkpointed", {"checkpoints": 0}, "At least one checkpoint"),
        ("checkpointed", {}, "no loop"),
        ("hyper-dual", {"direction": [[1]]}, "direction|numbers"),
        ("forward-jacobian", {"direction": [1]}, "forward-jacobian has no option direction"),
        ("reverse-jacobian", {"weights": [1]}, "reverse-jacobian has no option weights"),
        ("sparse-jacobian", {"by": "diagonals"}, "not compressed by diagonals"),
        ("hessian-pattern", {"by": "rows"}, "hessian-pattern has no option by"),
        ("edge-elimination", {"order": "reverse"}, "edge-elimination has no option order"),
        ("linearize-transpose", {"direction": [1, 2]}, "1 input numbers and 2"),
        ("linearize-transpose", {"weights": [1, 2]}, "1 outputs and 2 weights"),
        ("numerical", {"formula": "sideways"}, "no difference formula called sideways"),
        ("numerical", {"h": 0}, "greater than 0"),
        ("numerical", {"h": "small"}, "greater than 0"),
        ("complex-step", {"h": 1e-8}, "complex-step has no option h"),
        ("tape", {"order": 1}, "tape has no option order"),
        ("swell", {"folded": "yes"}, "true or false"),
    ],
)
def test_what_does_not_fit_is_refused_before_there_are_events(mode, options, words):
    with pytest.raises(ADError, match=words):
        adcore.step_through("x*x", {"x": 1.0}, mode, **options)


@pytest.mark.parametrize("mode", ["hyper-dual", "reverse-over-forward", "hessian-pattern"])
def test_second_order_is_of_one_output(mode):
    with pytest.raises(ADError, match="one output"):
        adcore.step_through(*SEVERAL, mode)


@settings(RANDOM, max_examples=25)
@given(programs(), points)
def test_random_programs(source, point):
    problem = adcore.record(source, point)
    _, results = split(adcore.step_through(source, point, "taylor", direction=[1.0, -0.5, 0.75], order=3))
    series = expand(problem, [1.0, -0.5, 0.75], 3)
    np.testing.assert_array_equal(found(results), np.ravel([np.multiply(row, [1, 1, 2, 6]) for row in series]))
    _, results = split(adcore.step_through(source, point, "elimination"))
    np.testing.assert_array_equal(found(results), np.ravel(adcore.eliminate(source, point).jacobian))
    if len(problem.graph.outputs) == 1:
        for mode in ("hyper-dual", "forward-over-forward", "reverse-over-forward"):
            _, results = split(adcore.step_through(source, point, mode))
            np.testing.assert_array_equal(found(results), adcore.hvp(source, point, {"x": 1.0}, mode))


@pytest.mark.parametrize("mode", STEPPED)
def test_lines_of_every_mode(mode):
    source, at = SHORT_LOOP
    events = list(adcore.step_through(source, at, mode))
    head, *batches, end = map(json.dumps, adcore.step_through(source, at, mode).lines(5))
    batches = list(map(json.loads, batches))
    assert json.loads(head)["mode"] == mode
    for name, table in (("phase", PHASES), ("kind", KINDS)):
        assert [list(table)[code] for batch in batches for code in batch[name]] == [getattr(e, name) for e in events]
    for name in ("node", "value", "source", "arg"):
        assert [entry for batch in batches for entry in batch[name]] == [getattr(event, name) for event in events]
    assert json.loads(end)["result"] == [event.value for event in events if event.kind == "result"]


def test_every_word_of_an_event_is_written_down():
    page = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text("utf-8")
    modes = [mode for mode in STEPPED if mode not in adcore.modes.TRACED]
    assert [word for word in (*PHASES, *KINDS, *modes) if f"`{word}`" not in page] == []
    assert [mode for mode in STEPPED if mode not in adcore.step_through.__doc__] == []
