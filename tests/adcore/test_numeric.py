"""Numbers by the short way, as traces take it, against the traversals that every algebra takes."""

import math
from itertools import accumulate

import pytest

import adcore
from adcore.algebras.floats import FloatAlgebra, Numeric, slopes_of
from adcore.algebras.staging import StagingAlgebra
from adcore.events import is_finite, real
from adcore.graph import CONST
from adcore.interpreter import formula, run, sweep
from adcore.modes import forward, reverse, second
from adcore.modes.reverse import order_of, pull, weigh
from tests.adcore.counted import CountingAlgebra
from tests.adcore.oracle import all_rules
from tests.adcore.reference import by_id, read_lines
from tests.adcore.stepwise import forward_events, second_events

CASES = [*read_lines("cases.jsonl"), *(case for case in read_lines("edge_cases.jsonl") if "text" in case)]
RULES = all_rules()
SAMPLES = (0.5, 1.75, -2.5, 3.0)


def same(found, expected):
    """To the last bit, the sign of zero and nan included."""
    return str(list(found)) == str(list(expected))


def unsigned(event):
    """An event of which zeros have no sign (an algebra is given no constant -0.0), and without a count."""
    number = None if event.value is None else event.value + 0.0
    slope = None if event.partial is None else event.partial + 0.0
    return event._replace(operations=0, value=number, partial=slope)


def recorded(case):
    try:
        return adcore.record(case["text"], case["point"])
    except adcore.ADError:
        pytest.skip("not a program")


@pytest.mark.parametrize("case", **by_id(CASES))
def test_the_short_way_gives_the_same_numbers(case):
    problem = recorded(case)
    graph, numeric, algebra = problem.graph, Numeric(problem.graph), FloatAlgebra()
    values = numeric.run(problem.leaves)
    assert same(values, problem.recording.values)
    assert same([x + 0.0 for x in values], [x + 0.0 for x in run(graph, algebra, problem.leaves)])
    for weights in ([1.0] * len(graph.outputs), [float(i == 0) for i in range(len(graph.outputs))]):
        seeds = {i: weight for i, weight in weigh(graph, weights).items() if weight}
        told, partials = [], []
        pull(numeric, values, seeds, order_of(graph, seeds), notes=(told.append, partials.append))
        expected = [(step.running, step.partial) for step in sweep(graph, algebra, values, seeds)]
        assert same(zip(told, partials, strict=True), expected)


@pytest.mark.parametrize("few", [0, reverse.FEW], ids=["columns", "nodes"])
@pytest.mark.parametrize("case", **by_id(CASES))
def test_the_events_are_those_of_the_sweep(case, few, monkeypatch):
    monkeypatch.setattr(reverse, "FEW", few)
    problem = recorded(case)
    graph, weights = problem.graph, [float(i == 0) for i in range(len(problem.graph.outputs))]
    events = reverse.Steps(graph, weights).start(problem.recording.values)
    first = [e for e in events if e.phase == "primal"]
    assert [e.node for e in first] == [i for i, op in enumerate(graph.ops) if op != CONST]
    weighted = graph.useful([i for i, weight in weigh(graph, weights).items() if weight])
    idle = [i for i in range(len(graph)) if not weighted[i]]
    steps = sweep(graph, FloatAlgebra(), problem.recording.values, weigh(graph, weights), idle=idle)
    expected = [
        (s.node, s.running, None, None, None) if s.arg < 0 else (s.target, s.running, s.node, s.arg, s.partial)
        for s in steps
    ]
    *rest, end = [e for e in events if e.phase == "adjoint" and e.kind != "seed"]
    assert (end.kind, end.node, end.value) == ("result", None, None)
    assert same([(e.node, e.value, e.source, e.arg, e.partial) for e in rest], expected)


@pytest.mark.parametrize("case", **by_id(CASES))
def test_a_sweep_forward_is_a_run_over_duals(case):
    problem = recorded(case)
    for along in ([1.0] * len(problem.leaves), [float(i == 0) for i in range(len(problem.leaves))]):
        algebra, inputs = counted(problem)
        expected = forward_events(problem.graph, forward.push(problem.graph, algebra, inputs, along))
        compare(forward.Steps(problem.graph, along), problem, expected)


@pytest.mark.parametrize("case", **by_id([case for case in CASES if len(str(case["text"])) < 400]))
def test_a_sweep_of_second_order_is_a_sweep_over_duals(case):
    problem = recorded(case)
    if len(problem.graph.outputs) != 1:
        pytest.skip("several outputs")
    along = [float(i == 0) for i in range(len(problem.leaves))]
    algebra, inputs = counted(problem)
    expected = second_events(problem.graph, algebra, forward.push(problem.graph, algebra, inputs, along))
    compare(second.Steps(problem.graph, along), problem, expected)


def counted(problem):
    """Floats that are staged too, and the inputs as such."""
    algebra = CountingAlgebra()
    return algebra, [algebra.input("", x) for x in problem.leaves]


def compare(steps, problem, expected):
    """The events, at the point itself and moved there; counts where no float ends, for then zeros cut sums short."""
    events, expected = steps.start(problem.recording.values), list(expected)
    *told, end = events
    assert same(map(unsigned, told), map(unsigned, expected))
    assert end.kind == "result"
    for moved, column in zip(steps.numbers(problem.recording.values), (events.value, events.partial), strict=True):
        assert same(real(moved).tolist(), column.tolist())
    if is_finite([e.value for e in told]) and is_finite([e.partial for e in told]):
        counts = list(accumulate((e.operations for e in expected), max))
        assert list(events.operations) == [*counts, max(counts, default=0)]


@pytest.mark.parametrize("case", **by_id([case for case in CASES if len(str(case["text"])) < 400]))
def test_operations_are_those_of_the_staged_program(case):
    problem = recorded(case)
    graph, weights = problem.graph, [1.0] * len(problem.graph.outputs)
    staging = StagingAlgebra()
    values = run(graph, staging, [staging.input("") for _ in graph.inputs])
    primal = staging.operations
    seeds = {i: staging.const(weight) for i, weight in weigh(graph, weights).items()}
    expected = [staging.operations for _ in sweep(graph, staging, values, seeds)]
    events = reverse.Steps(graph, weights).start(problem.recording.values)
    found = [e.operations for e in events if e.phase == "adjoint" and e.kind != "result"]
    assert found == [primal] * len(seeds) + expected


@pytest.mark.parametrize("name", RULES)
def test_slopes_are_the_texts_of_the_row(name):
    rule = RULES[name]
    args = SAMPLES[: len(rule.row.args)]
    out = rule.row.value(*args)
    if math.isnan(out):
        pytest.skip("no value here")
    for text, slope in zip(rule.partials, slopes_of(rule), strict=True):
        assert same([slope((*args, out))], [formula(FloatAlgebra(), text, args, out)])
