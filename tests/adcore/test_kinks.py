"""Kinks: one-sided slopes against the reference, Clarke intervals, and the table of what other systems return."""

import math
from json import dumps, loads

import pytest

import adcore
from adcore.kinks import _directions, limit
from adcore.peers import MEASURED, VERSIONS
from tests.adcore.reference import by_id, read_lines

WORDS = {"inf": math.inf, "-inf": -math.inf, "outside domain": None, "value undefined at the point": None}


def expected(sides):
    return [WORDS[side] if isinstance(side, str) else pytest.approx(side, abs=1e-8) for side in sides]


@pytest.mark.parametrize("case", **by_id(read_lines("edge_cases.jsonl")))
def test_one_sided_slopes(case):
    slopes = adcore.kinks(case["text"], case["point"]).slopes
    assert [slope.left for slope in slopes] == expected(case["left"])
    assert [slope.right for slope in slopes] == expected(case["right"])


@pytest.mark.parametrize(
    ("source", "at", "intervals"),
    [
        ("abs(x)", {"x": 0.0}, [(-1, 1)]),
        ("relu(x - 1)*3", {"x": 1.0}, [(0, 3)]),
        ("max(x, y)", {"x": 1.1, "y": 1.1}, [(0, 1), (0, 1)]),
        ("abs(x + y) + abs(x - y)", {"x": 0.0, "y": 0.0}, [(-2, 2), (-2, 2)]),
        ("abs(x + y) - abs(x - y)", {"x": 0.0, "y": 0.0}, [(-2, 2), (-2, 2)]),
        ("abs(x + 2*y) - abs(y - 2*x) + abs(x)", {"x": 0.0, "y": 0.0}, [(-4, 4), (-3, 3)]),
        ("max(x, y)*2 - max(y, z)", {"x": 0.0, "y": 0.0, "z": 0.0}, [(0, 2), (-1, 2), (-1, 0)]),
        ("relu(min(y - 3*x, 4*x - y))", {"x": 0.0, "y": 0.0}, [(-3, 4), (-1, 1)]),
        ("hypot(x, y)", {"x": 0.0, "y": 0.0}, [(-1, 1), (-1, 1)]),
        ("max(x, 0)**2", {"x": 0.0}, [(0, 0)]),
        ("sqrt(x**2)", {"x": 0.0}, [(-1, 1)]),
        ("x**1.5", {"x": 1.0}, [(1.5, 1.5)]),
        ("x/abs(x)", {"x": 0.0}, [None]),
        ("sqrt(x)", {"x": 0.0}, [None]),
        ("floor(x)", {"x": 2.0}, [None]),
        ("def f(x):\n    if x > 1:\n        return x**2\n    return 3*x - 2\n", {"x": 1.0}, [(2, 3)]),
    ],
)
def test_clarke_intervals(source, at, intervals):
    found = [slope.clarke for slope in adcore.kinks(source, at).slopes]
    near = 1e-3 if source == "hypot(x, y)" else 1e-6  # whose slopes fill the interval: the last of them is not hit
    assert found == [wanted if wanted is None else pytest.approx(wanted, abs=near) for wanted in intervals]


@pytest.mark.parametrize(("n", "signs"), [(2, 4), (7, 128)])
def test_every_combination_of_signs_is_tried_and_always_the_same_directions(n, signs):
    directions = list(_directions(n, 256))
    assert len({tuple(part > 0 for part in direction) for direction in directions}) == signs
    assert directions == list(_directions(n, 256))


@pytest.mark.parametrize(
    ("source", "answered"), [("abs(x)**3", 0.0), ("sqrt(x**4)", math.nan), ("relu(x)**2", 0.0), ("abs(x)**1.5", 0.0)]
)
def test_slopes_that_shrink_with_the_step_tend_to_zero(source, answered):
    [slope] = adcore.kinks(source, {"x": 0.0}).slopes
    assert slope.answered == pytest.approx(answered, nan_ok=True)
    assert (slope.left, slope.right, slope.clarke, slope.exists) == (0.0, 0.0, (0.0, 0.0), True)


def test_a_small_slope_is_no_zero():
    [slope] = adcore.kinks("1e-20*abs(x) + abs(x)**3", {"x": 0.0}).slopes
    assert (slope.left, slope.right) == pytest.approx((-1e-20, 1e-20), rel=1e-9)


def test_of_many_inputs_every_sign_is_tried():
    for leaf in zip(*_directions(40, 256), strict=True):
        assert 64 < sum(part > 0 for part in leaf) < 192


@pytest.mark.parametrize("power", ["x", "x**2"])
def test_slopes_that_never_settle_are_none(power):
    [slope] = adcore.kinks(f"sin(1/x)*{power} if x != 0 else 0", {"x": 0.0}).slopes
    assert (slope.left, slope.right, slope.clarke, slope.exists) == (None, None, None, False)


@pytest.mark.parametrize(
    ("source", "point", "sides"),
    [
        ("cbrt(x)", 0.0, (math.inf, math.inf)),
        ("x*log(x)", 0.0, (None, None)),
        ("x**1.5", 0.0, (None, 0.0)),
        ("sqrt(1 - x)", 1.0, (-math.inf, None)),
        ("abs(x)*1e6", 0.0, (-1e6, 1e6)),
        ("abs(x - 1e6)", 1e6, (-1.0, 1.0)),
        ("x*abs(x)", 0.0, (0.0, 0.0)),
        ("1e9 + sqrt(abs(x))", 0.0, (-math.inf, math.inf)),
        ("exp(abs(x))", 0.0, (-1.0, 1.0)),
    ],
)
def test_sides(source, point, sides):
    [slope] = adcore.kinks(source, {"x": point}).slopes
    assert (slope.left, slope.right) == tuple(s if s is None else pytest.approx(s, abs=1e-9) for s in sides)


def test_a_kink_is_named_with_its_convention_and_place():
    report = adcore.kinks("y = x**2\n3*abs(y - 4) + x", {"x": 2.0})
    [kink] = report.kinks
    assert (kink.op, kink.span.line) == ("abs", 2)
    assert "taken to be 0" in kink.convention
    assert kink.measured.jax == (1.0,)
    assert report.measured is None
    assert not report.slopes[0].exists
    assert report.slopes[0].fits


def test_where_nothing_is_the_matter():
    report = adcore.kinks("abs(x) + sin(x)", {"x": 0.5})
    assert report.kinks == ()
    assert report.slopes[0].exists


def test_a_steep_program_without_a_kink_has_the_same_slope_on_both_sides():
    source = "def f(x):\n    for i in range(13):\n        x = 4*x*(1 - x)\n    return x\n"
    [slope] = adcore.kinks(source, {"x": 0.2}).slopes
    assert slope.left == slope.right == slope.answered
    assert slope.exists


def test_an_answer_that_is_no_slope_of_the_function_does_not_fit():
    report = adcore.kinks("def f(x):\n    if x == 1:\n        return 1 + 0*x\n    return x*x\n", {"x": 1.0})
    [slope] = report.slopes
    assert (slope.answered, slope.exists, slope.fits) == (0, True, False)
    assert [kink.op for kink in report.kinks] == ["eq"]


def test_a_program_of_the_table_is_recognised_by_what_it_computes():
    report = adcore.kinks("def f(t):\n    s = t**2\n    return sqrt(s)\n", {"t": 0.0})
    assert report.measured.program == "sqrt(x**2)"
    json = loads(dumps(report.to_json(), allow_nan=False))
    assert json["measured"]["jax"] == ["nan"]
    assert json["versions"] == dict(VERSIONS)
    assert json["kinks"][0]["measured"]["torch"] == ["inf"]


@pytest.mark.parametrize("row", MEASURED, ids=lambda row: row.program)
def test_every_measured_program_has_a_report(row):
    report = adcore.kinks(row.program, dict(zip(("x", "y"), row.point, strict=False)))
    assert report.measured == row
    assert len(report.slopes) == len(row.point)


@pytest.mark.parametrize(
    ("terms", "wanted"),
    [([3.01, 3.0001, 3.000001], 3), ([1.0, 10.0, 100.0], math.inf), ([-9.0, -13.0, -18.0], -math.inf), ([2, 2, 2], 2)],
)
def test_limit(terms, wanted):
    assert limit(terms) == pytest.approx(wanted)
