"""Check my gradient in the browser: by keyboard, live, never a verdict on what is no longer written."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import adcore
from server.checker import SAMPLES


@pytest.fixture
def opened(page: Page) -> Page:
    page.goto("/check")
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    return page


def verdict(page: Page) -> Locator:
    return page.locator(".check-verdict")


def write(page: Page, label: str, text: str) -> None:
    """Put a text into an editor from the keyboard; the editor indents by itself, so the text is inserted as a whole."""
    page.get_by_role("textbox", name=label, exact=True).focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def test_a_mistake_is_shown_mended_and_made_again_by_keyboard(opened: Page):
    expect(verdict(opened)).to_contain_text("Wrong")
    expect(opened.locator("#summary")).to_contain_text("line 6")
    lit = opened.locator("#derivative .lit-source")
    expect(lit).to_have_text("x_bar = a_bar*y")
    sample = SAMPLES[0]
    right = adcore.gradient(sample.source, sample.point)
    for row, number in zip(opened.locator(".check-table tbody tr").all(), right, strict=True):
        expect(row.locator("td").nth(1)).to_contain_text(f"{number:.12f}"[:13])
    write(opened, "Your derivative", sample.backward.replace("x_bar = a_bar*y", "x_bar += a_bar*y"))
    expect(verdict(opened)).to_contain_text("Right")
    expect(lit).to_have_count(0)
    write(opened, "Your derivative", "1 + y*cos(x*y)\nx*sin(x*y)")
    expect(verdict(opened)).to_contain_text("Wrong")
    expect(lit).to_have_text("x*sin(x*y)")
    expect(opened.locator("#source .lit-source")).to_have_text("sin(a)")
    write(opened, "Your derivative", "1 + y*cos(x*y)\nx*sine(x*y)")
    expect(opened.locator("#derivative-problem")).to_contain_text("There is no function called sine.")
    expect(verdict(opened)).to_have_count(0)
    opened.get_by_role("button", name=SAMPLES[4].title).focus()
    opened.keyboard.press("Enter")
    expect(opened.locator("#summary")).to_contain_text("At the point given nothing is wrong")
    expect(opened.locator(".check-table caption")).to_contain_text("At x = ")
    write(opened, "Function", "x +")
    expect(verdict(opened)).to_have_count(0)
    expect(opened.locator("#problem")).not_to_be_empty()
    expect(opened.locator(".check-waiting")).to_have_text("The function cannot be read yet.")


def test_a_verdict_is_about_what_is_written_now(opened: Page):
    expect(verdict(opened)).to_contain_text("Wrong")
    opened.route("**/api/check", lambda route: None)
    write(opened, "Your derivative", "1 + y*cos(x*y)\nx*cos(x*y)")
    expect(opened.locator(".check-waiting")).to_have_text("Checking")
    expect(verdict(opened)).to_have_count(0)
    expect(opened.locator("#derivative .lit-source")).to_have_count(0)
    opened.unroute("**/api/check")


def test_the_address_brings_it_back(opened: Page):
    write(opened, "Your derivative", "1 + y*cos(x*y)\nx*cos(x*y)")
    expect(verdict(opened)).to_contain_text("Right")
    opened.wait_for_function("() => location.hash.includes('cos')")
    opened.reload()
    expect(verdict(opened)).to_contain_text("Right")
    expect(opened.locator("#derivative .cm-content")).to_contain_text("x*cos(x*y)")


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_overflows_and_axe_finds_nothing(
    opened: Page, assert_accessible: Callable[[Page], None], artifacts: Path, width: int
):
    opened.set_viewport_size({"width": width, "height": 900})
    expect(verdict(opened)).to_contain_text("Wrong")
    opened.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
    for scheme in ("light", "dark"):
        opened.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        opened.screenshot(path=artifacts / f"check-{width}-{scheme}.png")
        assert_accessible(opened)
