"""Moving the point: everything that depends on it follows."""

import math

import pytest
from playwright.sync_api import expect

from tests.browser.explore import Explore


def test_a_slider_moves_everything(explore: Explore):
    explore.open_question("sin(x)*y", {"x": 0.5, "y": 2.0}, "reverse")
    explore.go_to_end()
    slider = explore.slider("x")
    box = slider.bounding_box()
    for share in (0.75, 0.8, 0.85, 0.9):
        slider.hover(position={"x": box["width"] * share, "y": box["height"] / 2})
        if share == 0.75:
            explore.page.mouse.down()
    explore.page.mouse.up()
    explore.draw()
    x = float(explore.field("x").input_value())
    assert 0.5 < x <= 1.0
    for way, tolerance in (("reverse", 1e-15), ("forward", 1e-15), ("numerical", 1e-8), ("symbolic", 1e-14)):
        explore.expect_way(way, 2 * math.cos(x), tolerance)
    shown = {row.name: row for row in explore.rows()}
    assert shown["x"].value == x
    assert shown["x"].derivative == pytest.approx(2 * math.cos(x), rel=1e-15)
    explore.expect_step(explore.steps())


def test_arrow_keys_move_a_slider(explore: Explore):
    explore.open_question("x**2", {"x": 1.0}, "reverse")
    explore.slider("x").focus()
    explore.page.keyboard.press("ArrowRight")
    explore.draw()
    x = float(explore.field("x").input_value())
    assert x > 1.0
    explore.expect_way("reverse", 2 * x, 1e-15)


def test_a_field_takes_a_number(explore: Explore):
    explore.open_question("x**3", {"x": 1.0}, "forward")
    explore.field("x").fill("-2.5")
    explore.expect_way("forward", 18.75, 0.0)
    explore.expect_way("reverse", 18.75, 0.0)


def test_a_field_refuses_what_is_no_number(explore: Explore):
    explore.open_question("x**3", {"x": 1.0}, "forward")
    explore.field("x").fill("one")
    expect(explore.field("x")).to_have_attribute("aria-invalid", "true")
    explore.expect_way("reverse", 3.0, 0.0)


def test_a_branch_is_taken_anew(explore: Explore):
    explore.open_question("x**2 if x > 1 else 5*x", {"x": 2.0}, "reverse")
    explore.expect_way("reverse", 4.0, 0.0)
    expect(explore.page.locator("#decisions")).to_contain_text("x > 1")
    explore.field("x").fill("0.5")
    explore.expect_way("reverse", 5.0, 0.0)


def test_the_seed_of_a_forward_sweep_can_be_chosen(explore: Explore):
    explore.open_question("x*y", {"x": 3.0, "y": 4.0}, "forward", seed={"x": 0, "y": 1})
    explore.go_to_end()
    assert explore.rows()[-1].derivative == 3.0


def test_a_long_entry_of_a_vector_is_rounded_until_it_is_edited(explore: Explore):
    explore.open_question("x[0]*x[1]", {"x": [5.5511151231257827e-17, 0.30000000000000004]}, "reverse")
    small, long = explore.field("x[0]"), explore.field("x[1]")
    expect(small).to_have_value("6e\N{MINUS SIGN}17")
    expect(long).to_have_value("0.300")
    long.focus()
    expect(long).to_have_value("0.30000000000000004")
    explore.page.keyboard.press("Tab")
    expect(long).to_have_value("0.300")
    assert (
        explore.page.evaluate("import('/static/js/store.js').then(({ question }) => question.value.point.x[1])") > 0.3
    )
