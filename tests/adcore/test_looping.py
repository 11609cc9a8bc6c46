"""Compiled loops: the numbers of the unrolled program, in code whose size does not depend on the turns."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import assume, given

import adcore
from adcore.backends import llvm, loop_ir, looping
from adcore.keeping import Kept, pose_kept
from adcore.staged_loops import stage_loops
from tests.adcore.looped_programs import KEPT, looped_programs
from tests.adcore.test_backends import MACHINE_CODE
from tests.adcore.test_modes import RANDOM

BACKENDS = ("python", MACHINE_CODE)
EACH = pytest.mark.parametrize("backend", BACKENDS)
LOGISTIC = "y = x\nfor i in range({}):\n    y = {}*y*(1 - y)\ny"


def refuse(*leaves):
    raise AssertionError("the code ought to answer by itself")


def code(kept, backend):
    staged = stage_loops(kept.program)
    if backend == "llvm":
        return llvm.build_draft(loop_ir.write_looped(staged, kept.taken), refuse, refuse, 2)[1]
    return looping.build_looped(staged, kept.taken, adcore.backends.scalar, refuse)[1]


def unrolled(source, at):
    return [*np.ravel(adcore.value(source, at)), *adcore.jacobian(source, at).ravel()]


@EACH
@pytest.mark.parametrize("name", KEPT)
def test_the_numbers_are_those_of_the_unrolled_program(name, backend):
    source, at = KEPT[name]
    kept = pose_kept(source, at, 3)
    np.testing.assert_allclose(code(kept, backend)(*kept.leaves), unrolled(source, at), rtol=1e-12, atol=1e-14)


@RANDOM
@given(looped_programs())
def test_random_bodies(program):
    source, at = program
    kept = pose_kept(source, at, 3)
    assume(isinstance(kept, Kept))
    for backend in ("python", *(["llvm"] if llvm.is_installed() else [])):
        np.testing.assert_allclose(code(kept, backend)(*kept.leaves), unrolled(source, at), rtol=1e-9, atol=1e-12)


def test_the_code_is_as_long_for_any_number_of_turns():
    short, long = (adcore.compile(LOGISTIC.format(turns, 3.5), {"x": 0.3}, "python") for turns in (1000, 1_000_000))
    assert short.source == long.source.replace("1000000", "1000").replace("array('d')", "[]")
    assert "for _ in range(1000):" in short.source
    assert len(short.source) < 1000


def test_python_unrolls_what_is_ready_soon():
    unrolled, kept = (adcore.compile(LOGISTIC.format(turns, 3.5), {"x": 0.3}, "python") for turns in (600, 700))
    assert "for" not in unrolled.source
    assert "for _ in range(700):" in kept.source
    for compiled, turns in ((unrolled, 600), (kept, 700)):
        assert compiled.value(0.4) == adcore.value(LOGISTIC.format(turns, 3.5), {"x": 0.4})


@EACH
def test_a_million_turns(backend):
    compiled = adcore.compile(LOGISTIC.format(1_000_000, 3.2), {"x": 0.3}, backend)
    assert compiled.value(0.3) == pytest.approx(0.5130445095326298) or compiled.value(0.3) == pytest.approx(
        0.799455490467
    )
    assert compiled.gradient(0.3) == pytest.approx([0.0], abs=1e-300)


@EACH
def test_where_the_code_has_no_answer_it_is_the_interpreter_s(backend):
    source = LOGISTIC.format(700, 3.9) + "*log(x + 2)"
    compiled = adcore.compile(source, {"x": 0.3}, backend)
    assert len(compiled.source) < 20_000
    for x in (0.4, 3.0, -1.0, -2.0, -3.0, 0.0):
        np.testing.assert_allclose(compiled.gradient(x), adcore.gradient(source, {"x": x}), rtol=1e-13)
        assert str(compiled.value(x)) == str(adcore.value(source, {"x": x}))


@pytest.mark.parametrize(
    "body", ["exp(x*i)", "x/(i - 3)", "log(x - i)", "x**0.5 - i", "sqrt(abs(x) - 1)", "where(x > 2, log(x - 2), x*i)"]
)
@EACH
def test_nan_and_infinity_in_a_turn(body, backend):
    source = f"s = 0\nfor i in range(1000):\n    s = s + {body}\ns*x"
    compiled = adcore.compile(source, {"x": 0.3}, backend)
    for x in (0.3, 9.0, -1.0):
        np.testing.assert_array_equal(compiled.value(x), adcore.value(source, {"x": x}))
        np.testing.assert_allclose(compiled.gradient(x), adcore.gradient(source, {"x": x}), rtol=1e-12)


@EACH
def test_derivatives_that_overflow_are_the_interpreter_s(backend):
    for source in (
        LOGISTIC.format(1500, 4),
        "a = x\nb = 1\nfor i in range(1200):\n    a, b = b*x + a, a*x\n[a - a, b/3]",
    ):
        compiled = adcore.compile(source, {"x": 0.3}, backend)
        for x in (0.3, 0.51, -0.9, 2.5):
            np.testing.assert_allclose(compiled.jacobian(x), adcore.jacobian(source, {"x": x}), rtol=1e-9)
            np.testing.assert_allclose(compiled.value(x), adcore.value(source, {"x": x}), rtol=1e-9)


@EACH
def test_a_decision_that_changes_is_answered_anew(backend):
    source = "for i in range(1000):\n    x = 0.9*x + y\nif x > 1:\n    x = x*x\nx"
    compiled = adcore.compile(source, {"x": 1.0, "y": 0.2}, backend)
    for y in (0.2, 0.01, -0.3):
        at = {"x": 1.0, "y": y}
        assert compiled.value(at) == pytest.approx(adcore.value(source, at), rel=1e-13)
        assert compiled.gradient(at) == pytest.approx(adcore.gradient(source, at), rel=1e-12)


@EACH
def test_points_come_one_by_one_or_in_arrays(backend):
    compiled = adcore.compile(LOGISTIC.format(700, 3.5), {"x": 0.3}, backend)
    xs = np.array([[0.1, 0.2], [0.3, 5.0]])
    assert compiled.value(xs).shape == (2, 2)
    assert compiled.gradient(xs).shape == (1, 2, 2)
    assert compiled.value(xs)[1, 0] == compiled.value(0.3)
    assert compiled.into(np.array([0.3]), np.empty(2)).tolist() == list(compiled.numbers(0.3))
    with pytest.raises(adcore.ADError, match="1 input numbers; 2 were given"):
        compiled.value(1.0, 2.0)


@EACH
def test_threads_share_compiled_loops(backend):
    compiled = adcore.compile(LOGISTIC.format(2000, 3.5), {"x": 0.3}, backend)
    points = [k / 100 for k in range(1, 90)]
    alone = [compiled.numbers(x) for x in points]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: [compiled.numbers(x) for x in points], range(8))) == [alone] * 8


def test_with_llvm_or_without_it_loops_are_kept():
    compiled = adcore.compile(LOGISTIC.format(1_000_000, 3.2))
    assert compiled.backend == ("llvm" if llvm.is_installed() else "python")
    assert compiled.value(0.3) == adcore.compile(LOGISTIC.format(1_000_000, 3.2), {"x": 0.3}, "python").value(0.3)
