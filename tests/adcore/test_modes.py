"""The ways to differentiate, against each other and against 40 digits, on programs that nobody wrote."""

import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import adcore
from adcore.interpreter import run
from adcore.modes.numerical import DIFFERENCES, column, jacobian
from tests.adcore.generated import NAMES, points, programs
from tests.adcore.oracle import function_of

RANDOM = settings(max_examples=40)
weights = st.floats(-2, 2, allow_nan=False).map(lambda w: round(w, 2))


class MpmathAlgebra:
    """40 digits: every primitive by name from mpmath; the engine's own values are not used."""

    def const(self, c):
        return mp.mpf(c)

    def apply(self, rule, args):
        return function_of(rule)(*args)


def outputs(problem, leaves):
    values = run(problem.graph, MpmathAlgebra(), leaves)
    return [values[i] for i in problem.graph.outputs]


def is_smooth_at(source, point):
    """Whether nothing is at a kink or next to one, so that a derivative exists and a step does not cross."""
    near = [{**point, name: x + side * 1e-5} for name, x in point.items() for side in (1, -1)]
    shapes = {adcore.record(source, at).graph.decisions for at in near}
    return len(shapes) == 1 and not adcore.trace(source, point).warnings


@RANDOM
@given(programs(), points, st.data())
def test_forward_and_reverse_are_transposes(source, point, data):
    m = len(adcore.record(source, point).graph.outputs)
    w = data.draw(st.lists(weights, min_size=m, max_size=m))
    v = {name: data.draw(weights) for name in NAMES}
    left = np.dot(w, adcore.jvp(source, point, v))
    right = np.dot(adcore.vjp(source, point, w), [v[name] for name in NAMES])
    assert left == pytest.approx(right, rel=1e-10, abs=1e-10)


@RANDOM
@given(programs(), points)
@example("t0 = x\nreturn [max(x, y), min(x, y)]", {"x": 0.5, "y": 0.5, "z": 0.0})
def test_forward_and_reverse_agree_everywhere(source, point):
    forward = adcore.jacobian(source, point, "forward")
    np.testing.assert_allclose(adcore.jacobian(source, point, "reverse"), forward, rtol=1e-11, atol=1e-11)


@RANDOM
@given(programs(), points)
def test_against_forty_digits(source, point):
    assume(is_smooth_at(source, point))
    problem, h = adcore.record(source, point), mp.mpf("1e-15")
    found = adcore.jacobian(source, point)
    with mp.workdps(40):
        leaves = [mp.mpf(x) for x in problem.leaves]
        for value, exact in zip(problem.outputs, outputs(problem, leaves), strict=True):
            assert value == pytest.approx(float(exact), rel=1e-12, abs=1e-12)
        for j in range(len(leaves)):
            ahead, behind = ([*leaves[:j], leaves[j] + side * h, *leaves[j + 1 :]] for side in (1, -1))
            differences = zip(outputs(problem, ahead), outputs(problem, behind), strict=True)
            exact = [float((a - b) / (2 * h)) for a, b in differences]
            np.testing.assert_allclose(found[:, j], exact, rtol=1e-10, atol=1e-10)


@RANDOM
@given(programs(), points)
def test_the_ways_without_rules_agree(source, point):
    assume(is_smooth_at(source, point))
    reverse = adcore.jacobian(source, point)
    size = max(1.0, np.abs(reverse).max())
    np.testing.assert_allclose(adcore.jacobian(source, point, "complex-step"), reverse, atol=1e-10 * size, rtol=0)
    np.testing.assert_allclose(adcore.jacobian(source, point, "numerical"), reverse, atol=1e-5 * size, rtol=0)


@settings(RANDOM, max_examples=8)
@given(programs(), points)
def test_symbolic_agrees(source, point):
    assume(is_smooth_at(source, point))
    graph = adcore.record(source, point).graph
    assume(len(graph) < 40)
    try:
        found = adcore.jacobian(source, point, "symbolic")
    except adcore.ADError as error:
        assume(error.kind != "limit")
        raise
    np.testing.assert_allclose(found, adcore.jacobian(source, point), rtol=1e-9, atol=1e-9)


@RANDOM
@given(programs(), points)
def test_a_trace_says_what_the_modes_say(source, point):
    jacobian_ = adcore.jacobian(source, point)
    for i, row in enumerate(jacobian_):
        chosen = [float(i == k) for k in range(len(jacobian_))]
        np.testing.assert_array_equal(adcore.trace(source, point, weights=chosen).result, row)
    for j, name in enumerate(NAMES):
        found = adcore.trace(source, point, "forward", seed={name: 1.0}).result
        np.testing.assert_array_equal(found, adcore.jacobian(source, point, "forward")[:, j])


@RANDOM
@given(programs(), points)
def test_sharing_changes_no_number(source, point):
    apart, shared = (adcore.trace(source, point, shared=way) for way in (False, True))
    assert shared.outputs == apart.outputs
    np.testing.assert_allclose(shared.result, apart.result, rtol=1e-12, atol=1e-12)
    assert len(shared.graph) <= len(apart.graph)


@settings(RANDOM, max_examples=25)
@given(programs(), points)
def test_a_hessian_is_symmetric_and_the_slope_of_the_gradient(source, point):
    assume(is_smooth_at(source, point))
    scalar = source.replace("return [", "return sum([") + ")"
    hessian = adcore.hessian(scalar, point)
    size = max(1.0, np.abs(hessian).max())
    np.testing.assert_allclose(hessian, hessian.T, atol=1e-10 * size, rtol=0)
    for j, name in enumerate(NAMES):
        ahead, behind = (adcore.gradient(scalar, {**point, name: point[name] + d}) for d in (1e-6, -1e-6))
        np.testing.assert_allclose(hessian[:, j], (ahead - behind) / 2e-6, atol=1e-4 * size, rtol=0)
        np.testing.assert_allclose(adcore.hvp(scalar, point, {name: 1.0}), hessian[:, j], atol=1e-12 * size)


@pytest.mark.parametrize("formula", DIFFERENCES)
def test_the_error_of_a_difference_shrinks_with_its_order(formula):
    problem, exact = adcore.record("sin(x)*exp(x)", {"x": 0.7}), math.exp(0.7) * (math.sin(0.7) + math.cos(0.7))
    errors = [abs(column(problem, 0, formula, h)[0] - exact) for h in (0.04, 0.02)]
    assert math.log2(errors[0] / errors[1]) == pytest.approx(DIFFERENCES[formula].order, abs=0.1)
    assert jacobian(problem, formula)[0][0] == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize("x", [0.0, 1e-300, 1e-8, 3.0, 1e8, 1e300])
def test_a_step_can_be_added_to_the_point(x):
    for formula in DIFFERENCES.values():
        assert formula.step(x) > 0
        assert (x + formula.step(x)) - x == pytest.approx(formula.step(x))


def test_a_difference_over_a_changed_decision_runs_the_program_anew():
    source, point = "x*x if x > 1 else 5", {"x": 1.0 + 1e-9}
    assert adcore.jacobian(source, point)[0, 0] == pytest.approx(2)
    assert adcore.jacobian(source, point, "numerical")[0, 0] < -1e4


def test_a_partial_for_what_does_not_vary_is_never_asked():
    for mode in ("forward", "reverse"):
        assert adcore.gradient("x**2.5", {"x": -0.0}, mode).tolist() == [0.0]
        assert adcore.gradient("x**3", {"x": -2.0}, mode).tolist() == [12.0]
        assert adcore.gradient("where(x > 0, x, 0)*0 + y*log(2)", {"x": 1.0, "y": 1.0}, mode)[1] == math.log(2)


def test_second_order_of_integer_powers_at_zero():
    for n, expected in ((1, 0), (2, 2), (3, 0), (4, 0)):
        assert adcore.hessian(f"x**{n}", {"x": 0.0}).tolist() == [[expected]]


@pytest.mark.parametrize("mode", adcore.MODES)
def test_every_mode_has_a_name_a_label_and_a_help(mode):
    row = adcore.MODES[mode]
    assert row.name == mode
    assert row.label
    assert row.help
    assert adcore.jacobian("x*y", {"x": 2.0, "y": 3.0}, mode) == pytest.approx(np.array([[3.0, 2.0]]))


@pytest.mark.parametrize("mode", adcore.MODES)
def test_no_inputs_give_an_empty_row(mode):
    assert adcore.jacobian("3 + 4", {}, mode).shape == (1, 0)
