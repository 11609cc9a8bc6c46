"""Symbolic differentiation where SymPy alone has no answer or loses the digits: the table's rows and mpmath decide."""

import numpy as np
import pytest

import adcore


@pytest.mark.parametrize(
    ("source", "x"),
    [
        ("floor(x)*x", 2.5),
        ("ceil(x**2)*x", 1.3),
        ("floor(floor(x) + x*x)*x", 1.4),
        ("x % 2", 7.3),
        ("x//2*x", 7.3),
        ("x**floor(x)", 2.5),
        ("where(x > 0, floor(x), 1)*x", 2.5),
        ("sign(x) + sign(x**2)*x", 0.0),
        ("0**x", 2.0),
        ("x + 0**(x - 1)", 2.0),
    ],
)
def test_steps_and_powers_of_zero_are_as_in_the_table(source, x):
    expected = adcore.jacobian(source, {"x": x})
    assert np.array_equal(adcore.jacobian(source, {"x": x}, "symbolic"), expected, equal_nan=True)


def test_the_remainder_by_both_arguments():
    assert adcore.jacobian("x % y", {"x": 7.3, "y": 2.0}, "symbolic") == pytest.approx(np.array([[1, -3]]), rel=1e-15)


@pytest.mark.parametrize(
    ("source", "x", "y"),
    [
        ("x**y", 0.0, 3.0),
        ("x**y", 0.0, 1.0),
        ("x**y", 2.0, 3.0),
        ("3*(x*x)**y*sin(y)", 0.0, 1.5),
        ("(x - 1)**(x*y) + y", 1.0, 2.0),
    ],
)
def test_powers_of_a_base_that_is_zero(source, x, y):
    at = {"x": x, "y": y}
    assert adcore.jacobian(source, at, "symbolic") == pytest.approx(adcore.jacobian(source, at), rel=1e-14)


def test_the_formula_of_a_step_is_closed():
    [row] = adcore.compare("floor(x**2)*x", {"x": 1.5}, ["symbolic"])
    assert row["formulas"] == [[r"\left\lfloor{x^{2}}\right\rfloor"]]


@pytest.mark.parametrize(
    ("source", "x", "slope"),
    [
        ("tanh(exp(x))", 800.0, 0.0),
        ("tanh(exp(exp(x)))", 7.0, 0.0),
        ("tanh(x**3)", 1e150, 0.0),
        ("sin(x)**2 + cos(x)**2", 1.0, 0.0),
        ("tanh(exp(x))", 5.0, 7.3029835213286535e-127),  # sech(exp(x))**2*exp(x) with 50 digits
        ("exp(x)", 800.0, np.inf),
    ],
)
def test_what_cancels_is_worked_out_with_more_digits(source, x, slope):
    assert adcore.jacobian(source, {"x": x}, "symbolic") == pytest.approx(slope, rel=1e-14, abs=0)


@pytest.mark.parametrize("source", ["max(log(x), 0)", "relu(sqrt(x))", "min(3, log1p(x)*x)"])
def test_a_choice_by_what_has_no_value_has_no_slope(source):
    assert np.isnan(adcore.jacobian(source, {"x": -2.0}, "symbolic"))
