"""Traces as they travel: strict JSON in batches, resumed anywhere, run again at another point without the program."""

import json
import math
import pickle

import numpy as np
import orjson
import pytest

import adcore
from adcore.events import KINDS, PHASES, packed
from adcore.graph import CONST, INPUT
from adcore.modes.falling import UNPACKED
from adcore.trace import Mover
from tests.adcore.reference import read_programs

PROGRAMS = read_programs("programs.txt")
AT = {"x": 1.3, "y": 1.7}
EACH_PROGRAM = pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)
EACH_MODE = pytest.mark.parametrize("mode", ["forward", "reverse"])
BABY = "a = x1/x2\nb = exp(x2)\nc = a - b\nreturn (sin(a) + c)*c"
COLUMNS = "phase kind node value source arg partial operations".split()


def strict(value):
    """Through JSON that knows neither nan nor infinities, and back."""
    return json.loads(json.dumps(value, allow_nan=False))


def lines(trace, **more):
    return [strict(line) for line in trace.lines(**more)]


def joined(parts):
    """Batches of events as rows."""
    return [row for part in parts for row in zip(*(part[name] for name in COLUMNS), strict=True)]


@EACH_MODE
@EACH_PROGRAM
def test_the_lines_of_a_stream(source, mode):
    trace = adcore.trace(source, AT, mode)
    head, *middle, end = lines(trace, batch=7)
    assert (head["type"], end["type"]) == ("graph", "result")
    assert (head["mode"], head["steps"]) == (mode, len(trace.events))
    assert [part["from"] for part in middle] == list(range(0, len(trace.events), 7))
    rows = joined(middle)
    assert len(rows) == len(trace.events)
    phases, kinds = list(PHASES), list(KINDS)
    assert [(phases[row[0]], kinds[row[1]], row[2]) for row in rows] == [
        (e.phase, e.kind, e.node) for e in trace.events
    ]


@EACH_MODE
@EACH_PROGRAM
def test_the_columns_of_a_graph(source, mode):
    graph = adcore.trace(source, AT, mode).to_json()["graph"]
    size = len(graph["op"])
    for name in "args constant symbol name text list latex partials span context test".split():
        assert len(graph[name]) == size, name
    for i in range(size):
        assert all(a < i for a in graph["args"][i])
        assert len(graph["partials"][i]) == len(graph["args"][i])
        assert (graph["symbol"][i] is None) == (graph["op"][i] == CONST or graph["test"][i])
        assert 0 <= graph["context"][i] < len(graph["contexts"])
    symbols = [symbol for symbol in graph["symbol"] if symbol]
    assert len(symbols) == len(set(symbols))


@EACH_MODE
@pytest.mark.parametrize("start", [0, 1, 5, 10_000])
def test_a_stream_goes_on_where_it_stopped(mode, start):
    trace = adcore.trace(BABY, {"x1": 1.5, "x2": 0.5}, mode)
    head, *middle, end = lines(trace, start=start, batch=4)
    assert joined(middle) == joined(lines(trace)[1:-1])[start:]
    assert head["steps"] == len(trace.events)
    assert end["type"] == "result"


def test_numbers_that_json_has_not_travel_as_words():
    trace = adcore.trace("log(x)*y, exp(y), -exp(y)", {"x": -1.0, "y": 1e4}, weights=[1.0, 1.0, 1.0])
    result = strict(trace.result_json())
    assert result["value"] == ["nan", "inf", "-inf"]
    assert result["jacobian"][0][0] == "nan"
    assert "nan" in strict(trace.to_json())["events"]["value"]


def test_the_order_of_a_forward_sweep():
    trace = adcore.trace("x*y", {"x": 2.0, "y": 3.0}, "forward", seed={"x": 1.0, "y": 1.0})
    assert [(e.kind, e.node, e.value) for e in trace.events] == [
        ("value", 0, 2),
        ("seed", 0, 1),
        ("value", 1, 3),
        ("seed", 1, 1),
        ("value", 2, 6),
        ("contribution", 2, 3),
        ("contribution", 2, 5),
        ("tangent", 2, 5),
        ("result", None, None),
    ]
    assert [(e.source, e.arg, e.partial) for e in trace.events if e.kind == "contribution"] == [(0, 0, 3), (1, 1, 2)]


def test_the_order_of_a_reverse_sweep():
    trace = adcore.trace("x*y", {"x": 2.0, "y": 3.0})
    assert [(e.phase, e.kind, e.node, e.value) for e in trace.events] == [
        ("primal", "value", 0, 2),
        ("primal", "value", 1, 3),
        ("primal", "value", 2, 6),
        ("adjoint", "seed", 2, 1),
        ("adjoint", "adjoint", 2, 1),
        ("adjoint", "contribution", 0, 3),
        ("adjoint", "contribution", 1, 2),
        ("adjoint", "adjoint", 1, 2),
        ("adjoint", "adjoint", 0, 3),
        ("adjoint", "result", None, None),
    ]


@EACH_MODE
@EACH_PROGRAM
def test_events_keep_their_invariants(source, mode):
    trace = adcore.trace(source, AT, mode)
    sums, complete, counts = {}, set(), 0
    for e in trace.events:
        if e.kind == "contribution":
            rate = next(f.value for f in reversed(trace.events) if f.node == e.source and f.kind in RATES[mode])
            sums[e.node] = sums.get(e.node, 0.0) + e.partial * rate
            assert e.value == pytest.approx(sums[e.node], rel=1e-12, abs=1e-300)
            assert e.node not in complete
        elif e.kind == "seed" and mode == "reverse":
            sums[e.node] = e.value
        elif e.kind in ("tangent", "adjoint"):
            assert e.value == pytest.approx(sums.get(e.node, 0.0), rel=1e-12, abs=1e-300)
            complete.add(e.node)
        assert e.operations >= counts or mode == "reverse"
        counts = max(counts, e.operations)
    assert trace.events[-1].kind == "result"
    assert trace.events[-1].operations == trace.cost.total


RATES = {"forward": ("tangent", "seed"), "reverse": ("adjoint",)}


@EACH_MODE
def test_branches_stand_where_they_were_decided(mode):
    trace = adcore.trace("y = x*x\nif y > 2:\n    y = y*3\ny + 1", {"x": 1.6}, mode)
    primal = [(e.kind, trace.graph.ops[e.node]) for e in trace.events if e.phase == "primal" and e.node is not None]
    assert primal == [("value", INPUT), ("value", "mul"), ("branch", "gt"), ("value", "mul"), ("value", "add")]


def test_the_default_seed_and_weights():
    assert adcore.trace("x*y", AT, "forward").along == (1, 0)
    assert adcore.trace("x, y", AT).along == (1, 0)
    assert adcore.trace("3", {}, "forward").result == (0,)


def test_results_are_a_column_or_a_row():
    source, at = "x*y, x + y, y", {"x": 2.0, "y": 3.0}
    assert adcore.trace(source, at, "forward", seed={"y": 1.0}).result_json()["jacobian"] == [[2], [1], [1]]
    assert adcore.trace(source, at, weights=[0, 1, 0]).result_json()["jacobian"] == [[1, 1]]


def test_costs_are_those_of_the_staged_program():
    cost = adcore.trace(BABY, {"x1": 1.5, "x2": 0.5}).to_json()["cost"]
    assert cost["operations"]["primal"] == 6
    assert cost["operations"]["total"] == cost["operations"]["primal"] + cost["operations"]["derivative"]
    assert cost["multiple"] == pytest.approx(cost["operations"]["total"] / 6, abs=1e-4)
    assert cost["tape"]["bytes"] == 8 * cost["tape"]["values"] > 0
    assert adcore.trace("x + y", AT).to_json()["cost"]["tape"]["values"] == 0
    assert adcore.trace("x", AT).to_json()["cost"]["multiple"] is None


@EACH_MODE
@EACH_PROGRAM
def test_running_again_at_another_point(source, mode):
    trace = adcore.trace(source, AT, mode)
    near = {"x": 1.3000001, "y": 1.6999999}
    again, anew = adcore.retrace(trace, near), adcore.trace(source, near, mode)
    assert again is not None
    assert again.events == anew.events
    assert again.result == anew.result
    assert again.result_json() == anew.result_json()
    assert adcore.retrace(trace, AT).events == trace.events


@EACH_MODE
@EACH_PROGRAM
def test_one_mover_goes_to_many_points(source, mode):
    trace = adcore.trace(source, AT, mode)
    mover, last = Mover(trace), len(trace.events) - 1
    for at in ({"x": 1.3000001, "y": 1.7}, AT, {"x": 1.3, "y": 1.6999999}):
        moved, anew = mover.move(at), adcore.trace(source, at, mode)
        assert moved.events == anew.events
        for step in (0, last // 3, last // 2, last):
            assert mover.explain(moved, step) == anew.explain(step)


@pytest.mark.parametrize("mode", adcore.modes.TRACED)
@pytest.mark.parametrize(
    ("source", "at"),
    [
        ("log(x)*y + sqrt(y - 2)", {"x": -1.0, "y": 1.0}),
        ("(x + 1e17 - 1e17)*exp(y)", {"x": 3.0, "y": 1000.0}),
        ("max(x, y)*y", {"x": 2.0, "y": 2.0}),
        ("x**y", {"x": -2.0, "y": 3.0}),
        ("def f(x, y):\n    for i in range(200):\n        x = sin(x)*y\n    return x", {"x": 2.0, "y": math.nan}),
        ("def f(x, y):\n    for i in range(200):\n        x = sin(x)*y\n    return x", {"x": 2.0, "y": 0.5}),
    ],
    ids=["outside", "cancelled", "tie", "no slope", "many and nan", "many"],
)
def test_what_a_move_changes_is_what_a_new_trace_says(source, at, mode):
    mover, anew = Mover(adcore.trace(source, {"x": 1.0, "y": 2.5}, mode)), adcore.trace(source, at, mode)
    [events] = packed(anew.events, 0, len(anew.events))
    for step in (0, len(anew.events) // 2, len(anew.events) - 1):
        changes = mover.changes(at, step)
        assert changes["explanation"] == anew.explain(step).to_json()
        assert _read_back(changes, "value", "partial") == _read_back(events, "value", "partial")
        assert {**changes["result"], "cost": anew.cost.to_json()} == anew.result_json()
        assert changes["warnings"] == [warning.to_json() for warning in anew.warnings]
    assert mover.changes(at, len(anew.events))["explanation"] is None


def _read_back(message: dict, *names: str) -> dict:
    sent = {name: message[name] for name in names}
    return json.loads(orjson.dumps(sent, option=orjson.OPT_SERIALIZE_NUMPY))


@EACH_MODE
def test_a_changed_decision_asks_for_a_new_trace(mode):
    trace = adcore.trace("x*x if x > 1 else x", {"x": 2.0}, mode)
    assert adcore.retrace(trace, {"x": 3.0}).outputs == [9]
    assert adcore.retrace(trace, {"x": 0.5}) is None
    assert adcore.retrace(trace, {"x": 1.0}) is None
    assert adcore.retrace(trace, {"x": math.nan}) is None


def test_a_point_of_another_shape_is_refused():
    trace = adcore.trace("u[0]*u[1]", {"u": [1.0, 2.0]})
    assert adcore.retrace(trace, {"u": [3.0, 4.0]}).outputs == [12]
    for at in ({"u": [1.0]}, {"u": 1.0}, {}, {"u": [1.0, 2.0], "z": 1.0}):
        with pytest.raises(adcore.ADError) as caught:
            adcore.retrace(trace, at)
        assert caught.value.kind == "point"


def test_warnings_belong_to_the_new_point():
    trace = adcore.trace("log(x)", {"x": 2.0})
    assert trace.warnings == ()
    assert [w.kind for w in adcore.retrace(trace, {"x": -2.0}).warnings] == ["domain"]


def test_a_trace_travels_between_processes():
    trace = adcore.trace(BABY, {"x1": 1.5, "x2": 0.5})
    copy = pickle.loads(pickle.dumps(trace))
    assert copy.to_json() == trace.to_json()
    assert adcore.retrace(copy, {"x1": 1.0, "x2": 2.0}).result == adcore.retrace(trace, {"x1": 1.0, "x2": 2.0}).result


def test_a_long_sweep_says_what_one_from_node_to_node_does():
    source = "s = x\nfor i in range(600):\n    s = sin(s)*y + s/(1 + s*s)\ns*x"
    trace, kept = adcore.trace(source, AT), {}
    for event in trace.events:
        if event.kind == "contribution":
            kept[event.node] = event.value
        elif event.kind == "adjoint":
            assert event.value == kept.get(event.node, 1.0)
    assert sum(event.kind == "contribution" for event in trace.events) > 2 * UNPACKED
    assert list(trace.result) == adcore.gradient(source, AT).tolist()


@pytest.mark.parametrize("mode", ["forward", "forward-over-reverse"])
def test_a_seed_is_given_as_a_direction_is(mode):
    source, at = "x*y*y", {"x": 1.0, "y": 2.0}
    named = adcore.trace(source, at, mode, seed={"x": 1.0, "y": 0.5}).result
    for seed in ([1.0, 0.5], np.array([1.0, 0.5])):
        assert adcore.trace(source, at, mode, seed=seed).result == named
    assert set(adcore.trace(source, at, mode, seed={}).result) == {0.0}
    with pytest.raises(adcore.ADError):
        adcore.trace(source, at, mode, seed=[1.0])
