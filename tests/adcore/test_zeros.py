"""Nothing times infinity is no number: where the modes say so, so does compiled code."""

import itertools
import math

import numpy as np
import pytest

import adcore
from adcore.backends import BACKENDS

EACH = pytest.mark.parametrize("backend", BACKENDS)
EDGES = (0.0, -2.5, math.inf, math.nan, 1e308)
HIDING = (
    "0*x + y",
    "x*0.0",
    "0/x*y",
    "x*y*0",
    "0*log(x) + y",
    "0*sqrt(x) + y",
    "floor(sqrt(x)) + y",
    "sign(sqrt(x))",
    "(sqrt(x) > 1)*y",
    "where(x*y > 1, 2, 3)",
    "sqrt(x) - sqrt(x) + y",
    "0*abs(sqrt(x)) + y",
    "max(x, 0*y)",
    "(x - y)*(0*x)",
    "(sqrt(x) + 0.5)**0*y",
    "log(x)**0*y",
    "(1/log10(x))**0 + y*y",
)


@pytest.mark.parametrize("source", HIDING)
@EACH
def test_a_zero_hides_nothing(source, backend):
    compiled = adcore.compile(source, {"x": 0.7, "y": 1.3}, backend)
    points = list(itertools.product(EDGES, repeat=2))
    values, slopes = compiled.value_and_jacobian(*np.array(points).T)
    for k, (x, y) in enumerate(points):
        expected = [adcore.value(source, {"x": x, "y": y}), *adcore.gradient(source, {"x": x, "y": y})]
        np.testing.assert_array_equal(compiled.numbers(x, y), expected)
        np.testing.assert_array_equal([values[k], *slopes[0, :, k]], expected)


@pytest.mark.parametrize("backend", ["python", "llvm"])
def test_nor_does_one_in_a_loop_that_is_kept(backend):
    source = "s = y\nfor i in range(700):\n    s = s + (i - 1)*x*floor(s)\ns"
    compiled = adcore.compile(source, {"x": 0.0, "y": 1.3}, backend)
    for x, y in ((0.0, math.inf), (math.nan, 0.0), (1e308, 0.5)):
        np.testing.assert_array_equal(compiled.gradient(x, y), adcore.gradient(source, {"x": x, "y": y}))


@EACH
def test_nor_in_second_derivatives(backend):
    source = "floor(sqrt(x))*y + 0*sqrt(x) + x*y"
    compiled = adcore.compile(source, {"x": 0.7, "y": 1.3}, backend, order=2)
    for x, y in ((0.7, 1.3), (0.0, 1.0), (2.0, math.inf)):
        np.testing.assert_array_equal(compiled.hessian(x, y), adcore.hessian(source, {"x": x, "y": y}))


@pytest.mark.parametrize(
    ("source", "x", "y", "shown", "expected"),
    [
        ("where(x > 0, x*y, y/x)", 1e-320, 0.0, [0.0, math.nan], [0.0, 1e-320]),
        ("100*(x - y**2)**2", 1e-160, 1e-160, [2e-158, -4e-318], [2e-158, -4e-318]),
    ],
)
@EACH
def test_the_ends_of_the_floats(source, x, y, shown, expected, backend):
    """What the docstring of `adcore.adjoints` says of a/y for a*(1/y), and of numbers that come together."""
    compiled = adcore.compile(source, {"x": 0.7, "y": 1.3}, backend)
    np.testing.assert_allclose(adcore.gradient(source, {"x": x, "y": y}), shown, rtol=1e-4)
    np.testing.assert_allclose(compiled.gradient(x, y), expected, rtol=1e-4)


@pytest.mark.parametrize("shared", [False, True])
def test_a_negative_zero_is_not_the_other(shared):
    trace = adcore.trace("[1/(x*0.0), 1/(x*(-0.0)), x/(-0.0)]", {"x": 2.0}, shared=shared)
    assert list(trace.outputs) == [math.inf, -math.inf, -math.inf]


LOOP = "def f(z):\n    a = z\n    for i in range({turns}):\n        a = 0.5*a + sin(z){inside}\n    return {result}"


@pytest.mark.parametrize("turns", [300, 2100])
@pytest.mark.parametrize(("inside", "result"), [("", "z/(-0.0)"), (" + z/(-0.0)", "a")])
@pytest.mark.parametrize("backend", ["python", "llvm"])
def test_nor_is_it_beside_or_in_a_loop_that_is_kept(turns, inside, result, backend):
    source = LOOP.format(turns=turns, inside=inside, result=result)
    compiled = adcore.compile(source, {"z": 2.0}, backend)
    assert compiled.numbers(2.0)[0] == -math.inf
    np.testing.assert_array_equal(compiled.gradient(2.0), adcore.gradient(source, {"z": 2.0}))
