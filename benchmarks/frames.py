"""How smoothly the page draws: frame times while a sweep plays, and how soon a dragged slider is seen.

    python -m benchmarks.frames

Chromium draws without a graphics card, in software. A frame is the time between two callbacks of
`requestAnimationFrame`; 60 a second are 16.7 ms. The time of a drag runs from the input event to the frame after the
one in which the new number stands in the Wengert list. Both grow on a busy machine; the last column, the processor time
of the page's main thread for each frame or drag, hardly does.
"""

import json
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import uvicorn
from playwright.sync_api import CDPSession, Page, sync_playwright

from server.app import create_app
from server.listener import configuration, open_socket
from server.settings import Settings
from tests.browser.chromium import WAYS_OUT, environment, find_chromium

LOGISTIC = "def f(x):\n    for i in range({turns}):\n        x = 3.7*x*(1 - x)\n    return x"
NETWORK = """def net(x, w):
    for layer in range({layers}):
        x = [tanh(sum([w*a for a in x]) + 0.1*b) for b in x]
    return sum(x)"""
SECONDS = 4
DRAGS = 60

# Records the times of frames for a while, then gives them in milliseconds.
WATCH_FRAMES = """seconds => new Promise((done) => {
    const times = [];
    let last = performance.now();
    const end = last + seconds * 1000;
    const frame = (now) => {
        times.push(now - last);
        last = now;
        if (now < end) requestAnimationFrame(frame);
        else done(times.slice(3));
    };
    requestAnimationFrame(frame);
})"""

# Moves the first slider as a hand does, each time waiting until what it changed has been drawn.
DRAG = """async (drags) => {
    const slider = document.querySelector("wg-point input[type=range]");
    const list = document.querySelector("#wengert-list");
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const change = () => new Promise((done) => {
        const watch = new MutationObserver(() => (watch.disconnect(), done()));
        watch.observe(list, { subtree: true, childList: true, characterData: true, attributeFilter: ["title"] });
        setTimeout(() => (watch.disconnect(), done()), 3000);
    });
    const times = [];
    for (let drag = 0; drag < drags; drag += 1) {
        const changed = change();
        const start = performance.now();
        const share = 0.2 + 0.6 * ((drag * 7) % drags) / drags;
        slider.value = Number(slider.min) + share * (Number(slider.max) - Number(slider.min));
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await changed;
        await frame();
        times.push(performance.now() - start);
        await new Promise((done) => setTimeout(done, 60));
    }
    return times.slice(3);
}"""


@dataclass(frozen=True)
class Scene:
    """A program as it is shown: opened altogether, at which size."""

    name: str
    source: str
    at: dict[str, Any]
    whole: bool


SCENES = (
    Scene("logistic, 30 turns, folded", LOGISTIC.format(turns=30), {"x": 0.3}, False),
    Scene("logistic, 1,990 turns, folded", LOGISTIC.format(turns=1990), {"x": 0.3}, False),
    Scene("network, 1,000 nodes, all open and in view", NETWORK.format(layers=5), {"x": [0.1] * 9, "w": 0.2}, True),
    Scene("network, 10,000 nodes, all open and in view", NETWORK.format(layers=21), {"x": [0.1] * 14, "w": 0.1}, True),
    Scene("logistic, 10,000 nodes, all open and in view", LOGISTIC.format(turns=1990), {"x": 0.3}, True),
)


DRAGGED = Scene("slider, 100 nodes", LOGISTIC.format(turns=20), {"x": 0.3}, True)
TITLES = f"{'nodes':>8}{'median ms':>12}{'p95 ms':>12}{'cpu ms':>12}"


@contextmanager
def serve() -> Iterator[str]:
    """Serve the app on a free port."""
    settings = Settings(host="127.0.0.1", port="0", numeric_seconds="30")
    listening = open_socket(settings)
    server = uvicorn.Server(configuration(create_app(settings), settings))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def open_scene(page: Page, address: str, scene: Scene) -> int:
    """Show a scene and return how many nodes it has."""
    unfolded = "all" if scene.whole else ""
    fields = urlencode({"f": scene.source, "at": json.dumps(scene.at), "mode": "reverse", "open": unfolded})
    page.goto("about:blank")
    page.goto(f"{address}/#{fields}")
    page.wait_for_selector("html[data-ready=true]", timeout=120_000)
    if scene.whole:
        page.get_by_role("button", name="Fit the whole graph").click()
    return int(page.evaluate("import('/static/js/store.js').then(({ graph }) => graph.value.op.length)"))


def measure_play(page: Page) -> list[float]:
    """Play as fast as the page can and return the times of the frames."""
    page.locator("#speed").select_option("64")
    page.get_by_role("button", name="Play").click()
    times: list[float] = page.evaluate(WATCH_FRAMES, SECONDS)
    return times


def measure_drags(page: Page) -> list[float]:
    """Drag the slider to and fro at the end of the sweep and return how long each drag took to be seen."""
    page.locator("#last").click()
    times: list[float] = page.evaluate(DRAG, DRAGS)
    return times


def measure(page: Page, action: Callable[[Page], list[float]]) -> tuple[list[float], float]:
    """Return the times that an action gives, and the processor time of the main thread for each of them, in ms."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = busy_seconds(session)
    times = action(page)
    spent = busy_seconds(session) - before
    session.detach()
    return times, 1000 * spent / len(times)


def busy_seconds(session: CDPSession) -> float:
    """Return how long the main thread of a page has worked since it was opened, waiting left out."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration")


def percentile(times: list[float], share: float) -> float:
    """Return the time that a share of the times stays below."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def report(page: Page, address: str, scene: Scene, action: Callable[[Page], list[float]]) -> str:
    """Measure a scene and return its line of the table."""
    nodes = open_scene(page, address, scene)
    times, busy = measure(page, action)
    columns = (statistics.median(times), percentile(times, 0.95), busy)
    return f"{scene.name:<46}{nodes:>8,}" + "".join(f"{each:>12.1f}" for each in columns)


def main() -> None:
    """Print the table."""
    program = find_chromium()
    if program is None:
        raise SystemExit(WAYS_OUT)
    with serve() as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, env={**environment(program)})
        page = chromium.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
        print(f"{'frames while playing':<46}{TITLES}")
        for scene in SCENES:
            print(report(page, address, scene, measure_play), flush=True)
        print(f"\n{'from the input to its repaint':<46}{TITLES}")
        print(report(page, address, DRAGGED, measure_drags), flush=True)
        chromium.close()


if __name__ == "__main__":
    main()
