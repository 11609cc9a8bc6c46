"""Answers are read as people write them, and are right to three significant digits."""

import math

import pytest

from adcore.errors import ADError
from server.tutor.answers import Reading, agrees, read_number

READABLE = (
    ("0.75", 0.75),
    ("0,75", 0.75),
    ("3/4", 0.75),
    (" -3 ", -3.0),
    ("−3", -3.0),
    ("+5", 5.0),
    (".5", 0.5),
    (",5", 0.5),
    ("5.", 5.0),
    ("1.2e3", 1200.0),
    ("1,2E-3", 0.0012),
    ("1.2×10^3", 1200.0),
    ("sqrt(2)/2", math.sqrt(2) / 2),
    ("√2/2", math.sqrt(2) / 2),
    ("2π", 2 * math.pi),
    ("pi/2", math.pi / 2),
    ("e^2", math.exp(2)),
    ("hypot(3, 4)", 5.0),
    ("½", 0.5),
    ("x = 3", 3.0),
    ("≈ 0.333", 0.333),
    ("inf", math.inf),
    ("-Infinity", -math.inf),
    ("−∞", -math.inf),
    ("1/0", math.inf),
)
UNREADABLE = (
    "",
    "  ",
    "x",
    "three",
    "1,234,567",
    "1,234.5",
    "1 000",
    "5 m",
    "[1, 2]",
    "1.2.3",
    "3 *",
    "__import__('os')",
)


@pytest.mark.parametrize(("text", "number"), READABLE)
def test_a_number_is_read(text, number):
    assert read_number(text).value == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize("text", ["nan", "NaN", "not a number", "undefined"])
def test_what_is_no_number_has_words(text):
    assert math.isnan(read_number(text).value)


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_answer_is_refused_with_a_way_out(text):
    with pytest.raises(ADError) as caught:
        read_number(text)
    assert caught.value.kind == "answer"
    assert caught.value.hint


def test_an_answer_that_would_not_end_is_refused():
    with pytest.raises(ADError):
        read_number("1" + "+1" * 500)
    assert read_number("9**9**9").value == math.inf


@pytest.mark.parametrize(("text", "digits"), [("0.75", 2), ("0.00750", 3), ("1200", 2), ("1200.0", 5), ("-2,584", 4)])
def test_the_digits_that_were_written_are_counted(text, digits):
    assert read_number(text).digits == digits


@pytest.mark.parametrize(
    ("text", "wanted", "right"),
    [
        ("0.333", 1 / 3, True),
        ("0.33", 1 / 3, False),
        ("0.3333", 1 / 3, True),
        ("0.667", 2 / 3, True),
        ("0.666", 2 / 3, False),
        ("2/3", 2 / 3, True),
        ("2.58", 2.5838531634528574, True),
        ("2.584", 2.5838531634528574, True),
        ("2.59", 2.5838531634528574, False),
        ("1230", 1234.0, True),
        ("1238", 1234.0, False),
        ("-0.5", 0.5, False),
        ("0", 1e-20, False),
        ("0", 0.0, True),
        ("1e-6", 0.0, False),
        ("inf", math.inf, True),
        ("-inf", math.inf, False),
        ("nan", math.nan, True),
        ("0", math.nan, False),
        ("1e300", math.inf, False),
    ],
)
def test_three_digits_are_enough_and_fewer_are_not(text, wanted, right):
    assert agrees(read_number(text), wanted) is right


def test_what_is_left_of_a_sum_by_rounding_is_zero():
    assert agrees(Reading(0.0, 1), 1.1e-16, size=2.0)
    assert not agrees(Reading(0.0, 1), 1.1e-16, size=1e-16)
