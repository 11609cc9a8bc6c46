"""Uncertainty in the browser: deviations by input, the factor, the seed and the function change what is shown."""

import re

from playwright.sync_api import Page, expect

import adcore
from tests.browser.labs.test_labs import open_lab

PRODUCT = "f=x*y&at=%7B%22x%22%3A2%2C%22y%22%3A3%7D"


def test_a_deviation_of_one_input_is_set(page: Page):
    open_lab(page, "uncertainty", PRODUCT)
    shares = page.locator(".shares tbody tr")
    expect(shares.nth(0)).to_contain_text("69.2 %")
    page.locator("#option-deviations-y").fill("0.2")
    [expected] = adcore.propagate("x*y", {"x": 2.0, "y": 3.0}, {"x": 0.1, "y": 0.2})
    expect(shares.nth(1)).to_contain_text(f"{100 * expected.shares[1].share:.1f} %")
    expect(page.locator("#summary")).to_contain_text(f"a standard deviation of {expected.deviation:.4g} to first order")
    page.wait_for_url("**o.deviations=**")
    page.reload()
    expect(page.locator("#option-deviations-y")).to_have_value("0.2")
    expect(shares.nth(1)).to_contain_text(f"{100 * expected.shares[1].share:.1f} %")
    bar = shares.nth(1).locator(".bar").bounding_box()
    assert bar["width"] > shares.nth(0).locator(".bar").bounding_box()["width"]


def test_a_deviation_below_zero_is_not_taken(page: Page):
    open_lab(page, "uncertainty", PRODUCT)
    before = page.locator("#summary").text_content()
    page.locator("#option-deviations-x").fill("-1")
    page.locator("#option-deviations-x").blur()
    expect(page.locator("#option-deviations-x")).to_have_value("0.1")
    expect(page.locator("#summary")).to_have_text(before)


def test_first_order_ceases_to_be_enough(page: Page):
    open_lab(page, "uncertainty")
    expect(page.locator("#verdict")).to_contain_text("is enough here")
    page.locator("#option-times").press("End")
    expect(page.locator("#verdict")).to_contain_text("is not enough here")
    page.locator("wg-plot svg[role=img]").nth(1).click(position={"x": 120, "y": 100})
    expect(page.locator("#verdict")).to_contain_text("is enough here")


def test_other_random_numbers(page: Page):
    open_lab(page, "uncertainty")
    before = page.locator("#summary").text_content()
    page.locator("#option-seed").press("ArrowRight")
    expect(page.locator("#summary")).not_to_have_text(before)
    page.wait_for_url("**o.seed=2**")


def test_the_point_moves_the_shares(page: Page):
    open_lab(page, "uncertainty")
    page.locator("#at-T").fill("4")
    expect(page.locator(".shares tbody tr").nth(0)).to_contain_text(re.compile(r"39\.0 %|39\.0"))
