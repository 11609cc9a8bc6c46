"""Step size in the browser: every option, and a press on the plot, change what is shown as the engine says."""

from playwright.sync_api import Page, expect

import adcore
from adcore.modes.numerical import DIFFERENCES
from tests.browser.labs.test_labs import open_lab

SOURCE, AT = "x**2*sin(y)", {"x": 1.0, "y": 2.0}
FRAGMENT = "f=x**2*sin(y)&at=%7B%22x%22%3A1%2C%22y%22%3A2%7D"


def test_the_quotient_is_the_engines(page: Page):
    open_lab(page, "step-size", FRAGMENT)
    found = adcore.jacobian(SOURCE, AT, "numerical", formula="forward", h=0.1)[0, 0]
    legend = page.locator("wg-plot").nth(1).locator(".legend")
    expect(legend).to_contain_text(f"forward, slope {found:.7g}")
    for formula in DIFFERENCES:
        page.locator("#option-formula").select_option(formula)
        found = adcore.jacobian(SOURCE, AT, "numerical", formula=formula, h=0.1)[0, 0]
        expect(legend).to_contain_text(f"{formula}, slope {found:.7g}")


def test_another_input_is_chosen(page: Page):
    open_lab(page, "step-size", FRAGMENT)
    expect(page.locator("#option-output")).to_have_count(0)
    page.locator("#option-input").select_option("y")
    slope = adcore.gradient(SOURCE, AT)[1]
    expect(page.locator("#summary")).to_contain_text(f"The derivative is {slope:.6g}.")
    page.wait_for_url("**o.input=1**")
    page.reload()
    expect(page.locator("#option-input")).to_have_value("y")
    expect(page.locator("#summary")).to_contain_text(f"The derivative is {slope:.6g}.")


def test_the_step_moves_by_key_and_by_a_press(page: Page):
    open_lab(page, "step-size")
    page.locator("#option-digits").press("End")
    expect(page.locator("#summary")).to_contain_text("h = 1·10⁻¹⁸ the forward difference has a relative error of 1;")
    page.locator("wg-plot svg[role=img]").first.click(position={"x": 330, "y": 200})
    expect(page.locator("#summary")).not_to_contain_text("1·10⁻¹⁸")


def test_single_precision_has_fewer_digits(page: Page):
    open_lab(page, "step-size")
    expect(page.locator(".lab-table").first).to_contain_text("2.228020e−8")
    page.locator("#option-single").check()
    expect(page.locator(".lab-table").first).to_contain_text("0.0005162429")
    page.wait_for_url("**o.single=true**")


def test_a_point_without_a_derivative_says_so(page: Page):
    open_lab(page, "step-size", "f=sqrt(x)&at=%7B%22x%22%3A4%7D")
    expect(page.locator("#summary")).to_contain_text("The derivative is 0.25.")
    page.locator("#at-x").fill("0")
    expect(page.locator("#problem")).to_contain_text("nothing to compare")
