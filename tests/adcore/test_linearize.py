"""Linearise and transpose: forward mode, and reverse mode operation by operation."""

import numpy as np
import pytest
from hypothesis import given

import adcore
from adcore.graph import CONST, INPUT
from tests.adcore.generated import points, programs
from tests.adcore.reference import by_id, read_lines
from tests.adcore.test_modes import RANDOM

CASES = read_lines("cases.jsonl")
EDGES = read_lines("edge_cases.jsonl")


def one_hot(count, k):
    return [float(i == k) for i in range(count)]


def assert_both_directions(source, at):
    linear = adcore.linearize(source, at)
    forward, reverse = (adcore.jacobian(source, at, mode) for mode in ("forward", "reverse"))
    np.testing.assert_array_equal(np.reshape(linear.matrix(), forward.shape), forward)
    back = adcore.transpose(linear)
    rows = [back.apply(one_hot(len(reverse), k)) for k in range(len(reverse))]
    np.testing.assert_array_equal(np.reshape(rows, reverse.shape), reverse)
    return linear, back


@pytest.mark.parametrize("case", **by_id(CASES))
def test_the_numbers_are_those_of_forward_and_reverse_mode(case):
    assert_both_directions(case["text"], case["point"])


@pytest.mark.parametrize("case", **by_id(EDGES))
def test_at_kinks_and_edges_too(case):
    assert_both_directions(case["text"], case["point"])


@RANDOM
@given(programs(), points)
def test_random_programs(source, point):
    linear, back = assert_both_directions(source, point)
    again = adcore.transpose(back)
    np.testing.assert_allclose(again.matrix(), linear.matrix(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("case", **by_id([case for case in CASES if case["n_out"] == 1]))
def test_the_operations_are_those_of_the_sweep(case):
    events = adcore.trace(case["text"], case["point"]).events
    edges = [event for event in events if event.phase == "adjoint" and event.kind == "contribution"]
    first = {event.node for event in events if event.phase == "adjoint" and event.kind == "seed"}
    arrivals = first | {event.node for event in edges}
    back = adcore.transpose(adcore.linearize(case["text"], case["point"]))
    assert back.multiplications == len(edges)
    assert back.additions == len(edges) + len(first) - len(arrivals)


def test_the_program_is_linear():
    linear = adcore.linearize("sin(x*y)*x", {"x": 2.0, "y": 3.0})
    assert set(linear.graph.ops) == {INPUT, CONST, "mul", "add"}
    a, b = np.array([0.5, -2.0]), np.array([3.0, 0.25])
    np.testing.assert_allclose(linear.apply(2 * a + b), 2 * np.array(linear.apply(a)) + linear.apply(b), rtol=1e-14)
    np.testing.assert_allclose(linear.apply(a), adcore.jvp("sin(x*y)*x", {"x": 2.0, "y": 3.0}, {"x": 0.5, "y": -2.0}))


def test_each_edge_is_a_product_and_stays_one():
    linear, back = assert_both_directions("x*y + x", {"x": 2.0, "y": 3.0})
    assert (linear.multiplications, linear.additions) == (4, 2)
    assert (back.multiplications, back.additions) == (4, 1)


def test_outputs_that_are_constants_inputs_or_twice_the_same():
    linear, back = assert_both_directions("[3, x, x*y, x*y, y, x]", {"x": 2.0, "y": 3.0})
    assert linear.matrix() == [[0, 0], [1, 0], [3, 2], [3, 2], [0, 1], [1, 0]]
    assert back.apply([9, 1, 1, 1, 1, 1]) == [8, 5]


def test_inner_products_agree():
    source, at = "[sin(x)*y, x/y, hypot(x, y)]", {"x": 0.7, "y": 1.3}
    linear = adcore.linearize(source, at)
    v, w = [0.3, -1.1], [2.0, 0.5, -0.7]
    assert np.dot(w, linear.apply(v)) == pytest.approx(np.dot(adcore.transpose(linear).apply(w), v), rel=1e-14)


def test_what_an_input_does_not_reach_is_zero_beside_nan():
    at = {"x": 1.0, "y": 0.0}
    linear = adcore.linearize("x + 0*csch(y/y)", at)
    assert np.array_equal(linear.matrix(), [[1.0, np.nan]], equal_nan=True)
    assert np.array_equal(adcore.transpose(linear).matrix(), [[1.0], [np.nan]], equal_nan=True)


@pytest.mark.parametrize("changes", [[1.0], [1.0, 2.0, 3.0], ["1", 2.0], 1.0])
def test_changes_that_do_not_fit(changes):
    with pytest.raises(adcore.ADError, match="input numbers"):
        adcore.linearize("x*y", {"x": 2.0, "y": 3.0}).apply(changes)
