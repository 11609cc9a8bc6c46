"""Every page, wide and narrow, light and dark: nothing overflows, axe finds nothing, and a picture is kept."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

PAGES = {
    "explore": "/",
    "embed": "/embed",
    "learn": "/learn",
    "labs": "/labs",
    "rules": "/rules",
    "docs": "/docs",
    "nothing": "/nothing",
}
DRAWN = ("explore", "embed")
WORDS = {"rules": "sin"}
LIMIT_BYTES = 300_000


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1440, 390])
def test_a_page(page: Page, assert_accessible: Callable[[Page], None], artifacts: Path, problems, name, width):
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(PAGES[name])
    expect(page.get_by_role("main")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(WORDS.get(name, ""))
    if name in DRAWN:
        expect(page.locator("html")).to_have_attribute("data-ready", "true")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.screenshot(path=artifacts / f"page-{name}-{width}-{scheme}.png")
        assert_accessible(page)
    if name == "nothing":  # the page is what is not there
        problems[:] = [problem for problem in problems if "404" not in problem]


@pytest.mark.parametrize("path", ["/", "/embed"])
def test_the_scripts_of_a_page_stay_small(page: Page, path: str):
    """Before a lab is opened at most 300 kB of JavaScript travel."""
    page.goto(path)
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate(
        """performance.getEntriesByType("resource").filter(({name}) => /[.]js($|[?])/.test(name))
             .map(({name, encodedBodySize}) => [encodedBodySize, name])"""
    )
    assert all(size > 0 for size, _ in sizes)
    assert sum(size for size, _ in sizes) <= LIMIT_BYTES, sorted(sizes, reverse=True)[:20]
