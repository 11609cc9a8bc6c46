"""Compiled Jacobians and Hessians of which most entries are known beforehand, and second order as code."""

import numpy as np
import pytest
from hypothesis import given, settings

import adcore
from adcore.backends import llvm
from adcore.backends.tables import Table, are_numbers
from adcore.entries import stage_hessian
from adcore.limits import Limits
from tests.adcore.generated import points, programs
from tests.adcore.reference import by_id, read_lines

BACKENDS = ("python", "numpy", *(["llvm"] if llvm.is_installed() else []))
SCALAR = [case for case in read_lines("cases.jsonl") if case["n_out"] == 1]
BROYDEN = """def f(x):
    n = 12
    r = []
    for i in range(n):
        before = x[i - 1] if i > 0 else 0
        after = x[i + 1] if i < n - 1 else 0
        r.append((3 - 2*x[i])*x[i] - before - 2*after + 1)
    return r"""
ROSENBROCK = """def f(x):
    s = 0
    for i in range(11):
        s = s + 100*(x[i + 1] - x[i]**2)**2 + (1 - x[i])**2
    return s"""
XS = [0.1 + 0.07 * k for k in range(12)]
OWN_RULE = """
def g(a):
    return a**3
def g_partials(a, out):
    return [3*out/a]
def f(x, y):
    return g(x*y)*y
"""


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_sparse_jacobian_is_put_in_place(backend):
    compiled = adcore.compile(BROYDEN, {"x": XS}, backend)
    expected = adcore.jacobian(BROYDEN, {"x": XS})
    assert isinstance(compiled.batch, Table)
    assert len(compiled.batch.whole.places) == 12 + 12
    np.testing.assert_allclose(compiled.jacobian(*XS), expected, rtol=1e-14)
    np.testing.assert_allclose(compiled.value({"x": XS}), adcore.value(BROYDEN, {"x": XS}), rtol=1e-14)
    assert compiled.numbers(*XS)[12:] == pytest.approx(expected.ravel().tolist(), rel=1e-14)
    assert compiled.into(np.array(XS), np.zeros(12 + 144))[12:] == pytest.approx(expected.ravel(), rel=1e-14)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_sparse_jacobian_at_many_points(backend):
    compiled = adcore.compile(BROYDEN, {"x": XS}, backend)
    found = compiled.jacobian(*[np.array([[x, -x, 2 * x]]) for x in XS])
    assert found.shape == (12, 12, 1, 3)
    np.testing.assert_allclose(found[:, :, 0, 1], adcore.jacobian(BROYDEN, {"x": [-x for x in XS]}), rtol=1e-14)


@pytest.mark.parametrize("backend", BACKENDS)
def test_results_may_be_changed_by_whoever_asked_for_them(backend):
    compiled = adcore.compile(BROYDEN, {"x": XS}, backend)
    first = compiled.jacobian(*XS)
    first[:] = 7.0
    np.testing.assert_allclose(compiled.jacobian(*XS), adcore.jacobian(BROYDEN, {"x": XS}), rtol=1e-14)


@pytest.mark.parametrize("backend", BACKENDS)
def test_where_the_code_has_no_answer_the_interpreter_gives_the_results_alone(backend):
    source = "def f(x):\n    return [log(a) for a in x]"
    compiled = adcore.compile(source, {"x": XS}, backend)
    odd = [0.0, -1.0, *XS[2:]]
    np.testing.assert_array_equal(compiled.jacobian(*odd), adcore.jacobian(source, {"x": odd}))


@pytest.mark.parametrize("backend", BACKENDS)
def test_numbers_known_beforehand_hold_for_the_recorded_branch_only(backend):
    source = "def f(x):\n    return [a if a < 1 else a**2 for a in x]"
    compiled = adcore.compile(source, {"x": XS}, backend)
    there = [3.0, *XS[1:]]
    expected = adcore.jacobian(source, {"x": there})
    assert expected[0, 0] == 6.0
    np.testing.assert_array_equal(compiled.jacobian(*there), expected)
    np.testing.assert_array_equal(compiled.value_and_jacobian(*there)[1], expected)
    assert compiled.numbers(*there)[12:] == tuple(expected.ravel())
    assert compiled.into(np.array(there), np.zeros(156))[12:].tolist() == expected.ravel().tolist()
    both = compiled.jacobian(*[np.array(pair) for pair in zip(XS, there, strict=True)])
    np.testing.assert_array_equal(both[:, :, 0], np.eye(12))
    np.testing.assert_array_equal(both[:, :, 1], expected)


@pytest.mark.parametrize("case", **by_id(SCALAR))
def test_hessians_of_the_reference_cases(case):
    source, at = case["text"], case["point"]
    compiled, expected = adcore.compile(source, at, "python", order=2), adcore.hessian(source, at)
    scale = max(1.0, np.abs(expected[np.isfinite(expected)]).max(initial=0.0))
    np.testing.assert_allclose(compiled.hessian(at), expected, rtol=1e-9, atol=1e-12 * scale)


@settings(max_examples=30)
@given(programs(), points, points)
def test_hessians_of_random_programs_at_another_point(source, here, there):
    scalar = source.replace("return [", "return sum([") + ")"
    for backend in BACKENDS:
        compiled = adcore.compile(scalar, here, backend, order=2)
        for at in (here, there):
            expected = adcore.hessian(scalar, at)
            scale = max(1.0, np.abs(expected).max())
            np.testing.assert_allclose(compiled.hessian(at), expected, rtol=1e-9, atol=1e-9 * scale)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_hessian_of_rosenbrock(backend):
    compiled, expected = adcore.compile(ROSENBROCK, {"x": XS}, backend, order=2), adcore.hessian(ROSENBROCK, {"x": XS})
    assert len(compiled.second.whole.places) == 11 + 2 * 11
    np.testing.assert_allclose(compiled.hessian(*XS), expected, rtol=1e-13, atol=1e-12)
    found = compiled.hessian(*[np.array([x, 3 * x]) for x in XS])
    np.testing.assert_allclose(found[:, :, 0], expected, rtol=1e-13, atol=1e-12)
    np.testing.assert_allclose(found[:, :, 1], adcore.hessian(ROSENBROCK, {"x": [3 * x for x in XS]}), rtol=1e-13)
    np.testing.assert_allclose(compiled.gradient(*XS), adcore.gradient(ROSENBROCK, {"x": XS}), rtol=1e-13)


def test_entries_that_mirror_others_are_computed_once():
    entries = stage_hessian(adcore.record(ROSENBROCK, {"x": XS}).graph, Limits())
    assert entries.is_sparse
    assert len(entries.once().outputs) == 12 + 11 - 1


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_sparse_hessian_beside_a_value(backend):
    source = "def f(x):\n    return sum([x[i]**2*log(x[i + 1]) for i in range(11)])"
    compiled = adcore.compile(source, {"x": XS}, backend, order=2)
    for xs in ([0.5 + x**2 for x in XS], [-1.0 - x**2 for x in XS]):  # without a value at the second
        expected = adcore.hessian(source, {"x": xs})
        np.testing.assert_allclose(compiled.hessian(*xs), expected, rtol=1e-13, atol=1e-13)
        np.testing.assert_allclose(compiled.second(*xs)[1:], expected.ravel(), rtol=1e-13, atol=1e-13)


def test_a_compiled_function_is_shown_in_a_line():
    assert repr(adcore.compile("x*y", {"x": 1.0, "y": 2.0}, "python", order=2)) == "Compiled(backend='python')"


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_hessian_outside_the_domain_or_on_another_branch(backend):
    source = "y = log(x) if x < 5 else x**3\ny"
    compiled = adcore.compile(source, {"x": 1.0}, backend, order=2)
    assert compiled.hessian(2.0).tolist() == [[-0.25]]
    assert compiled.hessian(6.0).tolist() == [[36.0]]
    np.testing.assert_array_equal(compiled.hessian(-1.0), adcore.hessian(source, {"x": -1.0}))


def test_the_value_is_not_computed_where_no_entry_needs_it():
    at = {"x": 1.0, "y": 2.0}
    with_edges, without = (
        stage_hessian(adcore.record(source, at).graph, Limits()).graph for source in ("log(x)*y", "exp(x)*y + y**3")
    )
    assert "log" in with_edges.ops
    assert "add" not in without.ops


def test_a_custom_rule_is_asked_twice():
    at = {"x": 2.0, "y": 3.0}
    expected = adcore.hessian(OWN_RULE, at)
    np.testing.assert_allclose(adcore.compile(OWN_RULE, at, "python", order=2).hessian(at), expected, rtol=1e-13)


def test_mistakes():
    with pytest.raises(adcore.ADError, match="first derivatives") as caught:
        adcore.compile("x*y", {"x": 1.0, "y": 2.0}).hessian(1.0, 2.0)
    assert "order=2" in caught.value.hint
    with pytest.raises(adcore.ADError, match="order 1 or 2"):
        adcore.compile("x*y", {"x": 1.0, "y": 2.0}, order=3)
    with pytest.raises(adcore.ADError, match="A Hessian belongs to one output"):
        adcore.compile("x, x", {"x": 1.0}, order=2)
    with pytest.raises(adcore.ADError, match="2 input numbers; 1"):
        adcore.compile("x*y", {"x": 1.0, "y": 2.0}, order=2).hessian(1.0)


@pytest.mark.parametrize(
    ("leaves", "numbers"),
    [
        ((), True),
        ((0.5,), True),
        ((2, 0.5, True), True),
        ((np.float64(2), 0.5), True),
        ((0.5, np.float64(2)), True),
        ((0.5, 10**400), True),
        ((np.inf, -np.inf, np.nan), True),
        ((0.5, np.int64(2)), False),  # its powers wrap around
        ((0.5, np.array(2.0), 0.5), False),
        ((0.5, np.array([2.0]), 0.5), False),
        ((np.array([2.0]), 0.5), False),
        ((0.5, [2.0, 3.0]), False),
        ((0.5, np.ones(5), np.ones(4)), False),
        ((0.5, np.array([1e308, np.inf]), np.array([1e308, -np.inf])), False),
        ((0.5, "2"), False),
        ((0.5, None), False),
    ],
)
def test_floats_are_told_from_arrays_without_a_warning(leaves, numbers):
    assert are_numbers(leaves) is numbers


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_array_may_be_any_of_the_inputs(backend):
    compiled = adcore.compile(BROYDEN, {"x": XS}, backend)
    for k, leaf in [(0, np.array([0.5])), (5, np.array([0.5])), (11, np.array([0.5])), (5, np.int64(10**10))]:
        found = compiled.jacobian(*XS[:k], leaf, *XS[k + 1 :])
        expected = compiled.jacobian(*XS[:k], float(np.max(leaf)), *XS[k + 1 :])
        assert found.shape == (12, 12, *np.shape(leaf))
        np.testing.assert_allclose(found.reshape(12, 12), expected, rtol=1e-15)
