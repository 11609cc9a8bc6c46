"""Propagated deviations: textbook formulas, correlations, and agreement with sampling."""

import math

import numpy as np
import pytest

import adcore


def test_a_product_of_independent_measurements():
    [found] = adcore.propagate("x*y", {"x": 2.0, "y": 3.0}, {"x": 0.1, "y": 0.2})
    assert found.value == 6
    assert found.deviation == pytest.approx(0.5)
    assert [s.share for s in found.shares] == pytest.approx([0.36, 0.64])
    assert [s.slope for s in found.shares] == [3, 2]
    assert found.to_json()["shares"][0]["name"] == "x"


def test_an_input_without_deviation_is_exact_even_where_its_slope_has_no_value():
    [found] = adcore.propagate("y + sqrt(x)", {"x": 0.0, "y": 1.0}, {"y": 0.5})
    assert found.deviation == 0.5
    assert [s.share for s in found.shares] == [0, 1]


@pytest.mark.parametrize(("amount", "deviation"), [(1, 0.3), (-1, 0.1), (0, math.sqrt(0.05)), (0.5, math.sqrt(0.07))])
def test_correlated_terms(amount, deviation):
    [found] = adcore.propagate("x + y", {"x": 1.0, "y": 1.0}, {"x": 0.1, "y": 0.2}, {("x", "y"): amount})
    assert found.deviation == pytest.approx(deviation)
    assert sum(s.share for s in found.shares) == pytest.approx(1)


def test_every_output_and_elements_of_lists():
    source = "def f(v):\n    return [v[0] - v[1], v[0]*v[1]]\n"
    first, second = adcore.propagate(source, {"v": [2.0, 3.0]}, {"v": [0.1, 0.1]}, {("v[0]", "v[1]"): 1})
    assert first.deviation == pytest.approx(0, abs=1e-9)
    assert second.deviation == pytest.approx(0.5)


def test_small_deviations_agree_with_sampling():
    rng = np.random.default_rng(7)
    x, y = 1.2 + 1e-3 * rng.standard_normal(200_000), 0.7 + 2e-3 * rng.standard_normal(200_000)
    [found] = adcore.propagate("sin(x)*exp(y)/x", {"x": 1.2, "y": 0.7}, {"x": 1e-3, "y": 2e-3})
    assert found.deviation == pytest.approx(float(np.std(np.sin(x) * np.exp(y) / x)), rel=0.01)


def test_an_infinite_slope_leaves_the_shares_open():
    [found] = adcore.propagate("sqrt(x)", {"x": 0.0}, {"x": 0.1})
    assert math.isinf(found.deviation)
    assert math.isnan(found.shares[0].share)


def test_exact_inputs_give_an_exact_result():
    [found] = adcore.propagate("x**2", {"x": 3.0}, {})
    assert (found.deviation, found.shares[0].share) == (0, 0)


@pytest.mark.parametrize(
    ("deviations", "correlations", "words"),
    [
        ({"x": -1}, {}, "not negative"),
        ({"x": math.nan}, {}, "not negative"),
        ({"w": 1}, {}, "no input"),
        ({"x": 1}, {("x", "w"): 0.5}, "w is no input"),
        ({"x": 1}, {("x", "y"): 1.5}, "within -1 and 1"),
        ({"x": 1}, {("x", "y"): math.nan}, "within -1 and 1"),
        ({"x": 1}, {("x", "y"): 1, ("y", "z"): 1, ("x", "z"): -1}, "No random numbers"),
    ],
)
def test_what_is_refused(deviations, correlations, words):
    with pytest.raises(adcore.ADError, match=words):
        adcore.propagate("x*y*z", {"x": 1.0, "y": 1.0, "z": 1.0}, deviations, correlations)


def test_a_number_is_correlated_with_itself_fully():
    at, spread = {"x": 2.0, "y": 3.0}, {"x": 0.1, "y": 0.2}
    with pytest.raises(adcore.ADError, match="The correlation of x with itself is 1"):
        adcore.propagate("x*y", at, spread, {("x", "x"): 0.5})
    assert adcore.propagate("x*y", at, spread, {("x", "x"): 1}) == adcore.propagate("x*y", at, spread)


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_squares_stay_within_the_floats(size):
    [found] = adcore.propagate("2*x + y", {"x": 1.0, "y": 1.0}, {"x": size, "y": size})
    assert found.deviation == pytest.approx(size * 5**0.5, rel=1e-15)
    assert [share.share for share in found.shares] == pytest.approx([0.8, 0.2], rel=1e-15)


def test_an_infinite_slope_makes_an_infinite_deviation():
    [found] = adcore.propagate("sqrt(x) + y", {"x": 0.0, "y": 1.0}, {"x": 0.1, "y": 1.0})
    assert found.deviation == math.inf
    assert all(math.isnan(share.share) for share in found.shares)


@pytest.mark.parametrize(
    ("correlations", "message"),
    [
        ({("x", "y"): 0.5, ("y", "x"): 0.2}, "given twice: 0.5 and 0.2"),
        ({"x": 0.5}, "a pair of names"),
        ({("x", "y"): "a"}, "a number for a pair"),
        ([("x", "y", 0.5)], "by pairs of names"),
    ],
)
def test_correlations_that_say_nothing(correlations, message):
    with pytest.raises(adcore.ADError, match=message):
        adcore.propagate("x + y", {"x": 1.0, "y": 1.0}, {"x": 1.0}, correlations)


def test_a_correlation_may_be_given_both_ways():
    both = {("x", "y"): 0.5, ("y", "x"): 0.5}
    [found] = adcore.propagate("x + y", {"x": 1.0, "y": 1.0}, {"x": 1.0, "y": 1.0}, both)
    assert found.deviation == pytest.approx(3**0.5)


@pytest.mark.parametrize(
    ("source", "correlations"),
    [
        ("x + y - z/3*2", {("x", "y"): 1, ("x", "z"): 1, ("y", "z"): 1}),
        ("x - 0.3*y - 0.8*z/1.5", {("x", "y"): 0.6, ("x", "z"): 0.8}),
    ],
)
def test_of_deviations_that_cancel_rounding_leaves_none(source, correlations):
    at, spread = {"x": 1.0, "y": 1.0, "z": 1.0}, {"x": 0.1, "y": 0.2, "z": 0.15}
    spread["z"] = 0.45 if "/3" in source else spread["z"]
    [found] = adcore.propagate(source, at, spread, correlations)
    assert [found.deviation, *(share.share for share in found.shares)] == [0, 0, 0, 0]


def test_what_is_left_when_the_others_cancel_is_kept():
    spread = {"x": 0.3, "y": 0.3, "z": 1e-9}
    [found] = adcore.propagate("x - y + z", {"x": 1.0, "y": 1.0, "z": 1.0}, spread, {("x", "y"): 1})
    assert found.deviation == pytest.approx(1e-9, rel=1e-12)
    assert [share.share for share in found.shares] == pytest.approx([0, 0, 1], abs=1e-6)
    near = {("x", "y"): 1 - 1e-12}
    [found] = adcore.propagate("x - y", {"x": 1.0, "y": 1.0}, {"x": 0.1, "y": 0.1}, near)
    assert found.deviation == pytest.approx(math.sqrt(2e-14), rel=1e-3)
    assert [share.share for share in found.shares] == pytest.approx([0.5, 0.5], abs=1e-3)
