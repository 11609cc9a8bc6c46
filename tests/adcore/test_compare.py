"""One derivative, several ways, side by side: agreement, cost, formulas, and a failure that spoils nothing."""

import json
import math
import re

import pytest

import adcore
from adcore.compare import agreement

FIELDS = {*"way label value jacobian digits operations note formulas step error against".split()}
BABY = "a = x1/x2\nb = exp(x2)\nc = a - b\nreturn (sin(a) + c)*c"


def by_way(source, at, **more):
    return {row["way"]: row for row in adcore.compare(source, at, **more)}


def test_the_shape_of_an_answer():
    rows = adcore.compare("x*y, sin(x)", {"x": 1.0, "y": 2.0})
    assert [row["way"] for row in rows] == list(adcore.MODES)
    for row in rows:
        assert set(row) == FIELDS
        assert row["error"] is None
        assert row["label"] == adcore.MODES[row["way"]].label
        assert row["value"] == pytest.approx([2.0, math.sin(1)])
        assert [len(entries) for entries in row["jacobian"]] == [len(digits) for digits in row["digits"]] == [2, 2]
        assert row["operations"] > 0
        json.dumps(row, allow_nan=False)


def test_the_ways_agree_as_far_as_they_can():
    rows = by_way(BABY, {"x1": 1.5, "x2": 0.5})
    assert min(rows["reverse"]["digits"][0]) >= 15
    assert min(rows["forward"]["digits"][0]) >= 14
    assert min(rows["symbolic"]["digits"][0]) >= 14
    assert min(rows["complex-step"]["digits"][0]) >= 14
    assert 6 <= min(rows["numerical"]["digits"][0]) <= max(rows["numerical"]["digits"][0]) <= 13


@pytest.mark.parametrize(
    ("x", "y", "digits"),
    [
        (1.0, 1.0, 17),
        (0.0, 0.0, 17),
        (0.0, -0.0, 17),
        (math.nan, math.nan, 17),
        (math.inf, math.inf, 17),
        (math.inf, 1.0, 0),
        (math.nan, 1.0, 0),
        (1.0, -1.0, 0),
        (0.0, 1e-300, 0),
        (3.01184332, 3.01184399, 6),
        (1.0, 1.0 + 2**-52, 15),
        (1e300, -1e300, 0),
        (1e308, -1e308, 0),
        (5e-324, 1e-323, 0),
    ],
)
def test_digits_that_agree(x, y, digits):
    assert agreement(x, y) == agreement(y, x) == pytest.approx(digits, abs=1 if 0 < digits < 17 else 0)


STEEP = "tanh(50*(x - 1))"


def test_digits_are_counted_against_a_run_in_hundreds_of_digits():
    rows = by_way(STEEP, {"x": 1.3})
    assert {row["against"] for row in rows.values()} == {"a run in 400 digits"}
    assert rows["complex-step"]["digits"][0][0] >= 15
    assert max(rows["forward"]["digits"][0][0], rows["reverse"]["digits"][0][0]) <= 4


@pytest.mark.parametrize(
    ("source", "at"),
    [
        ("gamma(x)", {"x": 2.5}),
        ("x*floor(1/x)", {"x": 0.1}),
        ("[log(x), x]", {"x": -1.0}),
        ("y = x\nfor i in range(200):\n    y = 3.5*y*(1 - y)\ny", {"x": 0.3}),
        ("def g(t):\n    return t*t\ndef g_partials(t):\n    return 3*t\ng(x)", {"x": 2.0}),
    ],
)
def test_digits_are_counted_against_reverse_mode_where_so_many_would_be_slow_or_unknown(source, at):
    rows = by_way(source, at, ways=["forward", "reverse"])
    assert {row["against"] for row in rows.values()} == {"reverse mode"}
    assert min(rows["reverse"]["digits"][0]) == 17


def test_formulas_are_those_of_the_symbolic_way_only():
    rows = by_way("x1**2*x_1", {"x1": 3.0, "x_1": 2.0})
    assert [row["formulas"] for way, row in rows.items() if way != "symbolic"] == [None] * 4
    [[first, second]] = rows["symbolic"]["formulas"]
    assert first != second
    assert "s0" not in first + second
    assert re.search(r"x_\{1\}", first)


def test_simplifying_is_asked_for():
    at = {"x": 0.3}
    raw = by_way("sin(x)**2 + cos(x)**2 + x", at, ways=["symbolic"])["symbolic"]
    simple = by_way("sin(x)**2 + cos(x)**2 + x", at, ways=["symbolic"], simplify=True)["symbolic"]
    assert simple["formulas"] == [["1"]]
    assert simple["operations"] <= raw["operations"]


def test_steps_are_said_for_differences():
    rows = by_way("x*y", {"x": 1.0, "y": 2.0})
    assert rows["numerical"]["step"] == pytest.approx(6e-6, rel=0.1)
    assert rows["complex-step"]["step"] < 1e-20
    assert rows["reverse"]["step"] is None


@pytest.mark.parametrize(
    ("source", "at", "way", "kind", "word"),
    [
        ("erf(x)", {"x": 0.5}, "complex-step", "complex-step", "erf"),
        ("for i in range(40):\n    x = x*sin(x)\nx", {"x": 0.5}, "symbolic", "limit", "symbolic_tree"),
        ("x**1000", {"x": 1.0}, "symbolic", "limit", "symbolic_exponent"),
        ("x", {"x": 1.0}, "sideways", "mode", "sideways"),
    ],
)
def test_a_way_that_fails_says_so_and_spoils_nothing(source, at, way, kind, word):
    rows = by_way(source, at, ways=["reverse", way, "forward"])
    assert (rows["reverse"]["error"], rows["forward"]["error"]) == (None, None)
    assert rows[way]["error"]["kind"] == kind
    assert word in rows[way]["error"]["message"]
    assert (rows[way]["jacobian"], rows[way]["digits"]) == (None, None)


def test_only_the_ways_that_are_asked_for():
    assert list(by_way("x", {"x": 1.0}, ways=["forward"])) == ["forward"]


def test_a_mistake_in_the_program_is_an_error():
    with pytest.raises(adcore.ADError):
        adcore.compare("x +", {"x": 1.0})


def test_reverse_costs_less_than_forward_for_many_inputs():
    source, at = "p = 1\nfor a in x:\n    p = p*sin(a) + a\np", {"x": [0.1 * k for k in range(1, 20)]}
    rows = by_way(source, at, ways=["forward", "reverse", "numerical"])
    assert rows["reverse"]["operations"] < rows["forward"]["operations"] < rows["numerical"]["operations"] * 3
    assert rows["forward"]["note"] == "19 sweeps"
    assert rows["reverse"]["note"] == "1 sweep"


@pytest.mark.parametrize(
    ("source", "at", "expected"),
    [
        ("abs(x)", {"x": 0.0}, "0"),
        ("max(x, y)", {"x": 1.0, "y": 1.0}, None),
        ("where(x > 0, x**2, -x)", {"x": 2.0}, "4"),
        ("floor(x) + sign(x) + x % 1", {"x": 1.5}, "1"),
        ("x**y", {"x": 2.0, "y": 3.0}, "12"),
        ("log2(x) + log10(x) + log1p(x) + expm1(x) + cbrt(x)", {"x": 2.0}, None),
        ("gamma(x) + lgamma(x) + digamma(x) + erf(x) + erfc(x) + erfinv(x/9)", {"x": 2.0}, None),
        ("asec(x) + acsc(x) + acot(x) + sec(x) + csc(x) + cot(x)", {"x": 2.0}, None),
        ("sigmoid(x) + softplus(x) + relu(x) + hypot(x, 1) + atan2(x, 2)", {"x": 2.0}, None),
        ("x > 1", {"x": 2.0}, "0"),
    ],
)
def test_symbolic_goes_through_every_kind_of_primitive(source, at, expected):
    row = by_way(source, at, ways=["symbolic"])["symbolic"]
    assert row["error"] is None
    if expected:
        assert row["jacobian"][0][0] == pytest.approx(float(expected))
    elif "max" not in source:
        assert min(row["digits"][0]) >= 13


def test_no_answer_is_infinite_text():
    row = by_way("1/x", {"x": 0.0}, ways=["symbolic"])["symbolic"]
    assert row["jacobian"][0][0] in ("nan", "-inf", "inf")


def test_a_formula_does_not_know_where_the_function_has_no_value():
    row = by_way("log(x) + x**4", {"x": -1.0}, ways=["symbolic"])["symbolic"]
    assert "has no value here" in row["note"]
    assert row["formulas"] == [[r"4 x^{3} + \frac{1}{x}"]]
    assert row["jacobian"] == [["nan"]]


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("x*exp(x*x)", "8 operations as written, 5 once shared"),
        ("sin(x)", "1 operation as written"),
        ("2*x", "0 operations"),
    ],
)
def test_sharing_is_spoken_of_only_where_it_saves(source, note):
    [row] = adcore.compare(source, {"x": 2.0}, ways=("symbolic",))
    assert row["note"].startswith(note)
    assert ("shared" in row["note"]) is ("shared" in note)
