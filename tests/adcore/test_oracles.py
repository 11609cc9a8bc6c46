"""Numbers that do not round: right derivatives that floats turn into others are not called wrong."""

import mpmath
import pytest

import adcore
from adcore.examining import examine_formulas
from adcore.oracles import Source, unrounded
from adcore.problem import pose

RIGHT = [
    ("exp(2*x)/exp(x)", 340.0, "exp(2*x)/exp(x)"),
    ("exp(2*x)/exp(x)", 340.0, "exp(x)"),
    ("exp(x)", 340.0, "exp(2*x)/exp(x)"),
    ("exp(2*x)/exp(x)", -340.0, "exp(x)"),
    ("exp(-x)", 700.0, "-exp(-2*x)/exp(-x)"),
    ("1/exp(x)", 400.0, "-exp(-x)"),
    ("tanh(x)", 30.0, "1/cosh(x)**2"),
    ("tanh(x)", 2.0, "1/cosh(x)**2"),
    ("tanh(x)", 8.0, "sech(x)**2"),
    ("1/tanh(x)", 20.0, "-csch(x)**2"),
    ("relu(tanh(x))", 20.0, "where(x > 0, sech(x)**2, 0)"),
    ("tanh(lgamma(x))", 12.0, "sech(lgamma(x))**2*digamma(x)"),
    ("sigmoid(x)", 30.0, "sigmoid(x)*(1 - sigmoid(x))"),
    ("exp(2*abs(x))/exp(abs(x))", 340.0, "sign(x)*exp(abs(x))"),
]


@pytest.mark.parametrize(("source", "x", "formula"), RIGHT)
def test_a_formula_that_only_floats_spoil_is_right(source, x, formula):
    found = examine_formulas(source, {"x": x}, [formula])
    assert (found.checked.verdict, found.moved) == ("right", False)
    assert adcore.check(source, {"x": x}, [formula]).verdict == "right"


@pytest.mark.parametrize(("source", "x", "formula"), RIGHT)
def test_the_same_formula_with_a_mistake_is_wrong(source, x, formula):
    assert examine_formulas(source, {"x": x}, [f"1.001*({formula})"]).checked.verdict == "wrong"


def test_the_numbers_shown_are_those_without_rounding():
    [part] = adcore.check("tanh(x)", {"x": 30.0}, ["1/cosh(x)**2"]).components
    expected = float(1 / mpmath.cosh(30) ** 2)
    assert [part.given, part.expected] == pytest.approx([expected, expected], rel=1e-15)
    assert part.digits > 12


def test_a_backward_program_is_not_blamed_for_what_floats_do():
    source, program = "exp(2*x)/exp(x)", "def backward(x):\n    return {}"
    assert adcore.check_program(source, program.format("exp(x)"), {"x": 340.0}).verdict == "right"
    assert adcore.check_program(source, program.format("2*exp(x)"), {"x": 340.0}).verdict == "wrong"


def test_a_rule_of_the_users_own_is_not_blamed_either():
    rule = "def t(a):\n    return tanh(a)\ndef t_partials(a, out):\n    return {}\nt(x)"
    assert adcore.check_rules(rule.format("1/cosh(a)**2"), {"x": 30.0})[0].verdict == "right"
    assert adcore.check_rules(rule.format("2/cosh(a)**2"), {"x": 30.0})[0].verdict == "wrong"


def source_of(text, x):
    problem = pose(text, {"x": x})
    return Source(problem.graph, problem.recording.values, problem.graph.outputs[0])


def test_what_cannot_be_told_is_left_open():
    assert unrounded(source_of("x**2", 3.0), 0, source_of("2*x", 3.0)) == (6.0, 6.0)
    assert unrounded(source_of("x**2", 3.0), 0, source_of("3*x", 3.0)) is None
    assert unrounded(source_of("x*floor(1/x)", 0.1), 0, source_of("floor(1/x)", 0.1)) is None  # 1/x rounds up to 10
    assert unrounded(source_of("x*where(3*x > 0.3, 2, 1)", 0.1), 0, source_of("2", 0.1)) is None
    tower = "1/exp(exp(exp(exp(x))))"
    assert unrounded(source_of(tower, 7.0), 0, source_of("0*x", 7.0)) is None


@pytest.mark.parametrize(
    ("source", "x", "right", "wrong"),
    [
        ("x**20 - x**20 + x", 10.0, "1", "0"),
        ("1e14*x - 1e14*x + sin(x)", 1.2, "cos(x)", "0"),
        ("exp(x)*exp(-x) + x/1000000", 30.0, "1/1000000", "0"),
        ("0.1*x*1e15 - 1e14*x + sin(x)", 1.2, "cos(x)", "-3"),
    ],
)
def test_terms_that_cancel_hide_no_mistake(source, x, right, wrong):
    assert adcore.check(source, {"x": x}, [right]).verdict == "right"
    [part] = adcore.check(source, {"x": x}, [wrong]).components
    assert part.verdict == "wrong"
    assert abs(part.given - part.expected) > 0.5e-6


def test_the_rounding_of_constants_refutes_nothing():
    assert adcore.check("0.1*3*x - 0.3*x", {"x": 2.0}, ["0"]).verdict == "right"
    assert adcore.check("exp(x)*exp(-x)", {"x": 30.0}, ["0"]).verdict == "right"
