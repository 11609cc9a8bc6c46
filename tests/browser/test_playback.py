"""Play, step, scrub; keys for all of them; the whole state in the address."""

import re

from playwright.sync_api import Page, expect

from tests.browser.explore import Explore

LIT = re.compile(r"\blit\b")
SENTENCE = re.compile(r"\w.*\.$")


def test_keys_step_both_ways(explore: Explore):
    explore.open()
    last = explore.steps()
    explore.press("ArrowRight", 1)
    explore.press("ArrowRight", 2)
    explore.press("ArrowLeft", 1)
    explore.press("End", last)
    explore.press("ArrowRight", last)
    explore.press("Home", 0)
    explore.press("ArrowLeft", 0)


def test_play_runs_to_the_end_and_can_be_paused(explore: Explore):
    explore.open_question("y = x\nfor i in range(9):\n    y = y*sin(y)\nreturn y", {"x": 3.0}, "reverse")
    explore.page.get_by_role("button", name="Play").click()
    explore.page.get_by_role("button", name="Pause").click()
    expect(explore.page.get_by_role("button", name="Play")).to_be_visible()
    explore.page.locator("#speed").select_option("64")
    explore.page.locator("body").click(position={"x": 700, "y": 10})
    explore.page.keyboard.press(" ")
    expect(explore.card).to_have_attribute("data-step", str(explore.steps()))


def test_scrubbing_goes_straight_to_a_step(explore: Explore):
    explore.open()
    explore.page.get_by_role("slider", name="Step").fill("15")
    explore.expect_step(15)


def test_the_running_sum_of_a_node_with_two_uses(explore: Explore):
    explore.open_question("v = x*2\nreturn sin(v) + v", {"x": 0.0}, "reverse")
    explore.go_to_end()
    sums = explore.page.get_by_role("table", name="Running sum")
    for step in range(explore.steps() - 1, 0, -1):
        explore.press("ArrowLeft", step)
        if sums.count():
            break
    expect(sums.locator("tr")).to_have_count(3)
    expect(sums.locator("tr.total")).to_contain_text("2")
    expect(explore.sentence).to_contain_text("Both uses")


def test_every_step_has_a_sentence_that_is_spoken(explore: Explore):
    explore.open()
    for step in range(1, explore.steps() + 1):
        explore.press("ArrowRight", step)
        expect(explore.page.locator("#speech")).to_contain_text(f"Step {step} of {explore.steps()}.")
        expect(explore.sentence).to_have_text(SENTENCE)


def test_source_node_and_row_light_up_together(explore: Explore):
    explore.open()
    row = explore.page.locator("#wengert-list tr[data-node]", has_text="sin")
    row.hover()
    node = row.get_attribute("data-node")
    expect(row).to_have_class(LIT)
    expect(explore.graph.locator(f"g.box[data-node='{node}']")).to_have_class(LIT)
    expect(explore.page.locator(".lit-source")).to_have_text("sin(a)")


def test_an_address_restores_the_whole_view(explore: Explore, page: Page):
    explore.open_question("x*y + sin(x)", {"x": 2.0, "y": 3.0}, "forward", seed={"x": 0, "y": 1})
    explore.field("y").fill("4")
    page.get_by_role("slider", name="Step").fill("7")
    explore.expect_step(7)
    page.wait_for_url("**step=7**")
    expect(page.locator("#wengert-list td.amount[title='4']")).not_to_have_count(0)
    rows, address = explore.rows(), page.url
    page.goto("about:blank")
    page.goto(address)
    explore.expect_step(7)
    assert explore.rows() == rows
    expect(explore.field("y")).to_have_value("4")
    expect(page.locator("#mode-forward")).to_have_attribute("aria-pressed", "true")


def test_an_address_that_is_written_over_at_once_is_followed(explore: Explore):
    explore.open_question("x*x", {"x": 3.0}, "forward")
    explore.page.evaluate(
        """other => {
            const before = location.hash;
            location.hash = other;
            history.replaceState(null, "", before);
        }""",
        "f=x*x&at=%7B%22x%22%3A3%7D&mode=reverse",
    )
    expect(explore.page.locator("#mode-reverse")).to_have_attribute("aria-pressed", "true")


def test_sharing_common_subexpressions_saves_nodes(explore: Explore):
    explore.open_question("sin(x*y) + cos(x*y) + x*y", {"x": 1.0, "y": 2.0}, "reverse")
    assert len(explore.rows()) == 9
    explore.page.get_by_role("switch", name="Share common").check()
    expect(explore.page.locator("#wengert-list tbody tr")).to_have_count(7)
    expect(explore.page.locator("#saving")).to_contain_text("saves 2 operations")


def test_typing_rewrites_mathematics(explore: Explore):
    explore.open()
    explore.type_source("x²+2x+1")
    expect(explore.field("x")).to_be_visible()
    explore.field("x").fill("3")
    explore.expect_way("reverse", 8.0, 0.0)
    expect(explore.page.locator("wg-formula math").first).to_contain_text("2")


def test_a_long_loop_is_drawn_where_its_sweep_starts(explore: Explore):
    source = "def f(x):\n    for i in range(100):\n        x = 0.99*x + 0.01*sin(x)\n    return x"
    explore.open_question(source, {"x": 1}, "reverse")
    expect(explore.graph.locator("[data-node='0']")).to_be_in_viewport()
