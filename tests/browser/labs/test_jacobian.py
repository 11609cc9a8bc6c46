from playwright.sync_api import Page, expect

from tests.browser.labs.test_labs import open_lab


def test_vertices_disappear_until_only_the_jacobian_is_left(page: Page):
    open_lab(page, "jacobian")
    on = page.get_by_role("button", name="One step on")
    expect(page.locator(".vertex.gone")).to_have_count(0)
    for count in range(1, 5):
        on.click()
        expect(page.locator(".vertex.gone")).to_have_count(count)
    expect(page.locator(".stepper-words")).to_contain_text("What is left is the Jacobian")
    expect(on).to_be_disabled()
    page.wait_for_url("**o.step=4**")


def test_sweeps_fill_the_matrix(page: Page):
    open_lab(page, "jacobian", "f=[x**2, x*y]&at=%7B%22x%22:3,%22y%22:5%7D&o.way=%22columns%20by%20forward%22")
    cells = page.locator(".matrix .there")
    expect(cells).to_have_text(["", "", ""])
    page.get_by_role("button", name="One step on").click()
    expect(cells).to_have_text(["6", "5", ""])
    page.get_by_role("slider", name="Step").fill("2")
    expect(cells).to_have_text(["6", "5", "3"])
    page.get_by_label("Way", exact=True).select_option("rows by reverse")
    expect(page.locator(".stepper-words")).to_contain_text("gives the row marked")
