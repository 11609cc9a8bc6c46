"""An assignment is read strictly, written in one form, and its link holds the whole of it."""

import base64
import hashlib
import json
import math
import re
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcore import ADError
from server.tutor import assignments, exercises, results
from server.tutor.assignments import (
    LONGEST_FILE,
    Assignment,
    describe_tasks,
    read_assignment,
    read_link,
    write_assignment,
    write_link,
)
from server.tutor.canon import digest, write_canonical
from tests.server.tutor.handed_in import ASSIGNMENT, PRODUCT


def changed(place: tuple[str | int, ...], value: object) -> str:
    """The text of an assignment in which one field is another; a field of value `...` is taken out."""
    data = json.loads(write_assignment(ASSIGNMENT))
    part = data
    for name in place[:-1]:
        part = part[name]
    if value is ...:
        del part[place[-1]]
    else:
        part[place[-1]] = value
    return json.dumps(data)


def test_what_is_written_is_read_again():
    assert read_assignment(write_assignment(ASSIGNMENT)) == ASSIGNMENT
    assert read_assignment(write_assignment(ASSIGNMENT).encode()) == ASSIGNMENT
    spaced = json.dumps(json.loads(write_assignment(ASSIGNMENT)), indent=4)
    assert read_assignment(spaced).digest() == ASSIGNMENT.digest()
    assert replace(ASSIGNMENT, title="Sums").digest() != ASSIGNMENT.digest()


@pytest.mark.parametrize("words", ["short", "long " * 600, "ε → ∂ 日本 🙂"])
def test_a_link_holds_the_whole_of_it(words):
    assignment = replace(ASSIGNMENT, words=words)
    link = write_link(assignment)
    assert set(link) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert read_link(link) == assignment
    assert len(link) < 800


def test_a_short_link_is_plain_json():
    link = write_link(Assignment("", "", (PRODUCT,)))
    assert json.loads(base64.urlsafe_b64decode(link + "=="))["wengert"] == "assignment"


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (("wengert",), "result", 'does not say "wengert": "assignment"'),
        (("version",), 2, "of a version that is not known"),
        (("version",), True, "of a version that is not known"),
        (("version",), 1.0, "of a version that is not known"),
        (("version",), ..., "of a version that is not known"),
        (("title",), "x" * 121, 'The assignment: "title" must be at most 120'),
        (("title",), "\x1b[2J", "without control characters"),
        *((("title",), f"a{unseen}b", "without control characters") for unseen in "\u202e\u200b\u200f\u2028\ufeff"),
        (("words",), None, '"words" must be text'),
        (("words",), ..., 'has no field "words"'),
        (("extra",), 1, 'not known: "extra"'),
        (("<b>",), 1, "not known."),
        (("exercises",), [], "must be a list of 1 to 30"),
        (("exercises",), {}, "must be a list"),
        (("exercises", 1), 7, "Exercise 2 must be an object"),
        (("exercises", 1, "level"), 4, 'Exercise 2: "level" must be a whole number from 1 to 3'),
        (("exercises", 1, "level"), True, '"level" must be a whole number'),
        (("exercises", 0, "seed"), 1.5, 'Exercise 1: "seed" must be a whole number'),
        (("exercises", 0, "seed"), -1, '"seed" must be'),
        (("exercises", 0, "seed"), 2**31, '"seed" must be'),
        (("exercises", 0, "kind"), "sideways", '"kind" must be one of forward, reverse'),
        (("exercises", 0, "attempts"), 0, '"attempts" must be a whole number from 1 to 99'),
        (("exercises", 0, "source"), 3, '"source" must be text'),
        (("exercises", 0, "source"), "x" * 10_001, '"source" must be at most 10,000 characters'),
        (("exercises", 0, "source"), "x\x00", "without control characters"),
        (("exercises", 0, "point"), [1], '"point" must be an object of numbers'),
        (("exercises", 0, "point"), {"a b": 1}, '"point" must be an object of numbers'),
        (("exercises", 0, "point"), {"x": "1"}, "finite numbers"),
        (("exercises", 0, "point"), {"x": True}, "finite numbers"),
        (("exercises", 0, "point"), {"x": [[[1]]]}, "finite numbers"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(place, value, words):
    with pytest.raises(ADError) as caught:
        read_assignment(changed(place, value))
    assert caught.value.kind == "file"
    assert words in caught.value.message


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "1", b"\xff\xfe", '{"a": NaN}', '{"a": 1, "a": 2}', "[" * 100_000, '{"version": 1e999}'],
)
def test_what_is_no_assignment_is_refused(text):
    with pytest.raises(ADError):
        read_assignment(text)


WHY = {
    b"\xff\xfe": "It is no text in UTF-8 from byte 1 on.",
    b"[" * 50_000: "It has too many lists or objects inside one another.",
    b'{\n "a": }': "It cannot be understood from line 2, column 7 on.",
    b'{"a": 1, "a": 2}': "A name stands twice in one object.",
    b'{"a": NaN}': "NaN is no number of JSON.",
}


@pytest.mark.parametrize("text", WHY, ids=range(len(WHY)))
def test_why_a_text_is_no_json(text):
    with pytest.raises(ADError) as caught:
        read_assignment(text)
    assert (caught.value.message, caught.value.hint) == ("The assignment is not JSON.", WHY[text])


def test_infinite_numbers_are_refused():
    text = write_assignment(ASSIGNMENT).replace('{"x":2}', '{"x":1e999}')
    with pytest.raises(ADError, match="finite"):
        read_assignment(text)


LINKS = tuple(map(write_link, (ASSIGNMENT, Assignment("", "", (PRODUCT,)))))


@pytest.mark.parametrize("letters", ["", "a", "!!!!", "eNo", "ünï", "%%%"])
def test_a_link_that_is_not_whole_is_refused(letters):
    with pytest.raises(ADError, match="The link is not whole"):
        read_link(letters)


@pytest.mark.parametrize("link", LINKS, ids=["deflated", "plain"])
def test_a_link_ends_where_it_ends(link):
    for wrong in (*(link[:-lost] for lost in range(1, 9)), link + "AAAAAA", link[:-1] + "%" + link[-1]):
        with pytest.raises(ADError, match="The link is not whole"):
            read_link(wrong)


def test_the_page_has_the_limits_of_the_server():
    text = (Path(__file__).parents[3] / "static" / "js" / "assignment-limits.js").read_text(encoding="utf-8")
    of_levels = {"LOWEST_LEVEL": exercises.LEVELS[0], "HIGHEST_LEVEL": exercises.LEVELS[-1]}
    said = {name: int(number) for name, number in re.findall(r"^export const (\w+) = ([\d_]+);$", text, re.MULTILINE)}
    known = {**vars(assignments), **vars(results), **of_levels}
    assert len(said) == text.count("export") == 10
    assert said == {name: known[name] for name in said}


def test_a_link_cannot_swell_without_end():
    bomb = base64.urlsafe_b64encode(zlib.compress(b" " * 50_000_000)).decode()
    with pytest.raises(ADError, match=f"{LONGEST_FILE:,}"):
        read_link(bomb)


def test_each_exercise_is_made_before_it_is_handed_out():
    found = describe_tasks(ASSIGNMENT)
    assert [(each["title"], each["blanks"]) for each in found] == [("The forward trace", 4), ("The reverse trace", 6)]
    wrong = replace(ASSIGNMENT, exercises=(PRODUCT, replace(PRODUCT, source="x + foo(x)")))
    with pytest.raises(ADError, match=r"Exercise 2: .*foo"):
        describe_tasks(wrong)


# The examples of RFC 8785, appendix B, that JSON can hold, and places where the form changes.
NUMBERS = {
    0.0: "0", 5e-324: "5e-324", -5e-324: "-5e-324", 1.7976931348623157e308: "1.7976931348623157e+308",
    9007199254740992.0: "9007199254740992", 295147905179352830000.0: "295147905179352830000",
    9.999999999999997e22: "9.999999999999997e+22", 1e23: "1e+23", 1.0000000000000001e23: "1.0000000000000001e+23",
    999999999999999700000.0: "999999999999999700000", 999999999999999900000.0: "999999999999999900000",
    1e21: "1e+21", 9.999999999999997e-7: "9.999999999999997e-7", 0.000001: "0.000001",
    333333333.3333332: "333333333.3333332", 333333333.33333325: "333333333.33333325", 1e100: "1e+100",
    424.5: "424.5", -0.75: "-0.75", 2: "2", 1e-7: "1e-7", 123e-9: "1.23e-7",
}  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_are_written_as_the_scheme_says(number):
    assert write_canonical(number) == NUMBERS[number]
    assert write_canonical(-0.0) == "0"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_that_is_written_is_the_same_number(number):
    assert math.isclose(float(write_canonical(number)), number, rel_tol=0)


def test_names_are_in_the_order_of_their_utf16():
    """RFC 8785, section 3.2.3: the example of the sorted properties."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    text = write_canonical(dict.fromkeys(names, True))
    assert list(json.loads(text)) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert digest([]) == hashlib.sha256(b"[]").hexdigest()
