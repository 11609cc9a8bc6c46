"""Two views side by side under one cursor: both modes, two points, two functions."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Page, expect

import adcore
from tests.browser.explore import Explore, plain, read_number

SOURCE = "a = x1/x2\nreturn a*sin(a)"
AT = {"x1": 1.5, "x2": 0.5}


@pytest.fixture
def pair(explore: Explore) -> Explore:
    explore.open_question(SOURCE, AT, "reverse")
    explore.page.get_by_role("button", name="Two views side by side").click()
    expect(other(explore).locator("html")).to_have_attribute("data-ready", "true")
    return explore


def other(explore: Explore) -> FrameLocator:
    return explore.page.frame_locator("#beside iframe")


def expect_cursor(explore: Explore, trace: adcore.Trace) -> None:
    """Both views are equally far through."""
    share = int(explore.card.get_attribute("data-step") or 0) / explore.steps()
    expect(other(explore).locator("#scrub")).to_have_js_property("value", str(round(share * len(trace.events))))


def numbers(explore: Explore) -> dict[str, float | None]:
    """Read what the other view says its sweep has found."""
    pairs = other(explore).locator(".caption-result").inner_text().split(", ")
    return {plain(name)[0] + plain(name)[-1]: read_number(text) for name, text in (each.split(" = ") for each in pairs)}


def test_both_modes_run_under_one_cursor(pair: Explore):
    forward = adcore.trace(SOURCE, AT, "forward")
    expect(other(pair).locator(".caption-head")).to_contain_text("tangents")
    for step in (4, 9, 15):
        pair.page.locator("#scrub").fill(str(step))
        pair.expect_step(step)
        expect_cursor(pair, forward)
    pair.go_to_end()
    expect(other(pair).locator(".caption-result")).to_contain_text(f"{forward.result[0]:.4g}".replace("-", "−"))
    pair.choose_mode("forward")
    expect(other(pair).locator(".caption-head")).to_contain_text("adjoints")


def test_the_cursor_follows_the_other_view_as_well(pair: Explore):
    other(pair).locator("wg-graph g.box").first.click(position={"x": 30, "y": 12})
    scrub = other(pair).locator("#scrub")
    expect(scrub).not_to_have_js_property("value", "0")
    share = scrub.evaluate("range => range.valueAsNumber / Number(range.max)")
    pair.expect_step(round(share * pair.steps()))


def test_pointing_in_one_view_lights_the_other(pair: Explore):
    node = adcore.trace(SOURCE, AT, "reverse").graph.outputs[0]
    pair.page.locator(f"#wengert-list tr[data-node='{node}'] .operation").hover()
    expect(other(pair).locator(f"g.box[data-node='{node}'].lit")).to_be_visible()


def test_a_pinned_view_stays_while_the_point_moves(pair: Explore):
    pair.page.get_by_role("button", name="Pin this view").click()
    pair.field("x1").fill("2")
    pair.field("x1").press("Enter")
    pair.go_to_end()
    expect(other(pair).locator(".caption-point")).to_have_text("x₁ = 1.5, x₂ = 0.5")
    expected = adcore.gradient(SOURCE, AT)
    expect(other(pair).locator(".caption-result")).to_contain_text(f"{expected[0]:.4g}".replace("-", "−"))
    pair.page.locator("#beside-swap").click()
    expect(other(pair).locator(".caption-point")).to_have_text("x₁ = 2, x₂ = 0.5")
    expect(pair.field("x1")).to_have_value("1.5")


def test_two_functions_and_the_address_that_brings_them_back(pair: Explore, page: Page):
    page.get_by_role("button", name="Pin this view").click()
    pair.type_source("x1*x2")
    expect(page.locator("#wengert-list tbody tr")).to_have_count(3)
    page.wait_for_url(re.compile(r"f=x1\*x2&.*beside=%7B"))
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(other(pair).locator("html")).to_have_attribute("data-ready", "true")
    expect(page.locator("#wengert-list tbody tr")).to_have_count(3)
    expect(other(pair).locator("g.box")).to_have_count(5)


def test_nothing_is_left_when_it_is_closed(pair: Explore, page: Page):
    page.locator("body").press("v")
    expect(page.locator("iframe")).to_have_count(0)
    page.locator("body").press("v")
    expect(other(pair).locator("html")).to_have_attribute("data-ready", "true")


@pytest.mark.parametrize("width", [390, 1440])
def test_a_pair_is_accessible_and_fits(pair: Explore, width: int, assert_accessible: Callable[[Page], None]):
    pair.page.set_viewport_size({"width": width, "height": 844})
    pair.draw()
    assert_accessible(pair.page)
    assert pair.page.evaluate("() => document.documentElement.scrollWidth") <= width
    one = pair.page.locator("wg-graph svg.graph").bounding_box()
    two = pair.page.locator("#beside iframe").bounding_box()
    assert one is not None
    assert two is not None
    assert (two["y"] >= one["y"] + one["height"]) if width == 390 else (two["x"] >= one["x"] + one["width"])
