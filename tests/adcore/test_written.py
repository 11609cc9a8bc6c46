"""Derivatives as programs to be read: they run, and give the numbers of the modes that they spell out."""

import numpy as np
import pytest
from hypothesis import given

import adcore
from adcore.backends.written import FORMS
from tests.adcore.generated import points, programs
from tests.adcore.oracle import all_rules
from tests.adcore.reference import assert_close, by_id, read_lines
from tests.adcore.test_customs import OWN
from tests.adcore.test_modes import RANDOM
from tests.adcore.test_primitives import points_of, source_of

CASES = [case for case in read_lines("cases.jsonl") if case["n_in"] <= 12][::3]
RULES = all_rules()
OWN_RULE = """
def g(a):
    return a**3
def g_partials(a, out):
    return [3*out/a]
def f(x, y):
    return g(x*y)*y
"""


def small(problem):
    return len(problem.graph) <= 250


def found_jacobian(form, source, at):
    """The values and the Jacobian that a written program gives: column by column, or row by row."""
    problem, program = adcore.record(source, at), adcore.write(source, at, form)
    n, m = len(problem.leaves), len(problem.outputs)
    directions = np.eye(n if form == "dual" else m)
    answers = [program(problem.leaves, along.tolist()) for along in directions]
    table = np.reshape([slopes for _, slopes in answers], (len(directions), m if form == "dual" else n))
    values = answers[0][0] if answers else problem.outputs
    return values, table.T if form == "dual" else table


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", **by_id(CASES))
def test_reference_cases(case, form):
    problem = adcore.record(case["text"], case["point"])
    if form == "continuation" and not small(problem):
        return
    values, table = found_jacobian(form, case["text"], case["point"])
    assert_close(values, problem.outputs, 1e-15, 1e-300)
    assert_close(table, adcore.jacobian(case["text"], case["point"]), 1e-12, 1e-12)


@RANDOM
@given(programs(), points)
def test_random_programs(source, point):
    expected = adcore.jacobian(source, point)
    for form in FORMS:
        assert_close(found_jacobian(form, source, point)[1], expected, 1e-11, 1e-11)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", RULES)
def test_every_primitive(name, form):
    rule = RULES[name]
    source, letters = source_of(rule), rule.row.args
    for row in list(points_of(rule))[:3]:
        at = dict(zip(letters, row, strict=True))
        assert_close(found_jacobian(form, source, at)[1], adcore.jacobian(source, at), 1e-13, 1e-14)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("source", "at", "slopes"), [row[:3] for row in OWN.values()], ids=OWN)
def test_rules_that_call_functions_with_rules(source, at, slopes, form):
    assert_close(found_jacobian(form, source, at)[1], [slopes], 1e-14, 0)


@pytest.mark.parametrize("name", RULES)
def test_a_file_runs_by_itself(name):
    rule = RULES[name]
    row = list(points_of(rule))[-1]
    at = dict(zip(rule.row.args, row, strict=True))
    program, names = adcore.write(source_of(rule), at), {}
    exec(program.file, names)
    along = [1.0] * len(row)
    for ours, theirs in zip(program(row, along), names["program"](*row, *along), strict=True):
        assert_close(ours, theirs, 1e-13, 1e-300)


def test_a_file_defines_what_it_calls_and_no_more():
    text = adcore.write("exp(x) + sin(x)*sign(x)", {"x": 1.0}).file
    assert text.startswith(
        "from math import cos, exp, sin\n\n\ndef sign(x):\n    return float((x > 0) - (x < 0))\n\n\n"
    )
    assert adcore.write("x*x", {"x": 1.0}).file.startswith("def program(")


def test_the_dual_form():
    text = adcore.write("a = x*y\nsin(a) - x", {"x": 2.0, "y": 3.0}).text
    assert text.splitlines() == [
        "def program(v0, v1, d0, d1):",
        "    v2 = v0 * v1  # a, line 1",
        "    d2 = v1 * d0 + v0 * d1",
        "    v3 = sin(v2)  # line 2",
        "    d3 = cos(v2) * d2",
        "    v4 = v3 - v0  # line 2",
        "    d4 = d3 - d0",
        "    return (v4,), (d4,)",
    ]


def test_the_closure_form():
    text = adcore.write("sin(x)*x", {"x": 2.0}, "closure").text
    assert "    back1 = lambda d: (cos(v0) * d,)" in text.splitlines()
    assert text.index("back2(d2)") < text.index("back1(d1)")


def test_in_the_continuation_form_the_rest_runs_before_the_adjoint_is_passed_on():
    lines = adcore.write("sin(x)*x", {"x": 2.0}, "continuation").text.splitlines()
    start = lines.index("    def step1():")
    assert [line.strip() for line in lines[start + 1 : start + 5]] == [
        "nonlocal v1, d0",
        "v1 = sin(v0)  # line 1",
        "step2()",
        "d0 += cos(v0) * d1",
    ]


@pytest.mark.parametrize("form", FORMS)
def test_it_runs_at_other_points(form):
    source = "x*sin(y) + exp(x)/y"
    program, at = adcore.write(source, {"x": 1.0, "y": 1.0}, form), {"x": -0.3, "y": 2.2}
    along = [0.5, -2.0] if form == "dual" else [3.0]
    expected = adcore.jvp(source, at, {"x": 0.5, "y": -2.0}) if form == "dual" else adcore.vjp(source, at, [3.0])
    assert_close(program([-0.3, 2.2], along)[1], expected, 1e-14)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("source", ["[3, x, x, y*0]", OWN_RULE, "5", "floor(x) + (x > 1)", "-(-x - y) - (-y)"])
def test_odd_programs(source, form):
    at = {"x": 1.5, "y": 2.0}
    assert_close(found_jacobian(form, source, at)[1], adcore.jacobian(source, at), 1e-14)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("source", ["x*(0/0)", "x*1e400"])
def test_constants_that_are_no_numbers(source, form):
    assert_close(found_jacobian(form, source, {"x": 1.5})[1], adcore.jacobian(source, {"x": 1.5}), 1e-14)


def test_names_of_the_user_are_comments_only():
    for form in FORMS:
        lines = adcore.write("lambda_ = print_ = x*x\nlambda_ + print_", {"x": 1.0}, form).text.splitlines()
        assert any("lambda_" in line or "print_" in line for line in lines)
        assert not any("print_" in line.partition("#")[0] or "lambda_" in line.partition("#")[0] for line in lines)


def test_mistakes():
    for form in FORMS:
        with pytest.raises(adcore.ADError, match="Plain Python has no answer"):
            adcore.write("1/x", {"x": 1.0}, form)([0.0], [1.0])
        with pytest.raises(adcore.ADError, match="complex"):
            adcore.write("sin(x**0.5)", {"x": 1.0}, form)([-8.0], [1.0])
        with pytest.raises(adcore.ADError, match="There are 2 input numbers; 1 were given"):
            adcore.write("x*y", {"x": 1.0, "y": 2.0}, form)([1.0], [1.0, 1.0])
        with pytest.raises(adcore.ADError, match=r"There are [12] (tangents|output weights); 3 were given"):
            adcore.write("x*y", {"x": 1.0, "y": 2.0}, form)([1.0, 2.0], [1.0, 1.0, 1.0])
        with pytest.raises(adcore.ADError, match="are a list of numbers"):
            adcore.write("x", {"x": 1.0}, form)(["1"], [1.0])
    with pytest.raises(adcore.ADError, match="no form called spoken"):
        adcore.write("x", {"x": 1.0}, "spoken")
    with pytest.raises(adcore.ADError, match="continuation_steps"):
        adcore.write("for i in range(301):\n    x = sin(x)\nx", {"x": 1.0}, "continuation")
