"""Expression swell in the browser: the slider, the way of writing and the function change what is shown."""

import re

from playwright.sync_api import Page, expect

import adcore
from tests.browser.labs.test_labs import open_lab

LOOP = "for i in range(n):\n    x = {}\nx"


def test_the_formula_grows_with_the_slider(page: Page):
    open_lab(page, "swell")
    pieces = page.locator(".running-formula wg-math")
    expect(page.locator("#cut")).to_have_text("All 108 operators are written.")
    before = pieces.count()
    page.locator("#option-turn").press("ArrowRight")
    expect(page.locator("#cut")).to_contain_text("of 288 operators")
    expect(pieces.nth(before)).to_be_attached()
    [row] = adcore.swell(LOOP.format("4*x*(1 - x)"), "n", [4], {"x": 0.2})
    counted = page.locator("#counted")
    expect(counted).to_contain_text(f"by the textbook's rules: {row.textbook.df.tree_ops};")
    expect(counted).to_contain_text(f"adjoint program, with f: {row.adjoint};")
    page.locator("#option-turn").press("End")
    expect(page.locator("#cut")).to_contain_text("221,184 operators")
    page.wait_for_url("**o.turn=12**")


def test_the_derivative_is_written_in_other_ways(page: Page):
    open_lab(page, "swell")
    page.locator("#option-written").select_option("equal parts named")
    expect(page.locator(".shared-lines li")).to_have_count(22)
    page.wait_for_url("**o.written=**")
    page.reload()
    expect(page.locator(".shared-lines li")).to_have_count(22)
    page.locator("#option-written").select_option("zeros and ones dropped")
    expect(page.locator("#cut")).to_have_text("All 71 operators are written.")


def test_another_function_swells_as_the_engine_says(page: Page):
    open_lab(page, "swell", "f=x*sin(x)&at=%7B%22x%22%3A0.5%7D")
    row = adcore.swell(LOOP.format("x*sin(x)"), "n", [12], {"x": 0.5})[0]
    expect(page.locator("#summary")).to_contain_text(f"{row.textbook.df.tree_ops:,} operators written out")
    expect(page.locator("#summary")).to_contain_text(f"the adjoint program has {row.adjoint:,}.")


def test_a_press_on_the_plot_moves_the_slider(page: Page):
    open_lab(page, "swell")
    page.locator("wg-plot svg[role=img]").click(position={"x": 470, "y": 100})
    expect(page.locator(".growing h2")).to_have_text(re.compile(r"applied ([6-9]|1\d) times"))
