"""Where floats end and an operation has levelled off, its slope is zero; elsewhere 0 times infinity is no number."""

import mpmath
import numpy as np
import pytest

import adcore
from adcore.columns import FEW
from adcore.modes import elimination
from adcore.problem import pose

OVERFLOWS = [
    ("exp(-x**4.5)", 1e100),
    ("exp(-10**x)", 400.0),
    ("exp(-x**-2)", 1e-200),
    ("tanh(2**x)", 2000.0),
    ("tanh(exp(x))", 800.0),
    ("exp(-gamma(x))", 300.0),
    ("1/(1 + x/1e-300)", 1e200),
    ("exp(-10**(10**x))", 400.0),
    ("exp(-log(1 + exp(x)))", 800.0),
    ("min(exp(x), 3)", 800.0),
    ("t = 1/(1 + exp(x))\nt*sin(t)", 800.0),
    ("1/(sqrt(x - 800)*0 + exp(x))", 800.0),
    ("exp(-x**2)", np.inf),
    ("1/(1 + (exp(x) + 1)/3)", 800.0),
    ("min(exp(x)/3, 1)", 800.0),
    ("1/(1 + hypot(x*x, 1))", 1e200),
    ("1/hypot(exp(x), exp(2*x))", 800.0),
    ("sqrt(1/(1 + exp(x)))", 800.0),
    ("sqrt(floor(x))", 0.5),
    ("log(ceil(x)) + cbrt(sign(x) - 1)", 0.5),
    ("t = floor(x)\nsqrt(t) + sqrt(2*t)", 0.5),
]
POLES = [
    ("1/(1/x)", 0.0),
    ("exp(1/x)", -0.0),
    ("exp(-1/x)", 5e-324),
    ("atan(1/x)", 1e-310),
    ("exp(log(x))", 0.0),
    ("exp(-(1/x**2))", 0.0),
    ("exp(-2*(1/x))", 0.0),
    ("exp(-exp(1/x))", 0.0),
]
RISING = [("log(1 + exp(x))", 800.0), ("log(cosh(x))", 800.0), ("cbrt(x**4.5)", 1e100), ("log(exp(x)) + 1", 710.0)]
LONG = f"t = x\nfor i in range({FEW}):\n    t = t + 0\n"


def slopes(source, x):
    """The derivative by every way that has an answer of its own."""
    problem = pose(source, {"x": x})
    yield from (adcore.gradient(source, {"x": x}, mode)[0] for mode in ("forward", "reverse"))
    yield from (elimination.jacobian(problem, order)[0][0] for order in elimination.ORDERS)
    yield adcore.trace(source, {"x": x}).result[0]
    yield adcore.trace(source, {"x": x}, mode="forward").result[0]
    for backend in ("python", "numpy"):
        compiled = adcore.compile(source, {"x": x}, backend=backend)
        yield compiled.gradient(x)[0]
        yield from np.ravel(compiled.gradient(np.array([x, x])))


@pytest.mark.parametrize(("source", "x"), OVERFLOWS)
def test_a_slope_of_zero_stays_zero(source, x):
    assert list(map(float, slopes(source, x))) == [0.0] * len(list(slopes(source, x)))


@pytest.mark.parametrize(("source", "x"), OVERFLOWS[:4])
def test_it_does_in_long_programs(source, x):
    program = LONG + source.replace("x", "t").replace("et", "ex")
    assert adcore.trace(program, {"x": x}).result == (0.0,)
    assert adcore.compile(program, backend="python").gradient(x) == [0.0]


@pytest.mark.parametrize("source", ["sqrt(floor(x) - 1)", "log(sign(x) - 2) + exp(-exp(x))"])
def test_what_has_no_value_has_no_slope(source):
    assert all(np.isnan(slope) for slope in slopes(source, 0.5))


@pytest.mark.parametrize("source", ["sqrt(1/(1 + exp(x)) - 1)", "log(1/(1 + exp(x)) - 2)"])
def test_nor_has_it_one_where_an_argument_has_levelled_off(source):
    assert all(np.isnan(adcore.gradient(source, {"x": 800.0}, mode)) for mode in ("forward", "reverse"))
    assert np.isnan(adcore.compile(source, {"x": 800.0}, backend="python").gradient(800.0))


@pytest.mark.parametrize("source", ["where(exp(x) > 1, x**2, x)", "x**2 + sign(exp(x))"])
def test_second_derivatives_are_those_of_the_branch_taken(source):
    for mode in ("forward-over-reverse", "reverse-over-forward", "forward-over-forward"):
        assert adcore.hessian(source, {"x": 800.0}, mode) == [[2.0]]
    assert adcore.compile(source, {"x": 800.0}, backend="python", order=2).hessian(800.0) == [[2.0]]


@pytest.mark.parametrize("mode", adcore.higher.SECOND_MODES)
def test_what_has_levelled_off_is_not_bent_and_poles_stay(mode):
    lost = [("1/(1 + x/1e-300)", 1e200)] if mode == "hyper-dual" else []  # 1e300*1e300 comes before times 0
    for source, x in [case for case in OVERFLOWS if case not in lost]:
        assert adcore.hessian(source, {"x": x}, mode) == [[0.0]], source
    for source, x in POLES:
        assert np.isnan(adcore.hessian(source, {"x": x}, mode)), source


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("name", ["asinh", "acosh"])
def test_slopes_last_as_far_as_floats(name, mode):
    for x in (1.5, 1e10, 1e154, 1e160, 1e300, 1.7e308):
        with mpmath.workdps(700):
            slope = float(1 / mpmath.sqrt(mpmath.mpf(x) ** 2 + (1 if name == "asinh" else -1)))
        source, at = f"{name}(x)", {"x": x}
        found = [adcore.gradient(source, at, mode)[0], adcore.compile(source, at, "numpy").gradient(x)[0]]
        assert found == pytest.approx([slope, slope], rel=1e-15, abs=0)


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_nothing_comes_through_a_condition(mode):
    assert adcore.gradient("sqrt(where(x > 1, 1, x))", {"x": 0.0}, mode) == [np.inf]
    assert adcore.trace(LONG + "sqrt(where(t > 1, 1, t))", {"x": 0.0}, mode=mode).result == (np.inf,)


DECIDED = [
    ("where(log(x) > 0, 1, x)", 1.0),
    ("where(sqrt(x) <= 1, 3, x**2)", -4.0),
    ("x*(log(x) != 0)", 1.0),
    ("where(where(log(x) > 0, 1, log(-x)) >= asin(x), 1, 2)*x", 2.0),
    ("where(sqrt(floor(x)) > 1, 1/x, sin(x)*x)", np.sin(-2.0) - 2.0 * np.cos(-2.0)),
]
LEAKING = ["where(x > 0, log(x), x)", "sign(log(x))", "floor(log(x))*0 + x", "log(x)**0 + x", "where(log(x), 1, 1) + x"]


@pytest.mark.parametrize(("source", "slope"), DECIDED)
def test_nor_does_nan_that_is_only_compared(source, slope):
    assert list(slopes(source, -2.0)) == pytest.approx([slope] * len(list(slopes(source, -2.0))), rel=1e-15)
    assert adcore.linearize(source, {"x": -2.0}).matrix() == [[pytest.approx(slope, rel=1e-15)]]


@pytest.mark.parametrize(("source", "slope"), DECIDED[:3])
def test_nor_does_it_in_long_programs_and_loops_that_are_kept(source, slope):
    program = LONG + source.replace("x", "t")
    for mode in ("forward", "reverse"):
        assert adcore.trace(program, {"x": -2.0}, mode=mode).result == (slope,)
    looped = "for i in range(700):\n    y = y + i*(" + source + ")\ny"
    for backend in ("python", "llvm"):
        found = adcore.compile(looped, {"x": -2.0, "y": 0.0}, backend).gradient(-2.0, 0.0)
        assert found == pytest.approx([slope * 349 * 700 + slope * 350, 1.0], rel=1e-12)


@pytest.mark.parametrize("mode", adcore.higher.SECOND_MODES)
def test_nor_does_it_in_second_derivatives(mode):
    source, at = "where(log(x) > 0, 1, x*x)*y", {"x": -2.0, "y": 3.0}
    assert adcore.hessian(source, at, mode).tolist() == [[6.0, -4.0], [-4.0, 0.0]]
    assert adcore.hvp(source, at, [1.0, 1.0], mode).tolist() == [2.0, -4.0]


@pytest.mark.parametrize("source", LEAKING)
def test_nan_that_is_not_only_compared_stays(source):
    assert all(np.isnan(slope) for slope in slopes(source, -2.0))


@pytest.mark.parametrize(("source", "x"), RISING)
def test_a_value_that_is_infinite_itself_has_not_levelled_off(source, x):
    assert all(np.isnan(slope) for slope in slopes(source, x))
    assert np.isnan(adcore.trace(LONG + source.replace("x", "t").replace("et", "ex"), {"x": x}).result[0])
    assert adcore.diagnose(source, {"x": x}).cause == "overflow"


@pytest.mark.parametrize(("source", "x"), POLES)
def test_a_pole_is_no_overflow(source, x):
    assert all(np.isnan(slope) for slope in slopes(source, x))
