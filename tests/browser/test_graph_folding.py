"""Groups of the graph: loops, turns, calls and repeated blocks open and close, by pointer and by key."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

import adcore
from tests.browser.explore import Explore, read_number

LOGISTIC = "def f(x):\n    for i in range({turns}):\n        x = 3.7*x*(1 - x)\n    return x"
CALLS = "def g(a):\n    b = sin(a)\n    return b*a + b\ndef f(x, y):\n    return g(x) + g(y)*g(x*y)"
NETWORK = """def net(x, W1, W2, w3):
    h = [tanh(sum([w*a for w, a in zip(row, x)])) for row in W1]
    g = [tanh(sum([w*a for w, a in zip(row, h)])) for row in W2]
    return tanh(sum([w*a for w, a in zip(w3, g)]))"""
START = {"x": 0.3}


def open_loop(explore: Explore, turns: int, mode: str = "reverse") -> None:
    explore.open_question(LOGISTIC.format(turns=turns), START, mode)


def group(explore: Explore, name: str) -> Locator:
    return explore.graph.get_by_role("button", name=re.compile(rf"^Group {name}"))


def press(box: Locator) -> None:
    """Open or close a group wherever it is: a click needs it in view, a key does not."""
    box.press("Enter")


def heading(explore: Explore, words: str) -> Locator:
    return explore.graph.locator("[data-frame]", has_text=words)


def orbit(turns: int) -> list[float]:
    """Return the values of the logistic map, computed here."""
    values = [START["x"]]
    for _ in range(turns):
        values.append(3.7 * values[-1] * (1 - values[-1]))
    return values


def spots(explore: Explore) -> dict[str, str]:
    """Return where every box of the graph stands."""
    boxes: dict[str, str] = explore.graph.evaluate(
        "graph => Object.fromEntries([...graph.querySelectorAll('.box')]"
        ".map((box) => [box.dataset.box, box.getAttribute('transform')]))"
    )
    return boxes


def test_a_thousand_turns_arrive_as_a_few_boxes(explore: Explore):
    open_loop(explore, 1000)
    expect(group(explore, "for i, turn 8,")).to_have_attribute("aria-expanded", "false")
    expect(group(explore, "for i, turn 9,")).to_have_count(0)
    expect(explore.graph.get_by_role("button", name="turns 9 to 1,000")).to_be_attached()
    expect(explore.graph.locator(".box")).to_have_count(10)


def test_a_closed_loop_shows_how_far_it_is_and_its_last_value(explore: Explore):
    open_loop(explore, 1000)
    press(heading(explore, "for i · 1,000 turns"))
    closed = group(explore, "for i,")
    expect(closed).to_have_count(1)
    expect(closed).to_have_attribute("aria-expanded", "false")
    expect(explore.graph.locator(".box")).to_have_count(2)
    step = 1 + 3 * 37
    explore.page.get_by_role("slider", name="Step").fill(str(step))
    explore.expect_step(step)
    expect(closed).to_contain_text("turn 37 of 1,000")
    expect(closed.locator(".value")).to_contain_text(f"{orbit(37)[-1]:.4g}")


def test_the_adjoint_of_a_closed_loop_comes_down(explore: Explore):
    open_loop(explore, 30)
    press(heading(explore, "for i · 30 turns"))
    events = list(adcore.trace(LOGISTIC.format(turns=30), START, "reverse").events)
    adjoints = [step for step, event in enumerate(events, 1) if event.kind == "adjoint"]
    step = adjoints[3 * 10]
    explore.page.get_by_role("slider", name="Step").fill(str(step))
    explore.expect_step(step)
    closed = group(explore, "for i,")
    expect(closed).to_contain_text("turn 20 of 30")
    expect(closed.locator(".value")).to_contain_text(f"{orbit(20)[-1]:.4g}")
    shown = closed.locator(".chip .amount").text_content()
    assert read_number(shown) == pytest.approx(events[step - 1].value, rel=1e-2)


def test_enter_opens_and_closes_and_the_focus_stays(explore: Explore):
    open_loop(explore, 30)
    turn = group(explore, "for i, turn 2,")
    turn.focus()
    explore.page.keyboard.press("Enter")
    opened = heading(explore, "turn 2")
    expect(opened).to_be_focused()
    expect(opened).to_have_attribute("aria-expanded", "true")
    expect(explore.graph.locator("[data-node]")).to_have_count(4)
    explore.page.keyboard.press("ArrowUp")
    expect(opened).not_to_be_focused()
    explore.page.keyboard.press("Escape")
    expect(opened).to_be_focused()
    explore.page.keyboard.press("Enter")
    expect(turn).to_be_focused()


def test_the_rest_of_a_long_loop_can_be_reached(explore: Explore):
    open_loop(explore, 40)
    explore.graph.get_by_role("button", name="turns 9 to 40").press("Enter")
    expect(group(explore, "for i, turn 16,")).to_be_attached()
    explore.graph.get_by_role("button", name="turns 1 to 8").press("Enter")
    expect(group(explore, "for i, turn 1,")).to_be_attached()


def test_a_loop_opens_at_the_turn_of_the_step(explore: Explore):
    open_loop(explore, 1000)
    press(heading(explore, "for i · 1,000 turns"))
    expect(group(explore, "for i,")).to_have_count(1)
    explore.page.get_by_role("slider", name="Step").fill(str(3 * 500))
    press(group(explore, "for i,"))
    expect(group(explore, "for i, turn 500,")).to_be_attached()


def test_following_keeps_the_current_turn_open(explore: Explore):
    open_loop(explore, 100)
    explore.page.get_by_role("switch", name="Follow the step").check()
    explore.page.get_by_role("slider", name="Step").fill(str(1 + 3 * 51))
    current = explore.graph.locator(".box.current")
    expect(current).to_have_attribute("data-node", re.compile(r"\d+"))
    expect(current).to_be_in_viewport()
    expect(heading(explore, "for i, turn 51")).to_be_attached()


def test_all_can_be_opened_and_folded_again(explore: Explore):
    open_loop(explore, 30)
    everything = explore.page.get_by_role("button", name="Open all")
    everything.click()
    expect(everything).to_have_attribute("aria-pressed", "true")
    expect(explore.page.locator("#wengert-list tr[data-node]")).to_have_count(91)
    everything.click()
    expect(explore.page.locator("#wengert-list tr[data-node]")).to_have_count(1)


def test_steps_move_no_box(explore: Explore):
    explore.open_question(CALLS, {"x": 1.0, "y": 2.0}, "reverse")
    before = spots(explore)
    explore.press("ArrowRight", 1)
    explore.go_to_end()
    assert spots(explore) == before


def test_calls_are_frames_that_close(explore: Explore):
    explore.open_question(CALLS, {"x": 1.0, "y": 2.0}, "reverse")
    headings = explore.graph.locator("[data-frame]")
    expect(headings).to_have_count(3)
    headings.first.click()
    expect(headings).to_have_count(2)
    expect(group(explore, "g, 3 operations")).to_have_count(1)


def test_a_network_arrives_as_blocks(explore: Explore):
    at = {
        "x": [0.5, -0.3],
        "W1": [[0.1 * i - 0.3, 0.2 - 0.05 * i] for i in range(8)],
        "W2": [[0.1 * (i * j % 5) - 0.2 for j in range(8)] for i in range(8)],
        "w3": [0.1 * i for i in range(8)],
    }
    explore.open_question(NETWORK, at, "reverse")
    expect(group(explore, "W₂, 64 elements")).to_have_count(1)
    expect(group(explore, "tanh.*, 8 times")).to_have_count(2)
    assert explore.graph.locator(".box").count() < 12


def test_the_list_folds_the_same_groups(explore: Explore):
    open_loop(explore, 30)
    rows = explore.page.locator("#wengert-list tbody tr")
    expect(rows).to_have_count(11)
    explore.page.get_by_role("row", name="for i, turn 1").get_by_role(
        "button", name="for i, turn 1", exact=True
    ).click()
    expect(explore.graph.locator("[data-node]")).to_have_count(4)
    expect(rows).to_have_count(14)
    explore.page.get_by_role("button", name="for i · 30 turns", exact=False).last.click()
    expect(rows).to_have_count(2)
    expect(group(explore, "for i,")).to_have_count(1)


def test_an_address_restores_what_is_open(explore: Explore, page: Page):
    open_loop(explore, 30)
    group(explore, "for i, turn 3,").click()
    expect(heading(explore, "turn 3")).to_be_attached()
    page.wait_for_url(re.compile("open="))
    before = page.url
    explore.graph.get_by_role("button", name="turns 9 to 30").press("Enter")
    page.wait_for_url(lambda address: address != before)
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(group(explore, "for i, turn 9,")).to_be_attached()
    explore.graph.get_by_role("button", name="turns 1 to 8").press("Enter")
    expect(heading(explore, "turn 3")).to_be_attached()


def test_groups_are_accessible(explore: Explore, assert_accessible_in_each_scheme: Callable[[Page], None]):
    explore.page.emulate_media(reduced_motion="reduce")
    open_loop(explore, 40)
    group(explore, "for i, turn 1,").click()
    explore.page.get_by_role("slider", name="Step").fill("60")
    explore.expect_step(60)
    assert_accessible_in_each_scheme(explore.page)
