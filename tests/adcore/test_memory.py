"""What reverse mode keeps, and how checkpoints make do with less: the reference's counts, the plain sweep's numbers."""

import itertools
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import adcore
from adcore.errors import ADError
from adcore.modes.checkpointing import KINDS, least_advances, longest, repeats_needed, schedule
from tests.adcore.generated import points, programs
from tests.adcore.reference import read_json, read_programs
from tests.adcore.test_modes import RANDOM

REFERENCE = read_json("checkpoint.json")
LOOPS = read_programs("loops.txt")
POINT = {"x": 0.3, "y": 0.8}


@pytest.mark.parametrize("checkpoints", sorted(map(int, REFERENCE["eta"])))
def test_longest_chains_of_the_reference(checkpoints):
    row = REFERENCE["eta"][str(checkpoints)]
    assert [longest(checkpoints, repeats) for repeats in range(len(row))] == row


@pytest.mark.parametrize("row", REFERENCE["t"], ids=lambda row: f"{row['l']}-{row['c']}")
def test_advances_of_the_reference(row):
    turns, checkpoints = row["l"], row["c"]
    assert least_advances(turns, checkpoints) == row["t"]
    assert repeats_needed(turns, checkpoints) == row["r"]
    assert advances(schedule(turns, checkpoints)) == row["t"]


def advances(actions):
    return sum(action.to - action.turn for action in actions if action.kind == "advance")


@lru_cache(maxsize=2000)
def fewest(turns, checkpoints):
    """The definition, with no formula."""
    if turns == 1 or checkpoints == 1:
        return turns * (turns - 1) // 2
    return min(j + fewest(turns - j, checkpoints - 1) + fewest(j, checkpoints) for j in range(1, turns))


@pytest.mark.parametrize("checkpoints", range(1, 7))
def test_no_schedule_needs_more_than_the_definition(checkpoints):
    for turns in range(1, 41):
        assert (
            advances(schedule(turns, checkpoints)) == fewest(turns, checkpoints) == least_advances(turns, checkpoints)
        )


@pytest.mark.parametrize(("turns", "checkpoints"), list(itertools.product((1, 2, 3, 10, 37, 100), (1, 2, 3, 5, 200))))
def test_a_schedule_can_be_carried_out(turns, checkpoints):
    slots, at, left = {}, 0, list(range(turns))
    for action in schedule(turns, checkpoints):
        assert action.kind in KINDS
        if action.kind == "store":
            assert action.slot not in slots
            slots[action.slot] = at
        elif action.kind == "restore":
            at = slots[action.slot]
        elif action.kind == "release":
            assert slots.pop(action.slot) == action.turn
        elif action.kind == "advance":
            at = action.to
        else:
            assert left.pop() == action.turn
        assert action.kind == "release" or action.turn == (at if action.kind != "advance" else action.turn)
        assert len(slots) <= checkpoints
    assert not left
    assert not slots


def test_long_chains_are_scheduled_quickly_and_flatly():
    assert advances(schedule(5000, 8)) == least_advances(5000, 8)


@pytest.mark.parametrize("checkpoints", [1, 2, 3, 20])
@pytest.mark.parametrize("name", LOOPS)
def test_the_gradient_is_that_of_the_plain_sweep(name, checkpoints):
    found = adcore.checkpoint(LOOPS[name], POINT, checkpoints)
    np.testing.assert_array_equal(found.gradient, adcore.gradient(LOOPS[name], POINT))
    assert found.advanced == least_advances(found.turns, checkpoints)
    assert [h.action.turn for h in found.happenings if h.action.kind == "reverse"] == list(range(found.turns))[::-1]


@RANDOM
@given(programs(), points, st.integers(1, 4))
def test_random_programs(source, point, checkpoints):
    graph = adcore.record(source, point).graph
    if not any(graph.contexts[i].kind == "loop" for i in graph.in_context):
        with pytest.raises(ADError, match="no loop"):
            adcore.checkpoint(source, point, checkpoints)
        return
    weights = [0.5 - i for i in range(len(graph.outputs))]
    found = adcore.checkpoint(source, point, checkpoints, weights)
    np.testing.assert_array_equal(found.gradient, adcore.vjp(source, point, weights))


def test_a_long_loop():
    source = "def f(x, y):\n    for i in range(4000):\n        x = 0.5*x + sin(y*x)*0.1\n    return x*y"
    found = adcore.checkpoint(source, POINT, 10)
    np.testing.assert_array_equal(found.gradient, adcore.gradient(source, POINT))
    assert (found.turns, found.advanced) == (4000, least_advances(4000, 10))
    assert found.peak_values < 50 < found.plain_values / 100


def test_turns():
    assert [adcore.checkpoint(LOOPS[name], POINT).turns for name in ("logistic", "nested", "two loops")] == [12, 4, 6]


def test_several_outputs_have_weights():
    source, at = "for i in range(5):\n    x = x*y\n[x, y*x, y]", {"x": 2.0, "y": 0.5}
    for weights in ([1, 0, 0], [0.5, -2, 3], [0, 0, 1]):
        found = adcore.checkpoint(source, at, 2, weights)
        np.testing.assert_array_equal(found.gradient, adcore.vjp(source, at, weights))


def test_fewer_checkpoints_take_less_memory_and_more_turns():
    source = "l = x\nfor i in range(100):\n    l = 3.7*l*(1 - l)\nl"
    runs = [adcore.checkpoint(source, {"x": 0.2}, checkpoints) for checkpoints in (1, 3, 10, 99)]
    assert sorted({run.peak_values for run in runs}) == [run.peak_values for run in runs]
    assert (
        sorted({run.advanced for run in runs}, reverse=True) == [run.advanced for run in runs] == [4950, 490, 222, 99]
    )
    assert runs[0].peak_bytes == 8 * runs[0].peak_values < 8 * runs[0].plain_values / 10
    assert runs[1].peak_values < 12
    assert sum(h.again for h in runs[1].happenings) == 490


def test_a_loop_and_a_checkpoint_are_needed():
    for source in (
        "x*x",
        "s = 1\nfor i in range(3):\n    s = s*2\ns + x",
        "for i in range(0):\n    x = x*x\nx",
        "while x > 9:\n    x = x/2\nx",
    ):
        with pytest.raises(adcore.ADError, match="no loop here whose turns") as error:
            adcore.checkpoint(source, {"x": 1.0})
        assert "at least one turn" in error.value.hint
    with pytest.raises(adcore.ADError, match="At least one checkpoint"):
        adcore.checkpoint(LOOPS["logistic"], POINT, 0)


def test_a_product_keeps_its_factors_and_a_sum_nothing():
    assert adcore.tape("x + y - 3", {"x": 1.0, "y": 2.0}).kept == ()
    found = adcore.tape("exp(x*y) + x", {"x": 1.0, "y": 2.0})
    assert [(value.node, value.readers) for value in found.kept] == [(0, ((2, 1),)), (1, ((2, 0),)), (3, ((3, 0),))]
    assert (found.peak_values, found.peak_bytes, found.everything) == (3, 24, 5)
    assert [moment.live for moment in found.moments] == [1, 2, 3, 2, 1, 0]
    assert [(m.step, m.node) for m in found.moments if m.phase == "adjoint"] == [(3, 3), (2, 1), (2, 0)]


def test_the_tape_of_a_trace_is_this_one():
    for source in LOOPS.values():
        cost = adcore.trace(source, POINT).to_json()["cost"]["tape"]
        found = adcore.tape(source, POINT)
        assert cost == {"values": found.peak_values, "bytes": found.peak_bytes}
        assert found.peak_values <= found.everything
        assert [moment.live for moment in found.moments][-1:] == [0] * bool(found.kept)


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("dead = exp(x)*sin(x)\nreturn 2*x", []),
        ("exp(x)*x if sin(x)*x > 0 else x", [0, 5]),
        ("dead = x\nfor i in range(100):\n    dead = sin(dead)*x\nreturn cos(x)*2", [0]),
    ],
)
def test_what_no_output_needs_is_not_kept(source, kept):
    trace, found = adcore.trace(source, {"x": 1.0}), adcore.tape(source, {"x": 1.0})
    assert [value.node for value in found.kept] == kept
    assert trace.cost.kept == len(kept)
    until = trace.to_json()["graph"]["kept_until"]
    assert [i for i, reader in enumerate(until) if reader is not None] == kept
    handed_on = {event.source for event in trace.events if event.kind == "contribution"}
    assert handed_on.issuperset(until[i] for i in kept)


def test_constants_and_what_does_not_vary_are_not_kept():
    assert [value.node for value in adcore.tape("3*x", {"x": 1.0}).kept] == []
    assert [value.node for value in adcore.tape("sin(x)*2", {"x": 1.0}).kept] == [0]


@pytest.mark.parametrize(
    ("parameters", "rule", "kept"),
    [("u", "1", []), ("u", "2*u", [2]), ("u, out", "out", [3]), ("u, out", "u*out", [2, 3])],
)
def test_a_rule_of_the_user_s_own_keeps_what_it_reads(parameters, rule, kept):
    source = f"def c(u):\n    return floor(u)\ndef c_partials({parameters}):\n    return {rule}\nc(3*x) + 1"
    assert [value.node for value in adcore.tape(source, {"x": 0.9}).kept] == kept
    assert adcore.trace(source, {"x": 0.9}).cost.kept == len(kept)
