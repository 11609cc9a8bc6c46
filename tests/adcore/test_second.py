"""Second order by four ways: against the reference, against each other, and where it is zero by structure."""

import math
from itertools import product

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given

import adcore
from adcore.algebras.hyperduals import HyperDual, HyperDualAlgebra, second_partials
from adcore.backends import BACKENDS
from adcore.interpreter import run
from adcore.modes.second import SECOND_MODES
from tests.adcore.generated import NAMES, points, programs
from tests.adcore.oracle import all_rules, function_of
from tests.adcore.reference import assert_close, by_id, read_lines
from tests.adcore.test_modes import RANDOM, MpmathAlgebra
from tests.adcore.test_primitives import points_of, source_of

CASES = [case for case in read_lines("cases.jsonl") if case["hessian"]]
OTHERS = [mode for mode in SECOND_MODES if mode != "forward-over-reverse"]
EACH_MODE = pytest.mark.parametrize("mode", SECOND_MODES)
RULES = all_rules()


def test_the_ways_to_second_order():
    assert list(SECOND_MODES) == ["forward-over-reverse", "reverse-over-forward", "forward-over-forward", "hyper-dual"]
    assert all(row.label and row.help and row.name == name for name, row in SECOND_MODES.items())
    assert len(CASES) == 556


@pytest.mark.parametrize("mode", OTHERS)
@pytest.mark.parametrize("case", **by_id(CASES))
def test_reference(case, mode):
    found = adcore.hessian(case["text"], case["point"], mode)
    expected = np.array(case["hessian"], dtype=float)
    # A Hessian that is identically zero has no size of its own to be relative to.
    assert_close(found, expected, case["tolerance"]["hessian"]["tol"], absolute=0.0 if expected.any() else 1e-14)


@pytest.mark.parametrize("case", **by_id(CASES))
def test_the_pattern_covers_the_reference(case):
    pattern = adcore.hessian_pattern(case["text"], case["point"])
    expected = np.array(case["hessian"], dtype=float)
    negligible = 1e-14 * max(1.0, np.abs(expected).max())
    assert not np.any(np.abs(expected)[~pattern] > negligible)
    assert (pattern == pattern.T).all()
    assert not adcore.hessian(case["text"], case["point"], "hyper-dual")[~pattern].any()


@RANDOM
@given(programs(), points)
def test_all_ways_agree_on_random_programs(source, point):
    scalar = source.replace("return [", "return sum([") + ")"
    direction = {"x": 1.0, "y": -0.5, "z": 0.25}
    expected = adcore.hessian(scalar, point)
    size = max(1.0, np.abs(expected).max())
    for mode in OTHERS:
        np.testing.assert_allclose(adcore.hessian(scalar, point, mode), expected, atol=1e-10 * size, rtol=0)
    for mode in SECOND_MODES:
        found = adcore.hvp(scalar, point, direction, mode)
        np.testing.assert_allclose(found, expected @ list(direction.values()), atol=1e-10 * size, rtol=0)
    assert not expected[~adcore.hessian_pattern(scalar, point)].any()


@RANDOM
@given(programs(), points)
def test_hyper_duals_over_forty_digits(source, point):
    problem = adcore.record(source, point)
    seeded = [HyperDual(mp.mpf(x), mp.mpf(1), mp.mpf(k + 1)) for k, x in enumerate(problem.leaves)]
    with mp.workdps(40):
        exact = run(problem.graph, HyperDualAlgebra(MpmathAlgebra()), seeded)
        scalar = source.replace("return [", "return sum([") + ")"
        found = adcore.hvp(scalar, point, {name: k + 1.0 for k, name in enumerate(NAMES)})
        mixed = float(sum(exact[i].mixed or 0 for i in problem.graph.outputs))
    assert sum(found) == pytest.approx(mixed, rel=1e-9, abs=1e-9)


@EACH_MODE
@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if len(rule.row.args) <= 2])
def test_every_row_against_mpmath(name, mode):
    rule = RULES[name]
    n = len(rule.row.args)
    for args in list(points_of(rule))[::3]:
        if name == "pow" and args[0] < 0:
            continue  # not real
        found = adcore.hessian(source_of(rule), dict(zip(rule.row.args, args, strict=True)), mode)
        for i, j in product(range(n), repeat=2):
            orders = tuple((i == k) + (j == k) for k in range(n))
            with mp.workdps(40):
                exact = float(mp.diff(function_of(rule), tuple(map(mp.mpf, args)), orders))
            assert found[i, j] == pytest.approx(exact, rel=1e-11, abs=1e-12), (args, i, j)


@EACH_MODE
@pytest.mark.parametrize(
    ("source", "at", "expected"),
    [
        ("x**2", {"x": 0.0}, [[2]]),
        ("x**3", {"x": 0.0}, [[0]]),
        ("x*y", {"x": 0.0, "y": 0.0}, [[0, 1], [1, 0]]),
        ("x + y", {"x": 1.0, "y": 2.0}, [[0, 0], [0, 0]]),
        ("3", {}, np.zeros((0, 0))),
        ("5*x if x > 0 else x**2", {"x": -1.0}, [[2]]),
        ("max(x**2, y)", {"x": 3.0, "y": 1.0}, [[2, 0], [0, 0]]),
        ("where(x > 0, x**2, log(x))", {"x": 3.0}, [[2]]),
        ("sum([a*a for a in v])", {"v": [1.0, 2.0]}, [[2, 0], [0, 2]]),
        ("def q(a):\n    return a*a\ndef q_partials(a, out):\n    return 3*a\nq(x)", {"x": 2.0}, [[3]]),
    ],
)
def test_exact_hessians(source, at, expected, mode):
    np.testing.assert_array_equal(adcore.hessian(source, at, mode), expected)


@pytest.mark.parametrize(
    ("source", "at", "expected"),
    [
        ("0**x", {"x": 2.0}, [[0]]),
        ("x**y", {"x": 0.0, "y": 3.0}, [[0, 0], [0, 0]]),
        ("x**y", {"x": 0.0, "y": 2.0}, [[2, 0], [0, 0]]),
        ("x**y", {"x": 0.0, "y": 1.5}, [[math.inf, 0], [0, 0]]),
        ("x**y", {"x": 0.0, "y": 1.0}, [[0, -math.inf], [-math.inf, 0]]),
        ("x**y", {"x": 0.0, "y": 0.5}, [[-math.inf, math.nan], [math.nan, 0]]),
        ("x**y", {"x": 0.0, "y": 0.0}, [[0, math.nan], [math.nan, math.inf]]),
        ("(x*y)**(x + y) + x*y", {"x": 0.0, "y": 3.0}, [[0, 1], [1, 0]]),
        ("hypot(x, y)", {"x": 0.0, "y": 0.0}, [[math.nan, math.nan], [math.nan, math.nan]]),
    ],
)
def test_powers_of_zero(source, at, expected):
    for mode in SECOND_MODES:
        np.testing.assert_array_equal(adcore.hessian(source, at, mode), expected)
    for k, name in enumerate(at):
        result = adcore.trace(source, at, mode="forward-over-reverse", seed={name: 1.0}).result
        np.testing.assert_array_equal(result, [row[k] for row in expected])
    for backend in BACKENDS:
        compiled = adcore.compile(source, dict.fromkeys(at, 1.0), backend, order=2)
        np.testing.assert_array_equal(compiled.hessian(at), expected)


@EACH_MODE
def test_a_direction_that_moves_nothing(mode):
    assert adcore.hvp("x*y", {"x": 1.0, "y": 2.0}, {}, mode).tolist() == [0, 0]


@EACH_MODE
def test_outside_the_domain_nothing_is_a_number(mode):
    assert not math.isfinite(adcore.hessian("log(x)*x", {"x": -1.0}, mode)[0, 0])


@pytest.mark.parametrize("mode", SECOND_MODES)
def test_where_there_is_no_value_a_formula_makes_no_second_derivative(mode):
    at = {"x": -1.0, "y": 2.0}
    hessian = adcore.hessian("log(x) + x*y + y**2", at, mode)
    assert np.isnan(hessian[0]).all()
    assert np.isnan(hessian[1, 0])
    assert hessian[1, 1] == 2
    assert np.isnan(adcore.hvp("log(x) + y**2", at, {"x": 1.0}, mode)[0])
    assert adcore.hvp("log(x) + y**2", at, {"y": 1.0}, mode).tolist() == [0, 2]


@pytest.mark.parametrize(
    ("source", "at", "expected"),
    [
        ("x*y + sin(z)", {"x": 0.0, "y": 0.0, "z": 0.0}, ["010", "100", "001"]),
        ("x/y + 3*z", {"x": 1.0, "y": 1.0, "z": 0.0}, ["010", "110", "000"]),
        ("floor(x)*y + z**1", {"x": 1.5, "y": 1.0, "z": 0.0}, ["000", "000", "000"]),
        ("abs(x) + max(y, z) + where(x > 0, y, z)", {"x": 1.0, "y": 1.0, "z": 0.0}, ["000", "000", "000"]),
        ("(x + y)**2 + 0*exp(z)", {"x": 1.0, "y": 1.0, "z": 0.0}, ["110", "110", "001"]),
        ("a = exp(x*y)\nx + y*z", {"x": 1.0, "y": 1.0, "z": 0.0}, ["000", "001", "010"]),
    ],
)
def test_patterns(source, at, expected):
    found = adcore.hessian_pattern(source, at)
    assert ["".join(str(int(entry)) for entry in row) for row in found] == expected


def test_the_pattern_of_a_chain_is_a_band():
    n = 300
    source = f"s = 0\nfor i in range({n - 1}):\n    s = s + (v[i + 1] - v[i])**2\ns"
    pattern = adcore.hessian_pattern(source, {"v": [0.5] * n})
    assert pattern.sum() == 3 * n - 2
    assert np.array_equal(pattern, np.abs(np.subtract.outer(range(n), range(n))) <= 1)


def test_second_partials_of_a_row():
    times = second_partials(RULES["mul"])
    assert (times[0][0], times[1][1]) == (None, None)
    assert times[0][1].constants == times[1][0].constants == (None, None, None, 1.0)
    assert second_partials(RULES["add"]) == ((None, None), (None, None))


@pytest.mark.parametrize("call", [adcore.hessian, lambda *given: adcore.hvp(given[0], given[1], {}, given[2])])
def test_an_unknown_way(call):
    with pytest.raises(adcore.ADError, match="no second-order mode called sideways"):
        call("x", {"x": 1.0}, "sideways")


def test_a_pattern_belongs_to_one_output():
    with pytest.raises(adcore.ADError, match="one output"):
        adcore.hessian_pattern("[x, x]", {"x": 1.0})
