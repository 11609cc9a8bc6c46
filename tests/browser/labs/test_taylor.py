"""Taylor polynomials in the browser: order, tolerance, window, function and point change what is shown."""

import math

from playwright.sync_api import Page, expect

from tests.browser.labs.test_labs import open_lab

SINE = "f=sin(x)&at=%7B%22x%22%3A0%7D&o.order=1"


def test_the_polynomial_grows_with_the_order(page: Page):
    open_lab(page, "taylor", SINE)
    terms = page.locator(".running-formula wg-math")
    expect(terms).to_have_count(1)
    page.locator("#option-order").press("ArrowRight")
    expect(page.locator("#radius")).to_contain_text("up to a distance of 0.3925.")
    page.locator("#option-order").press("ArrowRight")
    expect(terms).to_have_count(2)
    page.wait_for_url("**o.order=3**")
    page.locator("#option-order").press("End")
    expect(terms).to_have_count(10)


def test_the_tolerance_sets_the_radius(page: Page):
    open_lab(page, "taylor", "f=x**2&at=%7B%22x%22%3A0%7D&o.order=1")
    expect(page.locator("#radius")).to_contain_text("within 0.01 of the function up to a distance of 0.1000.")
    page.locator("#option-digits").press("ArrowRight")
    expect(page.locator("#radius")).to_contain_text(f"up to a distance of {math.sqrt(1e-3):.4g}.")
    page.locator("#option-order").press("ArrowRight")
    expect(page.locator("#radius")).to_contain_text("as far as is shown (3).")
    page.locator("#option-reach").fill("5")
    expect(page.locator("#radius")).to_contain_text("as far as is shown (5).")


def test_the_point_moves_by_a_press(page: Page):
    open_lab(page, "taylor")
    page.locator("wg-plot svg[role=img]").first.click(position={"x": 200, "y": 120})
    expect(page.locator("#at-x")).not_to_have_value("0.5")
    expect(page.locator("#summary")).not_to_contain_text("x = 0.5 ")


def test_an_input_is_chosen(page: Page):
    open_lab(page, "taylor", "f=x*exp(y)&at=%7B%22x%22%3A2%2C%22y%22%3A0%7D&o.order=2")
    expect(page.locator(".running-formula wg-math")).to_have_count(2)
    page.locator("#option-input").select_option("y")
    expect(page.locator(".running-formula wg-math")).to_have_count(3)


def test_a_series_that_breaks_off_says_where(page: Page):
    open_lab(page, "taylor", "f=x**2.5&at=%7B%22x%22%3A0%7D")
    expect(page.locator(".growing")).to_contain_text("the series ends with order 2")
