from playwright.sync_api import Page, expect

from tests.browser.labs.test_labs import open_lab


def test_a_wrong_partial_is_told_from_a_right_one(page: Page):
    open_lab(page, "my-rule")
    expect(page.locator("[data-partial=x]")).to_have_text("∂soft/∂x is right")
    expect(page.locator("[data-partial=k]")).to_contain_text("is wrong")
    page.get_by_role("button", name="the same, right").click()
    expect(page.locator("[data-partial=k]")).to_have_text("∂soft/∂k is right")
    expect(page.locator("#summary")).to_contain_text("Every rule is right")
