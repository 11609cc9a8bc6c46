"""What is wrong is underlined where it is wrong, and said in words; putting it right brings everything back."""

import pytest
from playwright.sync_api import expect

from tests.browser.explore import Explore

MISTAKES = [
    ("sin(x) + foo(x)", "foo", "foo"),
    ("import os\nreturn x", "import os", "Line 1"),
    ("y = x + 1\nreturn y + open(x)", "open", "Line 2"),
    ("x + 'a'", "'a'", "Line 1"),
    ("x.__class__", None, "Line 1"),
]


@pytest.mark.parametrize(("source", "marked", "words"), MISTAKES, ids=[words for words, *_ in MISTAKES])
def test_a_mistake_is_underlined_and_said(explore: Explore, source: str, marked: str | None, words: str):
    explore.open()
    explore.type_source(source)
    expect(explore.problem).to_contain_text(words)
    expect(explore.squiggle.first).to_be_visible()
    if marked is not None:
        expect(explore.squiggle).to_have_text(marked)


def test_a_mistake_put_right_brings_the_numbers_back(explore: Explore):
    explore.open_question("x*y", {"x": 3, "y": 4}, "reverse")
    explore.type_source("x*y +")
    expect(explore.problem).to_contain_text("Line 1")
    explore.type_source("x*y*y")
    expect(explore.problem).to_be_empty()
    expect(explore.squiggle).to_have_count(0)
    explore.expect_way("reverse", 16.0, 0.0)


def test_markup_is_shown_as_text(explore: Explore):
    explore.open()
    explore.type_source("<img src=x onerror=alert(1)>")
    expect(explore.problem).not_to_be_empty()
    assert explore.page.locator("img").count() == 0


def test_an_address_that_names_nonsense_still_gives_a_page(explore: Explore):
    explore.page.goto("/#f=sin(&at=%7Bnonsense&mode=sideways&step=99999999999")
    expect(explore.problem).not_to_be_empty()
    explore.type_source("x**2")
    expect(explore.problem).to_be_empty()
    expect(explore.way("reverse")).not_to_be_empty()


def test_a_warning_names_the_kink(explore: Explore):
    explore.open_question("abs(x)", {"x": 0}, "reverse")
    expect(explore.page.get_by_role("list", name="Warnings")).to_contain_text("0")
