"""axe finds nothing wrong, in light and dark, wide and narrow, at rest and in the middle of a sweep."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.explore import Explore

Check = Callable[[Page], None]


@pytest.mark.parametrize("width", [1440, 390])
def test_the_explore_page(explore: Explore, assert_accessible_in_each_scheme: Check, width: int):
    explore.page.emulate_media(reduced_motion="reduce")
    explore.page.set_viewport_size({"width": width, "height": 844})
    explore.open()
    assert_accessible_in_each_scheme(explore.page)
    explore.page.get_by_role("slider", name="Step").fill("15")
    explore.expect_step(15)
    assert_accessible_in_each_scheme(explore.page)


@pytest.mark.parametrize("name", ["Examples", "Keys and words"])
def test_the_dialogs(explore: Explore, assert_accessible: Check, name: str):
    explore.open()
    explore.page.get_by_role("button", name=name).click()
    expect(explore.page.get_by_role("dialog")).to_be_visible()
    assert_accessible(explore.page)
    explore.page.keyboard.press("Escape")
    expect(explore.page.get_by_role("dialog")).to_be_hidden()


def test_a_mistake(explore: Explore, assert_accessible: Check):
    explore.open()
    explore.type_source("foo(x)")
    expect(explore.problem).to_contain_text("foo")
    assert_accessible(explore.page)


def test_a_narrow_page_does_not_scroll_sideways(explore: Explore):
    explore.page.set_viewport_size({"width": 390, "height": 844})
    explore.open()
    assert explore.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_graph_can_be_walked_with_keys(explore: Explore):
    explore.open()
    explore.graph.locator("[tabindex='0']").first.focus()
    first = explore.page.evaluate("document.activeElement.dataset.node")
    explore.page.keyboard.press("ArrowUp")
    explore.page.wait_for_function("first => document.activeElement.dataset.node !== first", arg=first)
