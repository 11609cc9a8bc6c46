"""What is drawn of a graph: sums that grow, very many boxes as a painting, the small map, the view moved by keys."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

import adcore
from tests.browser.explore import Explore, plain, read_number

FAN = "v = x*2\nreturn sin(v) + v*x"
NETWORK = """def net(x, w):
    for layer in range(5):
        x = [tanh(sum([w*a for a in x]) + 0.1*b) for b in x]
    return sum(x)"""
MANY = {"x": [0.1 * i for i in range(9)], "w": 0.2}
LOOP = "def f(x):\n    for i in range(30):\n        x = 3.7*x*(1 - x)\n    return x"


def open_painting(explore: Explore) -> None:
    explore.open_question(NETWORK, MANY, "reverse")
    explore.page.get_by_role("button", name="Open all").click()
    explore.page.wait_for_function("() => document.querySelector('wg-graph').stage.picture.boxes.length > 500")
    fit(explore)
    expect(explore.page.locator("canvas.graph-painting")).to_be_visible()


def fit(explore: Explore) -> None:
    explore.page.get_by_role("button", name="Fit the whole graph").click()
    explore.draw()


def camera(explore: Explore) -> list[float]:
    """Return the scale and the shift of the view."""
    numbers: list[float] = explore.page.evaluate(
        "() => { const { scale, x, y } = document.querySelector('wg-graph').pointer.camera; return [scale, x, y]; }"
    )
    return numbers


def middle_of(explore: Explore, node: int) -> tuple[float, float]:
    """Return where a node is painted on the page."""
    x, y = explore.page.evaluate(
        """node => {
            const { stage, pointer } = document.querySelector("wg-graph");
            const { left, top } = document.querySelector("svg.graph").getBoundingClientRect();
            const { x, y } = stage.layout.spots[node];
            const { scale, x: right, y: down } = pointer.camera;
            return [left + x * scale + right, top + y * scale + down];
        }""",
        node,
    )
    return x, y


def colour_at(explore: Explore, node: int) -> list[int]:
    """Return what the painting shows in the middle of a node."""
    x, y = middle_of(explore, node)
    colour: list[int] = explore.page.evaluate(
        """([x, y]) => {
            const canvas = document.querySelector("canvas.graph-painting");
            const { left, top, width } = canvas.getBoundingClientRect();
            const ratio = canvas.width / width;
            const at = [(x - left) * ratio, (y - top) * ratio].map(Math.round);
            return [...canvas.getContext("2d").getImageData(...at, 1, 1).data];
        }""",
        [x, y],
    )
    return colour


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_the_sum_of_a_node_grows_beside_its_box(explore: Explore, mode: str):
    explore.open_question(FAN, {"x": 1.5}, mode)
    events = list(adcore.trace(FAN, {"x": 1.5}, mode).events)
    tip = explore.graph.locator(".sum-tip")
    shown = 0
    for step, event in enumerate(events, 1):
        if event.kind != "contribution":
            continue
        explore.page.get_by_role("slider", name="Step").fill(str(step))
        explore.expect_step(step)
        explore.draw()
        if not tip.count():
            continue
        shown += 1
        terms, total = plain(tip.text_content() or "").split("=")
        assert read_number(total) == pytest.approx(event.value, rel=1e-3)
        known = [read_number(term.strip(" ()")) for term in terms.split(" + ") if "?" not in term]
        assert sum(term or 0.0 for term in known) == pytest.approx(event.value, rel=1e-2)
    assert shown >= 4


def test_very_many_boxes_are_painted_by_how_far_the_sweep_is(explore: Explore):
    open_painting(explore)
    last = explore.page.evaluate("document.querySelector('wg-graph').stage.picture.boxes.at(-1).id")
    unknown = colour_at(explore, last)
    explore.go_to_end()
    explore.draw()
    derived = colour_at(explore, 3)
    assert unknown != derived
    assert derived[:3] == pytest.approx([213, 94, 0], abs=40)
    explore.page.emulate_media(color_scheme="dark")
    explore.press("ArrowLeft", explore.steps() - 1)
    explore.draw()
    assert colour_at(explore, 3)[:3] == pytest.approx([240, 122, 43], abs=40)


def test_a_painted_box_leads_to_its_step(explore: Explore):
    open_painting(explore)
    explore.page.mouse.click(*middle_of(explore, 200))
    expect(explore.graph.locator(".box.current")).to_have_attribute("data-node", "200")
    assert explore.graph.locator(".box").count() < 15


def test_keys_walk_through_a_painting(explore: Explore):
    open_painting(explore)
    explore.graph.locator("[tabindex='0']").first.focus()
    first = explore.page.evaluate("document.activeElement.dataset.box")
    explore.page.keyboard.press("ArrowUp")
    explore.page.wait_for_function("first => document.activeElement.dataset.box !== first", arg=first)


def test_the_small_map_is_there_where_the_graph_does_not_fit(explore: Explore):
    explore.open_question(LOOP, {"x": 0.3}, "reverse")
    small = explore.page.locator(".minimap")
    expect(small).to_be_visible()
    _, _, before = camera(explore)
    box = small.bounding_box()
    assert box is not None
    small.click(position={"x": box["width"] / 2, "y": 4})
    explore.page.wait_for_function(
        "most => document.querySelector('wg-graph').pointer.camera.y > most", arg=before + 100
    )
    fit(explore)
    expect(small).to_have_count(0)


def test_keys_move_the_view(explore: Explore):
    explore.open()
    explore.graph.locator("[tabindex='0']").first.focus()
    scale, x, _ = camera(explore)
    explore.page.keyboard.press("Shift+ArrowRight")
    assert camera(explore)[1] == pytest.approx(x - 80)
    explore.page.keyboard.press("+")
    assert camera(explore)[0] == pytest.approx(1.25 * scale)
    explore.page.keyboard.press("0")
    assert camera(explore)[0] == pytest.approx(scale)


def test_a_closed_group_that_is_opened_stays_where_it_was(explore: Explore):
    explore.page.emulate_media(reduced_motion="reduce")  # boxes are read where they end, not on the way
    explore.open_question(LOOP, {"x": 0.3}, "reverse")
    turn = explore.graph.get_by_role("button", name=re.compile("^Group for i, turn 3,"))
    before = turn.bounding_box()
    turn.click()
    frame = explore.graph.locator("[data-frame]", has_text="turn 3")
    expect(frame).to_be_in_viewport()
    after = frame.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["x"] - before["x"]) < 200


def test_nothing_moves_for_those_who_ask_for_it(explore: Explore):
    explore.page.emulate_media(reduced_motion="reduce")
    explore.open()
    explore.page.get_by_role("slider", name="Step").fill("15")
    explore.expect_step(15)
    running = explore.graph.evaluate("graph => graph.getAnimations({ subtree: true }).length")
    assert running == 0


def test_a_painting_is_accessible(explore: Explore, assert_accessible: Callable[[Page], None]):
    explore.page.emulate_media(reduced_motion="reduce")
    open_painting(explore)
    assert_accessible(explore.page)


def test_a_value_and_a_derivative_stand_beside_each_other(explore: Explore):
    explore.open_question("P*(1 + r/12)**(12*t)", {"P": 1000.0, "r": 0.05, "t": 10.0}, "reverse")
    explore.go_to_end()
    box = explore.page.locator("wg-graph g.box[data-node]").filter(has_text="r / 12")
    value, chip = box.locator("text.value").bounding_box(), box.locator(".chip").bounding_box()
    expect(box.locator("text.value")).to_have_text(re.compile(r"^\s*0\.0042\s*$"))
    assert value is not None
    assert chip is not None
    assert value["x"] + value["width"] < chip["x"]
