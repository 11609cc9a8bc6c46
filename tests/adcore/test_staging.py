"""Derivatives as programs: they have the same values, the passes change none, and operations are counted on them."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

import adcore
from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.staging import ALL_PASSES, USUAL, Passes, StagingAlgebra, find_kind, operations
from adcore.graph import CONST, INPUT
from adcore.interpreter import adjoints_of, run, sweep
from adcore.primitives import ROWS
from adcore.simplify import needed, renumber
from adcore.staged import stage_forward, stage_function, stage_reverse
from tests.adcore.generated import points, programs

EXAMPLES = settings(max_examples=40)
EVERY_CHOICE = [Passes(*on) for on in itertools.product((False, True), repeat=4)]
BABY = "a = x1/x2\nb = exp(x2)\nc = a - b\nreturn (sin(a) + c)*c"
AT = {"x1": 1.5, "x2": 0.5}


def evaluate(graph, leaves):
    values = run(graph, FloatAlgebra(), leaves)
    return [values[i] for i in graph.outputs]


def adjoint_program(graph, passes=ALL_PASSES):
    staging = StagingAlgebra(passes)
    inputs = [staging.input(graph.names[i]) for i in graph.inputs]
    values = run(graph, staging, inputs)
    adjoints = adjoints_of(sweep(graph, staging, values, {graph.outputs[0]: staging.const(1.0)}))
    zero = staging.const(0.0)
    return staging.graph([adjoints.get(i, zero) for i in graph.inputs])


@EXAMPLES
@given(programs(), points)
def test_staged_programs_have_the_values_of_the_modes(source, point):
    problem = adcore.record(source, point)
    m, n, graph = len(problem.outputs), len(problem.leaves), problem.graph
    forward = evaluate(stage_forward(graph), problem.leaves)
    reverse = evaluate(stage_reverse(graph), problem.leaves)[: m + m * n]
    np.testing.assert_allclose(evaluate(stage_function(graph), problem.leaves), problem.outputs, rtol=1e-12)
    expected = adcore.jacobian(source, point)
    np.testing.assert_allclose(np.reshape(forward[m:], (n, m)).T, expected, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(np.reshape(reverse[m:], (m, n)), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("passes", EVERY_CHOICE, ids=str)
def test_the_passes_change_no_value(passes):
    problem = adcore.record(BABY, AT)
    staged = adjoint_program(problem.graph, passes)
    np.testing.assert_allclose(evaluate(staged, problem.leaves), adcore.gradient(BABY, AT), rtol=1e-14)


@pytest.mark.parametrize("name", ["share", "fold", "peephole", "prune"])
def test_each_pass_makes_the_program_smaller(name):
    graph = adcore.record("(x/y)*(x/y) + 2*(3*x)*1 + 0*y", {"x": 1.5, "y": 0.5}).graph
    without = Passes(**{other: other != name for other in ("share", "fold", "peephole", "prune")})
    assert len(adjoint_program(graph)) < len(adjoint_program(graph, without))


@EXAMPLES
@given(programs(), points)
def test_a_staged_program_can_be_differentiated_again(source, point):
    scalar = source.replace("return [", "return sum([") + ")"
    problem = adcore.record(scalar, point)
    gradient = adjoint_program(problem.graph)
    again = evaluate(stage_reverse(gradient), problem.leaves)
    n = len(problem.leaves)
    hessian = np.reshape(again[n : n + n * n], (n, n))
    expected = adcore.hessian(scalar, point)
    np.testing.assert_allclose(hessian, expected, atol=1e-9 * max(1.0, np.abs(expected).max()), rtol=0)


@EXAMPLES
@given(programs(), points)
def test_a_staged_program_repeats_nothing(source, point):
    graph = stage_reverse(adcore.record(source, point).graph)
    rows = [(n.op, n.args, str(n.constant)) for n in graph if n.op != INPUT]
    assert len(rows) == len(set(rows))
    used = graph.useful()
    assert all(used[n.id] for n in graph if n.op != INPUT)
    folded = [n for n in graph if n.op not in (INPUT, CONST) and all(graph.ops[a] == CONST for a in n.args)]
    assert folded == []


@pytest.mark.parametrize(
    ("source", "count"),
    [("x*y + sin(x)", 3), ("x/y + sin(x/y)", 3), ("x + 0", 0), ("2*3*x", 1), ("x*1", 0), ("--x", 0), ("x", 0)],
)
def test_operations_of_the_shared_program(source, count):
    graph = adcore.record(source, {"x": 2.0, "y": 3.0}).graph
    assert operations(stage_function(graph)) == count


def test_the_cheap_gradient():
    """Reverse mode costs a small multiple of the function; forward mode grows with the number of inputs."""
    for n in (2, 8, 32):
        problem = adcore.record(
            "p = 1\nfor a in x:\n    p = p*sin(a) + a\np", {"x": [0.1 * k for k in range(1, n + 1)]}
        )
        function = operations(stage_function(problem.graph))
        assert operations(stage_reverse(problem.graph)) <= 4 * function
    assert operations(stage_forward(problem.graph)) > 2 * operations(stage_reverse(problem.graph))


def test_minus_zero_is_not_zero():
    staging = StagingAlgebra()
    assert staging.const(0.0) != staging.const(-0.0)
    assert staging.const(0.0) == staging.const(0.0)


def test_nan_is_shared_or_apart_but_never_lost():
    staging = StagingAlgebra()
    graph = staging.graph([staging.const(float("nan"))])
    assert np.isnan(evaluate(graph, [])).all()


@pytest.mark.parametrize("source", [BABY, "x1**2 + x2**2 + 0.0*x1 - -0.0", "max(x1, x2, 3) + max(x1, x2)"])
def test_graphs_in_columns_and_in_tuples_are_coded_alike(source):
    graph = adcore.record(source, AT).graph
    tuples = replace(graph, ops=tuple(graph.ops), args=tuple(graph.args), constants=tuple(graph.constants))
    read = []
    for each in (graph, tuples):
        codes, ops, constants = each.coded()
        read.append([(ops[code], repr(constants[code])) for code in codes])
        assert [*each.ids()] == [a for args in graph.args for a in args]
    assert read[0] == read[1] == [(op, repr(c)) for op, c in zip(graph.ops, graph.constants, strict=True)]


def test_what_no_output_needs_is_dropped_and_the_rest_is_counted_anew():
    args = ((), (), (0,), (0, 1), (2,))  # the last two are not needed for the third, though one uses it
    assert needed(args, [0, 1], [2]) == [0, 1, 2]
    assert needed(args, [0, 1], [3, 4]) == range(5)
    assert needed(args, [0, 1], [4]) == [0, 1, 2, 4]
    assert renumber(args, [0, 1, 2, 4]) == (((), (), (0,), (2,)), [0, 1, 2, 0, 3])


def test_operations_are_counted_without_inputs_and_constants():
    staging = StagingAlgebra()
    x = staging.input("x")
    times = find_kind("mul", None, 2)
    assert staging.operate(times, (x, staging.const(3.0))) == staging.operate(times, (staging.const(3.0), x))
    assert (staging.operations, staging.graph([x]).ops) == (1, (INPUT,))


def test_the_usual_kinds_are_the_ones_that_are_found():
    """Kinds are told apart by identity: another one of the same name would share nothing."""
    assert all(find_kind(op, None, len(ROWS[op].args)) is kind for op, kind in USUAL.items())


def test_a_sign_is_turned_back():
    staging = StagingAlgebra()
    x, turn = staging.input("x"), find_kind("neg", None, 1)
    turned = staging.operate(turn, (x,))
    assert staging.operate(turn, (turned,)) == x
    assert staging.graph([turned]).ops == (INPUT, "neg")
