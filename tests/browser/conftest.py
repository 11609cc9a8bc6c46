"""What every browser test stands on: the real app, a real Chromium, and a page that forgives nothing."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    WebError,
    expect,
    sync_playwright,
)
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.app import create_app
from server.listener import configuration, open_socket
from server.settings import Settings
from tests.browser.chromium import WAYS_OUT, environment, find_chromium
from tests.browser.explore import Explore
from tests.browser.profile import ONE_PROCESS, Profile

# A loaded machine may take long, to start, to answer and to draw; what never comes fails all the same.
WAIT_SECONDS = 60
WAIT_MILLISECONDS = 1000 * WAIT_SECONDS
expect.set_options(timeout=WAIT_MILLISECONDS)
SCHEMES = ("light", "dark")
VIOLATIONS = "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)"
OUTCOME = pytest.StashKey[pytest.TestReport]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[OUTCOME] = report
    return report


class KeptFiles:
    """The app, but for one header: its files do not change during the tests, so the browser need not ask whether."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_kept(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["path"].startswith("/static/"):
                MutableHeaders(scope=message)["Cache-Control"] = "max-age=86400"
            await send(message)

        await self.app(scope, receive, send_kept if scope["type"] == "http" else send)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Serve the app on a free port of this machine and give its address."""
    settings = Settings(host="127.0.0.1", port="0", numeric_seconds=WAIT_SECONDS, symbolic_seconds=WAIT_SECONDS)
    listening = open_socket(settings)
    server = uvicorn.Server(configuration(KeptFiles(create_app(settings)), settings))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="app")
    thread.start()
    try:
        wait_until_started(server, thread)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            pytest.fail("the app did not start", pytrace=False)
        time.sleep(0.02)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once for all tests. A machine without one fails them: a skipped test tells nothing."""
    program = find_chromium()
    if program is None:
        pytest.fail(WAYS_OUT, pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, env=environment(program), args=[ONE_PROCESS])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def profile(browser: Browser, address: str) -> Iterator[Profile]:
    """Give the profile of all tests of this process."""
    kept = Profile(browser, address, WAIT_MILLISECONDS)
    yield kept
    kept.close()


@pytest.fixture
def context(profile: Profile) -> Iterator[BrowserContext]:
    """Give a profile with nothing in it."""
    yield profile.open()
    profile.empty()


@pytest.fixture
def problems() -> list[str]:
    """Collect what the page must not do; whatever is left in it after the test fails the test."""
    return []


@pytest.fixture
def page(
    context: BrowserContext, address: str, problems: list[str], artifacts: Path, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """Open a page that fails its test on a console error, an uncaught error or a request to another origin."""
    watching = watch(context, address, problems)
    opened = context.new_page()
    yield opened
    for event, note in watching.items():
        context.remove_listener(event, note)
    report = request.node.stash.get(OUTCOME, None)
    if problems or (report is not None and report.failed):
        opened.screenshot(path=artifacts / f"{request.node.name.replace('/', '_')}.png")
    if problems:
        pytest.fail("the page did what it must not:\n  " + "\n  ".join(problems), pytrace=False)


@pytest.fixture
def explore(page: Page) -> Explore:
    """Give the explore page, not opened yet."""
    return Explore(page)


def watch(context: BrowserContext, address: str, problems: list[str]) -> dict[str, Callable[[Any], None]]:
    """Write down every problem of every page of a context; what listens is given back, to be taken away again."""
    own = urlsplit(address).netloc

    def note_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not is_refusal(message, address):
            problems.append(f"console error: {message.text} ({message.location.get('url')})")

    def note_foreign(url: str) -> None:
        if urlsplit(url).scheme in ("http", "https", "ws", "wss") and urlsplit(url).netloc != own:
            problems.append(f"request to another origin: {url}")

    def note_page(page: Page) -> None:
        page.on("websocket", lambda socket: note_foreign(socket.url))

    def note_request(request: Request) -> None:
        note_foreign(request.url)

    def note_error(error: WebError) -> None:
        problems.append(f"uncaught error: {error.error}")

    watching = {"console": note_console, "weberror": note_error, "request": note_request, "page": note_page}
    for event, note in watching.items():
        context.on(event, note)
    return watching


def is_refusal(message: ConsoleMessage, address: str) -> bool:
    """Tell whether Chromium reports an answer 422 of the interface: that is how the app says that the text is wrong."""
    url = message.location.get("url", "")
    return "the server responded with a status of 422" in message.text and url.startswith(f"{address}/api/")


@pytest.fixture(scope="session")
def artifacts(pytestconfig: pytest.Config) -> Path:
    """Give the folder for screenshots."""
    folder: Path = pytestconfig.getoption("--artifacts")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[..., None]:
    """Give a check that axe finds nothing wrong with the page as it is now."""
    script = Axe().axe_script

    def check(page: Page, where: str = "") -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(script)
        violations = page.evaluate(VIOLATIONS)
        found = [f"{where}{rule['id']}: {' '.join(node['target'])}" for rule in violations for node in rule["nodes"]]
        assert found == []

    return check


@pytest.fixture(scope="session")
def assert_accessible_in_each_scheme(assert_accessible: Callable[[Page, str], None]) -> Callable[[Page], None]:
    """Give that check of a page in light and in dark colours, without motion."""

    def check(page: Page) -> None:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert_accessible(page, f"{scheme}, ")

    return check
