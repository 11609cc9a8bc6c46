"""Symbolic differentiation where SymPy alone has no answer or loses the digits: the table's rows and mpmath decide."""

import mpmath
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


@pytest.mark.parametrize(
    "source",
    [
        "where(atanh(1e200) > x, x, 2*x)",
        "where(atanh(1e200) != x, x, 2*x)",
        "where(sqrt(-1 - x*x) < 1, x, 2*x)",
        "where(1/(x - x) > 1, x, 2*x)",
        "where(log(x - x) < 1, x, 2*x)",
        "where(atan2(x, acos(3*x)) > 2, x, 2*x)",
        "atan2(x, acos(3*x))",
    ],
)
def test_what_has_no_value_or_is_infinite_is_compared_as_by_floats(source):
    expected = adcore.jacobian(source, {"x": 0.5})
    assert np.array_equal(adcore.jacobian(source, {"x": 0.5}, "symbolic"), expected, equal_nan=True)


def test_what_sympy_cannot_write_is_an_error_of_this_way_alone():
    source = "max(1/(x - x), x)"
    with pytest.raises(adcore.ADError, match="no formula for this") as caught:
        adcore.jacobian(source, {"x": 0.5}, "symbolic")
    assert caught.value.hint == "Forward and reverse mode still give the number."


@pytest.mark.parametrize("source", ["max(1/(x - x), x)", "max(atan(csc(x - x)), x)"])
def test_the_other_ways_answer_where_there_is_no_formula(source):
    reverse, symbolic = adcore.compare(source, {"x": 0.5}, ["reverse", "symbolic"])
    assert not reverse["error"]
    assert symbolic["error"]["kind"] == "symbolic"


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


@pytest.mark.parametrize(
    "source", ["log(x)", "exp(log(x))", "sqrt(x)**2", "asec(1/x)**2", "relu(log(-2))*x", "max(log(-3), x, 3*x)"]
)
def test_no_slope_where_there_is_no_value(source):
    assert np.isnan(adcore.jacobian(source, {"x": -2.0 if "asec" not in source else 3.0}, "symbolic"))


def test_an_input_that_a_number_without_value_does_not_depend_on():
    found = adcore.jacobian("[log(x), log(x)*y, y]", {"x": -1.0, "y": 2.0}, "symbolic")
    assert np.array_equal(found, [[np.nan, 0.0], [np.nan, np.nan], [0.0, 1.0]], equal_nan=True)


@pytest.mark.parametrize(
    ("source", "point"),
    [
        ("max(x, y, z)", (1.0, 1.0, 1.0)),
        ("max(x, y, z)", (1.0, 1.0, 0.5)),
        ("max(x, y, z)", (1.0, 2.0, 3.0)),
        ("min(x, y, z, x*y)", (1.0, 1.0, 1.0)),
        ("min(x, 2*y, z + 1)", (2.0, 1.0, 1.0)),
        ("max(x, y)*z", (1.0, 1.0, 1.0)),
        ("max(min(x, y), z)", (1.0, 2.0, 1.0)),
        ("max(max(x, y, z), x + y)", (1.0, 0.0, 1.0)),
        ("max(x, y, 2, 0.5) + max(z, 3, 4)", (0.0, 1.0, 4.0)),
        ("relu(x) + relu(y) + relu(-z)", (0.0, 1.0, 2.0)),
        ("min(relu(x), relu(y), 0.5)*z", (0.0, 1.0, 2.0)),
        ("relu(relu(x) - y) + relu(max(y, z)) + relu(relu(-x))", (0.0, 0.0, -1.0)),
        ("where(log(y) > relu(x), z, y)", (-1.0, 1.0, 3.0)),
        ("where(where(y > 3, x, y) > sin(y) and x < 1 or z == 3, z*y, y)", (-1.0, 1.0, 3.0)),
        ("abs(x - y) + sign(z)*z", (1.0, 1.0, -2.0)),
    ],
)
def test_ties_and_choices_are_as_in_the_table(source, point):
    at = dict(zip("xyz", point, strict=True))
    assert np.array_equal(adcore.jacobian(source, at, "symbolic"), adcore.jacobian(source, at))


def test_layers_of_relu_do_not_multiply_their_pieces():
    layers = "h = [x, y]\nfor k in range(5):\n    h = [relu(0.3*h[0] - 0.5*h[-1] + 0.1*i) for i in range(3)]\nsum(h)"
    [way] = adcore.compare(layers, {"x": 0.4, "y": 0.3}, ["symbolic"])
    assert way["digits"] == [[17, 17]]
    assert r"\theta\left(0.3 x - 0.5 y\right)" in way["formulas"][0][0]
    assert "cases" not in way["formulas"][0][0]


SOFTMAX = "def f(x):\n    m = max(x)\n    e = [exp(t - m) for t in x]\n    s = sum(e)\n    return [t/s for t in e]"


@pytest.mark.parametrize("count", [3, 12])
def test_the_stable_softmax_comes_back(count):
    at = {"x": [0.1 * i for i in range(count)]}
    assert adcore.jacobian(SOFTMAX, at, "symbolic") == pytest.approx(adcore.jacobian(SOFTMAX, at), rel=1e-13)


def test_the_formula_of_a_maximum_is_a_step():
    [row] = adcore.compare("max(x, y, z)", {"x": 1.0, "y": 1.0, "z": 1.0}, ["symbolic"])
    assert row["formulas"][0][0] == r"\theta\left(x - \max\left(y, z\right)\right)"
    assert row["jacobian"][0] == [1 / 3] * 3


@pytest.mark.parametrize(
    ("source", "x", "slope"),
    [
        ("log(cosh(x) - sinh(x))", 40.0, -1.0),
        ("1/(1 - tanh(x)**2)", 60.0, 2 * np.sinh(60.0) * np.cosh(60.0)),
        ("sqrt(x - 1)*sqrt(x - 1)", 3.0, 1.0),
        ("(exp(x) - 1)**2/2", 1e-30, 1e-30),
        ("abs(log(x))", 0.5, -2.0),
        ("lgamma(x)*x", -2.5, None),
        ("exp(-exp(exp(x)))", 8.0, 0.0),
    ],
)
def test_cancelling_on_the_way_to_a_pole_or_a_root(source, x, slope):
    slope = adcore.gradient(source, {"x": x})[0] if slope is None else slope
    assert adcore.jacobian(source, {"x": x}, "symbolic") == pytest.approx(slope, rel=1e-13, abs=0)


@pytest.mark.parametrize(
    ("source", "exact", "x"),
    [
        ("tan(1000*x + 1)", lambda x: mpmath.tan(1000 * x + 1), 2e217),
        ("x*sin(x/7 + 1)", lambda x: x * mpmath.sin(x / 7 + 1), 1e120),
        ("where(atan(cosh(x)) > 1, x, 2*x)", lambda x: x, 1e130),
        ("where(exp(-exp(x)) < 0.5, x*x, x)", lambda x: x * x, 1e100),
        ("x - exp(-exp(exp(x)))", lambda x: x, 20.0),
        ("atan(sinh(x)) + 3*x", lambda x: 3 * x, 1e130),
    ],
)
def test_functions_of_what_is_far_from_0(source, exact, x):
    with mpmath.workdps(500):
        slope = float(mpmath.diff(exact, x, h=mpmath.mpf(10) ** -150))
    assert adcore.jacobian(source, {"x": x}, "symbolic") == pytest.approx(slope, rel=1e-14)


@pytest.mark.parametrize(
    ("source", "x"),
    [
        *(("sqrt(x)", 0.0), ("x**0.5", 0.0), ("-sqrt(x)", 0.0), ("sqrt(sin(x)) + 1", 0.0), ("log(sqrt(x) + 1)", 0.0)),
        *(("asin(x)", 1.0), ("asin(x)", -1.0), ("acos(x)", 1.0), ("acosh(x)", 1.0), ("asech(x)", 1.0)),
        *(("asec(x)", 1.0), ("acsc(x)", -1.0), ("log(x)", 0.0), ("1/x", 0.0), ("max(sqrt(x), x)", 0.0)),
        *(("csc(x)", 0.0), ("cot(x)", 0.0), ("csch(x)", 0.0), ("coth(x)", 0.0)),
    ],
)
def test_an_infinite_slope_is_that_of_reverse_mode(source, x):
    slope = adcore.jacobian(source, {"x": x})
    assert np.isinf(slope)
    assert adcore.jacobian(source, {"x": x}, "symbolic") == slope


@pytest.mark.parametrize(
    "source",
    [
        "x*where(asin(x) < 2, y, x*x)",
        "where(atanh(x) >= sin(y), y, x*x)*tan(y)",
        "where(log(x) != y, x*y, y)",
        "x*(log(x) == y) + y",
        "where(where(log(x) > 0, 1, log(-x)) >= asin(x), 1, 2)*x*y",
    ],
)
def test_what_has_no_value_is_compared_as_nan_is(source):
    at = {"x": -2.5, "y": 3.0}
    assert adcore.jacobian(source, at, "symbolic") == pytest.approx(adcore.jacobian(source, at), rel=1e-14)


def test_an_infinite_slope_times_nothing_is_no_number():
    assert np.isnan(adcore.jacobian("sqrt(1 - cos(x))", {"x": 0.0}, "symbolic"))


@pytest.mark.parametrize(
    ("source", "formula"),
    [
        ("0.3*x**2 + x/3", r"0.6 x + \frac{1}{3}"),
        ("sin(0.1*x)*1.7", r"0.17 \cos{\left(0.1 x \right)}"),
        ("1e-7*x**2", r"2 \cdot 10^{-7} x"),
    ],
)
def test_numbers_of_a_formula_are_written_as_they_were_typed(source, formula):
    [found] = [way for way in adcore.compare(source, {"x": 1.3}) if way["way"] == "symbolic"]
    assert found["formulas"] == [[formula]]
