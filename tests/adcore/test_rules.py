"""Texts of rows as graphs: what is read the short way is what the recorder reads."""

import pytest

from adcore.rules import SMALL_NUMBERS, read_short, read_text
from tests.adcore.oracle import all_rules

RULES = all_rules()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_short_texts_are_read_alike(rule):
    letters = (*rule.row.args, "out")
    for text in (*SMALL_NUMBERS, *letters, *rule.row.partials):
        short = read_short(text, letters)
        assert short is None or short == read_text(text, letters)


def test_other_texts_have_to_be_parsed():
    assert [read_short(text, ("x", "out")) for text in ("2", "cos(x)", "y", "-x", "nan", "")] == [None] * 6
