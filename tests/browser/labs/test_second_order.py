from playwright.sync_api import Page, expect

from tests.browser.labs.test_labs import open_lab


def test_the_direction_turns_the_product_and_the_way_changes_the_table(page: Page):
    open_lab(page, "second-order", "f=x**2+%2B+3*y**2&at=%7B%22x%22%3A1%2C%22y%22%3A1%7D&o.angle=0")
    products = page.locator(".matrix tbody td:nth-last-child(2)")
    expect(products).to_have_text(["2", "0"])
    page.locator("#option-angle").fill("90")
    expect(products).to_have_text(["0", "6"])
    expect(page.locator(".walk thead")).to_contain_text("tangent of the adjoint")
    page.get_by_label("Way", exact=True).select_option("hyper-dual")
    expect(page.locator(".walk thead")).to_contain_text("ε₁ε₂")
    expect(products).to_have_text(["0", "6"])
