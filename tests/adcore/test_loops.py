"""Programs in segments, whole or in blocks: values, adjoints and structure."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import adcore
from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.precise import PreciseAlgebra
from adcore.keeping import Kept, pose_kept
from adcore.loop_blocks import SHORTEST, in_blocks
from adcore.loops import Elements, Repeated, run_looped, value_and_rows, vary
from tests.adcore.looped_programs import KEPT, LIST, ONE, looped_programs
from tests.adcore.test_modes import RANDOM

FLOATS = FloatAlgebra()
LONG = {
    "logistic": ("y = x\nfor i in range({n}):\n    y = 3.5*y*(1 - y)\ny", ONE),
    "turns": ("y = x\nfor i in range(7, 7 + 3*{n}, 3):\n    y = sin(y) + x/i\ny*x", ONE),
    "elements": (
        "def f(x):\n    p = 1\n    for i in range({n}):\n        p = 0.9*p*x[i] + x[{n} - i]\n    return p*p",
        {"x": [0.5 + k / 50 for k in range(50)]},
    ),
    "loop in a loop": (
        "for i in range({n}):\n    x = sin(x)\n    for j in range(5):\n        x = x + 0.01*i*j*x\nx",
        ONE,
    ),
}


def test_places_of_elements():
    assert list(Elements(0, 1, 1).places(3)) == [1, 2, 3]
    assert list(Elements(0, 7, -2).places(4)) == [7, 5, 3, 1]


def test_what_varies_is_told_by_structure():
    source = "a = 0\nb = x\nfor i in range(5):\n    a, b = b, b*y\n    c = 2*i\na*c"
    program = pose_kept(source, {"x": 1.0, "y": 2.0}, 3).program
    by_x, by_y, by_none = (vary(program, flags) for flags in ((True, False), (False, True), (False, False)))
    assert by_x[program.outputs[0]]
    assert by_y[program.outputs[0]]
    assert not any(by_none.values())


def test_operations_count_every_turn():
    program = pose_kept("for i in range(200):\n    x = 0.5*x\nx + 1", ONE, 3).program
    assert program.operations() == 200 * 2 + 2


@pytest.mark.parametrize("name", ["logistic", "momentum", "loop in a loop", "elements"])
def test_other_numbers_run_through_the_same_loops(name):
    source, at = KEPT[name]
    kept = pose_kept(source, at, 3)
    algebra = PreciseAlgebra()
    found = value_and_rows(kept.program, algebra, [algebra.const(x) for x in kept.leaves])
    expected = [*np.ravel(adcore.value(source, at)), *adcore.jacobian(source, at).ravel()]
    np.testing.assert_allclose([float(x) for x in found], expected, rtol=1e-10)


@pytest.mark.parametrize("turns", [SHORTEST, 17, 24, 25, 40, 47])
@pytest.mark.parametrize("name", LONG)
def test_blocks_do_the_same_turns(name, turns):
    text, at = LONG[name]
    program = pose_kept(text.replace("{n}", str(turns)), at, 3).program
    leaves = pose_kept(text.replace("{n}", str(turns)), at, 3).leaves
    divided = in_blocks(program)
    assert divided != program
    expected = value_and_rows(program, FLOATS, leaves)
    np.testing.assert_allclose(value_and_rows(divided, FLOATS, leaves), expected, rtol=1e-13)


def test_short_loops_are_not_divided():
    program = pose_kept(*KEPT["Rosenbrock"], 3).program
    assert in_blocks(program) == program


def test_a_block_holds_as_many_turns_as_there_are_blocks():
    (first, rest) = (s for s in in_blocks(pose_kept("for i in range(1010): x = x/2\nx", ONE, 3).program).segments)
    assert isinstance(first, Repeated)
    assert (len(first.turns), len(first.body.segments[0].turns), len(rest.turns)) == (32, 31, 18)


@RANDOM
@given(looped_programs(), st.integers(SHORTEST, 40))
def test_random_bodies_in_blocks(program, turns):
    source, at = program
    kept = pose_kept(source, at, 3)
    assume(isinstance(kept, Kept))
    values = run_looped(in_blocks(kept.program), FLOATS, kept.leaves).slots
    assert [values[i] for i in kept.program.outputs] == adcore.value(source, at)


@pytest.mark.parametrize("name", LONG)
def test_compiled_blocks(name):
    text, at = LONG[name]
    source = text.replace("{n}", "49" if "x" in at and isinstance(at["x"], list) else "500")
    plain, divided = (adcore.compile(source, at, "python", checkpoints=flag) for flag in (False, True))
    np.testing.assert_allclose(divided.gradient(at), plain.gradient(at), rtol=1e-12)
    assert divided.value(at) == plain.value(at)


def test_blocks_take_little_memory():
    source = LONG["logistic"][0].replace("{n}", "100_000")
    whole, divided = (adcore.compile(source, ONE, "python", checkpoints=flag).numbers for flag in (False, True))
    assert peak_of(whole) > 8 * 100_000
    # What another thread of the test run takes meanwhile is counted too.
    assert any(peak_of(divided) < 30_000 for _ in range(3))


def peak_of(numbers):
    """The most bytes that a call takes."""
    tracemalloc.start()
    numbers(0.3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_an_index_beyond_the_blocks_is_still_an_error():
    source = "def f(x):\n    p = 1\n    for i in range(9):\n        p = p*x[i]\n    return p"
    with pytest.raises(adcore.ADError, match="no element 8 in a list of 8"):
        adcore.compile(source, LIST, checkpoints=True)
