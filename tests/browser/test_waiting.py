"""What takes longer than a person overlooks says so, and can be given up."""

from playwright.sync_api import expect

from tests.browser.explore import Explore


def test_a_trace_that_takes_long_can_be_given_up(explore: Explore):
    explore.open()
    steps = explore.steps()
    explore.page.route("**/api/trace", lambda route: None)  # no answer comes
    explore.type_source("x*y*z")
    expect(explore.page.locator("#give-up")).to_be_visible()
    explore.page.locator("#give-up").click()
    expect(explore.page.locator("#give-up")).to_have_count(0)
    assert explore.steps() == steps, "the last good trace stays"
    explore.page.unroute("**/api/trace")
    explore.type_source("x*y")
    expect(explore.page.locator("#formula")).to_contain_text("y")
    expect(explore.page.locator("#scrub")).not_to_have_attribute("max", str(steps))


def test_a_lab_that_takes_long_can_be_given_up(page):
    page.goto("/labs/slopes")
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    summary = page.locator("#summary").text_content()
    page.route("**/api/labs/*", lambda route: None)
    page.locator("#at-x").fill("2")
    page.locator("#give-up").click()
    expect(page.locator("#give-up")).to_have_count(0)
    expect(page.locator("#summary")).to_have_text(summary or "")
