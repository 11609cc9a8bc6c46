from playwright.sync_api import Page, expect

from tests.browser.labs.test_labs import open_lab


def test_more_checkpoints_repeat_fewer_turns(page: Page):
    open_lab(page, "memory", "o.checkpoints=1")
    expect(page.locator("#summary")).to_contain_text("276 turns are run beyond")
    page.get_by_label("Checkpoints", exact=True).fill("20")
    expect(page.locator("#summary")).to_contain_text("With 20 checkpoints")
    expect(page.locator("#summary")).to_contain_text("26 turns are run beyond")
    expect(page.locator("wg-plot")).to_have_count(4)
