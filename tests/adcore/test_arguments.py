"""What is given beside a program and does not fit is refused in words, whichever function is asked."""

import numpy as np
import pytest

import adcore

SOURCE, AT = "x*y", {"x": 1.0, "y": 2.0}
LOOP = "for i in range(4):\n    x = x*y\nx"
HUGE = {"x": 10**400, "y": 1.0}
GIVEN_A_POINT = {
    "value": lambda at: adcore.value(SOURCE, at),
    "parse": lambda at: adcore.parse(SOURCE, at),
    "compile": lambda at: adcore.compile(SOURCE, at),
    "enclose": lambda at: adcore.enclose(SOURCE, at),
    "retrace": lambda at: adcore.retrace(adcore.trace(SOURCE, AT), at),
    "direction": lambda at: adcore.jvp(SOURCE, AT, at),
    "seed": lambda at: adcore.trace(SOURCE, AT, mode="forward", seed=at),
    "deviations": lambda at: adcore.propagate(SOURCE, AT, at),
}
DIRECTIONS = ("direction", "seed")


@pytest.mark.parametrize("answer", GIVEN_A_POINT.values(), ids=GIVEN_A_POINT)
@pytest.mark.parametrize("wrong", [["x", "y"], 3.0, "x=1", {1: 2.0, "x": 1.0, "y": 1.0}], ids=str)
def test_a_point_is_by_name(answer, wrong):
    with pytest.raises(adcore.ADError, match="by the names of inputs") as error:
        answer(wrong)
    assert error.value.kind == "point"


@pytest.mark.parametrize("answer", [GIVEN_A_POINT[name] for name in GIVEN_A_POINT if name not in DIRECTIONS])
def test_a_point_is_no_list(answer):
    with pytest.raises(adcore.ADError, match="by the names of inputs"):
        answer([1.0, 2.0])


CUBIC, CUBIC_AT = "a*a*b*v[0] + v[1]**3", {"a": 1.5, "b": -2.0, "v": [0.5, 3.0]}
CUBIC_GRADIENT = [-1.5 * 2.0, 1.5**2 * 0.5, -2.0 * 1.5**2, 27.0]


@pytest.mark.parametrize("turned", [list, tuple, np.array], ids=lambda kind: kind.__name__)
def test_a_direction_may_be_flat_in_the_order_of_the_gradient(turned):
    flat, named = turned(CUBIC_GRADIENT), {"a": -3.0, "b": 1.125, "v": [-4.5, 27.0]}
    assert adcore.jvp(CUBIC, CUBIC_AT, flat) == pytest.approx([np.dot(CUBIC_GRADIENT, CUBIC_GRADIENT)], rel=1e-14)
    for mode in ("forward-over-reverse", "hyper-dual"):
        by_name = adcore.hvp(CUBIC, CUBIC_AT, named, mode)
        assert adcore.hvp(CUBIC, CUBIC_AT, flat, mode).tolist() == by_name.tolist()
        assert by_name == pytest.approx(adcore.hessian(CUBIC, CUBIC_AT) @ CUBIC_GRADIENT, rel=1e-13)


def test_a_gradient_can_be_fed_back():
    gradient = adcore.gradient(CUBIC, CUBIC_AT)
    assert adcore.jvp(CUBIC, CUBIC_AT, gradient) == pytest.approx([gradient @ gradient], rel=1e-14)


def test_what_a_direction_does_not_name_stays_at_rest():
    assert adcore.jvp(SOURCE, AT, {"x": 1.0}).tolist() == adcore.jvp(SOURCE, AT, [1, 0]).tolist() == [2.0]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([1.0], "2 input numbers and 1 numbers in the direction"),
        (np.ones(3), "2 input numbers and 3 numbers in the direction"),
        ([[1.0], [2.0]], "one for each input number"),
        (None, "one for each input number"),
        ([1.0, 10**400], "Number 2 of the direction is too large"),
    ],
)
def test_a_flat_direction_fits_the_inputs(wrong, message):
    for ask in (adcore.jvp, adcore.hvp):
        with pytest.raises(adcore.ADError, match=message):
            ask(SOURCE, AT, wrong)


@pytest.mark.parametrize("wrong", [3, None, b"x", ["x"], abs], ids=str)
def test_a_program_is_text(wrong):
    for ask in (adcore.value, adcore.parse, adcore.compile, adcore.enclose):
        with pytest.raises(adcore.ADError, match="given as text"):
            ask(wrong, AT)


@pytest.mark.parametrize("answer", [GIVEN_A_POINT[name] for name in GIVEN_A_POINT if name not in ("parse",)])
def test_a_number_fits_a_float(answer):
    with pytest.raises(adcore.ADError, match="x is too large for a float"):
        answer(HUGE)


GIVEN_WEIGHTS = {
    "vjp": lambda weights: adcore.vjp("[x, x*y]", AT, weights),
    "trace": lambda weights: adcore.trace("[x, x*y]", AT, weights=weights).result,
    "checkpoint": lambda weights: adcore.checkpoint(LOOP + ", y", AT, 2, weights).gradient,
}


@pytest.mark.parametrize("answer", GIVEN_WEIGHTS.values(), ids=GIVEN_WEIGHTS)
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([1.0], "2 outputs and 1 weights"),
        ([1.0, 2.0, 3.0], "2 outputs and 3 weights"),
        (["a", 1.0], "is a number"),
        ([[1.0], [2.0]], "is a number"),
        (2.0, "a list of numbers"),
        ([10**400, 1], "Weight 1 is too large"),
    ],
)
def test_weights_are_numbers_for_each_output(answer, wrong, message):
    with pytest.raises(adcore.ADError, match=message):
        answer(wrong)


@pytest.mark.parametrize("wrong", [2.5, "a", None])
def test_checkpoints_are_counted(wrong):
    with pytest.raises(adcore.ADError, match="number of checkpoints is a whole number"):
        adcore.checkpoint(LOOP, AT, wrong)


def test_checkpoints_may_be_counted_by_numpy():
    assert adcore.checkpoint(LOOP, AT, np.int64(2)).gradient == (16.0, 32.0)


@pytest.mark.parametrize("changes", [[1.0], [1.0, 2.0, 3.0]])
def test_a_linear_program_takes_a_change_for_each_input(changes):
    with pytest.raises(adcore.ADError, match="There are 2 input numbers"):
        adcore.linearize(SOURCE, AT).apply(changes)


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf"), "a"])
def test_a_step_is_a_positive_number(wrong):
    with pytest.raises(adcore.ADError, match="a number greater than 0"):
        adcore.jacobian(SOURCE, AT, "numerical", h=wrong)
