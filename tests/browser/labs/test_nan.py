from playwright.sync_api import Page, expect

from tests.browser.labs.test_labs import open_lab


def test_the_culprit_is_marked_and_the_rewriting_can_be_used(page: Page):
    open_lab(page, "nan")
    expect(page.locator(".walk .culprit")).to_contain_text("log(x)")
    expect(page.locator(".walk .culprit .state")).to_have_text("here it begins")
    page.locator("#use").click()
    expect(page.get_by_role("textbox", name="Function")).to_contain_text("log(where(x > 0, x, 1))")
    expect(page.locator(".verdict")).to_have_class("verdict good")
    expect(page.locator(".walk .culprit")).to_have_count(0)
