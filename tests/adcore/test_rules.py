"""Texts of rows as graphs: what is read the short ways is what the recorder reads."""

import pytest

from adcore.errors import ADError
from adcore.row_texts import SMALL_NUMBERS, read_expression, read_short, read_text, record_text, write_text
from tests.adcore.oracle import all_rules

RULES = all_rules()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_texts_are_read_as_the_recorder_reads_them(rule):
    row, letters = rule.row, rule.letters
    edges = [text.partition(" -> ")[2] for text in row.edges if text]
    for text in (*row.partials, *edges, *[row.means] * bool(row.means)):
        recorded = record_text(text, (*letters, "nan") if "nan" in text else letters)
        found = read_text(text, letters)
        assert found == recorded
        assert [*map(type, found.constants)] == [*map(type, recorded.constants)]


def test_short_texts_are_read_alike():
    for text in (*SMALL_NUMBERS, "x", "y", "out"):
        assert read_short(text, ("x", "y", "out")) == read_expression(text, ("x", "y", "out"))


def test_other_texts_have_to_be_parsed():
    assert [read_short(text, ("x", "out")) for text in ("2", "cos(x)", "y", "-x", "nan", "")] == [None] * 6


@pytest.mark.parametrize("text", ["x if x > 0 else 0", "0 < x < 1", "sum([x, out])", "+x"])
def test_whatever_else_the_language_has_is_recorded(text):
    assert write_text(text, ("x", "out")) is None
    assert read_expression(text, ("x", "out")) == record_text(text, ("x", "out"))


@pytest.mark.parametrize("text", ["x**2.5", "2**x", "x**out", "3**2*x", "log(2)", "pi/e - -1", "nan*x", "2//3 + 7%4"])
def test_powers_and_plain_numbers_are_read_alike(text):
    assert read_expression(text, ("x", "out")) == record_text(text, ("x", "out"))


def test_a_text_about_something_else_is_refused():
    with pytest.raises(ADError):
        read_text("x + z", ("x", "out"))
