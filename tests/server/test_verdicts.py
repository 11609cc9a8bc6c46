"""What is said of a derivative as it was typed."""

from dataclasses import replace

import pytest

from adcore.checked import Component
from adcore.errors import ADError, Span
from adcore.examining import examine_formulas
from adcore.limits import Limits
from server.checker import SAMPLES
from server.verdicts import STATEMENT, gap, judge, read_formulas, verdict_words

F, XY = "x**2*y", {"x": 2.0, "y": 3.0}
PLANTED = {
    "overwritten instead of added": (6, "+="),
    "a chain rule cut short, as formulas": (1, "chain rule"),
    "at the wrong value, in a loop": (9, "another s in the place of s"),
    "a layer, with the wrong derivative of the sigmoid": (3, "logistic function"),
    "right here, wrong elsewhere": (4, "At the point given nothing is wrong"),
}


def test_what_begins_a_statement_stands_on_its_own_line():
    """From every line break the search would otherwise run over all that follow."""
    found = STATEMENT.search("\n\n  return x")
    assert found is not None
    assert found.start() == 2


def test_a_formula_is_read_under_the_limits_of_the_service():
    name = "x" * 70
    answer = judge(f"{name}**2", {name: 3.0}, f"2*{name}", Limits().changed(name_characters=80))
    assert answer["verdict"] == "right"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.title)
def test_a_sample_has_the_mistake_that_its_title_says(sample):
    answer = judge(sample.source, sample.point, sample.backward)
    line, words = PLANTED[sample.title]
    assert answer["verdict"] == "wrong"
    assert [place["line"] for place in answer["lines"]] == [line]
    assert words in answer["summary"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2*x*y\nx**2", ["2*x*y", "x**2"]),
        ("[2*x*y, max(x, y)]", ["2*x*y", "max(x, y)"]),
        ("# first\nd/dy = x**2  # by y\n∂f/∂x: 2*x*y", ["x**2", "2*x*y"]),
        ("where(x <= 1, 2, 3)", ["where(x <= 1, 2, 3)"]),
        ("[2*x*y,\n x**2]", ["2*x*y", "x**2"]),
        ("\n[2*x*y\n + y,  # by x\n\n x**2,\n]\n", ["2*x*y  + y", "x**2"]),
        ("[x, y][0]", ["[x, y][0]"]),
        ("[1, 2]\n[3]", ["[1, 2]", "[3]"]),
        ("y' = 2*x", ["2*x"]),
        ("f'(x, y) = 2*x*y\nf′(y): x**2", ["2*x*y", "x**2"]),
        ("dx = 2*x*y\ndy = x**2", None),
        ("def back(x):\n    return [2*x]", None),
        ("x_bar += 1", None),
    ],
)
def test_formulas_are_told_from_programs(text, found):
    formulas = read_formulas(text)
    assert (formulas and [formula.text for formula in formulas]) == found
    assert all(formula.span.end_column > formula.span.column for formula in formulas or ())


@pytest.mark.parametrize("text", ["2*x*y\nx**2", "[2x*y, x²]", "d/dy = x**2\nd/dx = 2*x*y", "dx = 2*x*y\ndy = x**2"])
def test_a_right_derivative_is_right_in_every_form(text):
    answer = judge(F, XY, text)
    assert (answer["verdict"], answer["lines"], answer["places"]) == ("right", [], [])
    assert [part["given"] for part in answer["components"]] == pytest.approx([12.0, 4.0])


def test_a_wrong_formula_is_marked_where_it_stands():
    answer = judge(F, XY, "d/dy = x**2\nd/dx = x*y")
    assert answer["lines"] == [{"line": 2, "column": 8, "end_line": 2, "end_column": 11}]
    assert answer["places"][0]["end_column"] == 5
    assert "d/dx is given as 6; it is 12." in answer["summary"]


def test_a_tie_claims_nothing():
    answer = judge("x**2", {"x": 1.3}, "x")
    findings = answer["components"][0]["findings"]
    assert len(findings) == 1 or "cannot tell" in answer["summary"]


def test_numbers_that_nearly_agree_are_told_apart():
    near, far = Component("x", -2.8288603, -2.8288601, 7, "", 15, "wrong"), Component("x", 1.5, 2, 0, "", 15, "wrong")
    assert gap(near) == "is given as -2.8288603; it is -2.8288601"
    assert gap(far) == "is given as 1.5; it is 2"


def test_points_are_counted_in_words():
    right = replace(examine_formulas("x", {"x": 1.0}, ["1"]).checked, verdict="right")
    assert verdict_words(right, {"x": 1.0}, False, 1)[0].endswith(", at 1 point.")
    assert verdict_words(right, {"x": 1.0}, False, 3)[0].endswith(", at 3 points.")


def test_a_kink_is_said():
    assert "there is no derivative to compare with" in judge("abs(x)", {"x": 0.0}, "sign(x)")["summary"]


def test_numbers_that_no_mistake_explains_are_said_to_be_so():
    assert "No known mistake explains the number." in judge("x**2", {"x": 1.3}, "x**5 + 17*x")["summary"]


@pytest.mark.parametrize(
    ("text", "message", "span"),
    [
        ("2*x*y", "The function has 2 inputs (x, y), but you gave 1 formula.", None),
        ("", "The function has 2 inputs", None),
        ("2*x*y\nsine(x)", "There is no function called sine.", Span(2, 1, 2, 5)),
        ("[2*x*y,  x**]", "", Span(1, 13, 1, 13)),
        ("d/dx = 1\nd/dz = 2", "There is one formula for each of: x, y.", None),
        ("[1, 2]\n3", "one number", Span(1, 1, 1, 7)),
        ("x_bar = sine(x)", "There is no function called sine.", Span(1, 9, 1, 13)),
        ("[2*x*y,\n  sine(x)]", "There is no function called sine.", Span(2, 3, 2, 7)),
        ("[2*x*y\n + sine(x), 1]", "There is no function called sine.", Span(1, 2, 2, 11)),
        ("2*x*t\nx**2", "t is no input.", Span(1, 5, 1, 6)),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_place(text, message, span):
    with pytest.raises(ADError) as caught:
        judge(F, XY, text)
    assert caught.value.kind == "derivative"
    assert message in caught.value.message
    assert span is None or caught.value.span == span


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("x**2", "2*x + 0*log(x - 9)"),
        ("x**2", "log(x - 5)"),
        ("x**2", "1/0*x"),
        ("x**2*y", "log(x - 9)\n17*y"),
        ("x**2*y", "x\nlog(x - 9)"),
        ("x**2", "def b(x):\n    y = 10**10**10\n    return [y*x]"),
        ("exp(x)", "def b(x):\n    a = log(x - 9)\n    x_bar = a*exp(x)\n    return [x_bar]"),
    ],
)
def test_what_is_no_number_is_wrong_at_the_point_given(source, text):
    answer = judge(source, {"x": 3.0, "y": 2.0} if "y" in source else {"x": 3.0}, text)
    assert (answer["verdict"], answer["moved"]) == ("wrong", False)
    assert "is no number here; it should be one." in answer["summary"]
    assert "given as nan" not in answer["summary"]


def test_a_formula_for_the_positive_side_alone_is_right_there():
    assert judge("cbrt(x)**2", {"x": 2.0}, "2/3*x**(-1/3)")["verdict"] == "right"
