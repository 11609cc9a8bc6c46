"""The sheet of keys: every key that works stands in it, and letters can be switched off."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.explore import Explore

SHOWN = {" ": "Space", "ArrowRight": "→", "ArrowLeft": "←", "Escape": "Esc"}


def test_every_key_stands_in_the_sheet(explore: Explore, page: Page):
    explore.open()
    acting = page.evaluate(
        """async () => {
            const { KEY_GROUPS } = await import("/static/js/keys.js");
            return KEY_GROUPS.flatMap((group) => group.keys).flatMap((key) => key.keys ?? []);
        }"""
    )
    assert len(acting) == len(set(acting))
    page.locator("body").press("?")
    expect(page.locator("#help")).to_be_visible()
    shown = page.locator("#help kbd").all_inner_texts()
    for key in acting:
        name = SHOWN.get(key, key.replace("Shift+ArrowRight", "Shift →").replace("Shift+ArrowLeft", "Shift ←"))
        assert name in shown or name.upper() in shown


def test_letters_can_be_switched_off_for_good(explore: Explore, page: Page):
    explore.open()
    page.locator("body").press("?")
    page.get_by_role("switch", name="Letters and signs act as keys").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_have_count(0)
    page.wait_for_function("() => !location.hash.includes('panel=')")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    page.locator("body").press("g")
    page.locator("body").press("f")
    explore.press("ArrowRight", 1)
    expect(page.locator("#gallery")).to_have_count(0)
    expect(page.locator("#mode-reverse")).to_have_attribute("aria-pressed", "true")


def test_the_gallery_is_searched(explore: Explore, page: Page):
    explore.open()
    page.locator("body").press("g")
    cards = page.locator("#gallery [data-example]")
    expect(cards.first).to_be_visible()
    everything = cards.count()
    page.get_by_role("searchbox", name="Search the examples").fill("loop")
    page.wait_for_function(
        "count => document.querySelectorAll('#gallery [data-example]').length < count", arg=everything
    )
    for text in cards.all_inner_texts():
        assert text
    expect(page.locator("#gallery section").first).to_have_attribute("aria-label", re.compile(r"\w"))
    page.get_by_role("searchbox", name="Search the examples").fill("no such words")
    expect(page.get_by_text("No example has these words.")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_the_sheet_is_accessible(
    explore: Explore, width: int, assert_accessible_in_each_scheme: Callable[[Page], None]
):
    explore.page.set_viewport_size({"width": width, "height": 844})
    explore.open()
    explore.page.locator("body").press("?")
    expect(explore.page.locator("#help")).to_be_visible()
    assert_accessible_in_each_scheme(explore.page)
