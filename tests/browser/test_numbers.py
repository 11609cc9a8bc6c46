"""How numbers are written: short enough for where they stand, and never over one another."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.explore import Explore

WRITTEN = [
    ("formatShort", 0.000001, "1e−6"),
    ("formatShort", -0.00002, "−2e−5"),
    ("formatShort", 0.0001, "0.0001"),
    ("formatShort", 0, "0"),
    ("formatShort", -0.0, "−0"),
    ("formatBrief", -0.0, "−0"),
    ("formatFull", -0.0, "−0"),
    ("formatField", -0.0, "0"),
    ("shortest", -0.0, "-0"),
    ("formatShort", 1.5, "1.5"),
    ("formatBrief", -0.001234, "−0.00123"),
    ("formatBrief", 0.001234, "0.001234"),
    ("formatBrief", 1.2345e-10, "1.2e−10"),
    ("formatFull", -8.331766491664894e-05, "−8.3317664916648937e−5"),
    ("formatFull", 0.1, "0.10000000000000001"),
    ("formatFull", "inf", "inf"),
]
OVERLAPS = """() => [...document.querySelectorAll("#ways tbody tr")].filter((row) => {
    const boxes = [...row.children].map((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return range.getBoundingClientRect();
    });
    return boxes.some((box, at) => at > 0 && box.left < boxes[at - 1].right + 2);
}).map((row) => row.textContent.trim())"""


@pytest.mark.parametrize(("function", "number", "text"), WRITTEN)
def test_a_number_is_written(page: Page, function: str, number: float | str, text: str):
    page.goto("/healthz")
    asked = "async ([name, number]) => (await import('/static/js/numbers.js'))[name](number)"
    assert page.evaluate(asked, [function, number]) == text


@pytest.mark.parametrize("width", [1440, 1060, 390])
def test_long_numbers_stand_beside_their_cost(explore: Explore, width: int):
    explore.page.set_viewport_size({"width": width, "height": 900})
    explore.open_question("-(1 - cos(x)) / x**2 * 1e-9", {"x": 0.001}, "reverse")
    expect(explore.way("numerical")).to_contain_text("e")
    expect(explore.way("symbolic")).to_contain_text("e")
    assert explore.page.evaluate(OVERLAPS) == []


RUNNING_TOGETHER = """() => {
    const [first, second] = [...document.querySelectorAll("#cost > span")].map((part) => part.getClientRects());
    const meets = (one, other) => other.top < one.bottom - 2 && other.left < one.right + 8;
    return [...first].some((one) => [...second].some((other) => meets(one, other)));
}"""


@pytest.mark.parametrize("width", [1440, 1060, 390])
def test_the_costs_do_not_run_together(explore: Explore, width: int):
    explore.page.set_viewport_size({"width": width, "height": 900})
    for mode in ("forward", "reverse"):
        explore.open_question("x**2 + 2*x", {"x": 1.0}, mode)
        expect(explore.page.locator("#cost")).to_contain_text("tape")
        assert explore.page.evaluate(RUNNING_TOGETHER) is False


def test_one_digit_agrees(explore: Explore):
    explore.open_question("(1 - cos(x)) / x**2", {"x": 0.001}, "reverse")
    expect(explore.page.locator("wg-ways")).to_contain_text("1 digit agrees")


def test_digits_that_reverse_mode_lost_are_not_lit(explore: Explore):
    explore.open_question("tanh(50*(x - 1))", {"x": 1.3}, "reverse")
    expect(explore.page.locator("#ways tr[data-way=reverse] .differs")).to_have_text("18360195180139e−11")
    expect(explore.page.locator("#ways tr[data-way=symbolic] td.digits")).to_have_text("1.8715245937676765e−11")
    expect(explore.page.locator("#ways tr[data-way=symbolic] .differs")).to_have_count(0)
    expect(explore.page.locator("wg-ways")).to_contain_text("Reverse: 3 digits agree with a run in 400 digits")
    explore.field("x").fill("1.01")
    expect(explore.page.locator("wg-ways")).not_to_contain_text("lost in rounding")


def test_at_a_kink_the_ways_may_differ_and_that_is_said(explore: Explore):
    explore.open_question("relu(x) + x", {"x": 0}, "reverse")
    expect(explore.page.locator("wg-ways")).to_contain_text("a convention of its own")
    explore.field("x").fill("1")
    expect(explore.page.locator("wg-ways")).not_to_contain_text("convention")


LONG = {"a_very_long_name_of_an_input_of_a_function": 2, "another_long_name_of_an_input_of_a_function": 3}
CUT = """() => [...document.querySelectorAll(".leaf .number, .leaf .slider, .results dd, .ways-heading select")]
    .filter((part) => {
        const box = part.getBoundingClientRect();
        const spot = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        const frame = part.closest(".column, #step-card").getBoundingClientRect();
        return box.right > frame.right || !(spot === part || part.contains(spot)) || box.width < 30;
    }).map((part) => part.outerHTML)"""


def test_long_names_leave_room_for_their_numbers(explore: Explore):
    explore.open_question(" * ".join(LONG) + " * 1.23456", LONG, "reverse")
    explore.go_to_end()
    expect(explore.page.locator("#results dd")).to_have_count(3)
    assert explore.page.evaluate(CUT) == []


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1060, 800), (390, 844)])
def test_no_node_stands_under_the_buttons_of_the_graph(explore: Explore, width: int, height: int):
    explore.page.set_viewport_size({"width": width, "height": height})
    explore.open()
    explore.draw()
    covered = """() => {
        const buttons = document.querySelector(".graph-buttons").getBoundingClientRect();
        return [...document.querySelectorAll("svg.graph [data-node] .card")].filter((card) => {
            const box = card.getBoundingClientRect();
            return box.right > buttons.left && box.left < buttons.right
                && box.bottom > buttons.top && box.top < buttons.bottom;
        }).length;
    }"""
    assert explore.page.evaluate(covered) == 0
