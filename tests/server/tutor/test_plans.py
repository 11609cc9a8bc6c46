"""Exercises about the plan of a calculation: any plan that works is right, and why another does not is said."""

from functools import lru_cache
from itertools import permutations

import pytest

import adcore
from server.tutor.blanks import Choice, Order
from server.tutor.diagnosis import answer, judge
from server.tutor.exercises import make_exercise
from tests.server.tutor.functions import random_functions

LOOP = "def f(x, y):\n    for i in range({}):\n        x = sin(x)*y + x\n    return x"
XY = {"x": 0.4, "y": 1.1}


def test_every_order_that_works_is_right_and_no_other():
    """x*sin(x) + cos(x): the sum comes first, and the product before the sine; the cosine where one likes."""
    [blank] = make_exercise("x*sin(x) + cos(x)", {"x": 0.4}, "order", 1, 3).blanks
    assert isinstance(blank.key, Order)
    right = {order for order in permutations(blank.key.items) if judge(blank, ", ".join(order)).kind == "right"}
    names = {"sine": "v1", "product": "v2", "cosine": "v3", "sum": "v4"}
    wanted = ("sum product sine cosine", "sum product cosine sine", "sum cosine product sine")
    assert right == {tuple(names[word] for word in words.split()) for words in wanted}


def test_an_order_is_read_as_symbols_are_written():
    [blank] = make_exercise("x*sin(x)", {"x": 0.4}, "order").blanks
    assert [judge(blank, text).kind for text in ("v₂ → v₁", "V2 v1", "v2,v1")] == ["right"] * 3
    assert judge(blank, "v2").kind == "unreadable"
    assert judge(blank, "v2 v2 v1").kind == "unreadable"


def test_what_is_wrong_with_an_order_is_said():
    [blank] = make_exercise("x*sin(x) + cos(x)", {"x": 0.4}, "order", 1, 3).blanks
    assert judge(blank, "v1 v2 v3 v4").names == ("forward-order",)
    early = judge(blank, "v4 v1 v2 v3")
    assert early.names == ("handed-on-early",)
    assert "v1 hands its adjoint on before v2" in early.sentence


@pytest.mark.parametrize(
    ("source", "mode", "passes"),
    [("x*y", ("reverse",), 1), ("[sin(x), x**2, x]", ("forward",), 1), ("[x*y, x + y]", ("forward", "reverse"), 2)],
)
def test_the_cheaper_mode_and_its_sweeps(source, mode, passes):
    where, many = make_exercise(source, XY if "y" in source else {"x": 0.4}, "mode").blanks
    for word in ("forward", "reverse"):
        verdict = judge(where, word)
        assert verdict.kind == ("right" if word in mode else "named")
    assert judge(many, str(passes)).kind == "right"
    assert judge(many, "7").kind == "unknown"
    assert judge(where, "backprop").kind == "unreadable"


def test_entries_are_not_sweeps():
    _, many = make_exercise("[x*y, x + y, x - y]", XY, "mode").blanks
    assert judge(many, "6").names == ("sweep-per-entry",)
    assert judge(many, "3").names == ("wrong-mode",)
    assert judge(many, "1").names == ("one-sweep",)


def test_what_doubles():
    """Worked out by hand for a multiple, a power, a sum with a constant, and what does not depend on the input."""
    source = "a = 3*x\nb = x**2\nc = x + 1\nd = sin(y)\nreturn a*d + b*c"
    found = dict[str, str]()
    for seed in range(20):
        exercise = make_exercise(source, XY, "doubling", seed, 3)
        if exercise.ask.startswith("x doubles"):
            found |= {blank.words.split(" = ")[1]: answer(blank) for blank in exercise.blanks}
    wanted = {
        "3 · x": "doubles",
        "x²": "does something else",
        "x + 1": "does something else",
        "sin(y)": "stays the same",
    }
    assert {words: found[words] for words in wanted} == wanted
    assert found["a · d"] == "doubles"


def test_a_wrong_prediction_is_explained():
    blanks = [b for seed in range(9) for b in make_exercise("sin(x)*2", {"x": 0.4}, "doubling", seed, 3).blanks]
    assert {judge(blank, "doubles").names for blank in blanks} == {("linear-everywhere",)}
    assert {judge(blank, "Stays the same").names for blank in blanks} == {("treated-as-constant",)}


BRANCH = "def f(x):\n    if x < 3:\n        return x*2\n    return x*x*5"


@pytest.mark.parametrize("x", [2.0, 1.0, 4.0])
def test_where_doubling_takes_another_branch_nothing_is_asked(x):
    """At 2 it is 4, at 4 it is 80: neither doubled nor a multiple of anything in the program that was recorded."""
    if (x < 3) is (2 * x < 3):
        blanks = make_exercise(BRANCH, {"x": x}, "doubling", 0, 3).blanks
        ratio = adcore.value(BRANCH, {"x": 2 * x}) / adcore.value(BRANCH, {"x": x})
        assert answer(blanks[-1]) == {2.0: "doubles", 4.0: "does something else"}[ratio]
    else:
        with pytest.raises(adcore.ADError, match="decides otherwise"):
            make_exercise(BRANCH, {"x": x}, "doubling", 0, 3)


def test_what_moves_too_little_to_be_seen_is_not_asked():
    """Of tanh(30*x) only 30*x is asked: the rest depends on x, and is never said to stay the same."""
    [blank] = make_exercise("tanh(30*x)", {"x": 1.0}, "doubling", 0, 3).blanks
    assert (blank.words.split(" = ")[1], answer(blank)) == ("30 · x", "doubles")
    with pytest.raises(adcore.ADError, match="cannot be seen"):
        make_exercise("x + 1e12", {"x": 1.0}, "doubling", 0, 3)


@pytest.mark.parametrize(("source", "at"), list(random_functions(20, seed=8)))
def test_one_line_of_the_program_is_wrong(source, at):
    """The line that is said to be wrong is the one that changes; the others are those of a right program."""
    shown = [make_exercise(source, at, "bug", seed) for seed in range(6)]
    for exercise in shown:
        line, flaw = exercise.blanks
        assert isinstance(line.key, Choice)
        wrong = [int(option.split()[1]) - 1 for option in line.key.right]
        others = [e for e in shown if e.blanks[0].key.right != line.key.right]
        for other in others:
            differing = [k for k, (a, b) in enumerate(zip(exercise.lines, other.lines, strict=True)) if a != b]
            assert set(wrong) <= set(differing)
            assert len(differing) == 2
        assert judge(line, answer(line)).kind == "right"
        assert judge(flaw, answer(flaw)).kind == "right"
        assert [o for o in line.key.options if judge(line, o).kind == "right"] == list(line.key.right)


@lru_cache(maxsize=1000)
def advances(turns: int, kept: int) -> int:
    """The fewest turns run again, by trying every plan; an oracle that knows no formula."""
    if turns <= 1:
        return 0
    if kept == 1:
        return turns * (turns - 1) // 2
    return min(first + advances(turns - first, kept - 1) + advances(first, kept) for first in range(1, turns))


@pytest.mark.parametrize("turns", range(3, 13))
@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_best_place_to_keep_a_state(turns, level):
    where, again = make_exercise(LOOP.replace("{}", str(turns)), XY, "checkpoint", 0, level).blanks
    kept = min(1 + level, 3)
    costs = {f: f + advances(turns - f, kept - 1) + advances(f, kept) for f in range(1, turns)}
    best = [f"before turn {first + 1}" for first, cost in costs.items() if cost == min(costs.values())]
    assert list(where.key.right) == best
    assert again.key.value == advances(turns, kept)
    worst = max(costs, key=costs.__getitem__)
    if costs[worst] > min(costs.values()):
        assert judge(where, f"before turn {worst + 1}").names == ("costly-checkpoint",)


@pytest.mark.parametrize("turns", [3, 7, 12])
def test_the_last_hint_says_what_the_ends_cost(turns):
    where, _ = make_exercise(LOOP.replace("{}", str(turns)), XY, "checkpoint", 0, 1).blanks
    first, last = (f + advances(turns - f, 1) + advances(f, 2) for f in (1, turns - 1))
    assert f"before turn 2 it costs {first} turns" in where.hints[2]
    assert f"before turn {turns} {last}:" in where.hints[2]


def test_every_turn_from_the_start_is_more_than_is_needed():
    _, again = make_exercise(LOOP.replace("{}", "9"), XY, "checkpoint", 0, 2).blanks
    assert judge(again, "36").names == ("from-the-start",)


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("sin(x)*y", "checkpoint", "no loop"),
        (LOOP.replace("{}", "2"), "checkpoint", "fewer than three"),
        ("x*y", "order", "no order"),
    ],
)
def test_what_has_no_plan_says_so(source, kind, words):
    with pytest.raises(adcore.ADError, match=words):
        make_exercise(source, XY, kind)
