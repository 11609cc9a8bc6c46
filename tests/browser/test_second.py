"""Second order on the explore page: forward over reverse stepped, listed, asked why, moved and linked to."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

import adcore
from tests.browser.explore import Explore, read_number

MODE = "forward-over-reverse"
SURFACE = "x**2*y + sin(x*y)"
AT, ALONG = {"x": 1.0, "y": 2.0}, {"x": 1.0, "y": -0.5}
LOOP = "def f(x, y):\n    z = y*2\n    for i in range(4):\n        x = sin(x)*z + cos(x*y)/9\n    return x - y"

KNOWN = """async ([parts]) => {
    const { sumPaths } = await import("/static/js/paths.js");
    const { trace, snapshot, step, course } = await import("/static/js/store.js");
    const { toNumber } = await import("/static/js/numbers.js");
    const { quantityOfPart } = await import("/static/js/quantities.js");
    const { numbersOf } = await import("/static/js/replay.js");
    const sums = parts.flatMap((part) => numbersOf(snapshot.value, part).flatMap((known, node) => {
        if (known === null) return [];
        const { sum } = sumPaths(trace.value, step.value, node, 3, quantityOfPart(part, trace.value.mode));
        return [[part, node, toNumber(known), sum]];
    }));
    return { sums, kept: Math.max(...course.value.kept), last: course.value.kept.at(-1) };
}"""


def expect_results(explore: Explore, expected: list[float]) -> None:
    """Wait until the step card shows the Hessian times the direction."""
    shown = explore.page.locator("#results[data-quantity=second] .derived dd")
    for place, number in enumerate(expected):
        expect(shown.nth(place)).to_have_text(f"{number:.6g}".replace("-", "\N{MINUS SIGN}"))


def test_second_order_is_stepped_and_moved(explore: Explore, tmp_path: Path):
    explore.open_question(SURFACE, AT, "reverse")
    explore.page.locator(f"#mode-{MODE}").click()
    expect(explore.page.locator("#wengert-list thead")).to_contain_text("second order")
    trace = adcore.trace(SURFACE, AT, MODE, seed={"x": 1.0})
    expect(explore.page.locator("#scrub")).to_have_attribute("max", str(len(trace.events)))
    for leaf, rate in ALONG.items():
        explore.field(f"direction in {leaf}").fill(str(rate))
        explore.page.keyboard.press("Enter")
    trace = adcore.trace(SURFACE, AT, MODE, seed=ALONG)
    kinds = [event.kind for event in trace.events]
    explore.page.locator("#last").click()
    explore.expect_step(len(trace.events))
    expect_results(explore, list(adcore.hvp(SURFACE, AT, ALONG)))
    place = len(kinds) - 1 - kinds[::-1].index("curvature")
    explore.page.locator("#scrub").fill(str(place + 1))
    expect(explore.sentence).to_have_text(trace.explain(place).sentence)
    expect(explore.page.locator("#step-card")).to_have_attribute("data-quantity", "second")
    expect(explore.page.locator("#step-card .sum")).to_contain_text("changes")
    explore.page.locator("#last").click()
    explore.expect_step(len(trace.events))
    explore.field("x").fill("1.3")
    explore.page.keyboard.press("Enter")
    expect_results(explore, list(adcore.hvp(SURFACE, AT | {"x": 1.3}, ALONG)))
    explore.page.locator("#share").click()
    with explore.page.expect_download() as saved:
        explore.page.locator("#save-csv").click()
    saved.value.save_as(tmp_path / "table.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "table.csv").read_text(encoding="utf-8"))))
    found = [float(row["second order"]) for row in rows[:2]]
    assert found == pytest.approx(list(adcore.hvp(SURFACE, AT | {"x": 1.3}, ALONG)), rel=1e-12)


@pytest.mark.parametrize("source", [SURFACE, LOOP])
def test_every_number_of_second_order_is_the_sum_of_its_paths(explore: Explore, source: str):
    explore.open_question(source, AT, MODE, seed=ALONG, step=0)
    trace = adcore.trace(source, AT, MODE, seed=ALONG)
    explore.press("End", len(trace.events))
    expect(explore.page.locator("#kept")).to_have_text("0")
    if source == LOOP:
        turn = explore.page.locator("#wengert-list tr.group-row", has_text="turn 4")
        for quantity in ("tangent", "adjoint", "second"):
            expect(turn.locator(f"td[data-quantity={quantity}]")).to_have_text(re.compile(r"\d"))
    found = explore.page.evaluate(KNOWN, [["tangent", "adjoint", "derivative"]])
    for part, node, known, total in found["sums"]:
        assert total == pytest.approx(known, rel=1e-11, abs=1e-11), (part, node)
    assert {part for part, *_ in found["sums"]} == {"tangent", "adjoint", "derivative"}
    assert (found["kept"], found["last"]) == (trace.cost.kept, 0)


def test_each_number_is_asked_why_and_linked_to(explore: Explore):
    trace = adcore.trace(SURFACE, AT, MODE, seed=ALONG)
    explore.open_question(SURFACE, AT, MODE, seed=ALONG)
    explore.press("End", len(trace.events))
    total = explore.page.locator(".path-total b")
    expected = {
        "tangent": ALONG["x"],
        "adjoint": adcore.gradient(SURFACE, AT)[0],
        "derivative": adcore.hvp(SURFACE, AT, ALONG)[0],
    }
    for part, number in expected.items():
        explore.page.locator(f"#wengert-list tr[data-node='0'] button[data-why={part}]").click()
        expect(total).to_have_text(f"{number:#.6g}" if number % 1 else f"{number:g}")
    expect(explore.page.locator("#why-sentence")).to_contain_text("paths lead from v₋₁ up to a partial that changes")
    expect(explore.page.locator(".path-letters").first).to_contain_text("d/dt ∂v")
    explore.page.locator("wg-graph g[data-node='0'] .chip[data-quantity=adjoint]").click()
    expect(explore.page.locator("#why")).to_have_attribute("data-quantity", "adjoint")
    expect(explore.page).to_have_url(re.compile("why=a0"))
    explore.page.reload()
    expect(explore.page.locator("#why")).to_have_attribute("data-quantity", "adjoint")
    expect(total).to_have_text(f"{expected['adjoint']:.6g}")
    assert read_number(total.get_attribute("title")) == pytest.approx(expected["adjoint"], rel=1e-13)


def test_several_outputs_have_no_hessian_and_the_way_back_is_open(explore: Explore):
    explore.open_question("[x*y, x + y]", AT, "reverse")
    explore.page.locator("body").press("h")
    expect(explore.page.locator("body")).to_contain_text("A Hessian belongs to one output; there are 2.")
    explore.page.locator("body").press("f")
    expect(explore.page.locator("body")).not_to_contain_text("A Hessian belongs to one output")
    expect(explore.page.locator("#wengert-list thead")).to_contain_text("tangent")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_second_order_looks_right(
    page: Page, assert_accessible: Callable[[Page], None], artifacts: Path, width: int, scheme: str
):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    fields = {"f": LOOP, "at": json.dumps(AT), "mode": MODE, "seed": json.dumps(ALONG), "step": "150", "why": "d0"}
    page.goto("/#" + urlencode(fields))
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    expect(page.locator("#why")).to_be_visible()
    page.screenshot(path=artifacts / f"second-order-{width}-{scheme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
