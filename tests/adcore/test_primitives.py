"""One loop over the table: every row against mpmath, against the complex step, and against what it says of itself."""

import math
from itertools import product

import mpmath as mp
import numpy as np
import pytest

import adcore
from adcore.algebras.arrays import ArrayAlgebra
from adcore.algebras.complexes import ComplexAlgebra
from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.precise import PreciseAlgebra
from adcore.algebras.text import PLAIN, TextAlgebra
from adcore.interpreter import partial, run
from adcore.special import erfinv, lgamma, polygamma
from tests.adcore.oracle import all_rules, function_of

RULES = all_rules()
EACH_ROW = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
FLOATS = FloatAlgebra()
DIGITS = 40
GRID = {
    1: (-7.3, -2.4, -1.3, -0.7, -0.3, 0.2, 0.6, 0.9, 1.4, 2.7, 5.5),
    2: (-2.4, -0.7, 0.3, 1.4, 3.1),
    3: (-1.3, 0.6, 2.7),
    4: (-1.3, 0.6, 2.7),
}
SPECIAL = (math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 710.0, -746.0, 1e308, -1e308, 5e-324, 1e17)
NO_COMPLEX_VALUE = {"erf", "erfc", "erfinv", "gamma", "lgamma", "polygamma", "atan2"}


def points_of(rule):
    """The points of the grid where the row has a value and a derivative."""
    for args in product(GRID[len(rule.row.args)], repeat=len(rule.row.args)):
        letters = [*args, rule.row.value(*args)]
        inside = rule.domain is None or rule.domain.holds(letters)
        if inside and not (rule.kink is not None and rule.kink.holds(letters)):
            yield args


def partials(algebra, rule, args):
    out = algebra.apply(rule, args)
    return [partial(algebra, rule, args, out, i) for i in range(len(args))]


def source_of(rule):
    """The row as a program over its own letters."""
    writer = TextAlgebra(PLAIN)
    return writer.apply(rule, [writer.letter(letter) for letter in rule.row.args]).text


def close(x, y):
    return x == pytest.approx(float(y), rel=2e-13, abs=1e-14)


@EACH_ROW
def test_there_are_points_to_test_at(rule):
    assert len(list(points_of(rule))) >= 3


@EACH_ROW
def test_value_against_mpmath(rule):
    with mp.workdps(DIGITS):
        for args in points_of(rule):
            assert close(rule.row.value(*args), function_of(rule)(*map(mp.mpf, args))), args


def is_real(rule, args, i):
    """A power of a negative number leaves the real line as soon as its exponent moves."""
    return not (rule.row.name == "pow" and i == 1 and args[0] < 0)


@EACH_ROW
def test_partials_against_mpmath(rule):
    n = len(rule.row.args)
    edges = [(args, i) for args in points_of(rule) for i in range(n) if is_real(rule, args, i)]
    with mp.workdps(DIGITS):
        for args, i in edges:
            orders = tuple(int(i == k) for k in range(n))
            found = mp.diff(function_of(rule), tuple(map(mp.mpf, args)), orders)
            assert close(partials(FLOATS, rule, args)[i], found), (args, i)


@EACH_ROW
def test_the_precise_value_against_mpmath(rule):
    algebra = PreciseAlgebra()
    with mp.workdps(DIGITS):
        for args in points_of(rule):
            found = algebra.apply(rule, [*map(algebra.const, args)])
            expected = function_of(rule)(*map(mp.mpf, args))
            assert abs(mp.mpf(found) - expected) <= abs(expected) * mp.mpf(10) ** (5 - DIGITS), args


@EACH_ROW
def test_partials_against_the_complex_step(rule):
    h, algebra = 1e-30, ComplexAlgebra()
    for args in points_of(rule):
        if rule.row.name in NO_COMPLEX_VALUE:
            with pytest.raises(adcore.ADError, match="complex step cannot go through"):
                algebra.apply(rule, args)
            continue
        if rule.row.name == "pow" and args[0] < 0:
            continue  # a power of a negative number leaves the real axis with the exponent
        for i, local in enumerate(partials(FLOATS, rule, args)):
            moved = [complex(a, h * (i == k)) for k, a in enumerate(args)]
            assert close(local, algebra.apply(rule, moved).imag / h), (args, i)


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if len(rule.row.args) == 1])
def test_second_derivatives_against_mpmath(name):
    rule, source = RULES[name], source_of(RULES[name])
    with mp.workdps(DIGITS):
        for (x,) in points_of(rule):
            found = mp.diff(function_of(rule), mp.mpf(x), 2)
            assert adcore.hessian(source, {"x": x})[0, 0] == pytest.approx(float(found), rel=1e-11, abs=1e-12), x


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.row.means])
def test_what_a_row_means_has_its_value(name):
    rule = RULES[name]
    for args in points_of(rule):
        values = run(rule.means, FLOATS, [*args, 0.0][: len(rule.means.inputs)])
        assert close(values[rule.means.outputs[0]], rule.row.value(*args)), args


@EACH_ROW
def test_a_value_for_every_float(rule):
    for args in product(SPECIAL, repeat=min(len(rule.row.args), 2)):
        filled = [*args, *[1.0] * (len(rule.row.args) - len(args))]
        assert isinstance(rule.row.value(*filled), float), filled
        for local in partials(FLOATS, rule, filled):
            assert isinstance(local, float), filled


@EACH_ROW
def test_arrays_are_scalars_element_by_element(rule):
    grid = [*SPECIAL, *GRID[1]]
    columns = list(zip(*product(grid, repeat=min(len(rule.row.args), 2)), strict=True))
    columns += [[1.0] * len(columns[0])] * (len(rule.row.args) - len(columns))
    arrays, algebra = [np.array(column) for column in columns], ArrayAlgebra()
    rows = list(zip(*columns, strict=True))
    expected = [rule.row.value(*args) for args in rows]
    np.testing.assert_allclose(algebra.apply(rule, arrays), expected, rtol=1e-13, atol=1e-300)


@EACH_ROW
def test_array_partials_are_scalar_partials(rule):
    algebra = ArrayAlgebra()
    rows = list(points_of(rule))
    arrays = [np.array(column) for column in zip(*rows, strict=True)]
    with np.errstate(all="ignore"):
        found = partials(algebra, rule, arrays)
    expected = [partials(FLOATS, rule, args) for args in rows]
    for i, column in enumerate(found):
        np.testing.assert_allclose(np.broadcast_to(column, len(rows)), [e[i] for e in expected], rtol=1e-13)


@EACH_ROW
def test_every_row_can_be_written_and_said(rule):
    row = rule.row
    assert row.said
    assert len(row.partials) == len(row.args)
    assert row.edges == () or len(row.edges) == len(row.args)
    for letter in row.args:
        assert f"@{letter}" in row.text
        assert f"@{letter}" in row.latex
    assert bool(row.kink) == bool(row.convention)


@EACH_ROW
def test_the_text_of_a_row_is_read_as_that_row(rule):
    args = next(points_of(rule))
    graph = adcore.record(source_of(rule), dict(zip(rule.row.args, args, strict=True))).graph
    [output] = graph.outputs
    assert graph.ops[output] == rule.row.name
    assert graph.constants[output] == rule.constant
    assert graph.args[output] == graph.inputs


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.kink is not None])
def test_a_kink_is_warned_about(name):
    rule = RULES[name]
    candidates = product((0.0, 1.0, 2.0, -1.0), repeat=len(rule.row.args))
    at_kink = [args for args in candidates if rule.kink.holds([*args, rule.row.value(*args)])]
    assert at_kink
    for args in at_kink:
        if math.isnan(rule.row.value(*args)):
            continue
        found = adcore.trace(source_of(rule), dict(zip(rule.row.args, args, strict=True))).warnings
        assert {"kink", "tie", "branch", "domain"} & {warning.kind for warning in found}, args


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.domain is not None])
def test_outside_the_domain_nothing_is_a_number_and_a_warning_says_why(name):
    rule = RULES[name]
    for args in product((-2.0, -1.0, 0.0, 0.5, 1.0, 2.0), repeat=len(rule.row.args)):
        out = rule.row.value(*args)
        if rule.domain.holds([*args, out]):
            assert not math.isnan(out), args
            continue
        point = dict(zip(rule.row.args, args, strict=True))
        assert not math.isfinite(out), args
        assert "domain" in {warning.kind for warning in adcore.trace(source_of(rule), point).warnings}, args
        flat = set(rule.row.partials) == {"0"}
        assert flat or not np.isfinite(adcore.gradient(source_of(rule), point)).all(), args


@pytest.mark.parametrize("x", [-0.5, -30.2, -100.3, -30.0000001, -1e5 - 0.25])
@pytest.mark.parametrize("order", [0, 1, 2, 3, 6])
def test_polygamma_far_below_zero(order, x):
    with mp.workdps(DIGITS):
        assert close(polygamma(order, x), mp.psi(order, x))


@pytest.mark.parametrize("x", [1e-200, 1e-3, 0.7, 15.6, 50.2, 263.9, 1e8, 8.6e43, 1e300])
@pytest.mark.parametrize("order", [1, 2, 3, 7, 20, 40, 100])
def test_polygamma_to_the_last_digits(order, x):
    with mp.workdps(DIGITS):
        exact = float(mp.psi(order, mp.mpf(x)))
    assert polygamma(order, x) == pytest.approx(exact, rel=1e-14, abs=1e-306)


def test_polygamma_near_its_poles():
    with mp.workdps(DIGITS):
        exact = float(mp.psi(6, mp.mpf(-13.999998308001123)))
    assert polygamma(6, -13.999998308001123) == pytest.approx(exact, rel=1e-13)


@pytest.mark.parametrize("pole", [0, -1, -2, -14])
def test_digamma_next_to_its_poles(pole):
    with mp.workdps(400):  # mpmath adds 1 to its argument
        for exponent in (1e-1, 1e-3, 1e-5, 1e-9, 1e-13, 1e-17, 1e-300)[: None if pole == 0 else 5]:
            for x in (pole + exponent, pole - exponent):
                assert polygamma(0, x) == pytest.approx(float(mp.psi(0, mp.mpf(x))), rel=1e-14), x


@pytest.mark.parametrize(
    ("source", "x", "slope"),
    [("gamma(x)", 1e-9, -1e18), ("gamma(x)", 1e-17, -1e34), ("lgamma(x)", 1e-17, -1e17), ("lgamma(x)", -1e-11, 1e11)],
)
def test_gamma_is_steep_there(source, x, slope):
    assert adcore.gradient(source, {"x": x}) == pytest.approx([slope - (source == "lgamma(x)") * 0.5772], rel=1e-14)


@pytest.mark.parametrize("x", [-1e-3, -20.0, -30.0, -40.0, -745.0])
def test_the_slope_of_expm1_is_not_lost_in_a_sum(x):
    exact = pytest.approx([math.exp(x)], rel=1e-15)
    assert adcore.gradient("expm1(x)", {"x": x}) == exact
    assert adcore.compile("expm1(x)", {"x": 0.0}, "python").gradient(x) == exact
    assert adcore.hessian("expm1(x)", {"x": x})[0] == exact


@pytest.mark.parametrize("scale", [1e-300, 1e-170, 1.0, 1e200, 1e307])
@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_an_angle_turns_as_fast_as_its_sides_are_small(scale, mode):
    point = {"x": 3 * scale, "y": 4 * scale}
    exact = pytest.approx([-0.16 / scale, 0.12 / scale], rel=1e-15)
    assert adcore.gradient("atan2(y, x)", point, mode) == exact
    assert adcore.compile("atan2(y, x)", {"x": 1.0, "y": 1.0}, "python").gradient(point) == exact


def test_erfinv_to_the_last_digits():
    near_one = [1 - 10.0**-k for k in range(1, 17)]
    for x in (0.0, 5e-324, 1e-200, 1e-9, 1e-8, 1e-5, 0.1, 0.3, 0.49999, 0.5, 0.50001, 0.8, *near_one, 1 - 2**-53):
        with mp.workdps(DIGITS):
            assert erfinv(x) == pytest.approx(float(mp.erfinv(mp.mpf(x))), rel=5e-16, abs=5e-324), x
        assert math.copysign(1.0, erfinv(-x)) == -1
        assert erfinv(-x) == -erfinv(x)


@pytest.mark.parametrize("zero", [1.0, 2.0])
def test_lgamma_next_to_its_zeros(zero):
    assert lgamma(zero) == 0
    for z in (1e-16, 1e-10, 1e-5, 1e-3, 0.05, 0.2, 0.49, 0.51):
        for x in (zero + z, zero - z):
            with mp.workdps(DIGITS):
                assert lgamma(x) == pytest.approx(float(mp.loggamma(mp.mpf(x))), rel=2e-15), x


@pytest.mark.parametrize(("source", "x"), [("gamma(x)", -30.2), ("lgamma(x)", -100.3)])
def test_gamma_bends_there_too(source, x):
    with mp.workdps(DIGITS):
        gamma, slope = mp.gamma(x), mp.psi(0, x)
        expected = gamma * (slope**2 + mp.psi(1, x)) if source == "gamma(x)" else mp.psi(1, x)
    assert adcore.hessian(source, {"x": x})[0] == pytest.approx([float(expected)], rel=1e-12)
