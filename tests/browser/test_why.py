"""Why this number: sums over paths, compared with all paths of the engine's own events, and asked from everywhere."""

import math
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

import adcore
from tests.browser.explore import Explore, read_number

HOFFMANN = "a = x1 / x2\nb = exp(x2)\nc = a - b\nreturn (sin(a) + c) * c"
AT = {"x1": 1.5, "x2": 0.5}
MOST_PATHS = 6
DOUBLING = "y = x\nfor i in range(60):\n    y = y + y\nreturn y"


def products(trace: adcore.Trace, node: int) -> Iterator[float]:
    """Yield the product of every path of a node, one by one: what the page must not do, and an oracle may."""
    events = list(trace.events)
    seeds = {e.node: e.value for e in events if e.kind == "seed" and e.value}
    edges = [e for e in events if e.kind == "contribution" and e.node == node]
    if node in seeds:
        yield seeds[node]
    for edge in edges:
        for rest in products(trace, edge.source):
            yield rest * edge.partial


def listed(explore: Explore) -> list[float | None]:
    return [
        read_number(text)
        for text in explore.page.locator("#paths .path-numbers b").evaluate_all("all => all.map((each) => each.title)")
    ]


def ask(explore: Explore, node: int, part: str = "derivative") -> None:
    explore.page.locator(f"#wengert-list tr[data-node='{node}'] button[data-why={part}]").click()
    expect(explore.page.locator("#why")).to_be_visible()
    explore.draw()


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_every_derivative_is_the_sum_of_its_paths(explore: Explore, mode: str):
    seed = {"seed": {"x1": 1.0, "x2": -2.0}} if mode == "forward" else {}
    explore.open_question(HOFFMANN, AT, mode, **seed)
    explore.go_to_end()
    trace = adcore.trace(HOFFMANN, AT, mode, **seed)
    for row in range(len(explore.rows())):
        node = int(explore.page.locator("#wengert-list tbody tr").nth(row).get_attribute("data-node") or -1)
        ask(explore, node)
        expected = sorted(products(trace, node), key=abs, reverse=True)
        shown = listed(explore)
        assert [abs(number or 0) for number in shown] == pytest.approx(
            [abs(x) for x in expected[:MOST_PATHS]], rel=1e-14
        )
        total = read_number(explore.page.locator(".path-total b").get_attribute("title"))
        assert total == pytest.approx(math.fsum(expected), rel=1e-13)
        assert total == pytest.approx(explore.rows()[row].derivative, rel=1e-13)


@pytest.mark.parametrize("at", [-1.0, 0.0])
def test_what_is_no_number_is_said(explore: Explore, at: float):
    explore.open_question("log(x)*x", {"x": at}, "reverse")
    explore.go_to_end()
    ask(explore, 0)
    expect(explore.page.locator("#why-title")).to_contain_text("nan")
    expect(explore.page.locator(".path-total b")).to_have_text("nan")


def test_a_sum_that_grows_shows_the_paths_that_have_arrived(explore: Explore):
    explore.open_question(HOFFMANN, AT, "reverse")
    trace = adcore.trace(HOFFMANN, AT, "reverse")
    events = list(trace.events)
    step = next(i for i, e in enumerate(events) if e.kind == "contribution" and trace.graph.names[e.node] == "c") + 1
    explore.page.locator("#scrub").fill(str(step))
    explore.expect_step(step)
    explore.page.locator("body").press("w")
    expect(explore.page.locator("#paths li")).to_have_count(1)
    explore.press("ArrowRight", step + 1)
    explore.draw()
    assert len(listed(explore)) >= 1
    explore.go_to_end()
    expect(explore.page.locator("#paths li")).to_have_count(2)


def test_more_paths_than_anyone_can_list(explore: Explore):
    explore.open_question(DOUBLING, {"x": 3.0}, "reverse")
    explore.go_to_end()
    ask(explore, 0)
    count = "1.15 · 10¹⁸ paths"
    assert 1.15 <= 2**60 / 10**18 < 1.16
    expect(explore.page.locator("#why-sentence")).to_contain_text(count)
    assert read_number(explore.page.locator(".path-total b").get_attribute("title")) == 2.0**60
    assert listed(explore) == [1.0] * MOST_PATHS
    expect(explore.page.locator(".path-letters").first).to_contain_text("factors")


def test_a_value_is_its_operation(explore: Explore):
    explore.open_question(HOFFMANN, AT, "reverse")
    explore.go_to_end()
    trace = adcore.trace(HOFFMANN, AT, "reverse")
    node = next(i for i, name in enumerate(trace.graph.names) if name == "c")
    ask(explore, node, "value")
    expect(explore.page.locator("#why math")).to_have_count(2)
    shown = explore.page.locator("#arguments dd").all_inner_texts()
    assert [read_number(text) for text in shown] == [trace.values[i] for i in trace.graph.args[node]]
    explore.page.locator("#arguments button").first.click()
    expect(explore.page.locator("#why-title")).to_have_text(re.compile(r"Why is v₁ = 3\?"))
    explore.page.keyboard.press("Escape")
    expect(explore.page.locator("#why")).to_have_count(0)
    expect(explore.card).to_be_visible()


def test_numbers_in_the_graph_and_after_lines_can_be_asked(explore: Explore):
    explore.open_question(HOFFMANN, AT, "reverse")
    explore.go_to_end()
    title = explore.page.locator("#why-title")
    explore.page.locator("wg-graph .box .chip").first.click()
    expect(title).to_contain_text("3.012")
    explore.page.locator("wg-graph .box .value").last.click()
    expect(title).to_contain_text("2.017")
    explore.page.locator(".inlay[data-line='3'] button[data-why=derivative]").click()
    expect(title).to_contain_text("2.844")
    explore.expect_step(explore.steps())


def test_a_path_lights_its_nodes(explore: Explore):
    explore.open_question(HOFFMANN, AT, "reverse")
    explore.go_to_end()
    ask(explore, 0)
    explore.page.locator("#paths li").first.hover()
    lit = explore.page.locator("#wengert-list tr.lit")
    nodes = explore.page.locator("#paths li").first.locator("[data-node]").count()
    expect(lit).to_have_count(nodes)


def test_the_keyboard_alone_asks_and_walks(explore: Explore, page: Page):
    explore.open_question(HOFFMANN, AT, "reverse")
    explore.go_to_end()
    first = page.locator("#wengert-list button[data-why=derivative]").first
    first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#why-title")).to_be_focused()
    expect(page.locator("#why-title")).to_contain_text("1.506")
    page.wait_for_url("**why=d*")
    address = page.url
    page.keyboard.press("Escape")
    expect(page.locator("#wengert-list tr").nth(3).locator("button[data-why=derivative]")).to_be_focused()
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("#why-title")).to_contain_text("1.506")


@pytest.mark.parametrize("part", ["value", "derivative"])
def test_the_answer_is_accessible(
    explore: Explore, part: str, assert_accessible_in_each_scheme: Callable[[Page], None]
):
    explore.open_question(HOFFMANN, AT, "reverse")
    explore.go_to_end()
    ask(explore, 3, part)
    assert_accessible_in_each_scheme(explore.page)
