"""Compiled functions give the interpreter's numbers, at one point and at many."""

import array
import gc
import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings

import adcore
from adcore.backends import compile_problem, llvm
from adcore.backends.instructions import INSTRUCTIONS, LIBRARY
from adcore.problem import pose
from tests.adcore.generated import points, programs
from tests.adcore.oracle import all_rules
from tests.adcore.reference import by_id, read_lines
from tests.adcore.test_primitives import points_of, source_of

CASES = read_lines("cases.jsonl")
RULES = all_rules()
NO_LLVM = pytest.mark.skipif(not llvm.is_installed(), reason="llvmlite, which is optional, is not installed")
MACHINE_CODE = pytest.param("llvm", marks=NO_LLVM)
BACKENDS = ("python", "numpy", MACHINE_CODE)
NEWTON = "r = x\nwhile abs(r*r - x) > 1e-12:\n    r = (r + x/r)/2\nr"


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("case", **by_id(CASES))
def test_reference_cases(case, backend):
    source, at = case["text"], case["point"]
    compiled = adcore.compile(source, at, backend)
    np.testing.assert_allclose(compiled.jacobian(at), adcore.jacobian(source, at), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", RULES)
def test_every_primitive_at_many_points(name, backend):
    rule = RULES[name]
    rows = list(points_of(rule))
    source, letters = source_of(rule), rule.row.args
    compiled = adcore.compile(source, dict(zip(letters, rows[0], strict=True)), backend)
    found = compiled.jacobian(*map(np.array, zip(*rows, strict=True)))
    expected = [adcore.jacobian(source, dict(zip(letters, row, strict=True)))[0] for row in rows]
    np.testing.assert_allclose(found[0].T, expected, rtol=1e-12, atol=1e-14)


@settings(max_examples=30)
@given(programs(), points, points)
def test_random_programs_at_another_point(source, here, there):
    for backend in ("python", "numpy", *(["llvm"] if llvm.is_installed() else [])):
        compiled = adcore.compile(source, here, backend)
        for at in (here, there):
            expected = adcore.jacobian(source, at)
            np.testing.assert_allclose(compiled.jacobian(at), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_changed_decision_is_answered_anew(backend):
    compiled = adcore.compile(NEWTON, {"x": 2.0}, backend)
    for x in (0.5, 2.0, 100.0, 1e6):
        assert compiled.value(x) == pytest.approx(math.sqrt(x))
        assert compiled.gradient(x) == pytest.approx([0.5 / math.sqrt(x)], rel=1e-6)
    xs = np.array([0.5, 2.0, 100.0])
    assert compiled.value(xs) == pytest.approx(np.sqrt(xs))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("turns", [1, 300])  # unrolled, and kept where a back end keeps loops
def test_another_number_of_outputs_is_refused_where_it_is_decided(backend, turns):
    source = f"for i in range({turns}):\n    s = x*0.9 + i\nif x > 0:\n    r = [s, x]\nelse:\n    r = [s]\nreturn r"
    compiled = adcore.compile(source, {"x": 1.0}, backend)
    xs = np.array([1.0, -2.0])
    for ask in (
        lambda: compiled.jacobian(-2.0),
        lambda: compiled.value(xs),
        lambda: compiled.into(xs[1:], np.zeros(4)),
    ):
        with pytest.raises(
            adcore.ADError, match="has 1 outputs at this point; it was compiled where it has 2"
        ) as caught:
            ask()
        assert (caught.value.kind, caught.value.span.line) == ("shape", 3)


def test_nor_has_a_hessian_another_number_of_outputs():
    compiled = adcore.compile("if x > 0:\n    return x*x\nreturn [x, x]", {"x": 1.0}, order=2)
    for x in (-2.0, np.array([1.0, -2.0])):
        with pytest.raises(adcore.ADError, match="has 2 outputs at this point") as caught:
            compiled.hessian(x)
        assert caught.value.span.line == 1


@pytest.mark.parametrize("backend", BACKENDS)
def test_outside_the_domain_the_answer_is_the_interpreter_s(backend):
    compiled = adcore.compile("log(x)/y", {"x": 1.0, "y": 1.0}, backend)
    with np.errstate(all="raise"):
        for x, y in ((-1.0, 2.0), (0.0, 1.0), (1.0, 0.0), (1e-320, 1e-300)):
            at = {"x": x, "y": y}
            np.testing.assert_array_equal(compiled.gradient(x, y), adcore.gradient("log(x)/y", at))
            assert str(compiled.value(x, y)) == str(adcore.value("log(x)/y", at))


def test_shapes():
    one = adcore.compile("x*y", {"x": 1.0, "y": 2.0})
    two = adcore.compile("x*y, x", {"x": 1.0, "y": 2.0}, "numpy")
    grid = np.ones((3, 4))
    assert np.shape(one.value(1.0, 2.0)) == ()
    assert one.gradient(1.0, 2.0).shape == (2,)
    assert one.jacobian(1.0, 2.0).shape == (1, 2)
    assert two.value(grid, 2.0).shape == (2, 3, 4)
    assert two.jacobian(grid, 2.0).shape == (2, 2, 3, 4)


def test_a_point_is_given_in_order_or_by_name():
    compiled = adcore.compile("u[0]*u[1]*x", {"u": [1.0, 2.0], "x": 3.0})
    assert compiled.gradient(4.0, 5.0, 6.0).tolist() == [30, 24, 20]
    assert compiled.gradient({"u": [4.0, 5.0], "x": 6.0}).tolist() == [30, 24, 20]
    with pytest.raises(adcore.ADError, match="3 input numbers; 2 were given"):
        compiled.value(1.0, 2.0)


def test_the_source_is_python_without_the_user_s_names():
    source = adcore.compile("secret = sin(x)\nsecret*secret", {"x": 1.0}).source
    assert "secret" not in source
    assert "sin(" in source
    compile(source, "<compiled>", "exec")


def test_a_gradient_belongs_to_one_output():
    with pytest.raises(adcore.ADError, match="one output"):
        adcore.compile("x, x", {"x": 1.0}).gradient(1.0)


@pytest.mark.parametrize("backend", ["python", MACHINE_CODE])
def test_numbers_are_the_value_and_the_jacobian_by_rows(backend):
    compiled = adcore.compile("x*y, x > 1, 3", {"x": 2.0, "y": 5.0}, backend)
    found = compiled.numbers(2.0, 5.0)
    assert found == (10, 1, 3, 5, 2, 0, 0, 0, 0)
    assert {type(x) for x in found} == {float}


@pytest.mark.parametrize("backend", ["python", MACHINE_CODE])
def test_the_order_of_rounding_is_that_of_the_program(backend):
    source, at = "x + (y + (x*y)/(x - y))**2, x - (y - x) + (x + (y + 0.1))", {"x": 0.1, "y": 0.7}
    assert adcore.compile(source, at, backend).value(at).tolist() == adcore.value(source, at)


@pytest.mark.parametrize("backend", ["python", MACHINE_CODE])
def test_a_program_of_thousands_of_operations(backend):
    source = "def f(x, y):\n    for i in range(1500):\n        x = 0.5*x*(1 - x) + sin(y)\n    return x, x*y"
    at = {"x": 0.3, "y": 0.4}
    compiled = adcore.compile(source, at, backend)
    np.testing.assert_allclose(compiled.jacobian(at), adcore.jacobian(source, at), rtol=1e-12)
    assert compiled.numbers(0.2, 0.9)[:2] == tuple(adcore.value(source, {"x": 0.2, "y": 0.9}))


@pytest.mark.parametrize("backend", BACKENDS)
def test_thousands_of_operations_one_after_the_other(backend):
    source = "def f(x, y):\n    for i in range(1200):\n        x = 0.5*x*(1 - x) + sin(y)\n    return x, x*y"
    problem = pose(source, {"x": 0.3, "y": 0.4})
    compiled = compile_problem(problem, backend)
    expected = [*problem.outputs, *adcore.jacobian(source, {"x": 0.3, "y": 0.4}).ravel()]
    np.testing.assert_allclose(compiled.numbers(0.3, 0.4), expected, rtol=1e-12)
    np.testing.assert_allclose(compiled.into(np.array([0.3, 0.4]), np.zeros(6)), expected, rtol=1e-12)
    np.testing.assert_allclose(compiled.batch(np.full(9, 0.3), 0.4).T, [expected] * 9, rtol=1e-12)


@pytest.mark.parametrize("backend", ["python", MACHINE_CODE])
def test_many_outputs(backend):
    source, xs = "def f(x):\n    return [a*a + x[0] for a in x]", [k / 7 for k in range(1, 81)]
    compiled = adcore.compile(source, {"x": xs}, backend)
    np.testing.assert_allclose(compiled.jacobian(*xs), adcore.jacobian(source, {"x": xs}), rtol=1e-14)


@pytest.mark.parametrize("backend", BACKENDS)
def test_one_array_fills_another(backend):
    compiled = adcore.compile("x*y, x/y", {"x": 2.0, "y": 5.0}, backend)
    out = np.zeros(6)
    assert compiled.into(np.array([3.0, 4.0]), out) is out
    assert out.tolist() == [12, 0.75, 4, 3, 0.25, -0.1875]
    assert compiled.into(array.array("d", [0.0, 1.0]), out).tolist() == [0, 0, 1, 0, 1, 0]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("x", [[3.0, 4.0], np.array([3, 4]), np.array([3, 4], ">f8"), np.arange(0.0, 8.0)[3:5]])
def test_whatever_can_be_read_as_floats_may_fill_an_array(backend, x):
    out = np.zeros(12)
    assert adcore.compile("x*y", {"x": 2.0, "y": 5.0}, backend).into(x, out[::4]).tolist() == [12, 4, 3]
    assert out.tolist() == [12, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "out", [np.zeros((1, 3)), np.zeros((3, 1)), np.zeros((1, 6))[:, ::2], array.array("d", [0.0] * 3)]
)
def test_the_array_to_fill_may_have_any_shape(backend, out):
    assert adcore.compile("x*y", {"x": 2.0, "y": 5.0}, backend).into(np.array([3.0, 4.0]), out) is out
    assert np.ravel(out).tolist() == [12, 4, 3]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_list_is_no_array_to_fill(backend):
    with pytest.raises(adcore.ADError, match="the array to fill is a list"):
        adcore.compile("x*y", {"x": 2.0, "y": 5.0}, backend).into(np.array([3.0, 4.0]), [0.0, 0.0, 0.0])


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("out", "message"),
    [(np.zeros(3, int), "holds int64"), (np.broadcast_to(np.zeros(1), 3), "holds what may only be read")],
    ids=["whole numbers", "read only"],
)
def test_an_array_to_fill_takes_floats(out, message, backend):
    with pytest.raises(adcore.ADError, match=message):
        adcore.compile("x*y", {"x": 2.0, "y": 5.0}, backend).into(np.array([1.5, 4.0]), out)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_array_to_fill_may_be_that_which_is_read(backend):
    shared = np.array([3.0, 4.0, 0.0, 0.0])
    adcore.compile("x*y", {"x": 2.0, "y": 5.0}, backend).into(shared[:2], shared[1:])
    assert shared.tolist() == [3, 12, 4, 3]


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_array_is_filled_with_what_is_known_beforehand_too(backend):
    source = "def f(x):\n    return [x[0], 3*x[1], x[2]*x[3], 5]"
    compiled, out = adcore.compile(source, {"x": [1.0] * 4}, backend), np.full(20, 7.0)
    for xs in ([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 1e-320, math.inf]):
        expected = [*adcore.value(source, {"x": xs}), *adcore.jacobian(source, {"x": xs}).ravel()]
        np.testing.assert_array_equal(compiled.into(np.array(xs), out), expected)


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_array_is_filled_where_the_code_has_no_answer(backend):
    compiled = adcore.compile("1/x if x > 0 else x", {"x": 1.0}, backend)
    for x, expected in ((2.0, [0.5, -0.25]), (-2.0, [-2, 1]), (1e-320, [math.inf, -math.inf])):
        assert compiled.into(np.array([x]), np.zeros(2)).tolist() == expected


@NO_LLVM
def test_machine_code_fills_an_array_with_the_hessian():
    source = "def f(x):\n    return x[0]**3*x[1] + 2*x[2]**2 + exp(x[3])"
    second, out = adcore.compile(source, {"x": [1.0] * 4}, "llvm", order=2).second, np.zeros(17)
    for xs in ([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 800.0]):
        assert second.into(np.array(xs), out) is out
        np.testing.assert_allclose(out[1:], adcore.hessian(source, {"x": xs}).ravel(), rtol=1e-14)


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_array_of_the_wrong_length_is_refused(backend):
    compiled = adcore.compile("x*y", {"x": 2.0, "y": 5.0}, backend)
    for x, out, words in ((np.ones(3), np.ones(3), "3 were given"), (np.ones(2), np.ones(2), "results are 3 numbers")):
        with pytest.raises(adcore.ADError, match=words):
            compiled.into(x, out)


@NO_LLVM
def test_machine_code_hands_on_what_it_cannot_take():
    compiled = adcore.compile("x*y", {"x": 1.0, "y": 2.0}, "llvm")
    assert compiled.numbers(2, -1.0) == (-2, -1, 2)
    with pytest.raises(adcore.ADError, match="y must be a number"):
        compiled.numbers(2.0, "three")
    with pytest.raises(adcore.ADError, match="2 input numbers; 1"):
        compiled.numbers(2.0)


@NO_LLVM
@pytest.mark.parametrize("count", [1, 15, 16, 17])
def test_machine_code_takes_few_and_many_numbers_floats_and_others(count):
    compiled = adcore.compile("sum([y*y for y in x])", {"x": [1.0] * count}, "llvm")
    x = [1.5 + k for k in range(count)]
    for k in range(count):
        x[k] = 7 + k  # an integer, beside floats and then beside integers
        found = compiled.numbers(*x)
        assert found == (sum(y * y for y in x), *(2 * y for y in x))
        assert all(type(each) is float for each in found)


@NO_LLVM
def test_machine_code_takes_constants_from_an_array_that_holds_each_once():
    terms = " + ".join(f"(x - {k})/({k} + 7*x) - {k % 5 + 0.5}*x*({k} - x)" for k in range(1, 90))
    machine, plain = (adcore.compile(terms, {"x": 0.3}, backend) for backend in ("llvm", "python"))
    (row,) = (line for line in machine.source.splitlines() if line.startswith("@numbers"))
    constants = row.partition("] [")[2].rstrip("]").split(", ")
    assert len(constants) == len(set(constants)) > 90
    assert "@part1" in machine.source
    assert machine.numbers(0.3) == plain.numbers(0.3)


@NO_LLVM
def test_machine_code_outlives_what_it_was_made_from():
    numbers = adcore.compile("erfinv(x)*sin(x)", {"x": 0.1}, "llvm").numbers
    gc.collect()
    value, slope = numbers(0.3)
    assert value == adcore.value("erfinv(x)*sin(x)", {"x": 0.3})
    assert slope == pytest.approx(adcore.gradient("erfinv(x)*sin(x)", {"x": 0.3})[0])


@NO_LLVM
def test_large_programs_become_machine_code_by_themselves():
    source = "def f(x):\n    for i in range({}):\n        x = 4*x*(1 - x)\n    return x"
    assert adcore.compile(source.format(3), {"x": 0.3}).backend == "python"
    assert adcore.compile(source.format(100), {"x": 0.3}).backend == "llvm"


def test_without_llvmlite_the_others_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    source = "def f(x):\n    for i in range(100):\n        x = 4*x*(1 - x)\n    return x"
    assert adcore.compile(source, {"x": 0.3}).backend == "python"
    with pytest.raises(adcore.ADError, match="llvmlite") as caught:
        adcore.compile("x", {"x": 1.0}, "llvm")
    assert "pip install" in caught.value.hint


def test_every_row_is_an_instruction_or_a_function_or_is_called_back():
    assert set(INSTRUCTIONS) | set(LIBRARY) <= set(adcore.PRIMITIVES)


@pytest.mark.parametrize("backend", BACKENDS)
def test_powers_of_negative_numbers_stay_real(backend):
    compiled = adcore.compile("x**0.5", {"x": 4.0}, backend)
    assert np.isnan([compiled.value(-2.0), compiled.gradient(-2.0)[0]]).all()
    assert compiled.gradient(4.0).tolist() == [0.25]
