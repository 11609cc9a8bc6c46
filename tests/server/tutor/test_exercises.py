"""Exercises ask for the right numbers, and are the same whenever they are made again."""

import math

import numpy as np
import pytest

import adcore
from server.tutor.blanks import Number
from server.tutor.exercises import KINDS, LEVELS, make_exercise
from tests.server.tutor.functions import random_functions

SURVEY, AT = "x1*x2 + sin(x1)", {"x1": 2.0, "x2": 3.0}
SWEEPS = ("forward", "reverse", "dual")


def numbers(exercise):
    return {blank.id: blank.key.value for blank in exercise.blanks if isinstance(blank.key, Number)}


def test_the_reverse_trace_of_the_survey_example():
    """Worked by hand: x1*x2 + sin(x1) at (2, 3)."""
    found = numbers(make_exercise(SURVEY, AT, "reverse", level=3))
    assert found == pytest.approx(
        {
            "adjoint:4": 1,
            "contribution:3:4:1": 1,
            "adjoint:3": 1,
            "contribution:2:4:0": 1,
            "adjoint:2": 1,
            "contribution:1:2:1": 2,
            "adjoint:1": 2,
            "contribution:0:3:0": math.cos(2),
            "contribution:0:2:0": 3,
            "adjoint:0": 3 + math.cos(2),
        }
    )
    assert next(iter(found)) == "adjoint:4"


@pytest.mark.parametrize("kind", ["forward", "dual"])
def test_the_forward_trace_of_a_product(kind):
    found = numbers(make_exercise("x*sin(x)", {"x": 2.0}, kind, level=3))
    sine, cosine = math.sin(2), math.cos(2)
    assert found == pytest.approx(
        {"primal:1": sine, "tangent:1": cosine, "primal:2": 2 * sine, "tangent:2": sine + 2 * cosine}
    )


@pytest.mark.parametrize(("source", "at"), list(random_functions(25, seed=11)))
def test_sweeps_end_in_the_gradient_that_another_oracle_gives(source, at):
    gradient = adcore.gradient(source, at, mode="complex-step")
    problem = adcore.record(source, at)
    back = make_exercise(source, at, "reverse", level=3)
    cells = {cell.id: cell.value for cell in back.given} | numbers(back)
    for i, slope in zip(problem.graph.inputs, gradient, strict=True):
        if f"adjoint:{i}" in cells:
            assert cells[f"adjoint:{i}"] == pytest.approx(slope, rel=1e-12, abs=1e-14)


def test_contributions_add_up_to_the_adjoint():
    found = numbers(make_exercise("a = x*y\nreturn sin(a) + exp(a) + a*a", {"x": 0.4, "y": 1.1}, "reverse", level=3))
    for name in (name for name in found if name.startswith("adjoint:")):
        parts = [x for part, x in found.items() if part.startswith(f"contribution:{name[8:]}:")]
        if parts:
            assert found[name] == pytest.approx(math.fsum(parts), rel=1e-14)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("level", LEVELS)
def test_an_exercise_can_be_made_again(kind, level):
    source, at = "def f(x, y):\n    for i in range(3):\n        x = sin(x)*y + x\n    return x", {"x": 0.4, "y": 1.1}
    first, again = (make_exercise(source, at, kind, 7, level) for _ in range(2))
    assert first == again
    assert first.blanks


@pytest.mark.parametrize("kind", SWEEPS)
def test_more_is_blank_at_higher_levels_and_another_seed_asks_for_other_cells(kind):
    source, at = "exp(sin(x*y))/y + x**3*cos(y)", {"x": 0.4, "y": 1.1}
    counts = [len(make_exercise(source, at, kind, 1, level).blanks) for level in LEVELS]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    asked = {tuple(b.id for b in make_exercise(source, at, kind, seed, 1).blanks) for seed in range(8)}
    assert len(asked) > 1


@pytest.mark.parametrize("kind", SWEEPS)
def test_blanks_come_after_what_they_are_worked_out_from(kind):
    exercise = make_exercise("exp(sin(x*y))/y + x**3*cos(y)", {"x": 0.4, "y": 1.1}, kind, level=3)
    place = {blank.id: position for position, blank in enumerate(exercise.blanks)}
    for blank in exercise.blanks:
        assert all(place.get(step, -1) < place[blank.id] for step in blank.steps)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sent_to_a_learner_has_no_key(kind):
    source = "def f(x, y):\n    for i in range(3):\n        x = exp(sin(x*y))/y\n    return x"
    exercise = make_exercise(source, {"x": 0.4, "y": 1.1}, kind, level=3)
    sent = exercise.to_json()
    assert all("key" not in blank and "hints" not in blank for blank in sent["blanks"])
    assert sent["ask"]
    assert all(blank["words"] for blank in sent["blanks"])


@pytest.mark.parametrize(
    ("source", "kind", "level", "words"),
    [
        ("x +", "forward", 1, "missing"),
        ("x", "forward", 1, "nothing to differentiate"),
        ("x*x", "sideways", 1, "no exercise called sideways"),
        ("x*x", "forward", 9, "no level 9"),
        ("def f(x):\n    for i in range(500):\n        x = sin(x)\n    return x", "forward", 1, "501 rows"),
    ],
)
def test_what_has_no_exercise_is_refused_in_words(source, kind, level, words):
    with pytest.raises(adcore.ADError, match=words):
        make_exercise(source, {"x": 0.5}, kind, 0, level)


def test_values_that_are_no_numbers_can_be_asked_for():
    found = numbers(make_exercise("log(x)*y", {"x": 0.0, "y": 2.0}, "forward", level=3))
    assert found["primal:2"] == -math.inf
    assert np.isfinite(make_exercise("x*y", {"x": 0.0, "y": 2.0}, "reverse", level=3).blanks[0].key.value)


@pytest.mark.parametrize("kind", KINDS)
def test_values_are_sent_but_for_those_that_are_asked(kind):
    source = "def f(x, y):\n    for i in range(3):\n        x = exp(sin(x*y))/y\n    return x"
    exercise = make_exercise(source, {"x": 0.4, "y": 1.1}, kind, level=3)
    asked = {blank.node for blank in exercise.blanks if blank.id.startswith("primal:")}
    assert bool(asked) == (kind in ("forward", "dual"))
    values = adcore.record(source, {"x": 0.4, "y": 1.1}).recording.values
    assert exercise.to_json()["values"] == [None if i in asked else value for i, value in enumerate(values)]


def test_cells_stand_in_the_order_of_the_calculation():
    exercise = make_exercise(SURVEY, AT, "forward", level=2)
    both = {cell.id for cell in (*exercise.given, *exercise.blanks)}
    assert list(exercise.cells) == [
        *("tangent:0", "tangent:1"),
        *(f"{part}:{i}" for i in (2, 3, 4) for part in ("primal", "tangent")),
    ]
    assert both == {*exercise.cells}
    seeds = [cell.value for cell in exercise.given if cell.node in (0, 1)]
    assert sorted(seeds) == [0.0, 1.0]


def test_the_wrong_line_is_not_given_away_by_a_place():
    for seed in range(5):
        exercise = make_exercise(SURVEY, AT, "bug", seed, 3)
        assert all((blank.node, blank.edge, blank.span) == (None, None, None) for blank in exercise.blanks)
