"""The timeline: strides of every length, breakpoints, a part that repeats, and counters that the engine confirms."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

import adcore
from adcore.modes.taping import survey
from tests.browser.explore import Explore

LOOP = """def f(x):
    y = x
    for i in range(4):
        if y > 1:
            y = y*y/2
        else:
            y = y + sin(y)
    return y*x"""
AT = {"x": 0.5}
TURNS = 4
SHORT_LOOP = "y = x\nfor i in range(3):\n    y = y*sin(y)\nreturn y"


@pytest.fixture
def loop(explore: Explore) -> Explore:
    explore.open_question(LOOP, AT, "reverse")
    return explore


def held_values(trace: adcore.Trace) -> list[int]:
    """Count the values on the tape after each event, from the engine's own account of the tape."""
    moments = survey(trace.graph).moments
    stored = {m.step: m.live for m in moments if m.phase == "primal"}
    freed = {m.step: m.live for m in moments if m.phase == "adjoint"}
    events = list(trace.events)
    owners = [event.source if event.kind == "contribution" else event.node for event in events]
    counts, held = [0], 0
    for event, owner, following in zip(events, owners, [*owners[1:], None], strict=True):
        if event.kind == "value":
            held = stored.get(owner, held)
        counts.append(held)
        if event.phase == "adjoint" and event.kind != "seed" and owner != following:
            held = freed.get(owner, held)
    return counts


def test_the_tape_fills_and_empties_as_the_engine_says(loop: Explore):
    expected = held_values(adcore.trace(LOOP, AT, "reverse"))
    shown = loop.page.locator("#kept")
    for step in range(1, loop.steps()):
        loop.press("ArrowRight", step)
        expect(shown).to_have_text(str(expected[step]))
    loop.go_to_end()
    expect(shown).to_have_text("0")


def test_the_counter_of_operations_runs_along(loop: Explore):
    trace = adcore.trace(LOOP, AT, "reverse")
    for step in (7, 20, 33):
        loop.page.locator("#scrub").fill(str(step))
        loop.expect_step(step)
        done = list(trace.events)[step - 1].operations
        expect(loop.page.locator("#operations")).to_have_text(str(done))
        expect(loop.page.locator("#multiple")).to_have_text(f"{done / trace.cost.primal:.1f}×")


def test_a_step_by_node_ends_where_the_node_is_done(loop: Explore):
    loop.page.locator("#scrub").fill("18")
    loop.expect_step(18)
    loop.page.locator("#stride").select_option("node")
    steps = []
    for _ in range(3):
        before = int(loop.card.get_attribute("data-step") or 0)
        loop.page.locator("#next").click()
        expect(loop.card).not_to_have_attribute("data-step", str(before))
        steps.append(int(loop.card.get_attribute("data-step") or 0))
    events = list(adcore.trace(LOOP, AT, "reverse").events)
    for step in steps:
        assert events[step - 1].kind == "contribution"
        assert events[step].kind == "adjoint"


def test_turns_are_stepped_through_both_ways(loop: Explore):
    trace = adcore.trace(LOOP, AT, "reverse")
    slider = loop.page.locator("#scrub")
    heard = []
    for _ in range(2 * TURNS):
        loop.page.locator("body").press("t")
        loop.draw()
        heard.append(re.findall(r"turn (\d) of 4", slider.get_attribute("aria-valuetext") or ""))
    assert heard == [[str(turn)] for turn in (1, 2, 3, 4, 4, 3, 2, 1)]
    expect(loop.page.locator(".mark.turn")).to_have_count(2 * TURNS)
    expect(loop.page.locator(".mark.decision")).to_have_count(len(trace.graph.decisions))


def test_playing_stops_at_a_breakpoint(loop: Explore):
    trace = adcore.trace(LOOP, AT, "reverse")
    node = [i for i, name in enumerate(trace.graph.names) if name == "y"][1]
    value = next(i for i, event in enumerate(trace.events, 1) if (event.kind, event.node) == ("value", node))
    loop.page.locator(f"#wengert-list tr[data-node='{node}'] .operation").click()
    expect(loop.card).not_to_have_attribute("data-step", "0")
    stopped = int(loop.card.get_attribute("data-step") or 0)
    loop.page.locator("body").press("b")
    loop.press("Home", 0)
    loop.page.locator("#speed").select_option("64")
    loop.page.keyboard.press(" ")
    loop.expect_step(value)
    expect(loop.page.get_by_role("button", name="Play")).to_be_visible()
    loop.draw()
    loop.expect_step(value)
    loop.press(".", stopped)
    loop.press(",", value)


def test_a_breakpoint_on_a_line_stops_in_every_turn(explore: Explore):
    explore.open(urlencode({"f": SHORT_LOOP, "at": '{"x": 0.5}', "mode": "reverse", "stops": "l3"}))
    trace = adcore.trace(SHORT_LOOP, AT, "reverse")
    turns = []
    for _ in range(6):
        explore.page.locator("body").press(".")
        explore.draw()
        event = list(trace.events)[int(explore.card.get_attribute("data-step") or 0) - 1]
        turns.append((event.phase, trace.graph.contexts[trace.graph.in_context[event.node]].turn))
    assert turns == [("primal", 1), ("primal", 2), ("primal", 3), ("adjoint", 3), ("adjoint", 2), ("adjoint", 1)]


def test_breakpoints_are_put_in_the_list(loop: Explore):
    first = loop.page.locator("#wengert-list button.stop").first
    first.focus()
    loop.page.keyboard.press("Enter")
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(loop.page.locator(".mark.stop")).not_to_have_count(0)
    loop.expect_step(0)
    first.click()
    expect(loop.page.locator(".mark.stop")).to_have_count(0)


def test_a_part_is_repeated(loop: Explore):
    page = loop.page
    page.locator("#scrub").fill("4")
    page.locator("body").press("i")
    page.locator("#scrub").fill("8")
    page.locator("body").press("o")
    page.wait_for_url("**loop=4-8**")
    page.locator("#speed").select_option("16")
    page.evaluate(
        """() => { window.seen = []; const card = document.querySelector("#step-card");
            new MutationObserver(() => window.seen.push(Number(card.dataset.step)))
                .observe(card, { attributeFilter: ["data-step"] }); }"""
    )
    page.keyboard.press(" ")
    page.wait_for_function("() => window.seen.filter((step) => step === 4).length > 2")
    page.keyboard.press(" ")
    assert set(page.evaluate("() => window.seen")) <= {4, 5, 6, 7, 8}
    page.locator("body").press("x")
    expect(page.locator(".repeated")).to_have_count(0)


def test_the_loop_turn_of_the_step_is_repeated(loop: Explore):
    loop.page.locator("body").press("t")
    loop.page.locator("body").press("t")
    loop.page.locator("body").press("l")
    loop.page.locator("#open-pace").click()
    events = list(adcore.trace(LOOP, AT, "reverse").events)
    expect(loop.page.locator("#region")).to_have_text(re.compile(r"\d+\D+\d+"))
    words = loop.page.locator("#region").inner_text()
    first, last = map(int, re.findall(r"\d+", words))
    graph = adcore.trace(LOOP, AT, "reverse").graph
    turns = {graph.contexts[graph.in_context[e.node]].turn for e in events[first:last]}
    assert turns == {2}
    assert all(e.phase == "primal" for e in events[first:last])


def test_the_address_brings_breakpoints_and_the_part_back(loop: Explore, page: Page):
    loop.page.locator("#scrub").fill("9")
    page.locator("body").press("b")
    page.locator("body").press("o")
    page.wait_for_url("**stops=n*loop=0-9**")
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    loop.expect_step(9)
    expect(page.locator(".repeated")).to_be_visible()
    expect(page.locator(".mark.stop").first).to_be_visible()


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_the_open_sheet_is_accessible(explore: Explore, mode: str, assert_accessible: Callable[[Page], None]):
    explore.open_question(LOOP, AT, mode)
    explore.press("ArrowRight", 1)
    explore.page.locator("body").press("b")
    explore.page.locator("#open-pace").click()
    expect(explore.page.locator("#pace")).to_be_visible()
    assert_accessible(explore.page)
