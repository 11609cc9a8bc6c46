"""The complex step where numbers are extreme: functions that overflow on the way, tiny inputs, faint slopes."""

import math

import mpmath
import numpy as np
import pytest

import adcore
from adcore.modes import numerical


def sigmoid(x):
    return 1 / (1 + mpmath.exp(-x))


@pytest.mark.parametrize(
    ("source", "x", "slope"),
    [
        ("softplus(x)", 800.0, sigmoid),
        ("softplus(x)", -40.0, sigmoid),
        ("sigmoid(x)", -700.0, lambda x: sigmoid(x) * sigmoid(-x)),
        ("sigmoid(x)", 40.0, lambda x: sigmoid(x) * sigmoid(-x)),
        ("sech(x)", 800.0, lambda x: -mpmath.sech(x) * mpmath.tanh(x)),
        ("sech(x)", -30.0, lambda x: -mpmath.sech(x) * mpmath.tanh(x)),
        ("sech(x)", 6e-10, lambda x: -mpmath.sech(x) * mpmath.tanh(x)),
        ("sech(x)", 120.0, lambda x: -mpmath.sech(x) * mpmath.tanh(x)),
        ("csch(x)", 800.0, lambda x: -mpmath.csch(x) * mpmath.coth(x)),
        ("csch(x)", -1e-5, lambda x: -mpmath.csch(x) * mpmath.coth(x)),
        ("csch(x)", -3.0, lambda x: -mpmath.csch(x) * mpmath.coth(x)),
        ("expm1(x)", -40.0, mpmath.exp),
        ("sqrt(log1p(x))", 1e-20, lambda x: 1 / (2 * mpmath.sqrt(mpmath.log1p(x)) * (1 + x))),
        ("log(x)", 1e-35, lambda x: 1 / x),
        ("1/x", 1e-31, lambda x: -1 / x**2),
        ("1/x", 1e145, lambda x: -1 / x**2),
        ("sqrt(x)", 1e-40, lambda x: 1 / (2 * mpmath.sqrt(x))),
        ("x**2", 1e-200, lambda x: 2 * x),
        ("x**3", 1e-100, lambda x: 3 * x**2),
        ("exp(x)", -690.0, mpmath.exp),
        ("cos(x)", 1e100, lambda x: -mpmath.sin(x)),
        ("x**2.5 + 0**x", 2.0, lambda x: 2.5 * x**1.5),
        ("relu(x)", -1.0, lambda x: 0),
        ("x**11", 0.0, lambda x: 0),
    ],
)
def test_extreme_ranges(source, x, slope):
    with mpmath.workdps(50):
        expected = float(slope(mpmath.mpf(x)))
    found = adcore.jacobian(source, {"x": x}, "complex-step")[0, 0]
    assert found == pytest.approx(expected, rel=1e-11, abs=0)


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_the_length_of_numbers_of_any_size(size):
    found = adcore.jacobian("hypot(x, y)", {"x": 3 * size, "y": -4 * size}, "complex-step")
    assert found[0].tolist() == pytest.approx([0.6, -0.8], rel=1e-14)


def test_a_step_that_is_given_is_taken():
    problem = adcore.record("log(x)", {"x": 1e-35})
    assert numerical.complex_column(problem, 0, 1e-30)[0] == pytest.approx(math.pi / 2 * 1e30, rel=1e-4)


def test_a_gradient_is_checked_where_softplus_overflows_written_out():
    assert adcore.check("softplus(x)", {"x": 800.0}, ["1"]).verdict == "right"


@pytest.mark.parametrize(
    ("source", "x"),
    [
        ("log(x)", -2.0),
        ("asin(x)", -1.65),
        ("exp(log(x))", -2.0),
        ("sqrt(x)**2", -2.0),
        ("abs(log(x))", -2.0),
        ("floor(log(x)) + x", -2.0),
        ("max(log(x), 0)", -2.0),
        ("x*log(x)", 0.0),
        ("log(exp(x))", 1000.0),
        ("log(cosh(x))", 800.0),
        ("1/x**2", 0.0),
        ("x**-2", 0.0),
        ("1/(1/x)", 0.0),
        ("atan(1/x)", 0.0),
        ("sqrt(x*x)", 0.0),
        ("sqrt(x)**2", 0.0),
        ("atan(sqrt(x))", 0.0),
        ("log(0*x)", 1.0),
        ("(-2)**x", 3.0),
        ("x**x", -2.0),
    ],
)
def test_no_number_where_there_is_no_value_or_no_slope(source, x):
    assert math.isnan(adcore.jacobian(source, {"x": x}, "complex-step")[0, 0])


STEEP = [
    *("sqrt(x)", "-sqrt(x)", "2*sqrt(x) + x", "cbrt(x)", "x**0.5", "log(x)", "log2(x)", "1/x", "cot(x)", "csch(x)"),
    *("log1p(x - 1)", "asin(x + 1)", "acos(x - 1)", "acosh(x + 1)", "atanh(x - 1)", "asec(1 + x)", "x**x", "acsch(x)"),
]


@pytest.mark.parametrize("source", STEEP)
def test_a_slope_that_is_infinite_is_so_here_too(source):
    found = adcore.jacobian(source, {"x": 0.0}, "complex-step")[0, 0]
    assert math.isinf(found)
    assert found == adcore.jacobian(source, {"x": 0.0}, "forward")[0, 0]


@pytest.mark.parametrize(
    ("source", "x", "slope"),
    [
        ("abs(x)", 0.0, 0.0),
        ("relu(x)", 0.0, 0.0),
        ("max(x, 0)", 0.0, 0.5),
        ("max(x, -x, 2*x)", 0.0, 2 / 3),
        ("hypot(x, x)", 0.0, 0.0),
        ("max(sqrt(x), 1)", 0.0, 0.0),
        ("where(log(x) > 0, 1, x)", -2.0, 1.0),
        ("where(x > 0, x, log(x)) + 0*floor(x)", 0.5, 1.0),
        ("1/(1 + exp(x))", 800.0, 0.0),
        ("sqrt(1/(1 + exp(x)))", 800.0, 0.0),
        ("sqrt(floor(x)) + x", 0.5, 1.0),
        ("0**x", 2.0, 0.0),
        ("0*x + log(2)", -1.0, 0.0),
    ],
)
def test_conventions_and_what_is_not_felt(source, x, slope):
    assert adcore.jacobian(source, {"x": x}, "complex-step")[0, 0] == pytest.approx(slope, rel=1e-14)


def test_an_input_that_a_number_without_value_does_not_depend_on():
    found = adcore.jacobian("[log(x), log(x)*y, y]", {"x": -1.0, "y": 2.0}, "complex-step")
    assert np.array_equal(found, [[np.nan, 0.0], [np.nan, np.nan], [0.0, 1.0]], equal_nan=True)


def test_a_function_with_a_rule_of_its_own_is_looked_into():
    source = "def root(a):\n    return sqrt(a)\ndef root_partials(a, out):\n    return 1/(2*out)\n3*root(t)"
    assert math.isnan(adcore.jacobian(source, {"t": -2.0}, "complex-step")[0, 0])
    assert adcore.jacobian(source, {"t": 0.0}, "complex-step")[0, 0] == math.inf
    assert adcore.jacobian(source, {"t": 4.0}, "complex-step")[0, 0] == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("source", "at", "slopes"),
    [
        ("sinh(x % y)", {"x": 575700.2416666638, "y": 60.51673131949549}, (1, -9513)),
        ("sinh(x % y)", {"x": -7.3, "y": 2.5}, (1, 3)),
        ("sinh(x % x + y)", {"x": 0.20028799549354082, "y": 0.5}, (0, 1)),
    ],
)
def test_the_digits_of_a_remainder(source, at, slopes):
    with mpmath.workdps(40):
        x, y = (mpmath.mpf(number) for number in at.values())
        outer = mpmath.cosh(y if "x % x" in source else x - mpmath.floor(x / y) * y)
        exact = [float(outer * slope) for slope in slopes]
    assert adcore.jacobian(source, at, "complex-step")[0] == pytest.approx(exact, rel=1e-14, abs=0)
