"""What holds for every lab in the browser: it draws, its axes are labelled, axe finds nothing, nothing overflows."""

import pytest
from playwright.sync_api import Page, expect

from server.labs import LABS


def open_lab(page: Page, name: str, fragment: str = "") -> None:
    page.goto(f"/labs/{name}#{fragment}")
    expect(page.locator("html")).to_have_attribute("data-ready", "true")


@pytest.mark.parametrize("name", LABS)
@pytest.mark.parametrize("width", [1280, 390])
def test_a_lab_is_drawn(page: Page, assert_accessible, artifacts, name: str, width: int):
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    open_lab(page, name)
    expect(page.locator("#summary")).to_contain_text(".")
    expect(page.locator(".lab-picture > *").first).to_be_visible()
    for plot in page.locator("wg-plot").all():
        assert all(label.text_content().strip() for label in plot.locator(".axis-label").all())
        assert plot.locator(".axis-label").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.screenshot(path=artifacts / f"lab-{name}-{width}-{scheme}.png", full_page=True)
        assert_accessible(page)


def test_the_list_of_labs(page: Page, assert_accessible_in_each_scheme):
    page.goto("/labs")
    expect(page.locator(".lab-card")).to_have_count(len(LABS))
    expect(page.locator(".lab-card .still")).to_have_count(len(LABS))
    assert_accessible_in_each_scheme(page)


def test_a_lab_follows_the_function_the_point_and_its_address(page: Page):
    open_lab(page, "slopes", "f=x**2&at=%7B%22x%22%3A3%7D")
    expect(page.locator("#summary")).to_contain_text("at 9 and rises by 6 ")
    page.locator("#at-x").fill("4")
    expect(page.locator("#summary")).to_contain_text("at 16 and rises by 8 ")
    page.wait_for_url("**at=%7B%22x%22%3A4%7D**")
    page.reload()
    expect(page.locator("#summary")).to_contain_text("at 16 and rises by 8 ")
    page.locator("#reset").click()
    expect(page.locator("#at-x")).to_have_value("1.5")


def test_a_mistake_keeps_the_last_picture(page: Page):
    open_lab(page, "slopes")
    page.get_by_role("textbox", name="Function").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text("sin(")
    expect(page.locator("#problem")).not_to_be_empty()
    expect(page.locator("wg-plot").first).to_be_visible()
    expect(page.locator(".lab-picture")).to_have_class("lab-picture dimmed")
