"""Derivatives of every order: against the reference, and against mpmath for every row."""

import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import assume, given

import adcore
from adcore.algebras.staging import StagingAlgebra
from adcore.algebras.taylor import TaylorAlgebra, polynomial
from adcore.interpreter import run
from adcore.modes.taylor import expand
from tests.adcore.generated import NAMES, points, programs
from tests.adcore.oracle import all_rules, function_of
from tests.adcore.reference import by_id, read_lines
from tests.adcore.test_modes import RANDOM, MpmathAlgebra, is_smooth_at
from tests.adcore.test_primitives import points_of, source_of

CASES = [case for case in read_lines("cases.jsonl") if case.get("higher_derivatives")]
RULES = all_rules()
UNARY = [name for name, rule in RULES.items() if len(rule.row.args) == 1]
BINARY = [name for name, rule in RULES.items() if len(rule.row.args) == 2]
ORDER = 9


def test_the_reference_reaches_order_nine():
    assert len(CASES) == 89
    assert max(int(k) for case in CASES for k in case["higher_derivatives"]) == ORDER


@pytest.mark.parametrize("case", **by_id(CASES))
def test_reference(case):
    found = adcore.derivatives(case["text"], case["point"], ORDER)
    for k, exact in case["higher_derivatives"].items():
        assert found[int(k)] == pytest.approx(float(exact), rel=1e-12, abs=1e-13), k


def exact_coefficients(function, x, order):
    with mp.workdps(30):
        return [float(c) for c in mp.taylor(function, mp.mpf(x), order)]


def assert_coefficients(found, exact, radius):
    """Within 1e-11 of the largest coefficient, each weighted by how far the series reaches."""
    weighted = [abs(c) * radius**k for k, c in enumerate(exact)]
    for k, (mine, theirs) in enumerate(zip(found, exact, strict=True)):
        assert mine == pytest.approx(theirs, rel=1e-11, abs=1e-11 * max(weighted) / radius**k), k


@pytest.mark.parametrize("name", UNARY)
def test_every_row_of_one_argument(name):
    rule = RULES[name]
    for (x,) in points_of(rule):
        found = adcore.derivatives(source_of(rule), {"x": x}, ORDER)
        exact = exact_coefficients(function_of(rule), x, ORDER)
        assert_coefficients([c / math.factorial(k) for k, c in enumerate(found)], exact, 0.25)


@pytest.mark.parametrize("name", BINARY)
def test_every_row_of_two_arguments_along_a_line(name):
    rule = RULES[name]
    for args in points_of(rule):
        if name == "pow" and args[0] < 0:
            continue  # not real
        problem = adcore.record(source_of(rule), dict(zip(rule.row.args, args, strict=True)))
        [found] = expand(problem, [1.0, -0.5], 5)
        a, b = map(mp.mpf, args)
        exact = exact_coefficients(lambda t, a=a, b=b: function_of(rule)(a + t, b - t / 2), 0, 5)
        assert_coefficients(found, exact, 0.25)


@RANDOM
@given(programs(), points)
def test_random_programs_against_mpmath(source, point):
    assume(is_smooth_at(source, point))
    problem, direction = adcore.record(source, point), [1.0, -0.5, 0.75]
    found = expand(problem, direction, 4)
    with mp.workdps(60):
        inputs = [polynomial(mp.mpf(x), mp.mpf(d)) for x, d in zip(problem.leaves, direction, strict=True)]
        exact = run(problem.graph, TaylorAlgebra(MpmathAlgebra()), inputs)
        for i, row in zip(problem.graph.outputs, found, strict=True):
            assert row == pytest.approx([float(exact[i][k] or 0) for k in range(5)], rel=1e-9, abs=1e-9)
    slopes = adcore.jvp(source, point, dict(zip(NAMES, direction, strict=True)))
    assert [row[1] for row in found] == pytest.approx(slopes, rel=1e-11, abs=1e-11)


@pytest.mark.parametrize(
    ("source", "x", "expected"),
    [
        ("x**2", 0.0, [0, 0, 2, 0, 0]),
        ("x**2.0", 0.0, [0, 0, 2, 0, 0]),
        ("x**3 + 5", -0.0, [5, 0, 0, 6, 0]),
        ("x**0", 0.0, [1, 0, 0, 0, 0]),
        ("x*x*x", 0.0, [0, 0, 0, 6, 0]),
        ("x**-2", -1.0, [1, 2, 6, 24, 120]),
        ("x**4.5", 0.0, [0, 0, 0, 0, 0]),
        ("7", 3.0, [7, 0, 0, 0, 0]),
        ("abs(x)", -2.0, [2, -1, 0, 0, 0]),
        ("relu(x)**2", 3.0, [9, 6, 2, 0, 0]),
        ("floor(x)*x", 2.5, [5, 2, 0, 0, 0]),
        ("max(x, x**2)", 3.0, [9, 6, 2, 0, 0]),
        ("where(x > 0, x, log(x))", 2.0, [2, 1, 0, 0, 0]),
        ("where(x > 0, log(x), x)", -2.0, [-2, 1, 0, 0, 0]),
        ("x**2 if x > 0 else -x", -2.0, [2, -1, 0, 0, 0]),
        ("x % 3", 4.5, [1.5, 1, 0, 0, 0]),
        ("exp(2*x)", 0.0, [1, 2, 4, 8, 16]),
        ("0**x", 2.0, [0, 0, 0, 0, 0]),
    ],
)
def test_exact_derivatives(source, x, expected):
    assert adcore.derivatives(source, {"x": x}, 4) == expected


def test_where_the_function_ends_the_derivatives_say_so():
    assert adcore.derivatives("x**4.5", {"x": 0.0}, 5)[5] == math.inf
    assert np.isnan(adcore.derivatives("log(x)", {"x": -1.0}, 3)).all()
    assert adcore.derivatives("sqrt(x)", {"x": 0.0}, 1) == [0.0, math.inf]


def test_a_rule_of_the_users_own_is_followed():
    source = "def q(a):\n    return a*a\ndef q_partials(a, out):\n    return 3*a\nq(x)"
    assert adcore.derivatives(source, {"x": 2.0}, 3) == [4.0, 6.0, 3.0, 0.0]


@pytest.mark.parametrize("source", ["sigmoid(x)", "sech(x)", "csch(x)", "sin(cos(x))"])
def test_the_highest_order(source):
    found = adcore.derivatives(source, {"x": 0.3}, 32)
    with mp.workdps(80):
        functions = {"sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "sin": lambda x: mp.sin(mp.cos(x))}
        name = source.partition("(")[0]
        exact = mp.taylor(functions.get(name) or getattr(mp, name), mp.mpf("0.3"), 32)
        assert found[32] == pytest.approx(float(exact[32] * mp.factorial(32)), rel=1e-8)


def test_a_long_program_is_no_deep_recursion():
    source, at = "for i in range(3000):\n    x = x + 0.001*sin(x)\nx", {"x": 0.5}
    assert adcore.derivatives(source, at, 2)[1] == pytest.approx(adcore.gradient(source, at)[0])


def test_series_over_staged_nodes_are_programs():
    graph, staging = adcore.record("x**2*y", {"x": 1.0, "y": 1.0}).graph, StagingAlgebra()
    x, y = staging.input("x"), staging.input("y")
    values = run(graph, TaylorAlgebra(staging), [polynomial(x, staging.const(1.0)), polynomial(y)])
    assert staging.graph([values[graph.outputs[0]][2]]).outputs == (y,)


@pytest.mark.parametrize(
    ("source", "at", "order", "kind"),
    [
        ("x*y", {"x": 1.0, "y": 2.0}, 2, "shape"),
        ("[x, x]", {"x": 1.0}, 2, "shape"),
        ("x", {"x": 1.0}, -1, "order"),
        ("x", {"x": 1.0}, 1.5, "order"),
        ("x", {"x": 1.0}, 33, "limit"),
    ],
)
def test_what_cannot_be_expanded(source, at, order, kind):
    with pytest.raises(adcore.ADError) as error:
        adcore.derivatives(source, at, order)
    assert error.value.kind == kind
