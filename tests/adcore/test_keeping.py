"""Loops are kept where their bodies provably repeat, and mean what the unrolled program means."""

import numpy as np
import pytest

import adcore
from adcore.algebras.floats import FloatAlgebra
from adcore.keeping import Kept, pose_kept
from adcore.loops import Repeated, value_and_rows
from adcore.problem import Problem
from tests.adcore.looped_programs import KEPT, LIST, ONE, UNROLLED

LEAST = 3


def loops_of(kept):
    return [segment for segment in kept.program.segments if isinstance(segment, Repeated)]


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_loop_gives_the_numbers_of_the_unrolled_one(name):
    source, at = KEPT[name]
    kept = pose_kept(source, at, LEAST)
    assert isinstance(kept, Kept)
    found = np.array(value_and_rows(kept.program, FloatAlgebra(), kept.leaves))
    expected = [*np.ravel(adcore.value(source, at)), *adcore.jacobian(source, at).ravel()]
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", UNROLLED)
def test_what_may_differ_from_turn_to_turn_is_unrolled(name):
    source, at = UNROLLED[name]
    posed = pose_kept(source, at, LEAST)
    assert isinstance(posed, Problem)
    assert posed.outputs == np.ravel(adcore.value(source, at)).tolist()


def test_a_list_changed_by_a_call_is_not_missed():
    source = (
        "def f(x):\n    v = [x]\n    def g(a):\n        v.append(a)\n        return a*a\n"
        "    for i in range(3):\n        x = g(x)\n    return [x, v[-1]]"
    )
    posed = pose_kept(source, ONE, LEAST)
    assert isinstance(posed, Problem)
    assert posed.outputs == pytest.approx([0.3**8, 0.3**4])


@pytest.mark.parametrize("index", ["i + 1", "-i - 2", "i - 9", "2*i"])
def test_an_index_out_of_range_is_told_as_ever(index):
    source = f"def f(x):\n    s = 0\n    for i in range(8):\n        s = s + x[{index}]\n    return s"
    with pytest.raises(adcore.ADError) as unrolled:
        adcore.value(source, LIST)
    with pytest.raises(adcore.ADError) as kept:
        pose_kept(source, LIST, LEAST)
    assert kept.value.to_json() == unrolled.value.to_json()


@pytest.mark.parametrize("least", [5, 6])
def test_short_loops_are_unrolled(least):
    assert isinstance(pose_kept("for i in range(5):\n    x = sin(x)\nx", ONE, least), Kept if least == 5 else Problem)


@pytest.mark.parametrize("least", [20, 21])
def test_loops_of_few_operations_are_unrolled(least):
    source = "for i in range(4):\n    for j in range(5):\n        x = x*x + 1\nx"
    posed = pose_kept(source, ONE, 4, operations=2 * least)
    assert isinstance(posed, Kept if least == 20 else Problem)
    assert posed.recording.inputs[0].name == "x"


def test_the_body_is_recorded_once_however_many_turns_there_are():
    sizes = []
    for turns in (10, 1000, 1_000_000):
        kept = pose_kept(f"y = x\nfor i in range({turns}):\n    y = 4*y*(1 - y)\ny", ONE, LEAST)
        (loop,) = loops_of(kept)
        assert len(loop.turns) == turns
        sizes.append(len(loop.body.segments[0].graph))
    assert len(set(sizes)) == 1


def test_loops_within_loops_are_kept_too():
    (outer,) = loops_of(pose_kept(*KEPT["loop in a loop"], LEAST))
    assert any(isinstance(segment, Repeated) for segment in outer.body.segments)


def test_a_decision_by_what_a_loop_results_in_is_recorded():
    source = "for i in range(50):\n    x = cos(x)\nif x > 0.7:\n    x = x*y\nx"
    kept = pose_kept(source, {"x": 1.0, "y": 3.0}, LEAST)
    assert kept.taken == [True]
    assert value_and_rows(kept.program, FloatAlgebra(), kept.leaves)[0] == adcore.value(source, {"x": 1.0, "y": 3.0})


def test_a_list_that_only_the_unrolled_loop_leaves_behind():
    source = "for i in range(5):\n    v = [x*i, x]\n    x = v[0] + sin(v[1])\n[v[0], x]"
    assert isinstance(pose_kept(source, ONE, LEAST), Problem)
    assert isinstance(pose_kept(source.replace("[v[0], x]", "x"), ONE, LEAST), Kept)


def test_mistakes_in_a_body_are_told_as_ever():
    for body in ("x = x + [1]", "x = sin(x, x)", "x = nothing(x)", "x = x[i]", "x = w[0]"):
        source = f"for i in range(9):\n    {body}\nx"
        with pytest.raises(adcore.ADError) as unrolled:
            adcore.value(source, ONE)
        with pytest.raises(adcore.ADError) as kept:
            pose_kept(source, ONE, LEAST)
        assert kept.value.to_json() == unrolled.value.to_json()


TOO_LONG = {
    "a list": ("v = [x]\nfor i in range({}):\n    v.append(y)\n    v.pop(0)\nv[0]*sum([x*y]*50)", "statements"),
    "an item": ("v = [x, y]\nfor i in range({}):\n    v[i % 2] += v[0]\nv[0]", "graph_nodes"),
    "a dict": (
        "s = {{'a': x}}\nfor i in range({}):\n    s = {{'a': s['a']*y if s['a'] < 9 else x}}\ns['a']",
        "graph_nodes",
    ),
    "a while": ("n = 0\nwhile n < {} and x < 1e9:\n    x = x*y\n    n += 1\nx", "graph_nodes"),
    "a call": ("for i in range({}):\n    k = abs(3)\n    if i > 1:\n        k = 4\nx*k", "statements"),
}


@pytest.mark.parametrize("name", TOO_LONG)
def test_a_loop_too_long_to_be_unrolled_says_how_it_would_be_kept(name):
    source, limit = TOO_LONG[name]
    few = adcore.Limits().changed(graph_nodes=300, statements=600)
    with pytest.raises(adcore.ADError, match=limit) as error:
        pose_kept(source.format(900), {"x": 1.0, "y": 0.5}, LEAST, few)
    assert "a for over a range" in error.value.hint


def test_what_is_advised_is_kept():
    few = adcore.Limits().changed(graph_nodes=300, statements=600)
    source = "for i in range(900):\n    a, b = b, a + b\na"
    assert isinstance(pose_kept(source, {"a": 1.0, "b": 0.5}, LEAST, few), Kept)


def test_a_limit_without_a_loop_speaks_of_no_loop():
    few = adcore.Limits().changed(graph_nodes=10)
    with pytest.raises(adcore.ADError, match="graph_nodes") as error:
        pose_kept("+".join(["sin(x)"] * 20), {"x": 1.0}, LEAST, few)
    assert "a for over a range" not in error.value.hint
