"""Taylor polynomials: coefficients in closed form, polynomials by mpmath, radii where the error is known."""

import math

import mpmath
import pytest

import adcore
from adcore.errors import ADError
from adcore.limits import Limits
from server.labs import LABS
from server.labs.lab import Asked
from server.labs.taylor import MOST_ORDER, write_terms
from tests.server.labs.test_labs import ask


def rows(answer):
    return answer["tables"][0]["rows"]


def test_coefficients_of_an_exponential():
    table = rows(ask("taylor", "exp(x)", {"x": 0.0}))
    assert [row[2] for row in table] == pytest.approx([1 / math.factorial(k) for k in range(MOST_ORDER + 1)])
    assert [row[1] for row in table] == pytest.approx([1.0] * (MOST_ORDER + 1))


@pytest.mark.parametrize("source", ["1/(1 + x**2)", "exp(sin(x))", "sqrt(1 + x**3)"])
def test_derivatives_are_those_of_the_engine(source):
    table = rows(ask("taylor", source, {"x": 0.7}))
    assert [row[1] for row in table] == adcore.derivatives(source, {"x": 0.7}, MOST_ORDER)


def test_polynomials_are_those_of_mpmath():
    answer = ask("taylor", "tan(x)", {"x": 0.3}, reach=1.0)
    for order in (0, 1, 4, 9):
        expected = mpmath.taylor(mpmath.tan, 0.3, order)[::-1]
        for x, y in list(zip(answer["x"], answer["polynomials"][order], strict=True))[::40]:
            assert y == pytest.approx(float(mpmath.polyval(expected, x - 0.3)), rel=1e-10)


def test_errors_are_distances_to_the_curve():
    answer = ask("taylor", "sin(x)", {"x": 0.0}, reach=2.0)
    ends = answer["errors"][3][0], answer["errors"][3][-1]
    assert ends == pytest.approx([abs(math.sin(2) - (2 - 8 / 6))] * 2)


def test_the_radius_is_where_the_error_passes_the_tolerance():
    answer = ask("taylor", "x**2", {"x": 0.0}, digits=2, reach=1.0)
    assert answer["radii"][:2] == pytest.approx([0.1, 0.1])
    assert answer["radii"][2:] == [None] * (MOST_ORDER - 1)
    geometric = ask("taylor", "1/(1 - x)", {"x": 0.0}, digits=3, reach=3.0)["radii"]
    for order in (1, 3, 8):
        r = geometric[order]
        assert r ** (order + 1) / (1 - r) == pytest.approx(1e-3)


def test_no_order_passes_the_nearest_pole():
    radii = ask("taylor", "1/(1 + x**2)", {"x": 0.5}, digits=1)["radii"]
    assert max(radii) < math.sqrt(1.25)
    assert radii[20] > radii[10] > radii[5]


def test_a_radius_through_branches():
    radii = ask("taylor", "x if x < 2 else 3*x", {"x": 1.5}, digits=2, reach=1.0)["radii"]
    assert radii[1] == pytest.approx(0.5, abs=0.011)


def test_a_radius_ends_where_the_function_ends():
    assert ask("taylor", "sqrt(x)", {"x": 1.0}, digits=0, reach=2.0)["radii"][3] == pytest.approx(1.0, abs=1e-6)


def test_a_series_that_breaks_off_says_where():
    answer = ask("taylor", "x**2.5", {"x": 0.0})
    assert len(answer["polynomials"]) == 3
    assert "order 3 is not a number" in answer["notes"][0]


def test_no_value_no_series():
    with pytest.raises(ADError, match="no series"):
        ask("taylor", "log(x)", {"x": 0.0})


def test_along_one_of_several_inputs():
    answer = ask("taylor", "x*exp(y), x + y", {"x": 2.0, "y": 0.0}, input=1)
    assert [row[2] for row in rows(answer)][:4] == pytest.approx([2, 2, 1, 1 / 3])
    assert (answer["input"], answer["first"]) == ("y", False)


@pytest.mark.parametrize(
    ("coefficients", "center", "terms"),
    [
        ([2.0, 0.0, -0.5], 1.0, ["2", "", r"{} - 0.5\,(x - 1)^{2}"]),
        ([0.0, 1.0, -1.0], 0.0, ["", "x", "{} - x^{2}"]),
        ([0.0, -1.0, 3.0], -2.5, ["", "-(x + 2.5)", r"{} + 3\,(x + 2.5)^{2}"]),
        ([-1.0, 1e-9], 0.0, ["-1", r"{} + 1 \cdot 10^{-9}\,x"]),
        ([0.0], 0.0, [""]),
    ],
)
def test_terms_are_written_as_one_writes_them(coefficients, center, terms):
    assert write_terms(coefficients, "x", center) == terms


def test_a_function_without_inputs_is_refused():
    lab = LABS["taylor"]
    with pytest.raises(ADError, match="no input"):
        lab.answer(Asked("3", {}, lab.read_options({}), Limits()))
