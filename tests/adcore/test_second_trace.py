"""Forward over reverse, step by step: four numbers a node, sums that add up, and words for each step."""

import math
import re
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given

import adcore
from adcore.events import KINDS, PHASES
from adcore.modes import TRACED
from adcore.trace import Mover
from adcore.wording import latex
from tests.adcore.generated import points, programs
from tests.adcore.latex_arithmetic import work_out
from tests.adcore.test_explain import GALLERY, LEAK, balanced
from tests.adcore.test_modes import RANDOM, is_smooth_at

MODE = "forward-over-reverse"
SCALAR = {name: program for name, program in GALLERY.items() if "output" not in name}
EACH = pytest.mark.parametrize(("source", "at"), SCALAR.values(), ids=SCALAR)


def stepped(source, at, **more):
    return adcore.trace(source, at, MODE, **more)


def complete(trace, phase, kind):
    return {event.node: event.value for event in trace.events if (event.phase, event.kind) == (phase, kind)}


def test_new_words_stand_at_the_end():
    assert list(PHASES)[:4] == ["primal", "tangent", "adjoint", "second"]
    assert list(KINDS)[6:8] == ["result", "curvature"]
    assert TRACED == ("forward", "reverse", MODE)


def test_all_four_numbers_of_a_product():
    trace = stepped("x*y", {"x": 2.0, "y": 3.0}, seed={"x": 1.0, "y": 10.0})
    told = [(e.phase, e.kind, e.node, e.value, e.source, e.arg, e.partial) for e in trace.events]
    assert told == [
        ("primal", "value", 0, 2.0, None, None, None),
        ("tangent", "seed", 0, 1.0, None, None, None),
        ("primal", "value", 1, 3.0, None, None, None),
        ("tangent", "seed", 1, 10.0, None, None, None),
        ("primal", "value", 2, 6.0, None, None, None),
        ("tangent", "contribution", 2, 3.0, 0, 0, 3.0),
        ("tangent", "contribution", 2, 23.0, 1, 1, 2.0),
        ("tangent", "tangent", 2, 23.0, None, None, None),
        ("adjoint", "seed", 2, 1.0, None, None, None),
        ("second", "seed", 2, 0.0, None, None, None),
        ("adjoint", "adjoint", 2, 1.0, None, None, None),
        ("second", "adjoint", 2, 0.0, None, None, None),
        ("adjoint", "contribution", 0, 3.0, 2, 0, 3.0),
        ("second", "curvature", 0, 10.0, 2, 0, 10.0),
        ("adjoint", "contribution", 1, 2.0, 2, 1, 2.0),
        ("second", "curvature", 1, 1.0, 2, 1, 1.0),
        ("adjoint", "adjoint", 1, 2.0, None, None, None),
        ("second", "adjoint", 1, 1.0, None, None, None),
        ("adjoint", "adjoint", 0, 3.0, None, None, None),
        ("second", "adjoint", 0, 10.0, None, None, None),
        ("second", "result", None, None, None, None, None),
    ]
    assert trace.result == (10.0, 1.0)


@EACH
def test_the_result_is_the_hessian_times_the_direction(source, at):
    trace = stepped(source, at)
    first = next(iter(at))
    seed = {first: [1.0, 0.0] if isinstance(at[first], list) else 1.0}
    np.testing.assert_array_equal(trace.result, adcore.hvp(source, at, seed))
    assert trace.result_json()["jacobian"] == [list(trace.result)]


@EACH
def test_both_sweeps_are_in_it(source, at):
    trace = stepped(source, at)
    forward, reverse = (adcore.trace(source, at, mode) for mode in ("forward", "reverse"))
    assert complete(trace, "tangent", "tangent") == complete(forward, "tangent", "tangent")
    assert complete(trace, "adjoint", "adjoint") == complete(reverse, "adjoint", "adjoint")
    assert complete(trace, "second", "adjoint").keys() == complete(reverse, "adjoint", "adjoint").keys()


@RANDOM
@given(programs(), points)
def test_each_term_adds_what_it_says(source, point):
    scalar = source.replace("return [", "return sum([") + ")"
    assume(is_smooth_at(scalar, point))
    trace = stepped(scalar, point, seed={"x": 1.0, "y": -2.0, "z": 0.5})
    rates = {kind: complete(trace, kind, "adjoint") for kind in ("adjoint", "second")}
    sums = {}
    for event in trace.events:
        if event.phase != "second" or event.kind not in ("contribution", "curvature"):
            continue
        rate = rates["second" if event.kind == "contribution" else "adjoint"][event.source]
        sums[event.node] = sums.get(event.node, 0.0) + rate * event.partial
        assert event.value == pytest.approx(sums[event.node], rel=1e-9, abs=1e-9)
    for node, value in rates["second"].items():
        assert value == pytest.approx(sums.get(node, 0.0), rel=1e-9, abs=1e-9)


@EACH
def test_every_step_explains_itself(source, at):
    trace = stepped(source, at)
    explainer = trace.explainer()
    for step, event in enumerate(trace.events):
        said = explainer.explain(step)
        assert said.title
        assert said.sentence.endswith(".")
        assert not LEAK.search(said.title + said.sentence + said.rule)
        assert all(balanced(text) and not LEAK.search(text) for text in (said.letters, said.names, said.numbers))
        if said.numbers and event.phase == "second":
            left, _, right = said.numbers.rpartition(" = ")
            assert right == latex(event.value)
            parts = [abs(work_out(part)) for part in re.split(r" \+ | - (?!.*\\right)", left) if balanced(part)]
            assert work_out(left) == pytest.approx(event.value, rel=1e-3, abs=2e-4 * max(parts, default=0.0))


def test_the_words_of_a_curvature():
    trace = stepped("sin(x)*y", {"x": 0.5, "y": 2.0})
    [said] = [trace.explain(k) for k, e in enumerate(trace.events) if e.kind == "curvature" and e.node == 0]
    assert said.title == "The curvature of v₁ reaches x"
    assert "The partial cos(x) itself changes along the direction, at rate −0.47943" in said.sentence
    assert said.numbers.endswith(rf"2 \cdot \left(-0.47943\right) = {latex(-2 * math.sin(0.5))}")


def test_the_cost_is_a_few_evaluations():
    source = "a = 1\nfor i in range(30):\n    a = a*x[i]\na"
    at = {"x": [1.0 + i / 30 for i in range(30)]}
    cost, reverse = (adcore.trace(source, at, mode).cost for mode in (MODE, "reverse"))
    assert reverse.total < cost.total <= 10 * cost.primal
    assert reverse.kept < cost.kept <= 2 * reverse.kept


def test_operations_never_go_down():
    counts = [event.operations for event in stepped("x*y + sin(x*y)/x", {"x": 2.0, "y": 3.0}).events]
    assert counts == sorted(counts)


def test_moving_the_point_moves_the_trace():
    source = "exp(x*y) + x**3"
    moved = adcore.retrace(stepped(source, {"x": 1.0, "y": 2.0}), {"x": 0.5, "y": 1.5})
    assert moved.result == stepped(source, {"x": 0.5, "y": 1.5}).result
    assert moved.events == stepped(source, {"x": 0.5, "y": 1.5}).events


def test_several_outputs_have_no_hessian():
    with pytest.raises(adcore.ADError, match="one output"):
        stepped("[x, x*x]", {"x": 1.0})


def test_a_mode_without_steps_names_those_with():
    with pytest.raises(adcore.ADError) as error:
        adcore.trace("x", {"x": 1.0}, "hyper-dual")
    assert error.value.hint == "The modes with steps are forward, reverse, forward-over-reverse."


@pytest.mark.parametrize("source", ["x**y", "abs(x)**y", "x**(y + 1)", "hypot(x, y)"])
@pytest.mark.parametrize(("opened", "moved"), list(permutations([(0.0, 0.0), (2.0, 3.0), (0.0, 2.0), (0.01, 0.01)], 2)))
def test_moves_from_and_to_an_edge_are_what_a_fresh_trace_is(source, opened, moved):
    """At an edge a partial is what the row states; the events are those of every other point."""
    traces = [adcore.trace(source, dict(zip("xy", at, strict=True)), MODE) for at in (opened, moved)]
    there = dict(zip("xy", moved, strict=True))
    followed, fresh = [Mover(trace).changes(there, 0) for trace in traces]
    assert repr(followed) == repr(fresh)
    assert len(traces[0].events) == len(traces[1].events)
