"""The sweep for fast code: the slopes of the modes, in fewer operations than the sweep that is shown."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import adcore
from adcore.adjoints import Adjoints
from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.precise import PreciseAlgebra
from adcore.algebras.staging import StagingAlgebra, operations
from adcore.entries import stage_jacobian
from adcore.interpreter import adjoints_of, run, sweep
from adcore.limits import Limits
from adcore.recipes import recipes_of, split
from adcore.rules import find_rule
from adcore.staged import stage_function, stage_reverse
from tests.adcore.generated import points, programs
from tests.adcore.reference import by_id, read_lines

CASES = read_lines("cases.jsonl")
MAGNITUDES = st.one_of(st.integers(101, 290), st.integers(-290, -101))
extreme_numbers = st.tuples(st.integers(1, 9), MAGNITUDES).map(lambda n: "{}e{}".format(*n))
extreme_points = st.fixed_dictionaries(
    {name: st.tuples(st.floats(1, 9), st.integers(-200, 200)).map(lambda n: n[0] * 10.0 ** n[1]) for name in ("x", "y")}
)
EXTREME_STEPS = ("{0}*{1}", "{0}/{1}", "{2}*{0}", "{0}/{2}", "{2}/{0}", "{0} + {2}*{1}", "{0}**2", "sqrt({0})")


@st.composite
def extreme_programs(draw):
    """A chain of products and quotients, of numbers far from 1 too; all is positive, so that no sum cancels."""
    names, lines = ["x", "y"], []
    for k in range(draw(st.integers(2, 6))):
        step = draw(st.sampled_from(EXTREME_STEPS))
        lines.append(f"t{k} = " + step.format(names[-1], draw(st.sampled_from(names)), draw(extreme_numbers)))
        names.append(f"t{k}")
    return "\n".join([*lines, names[-1]])


LOGISTIC = "def f(x):\n    for i in range({}):\n        x = 4*x*(1 - x)\n    return x"
SEFF = "a = x/y\nb = exp(y)\nc = a - b\n(sin(a) + c)*c"


def jacobian(source, at):
    problem = adcore.record(source, at)
    entries = stage_jacobian(problem.graph, Limits())
    values = run(entries.graph, FloatAlgebra(), problem.leaves)
    numbers = np.array(entries.constants)
    numbers[list(entries.places)] = [values[i] for i in entries.graph.outputs[: len(entries.places)]]
    m = len(problem.outputs)
    return numbers[:m], numbers[m:].reshape(m, -1)


@pytest.mark.parametrize("case", **by_id(CASES))
def test_reference_cases(case):
    values, slopes = jacobian(case["text"], case["point"])
    np.testing.assert_allclose(slopes, adcore.jacobian(case["text"], case["point"]), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(values, adcore.record(case["text"], case["point"]).outputs, rtol=1e-14)


@settings(max_examples=60)
@given(programs(), points)
def test_random_programs(source, point):
    np.testing.assert_allclose(jacobian(source, point)[1], adcore.jacobian(source, point), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(
    ("op", "argument", "expected"),
    [
        ("sub", 1, (-1.0, None, None)),
        ("mul", 0, (1.0, 1, None)),
        ("div", 0, (1.0, None, 1)),
        ("div", 1, (-1.0, 2, 1)),
        ("sqrt", 0, (0.5, None, 1)),
        ("floor", 0, (0.0, None, None)),
    ],
)
def test_recipes(op, argument, expected):
    assert recipes_of(find_rule(op, None, 2))[argument][:3] == expected


def test_splitting_keeps_what_does_not_come_apart():
    graph = stage_function(adcore.record("-x/(2*y)", {"x": 1.0, "y": 1.0}).graph)
    assert split(graph, graph.outputs[0]) == (-0.5, 0, 1)
    for source in ("(x*y)*(x + y)", "(1/x)/y", "x/(0*y)"):
        graph = stage_function(adcore.record(source, {"x": 1.0, "y": 1.0}).graph)
        assert split(graph, graph.outputs[0])[0] == 1.0


@pytest.mark.parametrize(
    ("source", "at", "most"),
    [
        (LOGISTIC.format(9), {"x": 0.3}, 9 * 6 - 1),
        (SEFF, {"x": 1.5, "y": 0.5}, 15),
        ("a = x*y\nb = x - y\na*b - b", {"x": 1.5, "y": 0.5}, 9),
        ("100*(y - x**2)**2 + (1 - x)**2", {"x": 1.5, "y": 0.5}, 14),
        ("x*y + 3*x + sin(x) + 2*x", {"x": 1.5, "y": 0.5}, 7 + 3),
    ],
)
def test_operations_of_function_and_gradient(source, at, most):
    graph = adcore.record(source, at).graph
    assert operations(stage_jacobian(graph, Limits()).graph) <= most < operations(stage_reverse(graph))


@pytest.mark.parametrize("source", ["1e-200*(1e-200*(x*1e300))*1e250", "1e200*(1e-300*(1e200*x**2))", "1e300*x/1e-300"])
def test_numbers_far_apart_are_multiplied_when_the_code_runs(source):
    expected = adcore.jacobian(source, {"x": 2.0})
    assert expected != 0
    np.testing.assert_allclose(jacobian(source, {"x": 2.0})[1], expected, rtol=1e-15)


@pytest.mark.parametrize(
    ("source", "at"),
    [
        ("1e120*(x/y/y)", {"x": 1.0, "y": 1e170}),
        ("1e-120*(x/y/y)", {"x": 1.0, "y": 1e-170}),
        ("t = 3e184/y\nt*-7e-181", {"y": 3e147}),
        ("t = x/y\nt/2e257", {"x": -8e133, "y": -5e85}),
        ("u = 5e203/x\nt = (x + u)/(u/y)\nt*-5e-284", {"x": -0.05, "y": -2e125}),
        ("x*x*-4e66*y", {"x": 5e-177, "y": -5e-158}),
        ("1e300*(x - x) + x*y", {"x": 3.0, "y": 2.0}),
        ("1e-300*floor(x)*y + y", {"x": 3.5, "y": 2.0}),
        ("(z*z)/hypot(2*y*x, 1)", {"x": -0.7678, "y": 8.37e119, "z": 1.69}),
    ],
)
def test_numbers_come_in_where_reverse_mode_has_them(source, at):
    expected = adcore.jacobian(source, at)
    assert expected.any()
    np.testing.assert_allclose(jacobian(source, at)[1], expected, rtol=1e-15, atol=0)


@settings(max_examples=100)
@given(extreme_programs(), extreme_points)
def test_extreme_numbers(source, at):
    """Where 60 digits say that reverse mode is right, so is the program for code."""
    problem = adcore.record(source, at)
    precise = PreciseAlgebra()
    values = run(problem.graph, precise, [precise.const(x) for x in problem.leaves])
    seeds = {problem.graph.outputs[0]: precise.const(1.0)}
    slopes = adjoints_of(sweep(problem.graph, precise, values, seeds))
    expected = np.array([slopes.get(i, 0.0) for i in problem.graph.inputs], object)
    by_mode, found = adcore.jacobian(source, at)[0], jacobian(source, at)[1][0]
    for true, shown, mine in zip(expected, by_mode, found, strict=True):
        if 1e-300 < abs(true) < 1e300 and abs(shown - true) < 1e-13 * abs(true) and np.isfinite(mine):
            assert abs(mine - true) < 1e-9 * abs(true)


def test_constant_entries_are_known_beforehand():
    source = "def f(x):\n    return [x[i]**2 - 2*x[i + 1] for i in range(9)]"
    entries = stage_jacobian(adcore.record(source, {"x": [0.1] * 10}).graph, Limits())
    assert entries.is_sparse
    assert len(entries.places) == 9 + 9
    assert sorted(set(entries.constants)) == [-2.0, 0.0]
    dense = stage_jacobian(adcore.record("x*y, x", {"x": 1.0, "y": 2.0}).graph, Limits())
    assert dense.places == tuple(range(6))


def test_a_custom_rule_is_asked():
    source = "def cube(x):\n    return x**3\ndef cube_rule(x):\n    return 3*x**2\ndef f(x):\n    return x*abs(x)"
    assert jacobian(source, {"x": -2.0})[1].tolist() == adcore.jacobian(source, {"x": -2.0}).tolist()


def test_a_row_visits_only_what_is_below_it():
    staging = StagingAlgebra()
    x, y = staging.input("x"), staging.input("y")
    times = find_rule("mul", None, 2)
    first = staging.apply(times, [x, x])
    second = staging.apply(times, [first, y])
    adjoints = Adjoints(staging)
    assert [staging.number(i) for i in adjoints.row(first)] == [None, 0.0]
    assert [staging.kinds[i].op for i in adjoints.row(second)] == ["mul", "mul"]
    assert len(adjoints.row(second, 0)) == 1


def test_a_slope_is_multiplied_out_as_soon_as_it_is_finished():
    source = "def f(x):\n    p = 1\n    for i in range(40):\n        p = p*x[i]\n    return p"
    graph = stage_jacobian(adcore.record(source, {"x": [1.5] * 40}).graph, Limits()).graph
    assert all(i - max(graph.args[i]) <= 3 for i in graph.outputs if graph.args[i])


@pytest.mark.parametrize(
    "text",
    [
        "x[0]*x[i] + 2*x[i]",
        "x[i]",
        "x[0]*x[i]*x[i]",
        "3.0",
        "x[0] + x[0] + i*x[i]*x[i - 1]",
        "x[i - 1]**2 - x[i] - x[i]",
    ],
)
def test_of_many_inputs_every_row_finishes_its_own(text):
    source, at = f"def f(x):\n    return [{text} for i in range(1, 20)]", {"x": [0.1 * i + 1 for i in range(20)]}
    np.testing.assert_allclose(jacobian(source, at)[1], adcore.jacobian(source, at), rtol=1e-15, atol=0)
