from playwright.sync_api import Page, expect

from tests.browser.labs.test_labs import open_lab


def test_the_ways_stand_beside_each_other(page: Page):
    open_lab(page, "four-ways", "f=x**3&at=%7B%22x%22%3A2%7D")
    for way in ("forward", "reverse", "symbolic", "complex-step"):
        expect(page.locator(f"tr[data-way={way}] .digits").first).to_have_text("12")
    expect(page.locator("tr[data-way=numerical] .differs")).not_to_be_empty()
    expect(page.locator(".symbolic-formula math")).to_be_visible()
    page.locator("#at-x").fill("3")
    expect(page.locator("tr[data-way=reverse] .digits").first).to_have_text("27")


def test_digits_are_compared_with_the_derivative_in_hundreds_of_digits(page: Page):
    open_lab(page, "four-ways", "f=tanh(50*(x-1))&at=%7B%22x%22%3A1.3%7D")
    expect(page.locator("tr[data-way=symbolic] .differs")).to_be_empty()
    expect(page.locator("tr[data-way=reverse] .differs")).to_have_text("18360195180139e−11")
    expect(page.locator(".why")).to_contain_text("nearly equal numbers cancel")
    page.locator("#at-x").fill("1.02")
    expect(page.locator(".why")).to_have_count(0)
