"""Intervals lose no point: random boxes, random programs, random samples, in floats and in forty digits."""

import math
from dataclasses import replace
from itertools import product

import mpmath as mp
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import adcore
from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.intervals import MONOTONE, WHOLE, Interval, IntervalAlgebra
from adcore.interpreter import partial, run
from tests.adcore.generated import NAMES, points, programs
from tests.adcore.oracle import all_rules, function_of
from tests.adcore.test_modes import RANDOM, MpmathAlgebra
from tests.adcore.test_primitives import GRID, SPECIAL

RULES = all_rules()
EACH_ROW = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
INTERVALS, FLOATS = IntervalAlgebra(), FloatAlgebra()
SHARES = (0.0, 0.13, 0.5, 0.77, 1.0)
WIDTHS = (0.0, 1e-12, 0.3, 2.5)

widths = st.sampled_from((0.0, 1e-9, 0.01, 0.2, 1.0))
shares = st.lists(st.floats(0, 1), min_size=len(NAMES), max_size=len(NAMES))


def boxes_of(rule):
    """Boxes over the grid of the table's own tests, in and out of the domain."""
    n = len(rule.row.args)
    for lows in product(GRID[n][:: 1 if n < 3 else 2], repeat=n):
        for width in WIDTHS:
            yield [Interval(low, low + width) for low in lows]


def inside(box, share):
    return [min(max(low + share * (high - low), low), high) for low, high in box]


def samples_of(rule):
    """Boxes, and points in each of them where the row has a value."""
    for box in boxes_of(rule):
        for k, share in enumerate(SHARES):
            straight = inside(box, share)
            points_ = (straight, [*straight[:1], *inside(box[1:], SHARES[-1 - k])])
            yield from ((box, point) for point in points_ if not math.isnan(rule.row.value(*point)))


@EACH_ROW
def test_a_row_loses_no_value(rule):
    for box, point in samples_of(rule):
        assert rule.row.value(*point) in INTERVALS.apply(rule, box), (box, point)


@EACH_ROW
def test_a_row_loses_no_exact_value(rule):
    with mp.workdps(40):
        for box, point in samples_of(rule):
            if math.isfinite(rule.row.value(*point)):
                low, high = INTERVALS.apply(rule, box)
                assert low <= function_of(rule)(*map(mp.mpf, point)) <= high, (box, point)


@EACH_ROW
def test_a_row_loses_no_partial(rule):
    for box, point in samples_of(rule):
        out, value = INTERVALS.apply(rule, box), rule.row.value(*point)
        for i in range(len(box)):
            slope = partial(FLOATS, rule, point, value, i)
            assert math.isnan(slope) or slope in partial(INTERVALS, rule, box, out, i), (box, point, i)


@EACH_ROW
def test_special_numbers_are_enclosed(rule):
    numbers = [x for x in SPECIAL if not math.isnan(x)]
    for args in product(numbers, repeat=min(len(rule.row.args), 2)):
        point = [*args, *[1.0] * (len(rule.row.args) - len(args))]
        value = rule.row.value(*point)
        if math.isfinite(value):
            assert value in INTERVALS.apply(rule, [Interval(x, x) for x in point]), point
            assert value in INTERVALS.apply(rule, [Interval(min(x, 0.0), max(x, 0.0)) for x in point]), point


@pytest.mark.parametrize(
    ("name", "xs"),
    [
        ("polygamma-0", (1e-300, 1e-17, 1e-9, 1e-5, 0.3, 0.5, 1.4616321449683623, 3.7, 1e9)),
        ("polygamma-1", (1e-9, 1e-5, 0.3, 7.5, 30.0, 1e9)),
        ("gamma", (1e-300, 1e-9, 0.3, 1.46, 14.9, 170.0)),
        ("lgamma", (1e-300, 1e-9, 0.9999999, 1.9999999, 3.3, 1e9, 1e200)),
        ("erfinv", (-0.99999999999, -0.99999, -0.5, -1e-9, 1e-200, 0.3, 0.5, 0.99999, 1 - 2**-53)),
        ("softplus", (-700.0, -40.0, -1e-9, 3.3, 40.0, 800.0)),
        ("sigmoid", (-700.0, -40.0, -1e-9, 3.3, 40.0)),
    ],
)
def test_special_functions_are_where_they_are_said_to_be(name, xs):
    rule = RULES[name]
    with mp.workdps(400):
        for x in xs:
            low, high = INTERVALS.apply(rule, [Interval(x, x)])
            assert low <= function_of(rule)(mp.mpf(x)) <= high, x
            assert high - low <= 1e-13 * max(1.0, abs(low)), x


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.kink is None and name != "where"])
def test_a_row_without_a_name_is_enclosed_by_its_slopes(name):
    rule = RULES[name]
    unknown = replace(rule, row=replace(rule.row, name="new", means=""))
    for box, point in samples_of(rule):
        assert rule.row.value(*point) in INTERVALS.apply(unknown, box), (box, point)


@pytest.mark.parametrize("name", ["atan", "log", "asinh", "erf", "erfc", "add"])
def test_slopes_of_one_sign_bound_a_row(name):
    rule = RULES[name]
    box = [Interval(0.5, 2.0)] * len(rule.row.args)
    unknown = replace(rule, row=replace(rule.row, name="new", means=""))
    assert list(INTERVALS.apply(unknown, box)) == pytest.approx(list(INTERVALS.apply(rule, box)), rel=1e-12)
    assert IntervalAlgebra(slopes=False).apply(unknown, box) == WHOLE


@pytest.mark.parametrize("name", MONOTONE)
def test_what_is_said_to_be_monotone_is(name):
    rule, sign = RULES[name], MONOTONE[name].direction
    values = [rule.row.value(x / 16) for x in range(-160, 161)]
    defined = [sign * value for value in values if not math.isnan(value)]
    assert defined == sorted(defined)
    assert all(MONOTONE[name].low <= sign * value <= MONOTONE[name].high for value in defined)


def enclosed(source, box):
    """The enclosure, or None where a branch lies inside the box; nothing else may be in the way."""
    try:
        return adcore.enclose(source, box)
    except adcore.ADError as error:
        if error.kind != "branch":
            raise
        return None


@RANDOM
@given(programs(), points, widths, shares)
@example("return [abs(x), max(x, y), x**2]", {"x": -0.1, "y": 0.0, "z": 0.0}, 0.2, [0.5, 0.5, 0.5])
def test_a_program_loses_no_point(source, corner, width, share):
    box = {name: (x, x + width) for name, x in corner.items()}
    found = enclosed(source, box)
    if found is None:
        return
    lows_and_highs = [Interval(*box[name]) for name in NAMES]
    point = [inside([side], s)[0] for side, s in zip(lows_and_highs, share, strict=True)]
    at = dict(zip(NAMES, point, strict=True))
    problem = adcore.record(source, at)
    with mp.workdps(40):
        exact = run(problem.graph, MpmathAlgebra(), list(map(mp.mpf, point)))
        for i, value in enumerate(problem.outputs):
            assert value in found.values[i]
            assert found.values[i].low <= exact[problem.graph.outputs[i]] <= found.values[i].high
    for row, intervals in zip(adcore.jacobian(source, at, "forward"), found.jacobian, strict=True):
        assert all(slope in interval for slope, interval in zip(row, intervals, strict=True)), (row, intervals)


@pytest.mark.parametrize(
    ("source", "box", "value", "slope"),
    [
        ("x**2", (1.0, 2.0), (1.0, 4.0), (2.0, 4.0)),
        ("x**2", (-1.0, 2.0), (0.0, 4.0), (-2.0, 4.0)),
        ("x*x", (-1.0, 2.0), (-2.0, 4.0), (-2.0, 4.0)),
        ("abs(x)", (-1.0, 2.0), (0.0, 2.0), (-1.0, 1.0)),
        ("relu(x)", (-1.0, 2.0), (0.0, 2.0), (0.0, 1.0)),
        ("max(x, 0)", (1.0, 2.0), (1.0, 2.0), (1.0, 1.0)),
        ("sin(x)", (0.0, 4.0), (math.sin(4.0), 1.0), (-1.0, 1.0)),
        ("exp(x)", (0.0, 1.0), (1.0, math.e), (1.0, math.e)),
        ("1/x", (1.0, 2.0), (0.5, 1.0), (-1.0, -0.25)),
        ("1/x", (-1.0, 2.0), WHOLE, WHOLE),
        ("1/x", (0.0, 2.0), (0.5, math.inf), (-math.inf, -0.25)),
        ("sqrt(x)", (0.0, 4.0), (0.0, 2.0), (0.25, math.inf)),
        ("log(x)", (0.0, 1.0), (-math.inf, 0.0), (1.0, math.inf)),
        ("tan(x)", (1.0, 2.0), WHOLE, (1.0, math.inf)),
        ("cosh(x)", (-1.0, 1.0), (1.0, math.cosh(1.0)), (-math.sinh(1.0), math.sinh(1.0))),
        ("gamma(x)", (1.0, 3.0), (0.8856031944108887, 2.0), None),
        ("floor(x)", (0.5, 2.5), (0.0, 2.0), (0.0, 0.0)),
        ("x if x > 0 else 2*x", (1.0, 2.0), (1.0, 2.0), (1.0, 1.0)),
        ("where(x > 0, x, 2*x)", (-1.0, 2.0), (-2.0, 4.0), (0.0, 3.0)),
    ],
)
def test_known_enclosures(source, box, value, slope):
    found = adcore.enclose(source, {"x": box})
    assert found.values[0] == pytest.approx(value, rel=1e-12, abs=1e-12)
    if slope:
        assert found.jacobian[0][0] == pytest.approx(slope, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("source", "at", "slope"),
    [
        ("log10(x)", 1.0, lambda: 1 / mp.log(10)),
        ("log2(x)", 1.0, lambda: 1 / mp.log(2)),
        ("cbrt(x)", 1.0, lambda: mp.mpf(1) / 3),
        ("erf(x)", 0.0, lambda: 2 / mp.sqrt(mp.pi)),
        ("erfinv(x)", 0.0, lambda: mp.sqrt(mp.pi) / 2),
    ],
)
def test_numbers_that_a_rule_has_rounded_are_enclosed(source, at, slope):
    [[found]] = adcore.enclose(source, {"x": at}).jacobian
    with mp.workdps(50):
        assert mp.mpf(found.low) <= slope() <= mp.mpf(found.high)


@pytest.mark.parametrize(("source", "truth"), [("x + pi", lambda: mp.pi - 2), ("e*x", lambda: -2 * mp.e)])
def test_pi_and_e_are_enclosed(source, truth):
    [found] = adcore.enclose(source, {"x": -2.0}).values
    with mp.workdps(50):
        assert mp.mpf(found.low) < truth() < mp.mpf(found.high)


def test_exact_sums_are_not_widened():
    assert adcore.enclose("x + y - 1", {"x": (1.0, 2.0), "y": 0.5}).values == ((0.5, 1.5),)
    [third] = adcore.enclose("x + 1/3", {"x": 0.1}).values
    assert third.low < third.high


@pytest.mark.parametrize("source", ["x**(2*1.5)", "x**(27/9)", "x**(1/2 + 5/2)", "x**sqrt(9)", "x**(4 - 0.5**0)"])
def test_exact_numbers_of_the_program_stay_numbers(source):
    enclosed = adcore.enclose(source, {"x": (-2.0, -1.0)})
    assert tuple(enclosed.values[0]) == pytest.approx((-8, -1))


def test_a_branch_that_no_rounding_touches_is_taken():
    source = "s = 0\nfor i in range(4):\n    s = s + 1/4\nif s >= 1:\n    return x\nreturn -x"
    assert adcore.enclose(source, {"x": (0.0, 1.0)}).jacobian == (((1.0, 1.0),),)
    with pytest.raises(adcore.ADError, match="Rounding leaves open"):
        adcore.enclose("t = 0\nwhile t < 1:\n    t = t + 0.1\nreturn x*t", {"x": (0.0, 1.0)})


def test_vectors_are_lists_of_pairs():
    found = adcore.enclose("v[0]*v[1]", {"v": [(1.0, 2.0), 3.0]})
    assert found.jacobian[0] == ((3.0, 3.0), (1.0, 2.0))


def test_a_box_without_end():
    found = adcore.enclose("exp(-x)", {"x": (0.0, math.inf)})
    assert found.values[0] == pytest.approx((0.0, 1.0))


def test_a_branch_inside_the_box_is_refused_at_its_place():
    with pytest.raises(adcore.ADError, match="more than one branch") as error:
        adcore.enclose("x if x > 1 else 2*x", {"x": (0.0, 3.0)})
    assert error.value.span.column == 6


@pytest.mark.parametrize("wrong", [(2.0, 1.0), (1.0, 2.0, 3.0), "1", (math.nan, 1.0), None])
def test_what_is_no_interval(wrong):
    with pytest.raises(adcore.ADError) as error:
        adcore.enclose("x", {"x": wrong})
    assert error.value.kind == "point"
