import re

from playwright.sync_api import Page, expect

from tests.browser.labs.test_labs import open_lab


def test_the_paths_grow_with_the_step(page: Page):
    open_lab(page, "optimise", "f=x**2+%2B+y**2&at=%7B%22x%22%3A1%2C%22y%22%3A1%7D&o.rate=0.1&o.steps=10")
    expect(page.locator(".stepper-words")).to_have_text("After all 10 steps")
    path = page.locator("wg-plot").first.locator("path.line[data-series='1']")
    whole = path.get_attribute("d") or ""
    page.get_by_role("slider", name="Step", exact=True).fill("3")
    expect(page.locator(".stepper-words")).to_have_text("After 3 of 10 steps")
    expect(path).to_have_attribute("d", re.compile(r"^[^L]*(L[^L]*){3}$"))
    assert whole.startswith(path.get_attribute("d") or "nothing")


def test_the_cannon_shows_its_flight(page: Page):
    open_lab(page, "optimise")
    page.get_by_role("button", name="the cannon").click()
    expect(page.locator("wg-plot figcaption").last).to_have_text("The path of x and y through the loop")
