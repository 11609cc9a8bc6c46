"""Exercises about whole derivatives ask for what other oracles give, and know the mistakes."""

import math

import pytest

import adcore
from adcore.limits import Limits
from server.tutor.blanks import Number
from server.tutor.diagnosis import answer, judge
from server.tutor.exercises import make_exercise
from tests.server.tutor.functions import random_functions

POLAR, AT = "[r*cos(t), r*sin(t)]", {"r": 2.0, "t": 0.75}
XY = {"x": 0.4, "y": 1.1}


def numbers(exercise):
    return {blank.id: blank.key.value for blank in exercise.blanks}


def test_the_jacobian_of_polar_coordinates():
    cosine, sine = math.cos(0.75), math.sin(0.75)
    wanted = {"jacobian:0:0": cosine, "jacobian:0:1": -2 * sine, "jacobian:1:0": sine, "jacobian:1:1": 2 * cosine}
    orders = set()
    for seed in range(8):
        exercise = make_exercise(POLAR, AT, "jacobian", seed, 3)
        assert numbers(exercise) == pytest.approx(wanted)
        orders.add((tuple(numbers(exercise)), "row by row" in exercise.ask))
    assert orders == {
        (("jacobian:0:0", "jacobian:0:1", "jacobian:1:0", "jacobian:1:1"), True),
        (("jacobian:0:0", "jacobian:1:0", "jacobian:0:1", "jacobian:1:1"), False),
    }


@pytest.mark.parametrize(
    ("blank", "number", "name"),
    [
        ("jacobian:0:1", math.sin(0.75), "transposed"),
        ("jacobian:0:1", 2 * math.sin(0.75), "sign"),
        ("jacobian:0:1", math.cos(0.75), "wrong-input"),
        ("jacobian:0:1", 0.0, "treated-as-constant"),
    ],
)
def test_planted_mistakes_in_a_jacobian_are_named(blank, number, name):
    verdict = judge(make_exercise(POLAR, AT, "jacobian", level=3).blank(blank), repr(number))
    assert verdict.kind in ("named", "tied")
    assert name in verdict.names


@pytest.mark.parametrize(("source", "at"), list(random_functions(15, seed=3)))
def test_a_hessian_times_a_direction_is_that_of_another_way(source, at):
    exercise = make_exercise(source, at, "hvp", 2, 3)
    problem = adcore.record(source, at)
    rates = [float(part.split(" at rate ")[1].replace("−", "-")) for part in parts_of(exercise.ask)]
    direction = dict(zip([name for name in at if name in problem.graph.names], rates, strict=True))
    expected = adcore.hessian(source, at, mode="hyper-dual") @ [direction.get(name, 0.0) for name in at]
    columns = dict(zip(at, expected, strict=True))
    found = numbers(exercise) | {cell.id: cell.value for cell in exercise.given}
    for i in problem.graph.inputs:
        if f"second:{i}" in found:
            assert found[f"second:{i}"] == pytest.approx(columns[problem.graph.names[i]], rel=1e-9, abs=1e-11)


def parts_of(ask):
    """The inputs and their rates, as the question says them."""
    return ask.removeprefix("Work out how the derivatives change along the direction: ").rstrip(".").replace(
        " and ", ", "
    ).split(", ")  # fmt: skip


def test_terms_that_are_missing_in_second_order_are_named():
    """sin(x)·y along (1, 2), by hand: -sin(x)·y·1 + cos(x)·2; only in the first term a partial of x changes."""
    for seed in range(40):
        exercise = make_exercise("sin(x)*y", XY, "hvp", seed, 3)
        if "x at rate 1 and y at rate 2" in exercise.ask:
            break
    blank = next(b for b in exercise.blanks if b.node == 0)
    assert blank.key.value == pytest.approx(-math.sin(0.4) * 1.1 + 2 * math.cos(0.4))
    assert judge(blank, repr(2 * math.cos(0.4))).names == ("curvature-missing",)
    assert judge(blank, repr(-math.sin(0.4) * 1.1)).names == ("transport-missing",)
    assert judge(blank, repr(math.cos(0.4) * 1.1)).names == ("first-order",)


@pytest.mark.parametrize("text", ["sin(x^2) + 2x² cos(x^2)", "sin(x*x) + 2*x*x*cos(x**2)", "sin(x²)+x·(2x)·cos(x²)"])
def test_a_formula_is_right_in_any_form(text):
    [blank] = make_exercise("x*sin(x**2)", {"x": 1.2}, "formula").blanks
    assert judge(blank, text).kind == "right"


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("sin(x**2) + x*cos(x**2)", "named", "chain"),
        ("2*x*x*cos(x**2)", "named", "product-half"),
        ("", "unreadable", None),
        ("sin(x", "unreadable", None),
        ("x*y", "unreadable", None),
        ("[x, x]", "unreadable", None),
        ("atan(x) + 17", "unknown", None),
    ],
)
def test_a_wrong_formula_is_explained(text, kind, name):
    [blank] = make_exercise("x*sin(x**2)", {"x": 1.2}, "formula").blanks
    verdict = judge(blank, text)
    assert verdict.kind == kind
    assert name is None or verdict.names == (name,)


@pytest.mark.parametrize(
    ("source", "at"),
    [
        ("abs(x)*2", {"x": 0.0}),
        ("max(x, y)", {"x": 1.0, "y": 1.0}),
        ("sqrt(x)", {"x": 0.0}),
        ("log(x)", {"x": -1.0}),
        ("def f(x):\n    if x > 2:\n        return x*x\n    return x + 2", {"x": 2.0}),
    ],
)
def test_where_there_is_no_derivative_no_formula_is_asked(source, at):
    with pytest.raises(adcore.ADError, match="the function has no derivative by"):
        make_exercise(source, at, "formula")


@pytest.mark.parametrize(("source", "at"), [("x*abs(x)", {"x": 0.0}), ("abs(y)*x", {"x": 1.0, "y": 1.0})])
def test_a_kink_where_the_derivative_exists_is_no_obstacle(source, at):
    assert make_exercise(source, at, "formula").blanks


@pytest.mark.parametrize(
    "label", ["df/dx =", "d/dx:", "∂f/∂x =", "y' =", "f'(x) =", "y’=", "f ′ (x, y) = "], ids=lambda label: label
)
def test_what_is_written_before_a_formula_is_no_part_of_it(label):
    [blank] = make_exercise("x**3", {"x": 2.0}, "formula").blanks
    assert judge(blank, f"{label} 3*x^2").kind == "right"
    assert judge(blank, f"{label} 3*x").kind in ("named", "tied")
    assert "There is no answer" in judge(blank, label).sentence


def test_a_name_that_is_no_input_is_said_to_be_none():
    [blank] = make_exercise("x**3", {"x": 2.0}, "formula").blanks
    verdict = judge(blank, "3*t**2")
    assert verdict.kind == "unreadable"
    assert verdict.sentence == "t is no input. The inputs are: x."


def test_a_formula_has_the_limits_of_its_exercise():
    """What a service allows to be asked it can judge, and write into a key."""
    name = "x" * 70
    [blank] = make_exercise(f"{name}**3", {name: 2.0}, "formula", limits=Limits().changed(name_characters=80)).blanks
    assert judge(blank, f"3*{name}**2").kind == "right"
    assert name in answer(blank)


@pytest.mark.parametrize("text", ["log(x-5)", "1/0", "3*x**2 + sqrt(-x)"])
def test_a_formula_that_has_no_value_is_said_to_have_none(text):
    """The derivative of x**3 at 2 is 12: it is the formula that is no number there."""
    [blank] = make_exercise("x**3", {"x": 2.0}, "formula").blanks
    verdict = judge(blank, text)
    assert verdict.kind == "unknown"
    assert "This formula is no number" in verdict.sentence


def test_a_formula_for_one_of_several_inputs():
    exercise = make_exercise("x**2*y", XY, "formula", level=3)
    first, second = exercise.blanks
    assert judge(first, "2*x*y").kind == "right"
    assert judge(second, "x**2").kind == "right"
    assert judge(second, "2*x*y").kind in ("named", "tied")


@pytest.mark.parametrize("kind", ["jacobian", "formula"])
def test_what_would_take_too_long_is_not_asked(kind):
    """With 89 inputs the mistakes of 357 rows take more than the second that the service has; the sweeps do not."""
    source = "s = 0\nfor i in range(len(v)):\n    s += sin(v[i])*v[i]\ns"
    short, long = ({"v": [0.1 + 0.01 * i for i in range(n)]} for n in (40, 89))
    assert make_exercise(source, short, kind).blanks
    with pytest.raises(adcore.ADError, match=rf"\(exercise_{kind}\)"):
        make_exercise(source, long, kind)
    assert make_exercise(source, long, "reverse").blanks


@pytest.mark.parametrize("kind", ["formula", "hvp"])
def test_what_needs_one_output_says_so(kind):
    with pytest.raises(adcore.ADError, match="one output"):
        make_exercise(POLAR, AT, kind)


@pytest.mark.parametrize("kind", ["jacobian", "hvp"])
def test_mistakes_in_whole_derivatives_are_named(kind):
    planted = [
        (blank, candidate)
        for source, at in random_functions(60)
        for blank in make_exercise(source, at, kind, 1, 3).blanks
        if isinstance(blank.key, Number)
        for candidate in blank.key.candidates
        if not candidate.general
    ]
    verdicts = [(judge(blank, f"{c.value:.6g}"), c.name) for blank, c in planted]
    assert {verdict.kind for verdict, _ in verdicts} <= {"named", "tied"}
    assert sum(verdict.names[0] == name for verdict, name in verdicts) >= 0.95 * len(verdicts)


@pytest.mark.parametrize("level", [1, 3])
def test_first_order_is_given_where_second_order_is_asked(level):
    exercise = make_exercise("x*sin(x*y)", {"x": 0.4, "y": 1.1}, "hvp", 1, level)
    given = {cell.id: cell.value for cell in exercise.given}
    by_complex_step = adcore.gradient("x*sin(x*y)", {"x": 0.4, "y": 1.1}, mode="complex-step")
    assert [given["adjoint:0"], given["adjoint:1"]] == pytest.approx(list(by_complex_step), rel=1e-12)
    slope = given["tangent:0"] * by_complex_step[0] + given["tangent:1"] * by_complex_step[1]
    assert given["tangent:4"] == pytest.approx(slope, rel=1e-12)
    asked = [blank.id for blank in exercise.blanks]
    assert set(asked) <= ({"second:0", "second:1"} if level == 1 else {f"second:{i}" for i in range(5)})
    assert {*given, *asked} == {*exercise.cells}
    assert len([*given, *asked]) == len(exercise.cells)
