"""Emitted Python: brackets where rounding needs them, few variables, and a guard over the results."""

import re

import numpy as np
import pytest

import adcore
from adcore.backends.emitter import LONGEST, SHORT_NAMES, TERMS, emit_guarded, write_number
from adcore.rules import find_rule
from adcore.staged import stage_function
from tests.adcore.oracle import all_rules

VARIABLE = re.compile(r"\bv\d+")


def emitted(source, at):
    graph = stage_function(adcore.record(source, at).graph)
    return emit_guarded(graph, [])[0]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x + y + x*y", "v0 + v1 + v0 * v1"),
        ("x + (y + x*y)", "v0 + (v1 + v0 * v1)"),
        ("x - (y - x)", "v0 - (v1 - v0)"),
        ("x*y/(x + y)", "v0 * v1 / (v0 + v1)"),
        ("x*(y/x)", "v0 * (v1 / v0)"),
        ("-(x*y) - (-y)", "-(v0 * v1) - (-v1)"),
        ("(-x)**3 + (x*y)**-2", "(-v0)**3 + (v0 * v1)**(-2)"),
        ("x**y + sin(x - y)", "pow(v0, v1) + sin(v0 - v1)"),
        ("(-2)*x - -3.5/y", "-2.0 * v0 - -3.5 / v1"),
        ("(x < y) + x", "1.0*(v0 < v1) + v0"),
    ],
)
def test_brackets_keep_the_order_of_rounding(source, expected):
    text = emitted(source, {"x": 1.5, "y": 2.5})
    statement = next(line for line in text.splitlines() if " = " in line)
    assert statement.partition(" = ")[2].replace("(-v1)", "-v1") == expected.replace("(-v1)", "-v1")


def test_the_base_of_a_square_is_computed_once():
    assert "v2 = v0 + v1\n        v3 = v2*v2" in emitted("(x + y)**2", {"x": 1.5, "y": 2.5})


@pytest.mark.parametrize("number", [0.0, -0.0, 1.0, -1.0, 0.5, 3.0, 10.0, 0.1, 1e300, 5e-324, np.inf, -np.inf, np.nan])
def test_numbers_are_read_as_they_were(number):
    read = eval(write_number(number), {"float": float})
    assert repr(read) == repr(float(number))


def test_functions_are_called_with_their_arguments_in_order():
    text = emitted("hypot(x, y) + max(x, y, 2) + where(x < y, x*y, digamma(x)) + (-x)**3", {"x": 1.5, "y": 2.5})
    for part in ("hypot(v0, v1)", "max(v0, v1, 2.0)", "where(1.0*(v0 < v1), v0 * v1, digamma(v0))", "(-v0)**3"):
        assert part in text


def test_lines_do_not_grow_without_end():
    lines = emitted(
        "def f(x):\n    s = x\n    for k in range(200):\n        s = s + x*(k + 1.5)\n    return s", {"x": 1.5}
    )
    assert LONGEST // 2 < max(len(line) for line in lines.splitlines()) < LONGEST + 60


def test_many_variables_become_few():
    source = """def f(x):
    s = 0
    for i in range(5):
        for k in range(9):
            t = x[k]*sin(x[k - 1] + i)
            s = s + t*t + k*t
    return s"""
    compiled = adcore.compile(source, {"x": [0.1 * k for k in range(9)]}, "python")
    lines = compiled.source.count(" = ")
    assert lines > SHORT_NAMES // 2
    short = emitted(source.replace("range(5)", "range(1)"), {"x": [0.1 * k for k in range(9)]})
    assert len(set(VARIABLE.findall(short))) == 9 + short.count(" = ")
    longer = adcore.compile(source.replace("range(5)", "range(20)"), {"x": [0.1 * k for k in range(9)]}, "python")
    statements, variables = longer.source.count(" = "), len(set(VARIABLE.findall(longer.source)))
    assert statements > SHORT_NAMES
    assert variables < 0.8 * statements
    xs = [0.3 * k - 1 for k in range(9)]
    at = {"x": xs}
    np.testing.assert_allclose(compiled.gradient(*xs), adcore.gradient(source, at), rtol=1e-12)
    np.testing.assert_allclose(
        longer.gradient(*xs), adcore.gradient(source.replace("range(5)", "range(20)"), at), rtol=1e-12
    )


def test_results_that_are_used_again_keep_their_names():
    source = (
        "def f(x):\n    r = []\n    for i in range(400):\n        x = 3.7*x*(1 - x)\n        r.append(x)\n    return r"
    )
    compiled = adcore.compile(source, {"x": 0.3}, "python")
    np.testing.assert_allclose(compiled.jacobian(0.3), adcore.jacobian(source, {"x": 0.3}), rtol=1e-9)
    assert compiled.value(0.3).tolist() == adcore.value(source, {"x": 0.3})


@pytest.mark.parametrize("n", [TERMS, TERMS + 1])
def test_the_guard_sees_every_result(n):
    source = "def f(x):\n    return [a*a for a in x]"
    compiled = adcore.compile(source, {"x": [1.0] * n}, "python")
    assert ("sum(r)" in emitted(source, {"x": [1.0] * n})) == (n > TERMS)
    for place in (0, n - 1):
        xs = [1.0] * n
        xs[place] = float("inf")
        np.testing.assert_array_equal(compiled.jacobian(*xs), adcore.jacobian(source, {"x": xs}))


def test_every_template_names_its_arguments_in_order():
    for rule in all_rules().values():
        named = re.findall(r"@(\w+)", rule.row.text)
        assert named == list(rule.row.args), rule.row.name
    assert find_rule("powi", 2.0, 1).row.text == "@x**2"
