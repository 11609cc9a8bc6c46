"""Digits that a derivative has lost: every row of the table, against a run without rounding."""

import math

import pytest

from adcore.lost_digits import LOST, find_loss, is_lost
from adcore.precise_run import PreciseRun
from adcore.primitives import ROWS
from adcore.problem import pose

POINTS = tuple(
    sign * (near + step)
    for near in (0.0, 1.0)
    for step in (1e-12, 1e-6, 0.01, 0.3, 1.7, 5.3, 12.0, 30.0)
    for sign in (1, -1)
)
STEPS = ("floor", "ceil", "sign", "relu", "abs")
ONE_LETTER = tuple(name for name, row in ROWS.items() if len(row.args) == 1 and name not in ("neg", *STEPS))


@pytest.mark.parametrize("name", ONE_LETTER)
def test_only_the_rule_of_tanh_loses_digits_of_the_number_that_it_is_given(name):
    losses = [
        x for x in POINTS if (loss := find_loss(pose(f"{name}(x)", {"x": x}))) and loss.cause == "cancelled-slope"
    ]
    assert losses == ([x for x in POINTS if abs(x) > 9.5] if name == "tanh" else [])


@pytest.mark.parametrize("x", [5.3, -13.0, 20.0, 300.0])
def test_a_reference_has_all_digits(x):
    reference = PreciseRun(pose("tanh(x)", {"x": x}))
    assert reference.slopes(1) == [
        pytest.approx(4 * math.exp(-2 * abs(x)) / (1 + math.exp(-2 * abs(x))) ** 2, rel=1e-13)
    ]
    assert reference.partial(1, 0) == reference.rule_partial(1, 0, [x]) == reference.slopes(1)[0]
    assert float(reference.values[1]) == pytest.approx(math.tanh(x), rel=1e-15)


def test_a_reference_of_what_has_no_value_is_nan():
    assert math.isnan(PreciseRun(pose("1/x", {"x": 0.0})).slopes(2)[0])


def test_nudges_move_inputs_and_numbers_that_are_not_whole():
    problem = pose("x*0.1 + 2*y", {"x": 1.0, "y": 3.0})
    graph = problem.graph
    by_x, by_y = PreciseRun(problem, [2.0**32, 2.0**33]).slopes(graph.outputs[0])
    assert by_x == pytest.approx(0.1 * (1 + 2.0**-20), rel=1e-12)
    assert by_y == 2


@pytest.mark.parametrize(
    ("found", "right", "lost"),
    [
        (1.0, 1 + 0.5 * LOST, False),
        (1.0, 1 + 2 * LOST, True),
        (0.0, 1e-300, True),
        (0.0, 5e-324, False),
        (1e-17, 0.0, False),
        (1.0, math.nan, False),
        (math.nan, 1.0, True),
        (1e284, 1e-101, False),
    ],
)
def test_nine_digits_are_enough(found, right, lost):
    assert is_lost(found, right) is lost


def test_what_rounding_the_inputs_explains_is_no_loss():
    assert find_loss(pose("sin(3e5*x)", {"x": 3.3})) is None
    assert find_loss(pose("(x - y)**2", {"x": 1 / 3, "y": 0.1 + 0.7 / 3})) is None
    assert find_loss(pose("(sin(x) - sin(y))**2", {"x": 0.7, "y": 0.7 + 1e-14})) is None


def test_what_is_left_over_in_the_reference_itself_is_no_loss():
    assert find_loss(pose("x*y/x", {"x": 1e-300, "y": 1.5})) is None  # y/x - x*y/x**2: of 1e300 400 digits leave 1e-101


def test_the_first_operation_that_is_wrong_is_blamed():
    loss = find_loss(pose("a = exp(x) - 1\nb = a*3\nb/x", {"x": 1e-9}))
    assert (loss.cause, loss.node, loss.arg) == ("cancellation", 3, -1)
    assert loss.right == pytest.approx(math.expm1(1e-9), rel=1e-15)
