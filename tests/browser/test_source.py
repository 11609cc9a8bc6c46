"""The source while a trace runs: values after lines, turns, decisions, branches not taken, breakpoints on lines."""

import re

import pytest
from playwright.sync_api import Locator, expect

import adcore
from tests.browser.explore import Explore, read_number

LOOP = """def f(x):
    y = x
    for i in range(4):
        if y > 1:
            y = y*y/2
        else:
            y = y + sin(y)
    return y*x"""
AT = {"x": 0.5}


@pytest.fixture
def loop(explore: Explore) -> Explore:
    explore.open_question(LOOP, AT, "reverse")
    return explore


def line(explore: Explore, number: int) -> Locator:
    return explore.page.locator(".cm-line").nth(number - 1)


def beside(explore: Explore, number: int) -> Locator:
    return explore.page.locator(f".inlay[data-line='{number}']")


def number_after(explore: Explore, number: int, part: str) -> float | None:
    """Read the number of a line with all its digits: part is value or derivative."""
    title = beside(explore, number).locator(f"button[data-why={part}]").get_attribute("title") or ""
    return read_number(title.split(" = ")[1].split(":")[0])


def visit(explore: Explore, step: int) -> None:
    explore.page.locator("#scrub").fill(str(step))
    explore.expect_step(step)
    explore.draw()


def test_a_line_shows_what_it_assigned_last(loop: Explore):
    trace = adcore.trace(LOOP, AT, "reverse")
    latest: dict[int, float] = {}
    for step, event in enumerate(trace.events, start=1):
        if event.kind != "value":
            continue
        span = trace.graph.spans[event.node]
        if span and trace.graph.names[event.node]:
            latest[span.end_line] = event.value
        visit(loop, step)
        for number, value in latest.items():
            assert number_after(loop, number, "value") == value


def test_a_line_shows_the_adjoint_of_the_turn_that_the_sweep_is_in(loop: Explore):
    trace = adcore.trace(LOOP, AT, "reverse")
    for step, event in enumerate(trace.events, start=1):
        if event.kind == "adjoint" and trace.graph.names[event.node] == "y":
            visit(loop, step)
            number = trace.graph.spans[event.node].end_line
            assert number_after(loop, number, "derivative") == event.value
            assert number_after(loop, number, "value") == trace.values[event.node]


def test_a_tangent_stands_beside_its_value(explore: Explore):
    explore.open_question("a = x*x\nreturn sin(a)", {"x": 0.5}, "forward")
    explore.go_to_end()
    explore.draw()
    assert number_after(explore, 1, "derivative") == 1.0
    assert number_after(explore, 2, "derivative") == adcore.gradient("sin(x*x)", {"x": 0.5})[0]
    expect(beside(explore, 1).locator("button[data-why=derivative]")).to_have_attribute("data-quantity", "tangent")


def test_turns_are_counted_and_the_line_of_the_step_is_marked(loop: Explore):
    for turn in (1, 2, 3, 4):
        loop.page.locator("body").press("t")
        expect(beside(loop, 3)).to_contain_text(f"turn {turn}/4")
    for number in range(1, 9):
        count = line(loop, number).and_(loop.page.locator(".step-line")).count()
        assert count == (number == 4)


def test_branches_that_are_not_taken_are_dimmed(loop: Explore):
    dimmed = loop.page.locator(".not-taken")
    loop.page.locator("body").press("t")
    expect(dimmed).to_have_text("y = y*y/2")
    expect(beside(loop, 4)).to_contain_text("false")
    for _ in range(2):
        loop.page.locator("body").press("t")
    expect(dimmed).to_have_text("y = y + sin(y)")
    expect(beside(loop, 4)).to_contain_text("true")


OPTION = """d1 = (log(S/K) + (r + s**2/2)*T)/(s*sqrt(T))
d2 = d1 - s*sqrt(T)
N1 = (1 + erf(d1/sqrt(2)))/2
N2 = (1 + erf(d2/sqrt(2)))/2
return S*N1 - K*exp(-r*T)*N2"""


def test_values_below_a_line_stand_between_it_and_the_next(explore: Explore):
    """The editor takes the height of a short line for that of every row, the room below it included."""
    explore.open_question(OPTION, {"S": 100.0, "K": 95.0, "r": 0.05, "s": 0.2, "T": 0.5}, "reverse")
    explore.go_to_end()
    expect(explore.page.locator(".roomy-line")).to_have_count(5)
    for number in range(1, 6):
        values, text = beside(explore, number).bounding_box(), line(explore, number).bounding_box()
        assert values is not None
        assert text is not None
        assert text["y"] + 18 <= values["y"] + 1
        assert values["y"] + values["height"] <= text["y"] + text["height"] + 2


def test_values_that_do_not_fit_below_a_line_are_left_out_with_dots(explore: Explore):
    explore.open_question("def f(x):\n    return x[0]*x[1]*x[2]/7", {"x": [-1234.5678, 2345.6789, 3456.789]}, "reverse")
    explore.go_to_end()
    expect(beside(explore, 1).locator(".inlay-piece").last).to_have_text("…")
    values, text = beside(explore, 1).bounding_box(), line(explore, 1).bounding_box()
    assert values is not None
    assert text is not None
    assert values["x"] + values["width"] <= text["x"] + text["width"]


def test_the_side_of_a_conditional_expression_that_is_not_taken_is_dimmed(explore: Explore):
    explore.open_question("x*x if x > 1 else -x", {"x": 3.0}, "reverse")
    expect(explore.page.locator(".not-taken")).to_have_text("-x")
    explore.field("x").fill("0.5")
    explore.field("x").press("Enter")
    expect(explore.page.locator(".not-taken")).to_have_text("x*x")


def test_breakpoints_on_lines_move_with_the_text(loop: Explore):
    page = loop.page
    page.locator(".cm-lineNumbers .cm-gutterElement", has_text=re.compile(r"^5$")).click()
    expect(page.locator(".stop-line")).to_have_text("5")
    page.locator("body").press(".")
    expect(page.locator("#wengert-list tr[aria-current=step]")).to_have_count(1)
    expect(page.locator(".step-line")).to_have_text(re.compile(r"y = y\*y/2$"))
    loop.editor.press("ControlOrMeta+Home")
    page.keyboard.press("Enter")
    expect(page.locator(".stop-line")).to_have_text("6")
    loop.editor.press("F9")
    expect(page.locator(".stop-line")).to_have_count(2)


def test_typing_over_everything_leaves_nothing_behind(loop: Explore):
    loop.go_to_end()
    loop.type_source("x*x + 1")
    expect(loop.page.locator("#wengert-list tbody tr")).to_have_count(3)
    expect(loop.page.locator(".inlay")).to_have_count(1)
    expect(loop.page.locator(".cm-content")).to_have_text("x*x + 1")


def test_an_address_brings_the_breakpoints_of_lines(explore: Explore):
    explore.open_question(LOOP, AT, "reverse")
    explore.page.locator(".cm-lineNumbers .cm-gutterElement", has_text=re.compile(r"^5$")).click()
    explore.page.wait_for_url("**stops=l5**")
    address = explore.page.url
    explore.page.goto("about:blank")
    explore.page.goto(address)
    expect(explore.page.locator(".stop-line")).to_have_text("5")
