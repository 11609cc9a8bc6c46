from playwright.sync_api import Page, expect

from tests.browser.labs.test_labs import open_lab


def test_a_kink_shows_its_slopes_and_a_smooth_point_does_not(page: Page):
    open_lab(page, "kinks")
    expect(page.locator("wg-plot .legend")).to_contain_text("slope from the left: −1")
    expect(page.locator("wg-plot .band").first).to_be_attached()
    page.locator("#at-x").fill("1")
    expect(page.locator("#summary")).to_contain_text("exists")
    expect(page.locator("wg-plot .band")).to_have_count(0)
    expect(page.locator("wg-plot .legend")).to_contain_text("answered: 2")
