"""Functions of the table are known where a program writes them out, and nowhere else."""

import pytest

from adcore.disguises import find_disguises, functions
from adcore.problem import pose
from adcore.slips import situation

AT = (0.37, 0.81, 1.3)


def found(source):
    situations = [situation(p.graph, p.recording.values) for p in (pose(source, {"x": x}, None) for x in AT)]
    graph = situations[0].graph
    each = find_disguises(graph, [at.values for at in situations], [at.slopes for at in situations])
    return [(rule.row.name, rule.constant) for node, inner, rule in each if (node, inner) == (graph.outputs[0], 0)]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("1/(1 + exp(-x))", "sigmoid"),
        ("exp(x)/(1 + exp(x))", "sigmoid"),
        ("(exp(x) - exp(-x))/(exp(x) + exp(-x))", "tanh"),
        ("log(1 + exp(x))", "softplus"),
        ("log(x + sqrt(x**2 + 1))", "asinh"),
        ("sin(x)/cos(x)", "tan"),
        ("exp(log(x)/2)", "sqrt"),
        ("1/cos(x)", "sec"),
    ],
)
def test_a_function_that_is_written_out_is_known(source, name):
    assert found(source) == [(name, None)]


def test_a_power_is_known_with_its_exponent():
    assert found("x*x*x") == [("powi", 3.0)]


@pytest.mark.parametrize("source", ["tanh(x)", "x**3", "1/(1 + exp(-2*x))", "1/(2 + exp(-x))", "x + 1", "abs(x)*1"])
def test_what_is_no_function_in_disguise_is_not_taken_for_one(source):
    assert found(source) == []


def test_one_point_tells_nothing():
    at = situation((problem := pose("1/(1 + exp(-x))", {"x": 0.3}, None)).graph, problem.recording.values)
    assert find_disguises(at.graph, [at.values], [at.slopes]) == ()


def test_the_functions_are_smooth_and_take_one_number():
    assert {"abs", "floor", "relu", "hypot", "neg"}.isdisjoint(rule.row.name for rule in functions())
    assert all(len(rule.row.args) == 1 for rule in functions())
