"""The page for other pages' frames: it restores the exact step, stands in a foreign page, and needs nothing else."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

import adcore

SOURCE = "a = x1/x2\nreturn a*sin(a)"
AT = {"x1": 1.5, "x2": 0.5}
STEP = 12


def fields(**more: object) -> str:
    return urlencode({"f": SOURCE, "at": '{"x1": 1.5, "x2": 0.5}', "mode": "reverse", "step": STEP} | more)


def expect_step(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    expect(page.locator("#scrub")).to_have_js_property("value", str(STEP))
    sentence = adcore.trace(SOURCE, AT, "reverse").explain(STEP - 1).sentence
    expect(page.locator("#sentence")).to_have_text(sentence)


@pytest.mark.parametrize("mark", ["?", "#"])
def test_the_exact_step_is_restored(page: Page, mark: str):
    page.goto(f"/embed{mark}{fields()}")
    expect_step(page)
    expect(page.locator(".top")).to_have_count(0)
    page.get_by_role("button", name="To the result").click()
    expected = adcore.gradient(SOURCE, AT)
    expect(page.locator(".caption-result")).to_have_text(
        f"x̄₁ = {expected[0]:.4g}, x̄₂ = {expected[1]:.4g}".replace("x̄", "x̄").replace("-", "\N{MINUS SIGN}")
    )


def test_the_whole_page_is_one_click_away(page: Page):
    page.goto(f"/embed#{fields()}")
    expect_step(page)
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Wengert").click()
    expect(popup.value.locator("#step-card")).to_have_attribute("data-step", str(STEP))


SURFACE = "x**2 * y + y**3"
ALONG = {"x": 1.0, "y": 1.0}
CORNER = {"x": 1.0, "y": 2.0}


def second_order(step: int) -> str:
    return "/embed#" + urlencode(
        {
            "f": SURFACE,
            "at": '{"x": 1, "y": 2}',
            "mode": "forward-over-reverse",
            "seed": '{"x": 1, "y": 1}',
            "step": step,
        }
    )


def test_second_order_is_shown_as_the_engine_has_it(page: Page, assert_accessible: Callable[[Page], None]):
    trace = adcore.trace(SURFACE, CORNER, "forward-over-reverse", seed=ALONG)
    page.goto(second_order(len(trace.events)))
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    along, weights = adcore.hvp(SURFACE, CORNER, ALONG), adcore.gradient(SURFACE, CORNER)
    for node, name in enumerate(CORNER):
        words = f"value {CORNER[name]:.4g}, tangent 1, adjoint {weights[node]:.4g}, second order {along[node]:.4g}"
        expect(page.locator(f"g[data-node='{node}']")).to_have_attribute("aria-label", re.compile(words))
        expect(page.locator(f"g[data-node='{node}'] .chip[data-quantity='second']")).to_contain_text(
            f"{along[node]:.4g}"
        )
    expect(page.locator(".caption-result")).to_contain_text(f"= {along[0]:.4g}")
    assert_accessible(page)
    curvature = [event.kind for event in trace.events].index("curvature")
    page.goto(second_order(curvature + 1))
    expect(page.locator("#sentence")).to_have_text(trace.explain(curvature).sentence)
    expect(page.locator(".box.current")).to_have_attribute("data-phase", "second")
    event = trace.events[curvature]
    expect(page.locator(".tag .product")).to_contain_text(f"{event.partial:.4g}")


OVERLAPS = """() => [...document.querySelectorAll("wg-graph .box")].filter((box) => {
    const chips = [...box.querySelectorAll(".chip rect")].map((chip) => chip.getBoundingClientRect());
    const card = box.querySelector(".card").getBoundingClientRect();
    const inside = chips.every((chip) => chip.left > card.left && chip.right < card.right);
    const apart = (one, other) => one.right < other.left || other.right < one.left || one.bottom < other.top;
    return !inside || chips.some((chip, at) => chips.slice(0, at).some((other) => !apart(other, chip)));
}).map((box) => box.textContent)"""


def test_numbers_of_second_order_stand_beside_each_other(page: Page):
    at, along = {"x": -0.00123456789, "y": -1.23456e-9}, {"x": -0.00012345678, "y": -4.56789e-123}
    trace = adcore.trace("x*x*y - y*y*x", at, "forward-over-reverse", seed=along)
    fields = {"f": "x*x*y - y*y*x", "at": json.dumps(at), "mode": "forward-over-reverse", "seed": json.dumps(along)}
    page.goto("/embed#" + urlencode(fields | {"step": str(len(trace.events))}))
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    expect(page.locator("g[data-node='0'] .chip")).to_have_count(3)
    assert page.evaluate(OVERLAPS) == []
    expect(page.locator("g[data-node='1'] .chip[data-quantity='tangent']")).to_contain_text("−5e−123")


@pytest.mark.parametrize("width", [390, 800])
def test_it_is_accessible(page: Page, width: int, assert_accessible_in_each_scheme: Callable[[Page], None]):
    page.set_viewport_size({"width": width, "height": 480})
    page.goto(f"/embed#{fields()}")
    expect_step(page)
    assert_accessible_in_each_scheme(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.fixture
def foreign(address: str) -> Iterator[str]:
    """Serve a page of another origin that frames the service: its short page, and its whole one, which refuses."""
    frames = "".join(f'<iframe name="{name}" src="{address}{path}"></iframe>' for name, path in FRAMES.items())
    body = f"<!doctype html><title>Elsewhere</title>{frames}".encode()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


FRAMES = {"short": f"/embed#{fields()}", "whole": f"/#{fields()}"}


def test_a_foreign_page_can_frame_this_page_and_no_other(browser: Browser, foreign: str):
    """A context of its own: the page fixture forbids the other origin that this is about."""
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(foreign)
    short = page.frame(name="short")
    whole = page.frame(name="whole")
    assert short is not None
    assert whole is not None
    expect(short.locator("html")).to_have_attribute("data-ready", "true")
    expect(short.locator("#scrub")).to_have_js_property("value", str(STEP))
    assert whole.locator("wg-transport").count() == 0
    context.close()
