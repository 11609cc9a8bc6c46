"""The page fixture must notice what it is there to notice."""

import pytest
from playwright.sync_api import Page

from tests.browser import chromium


def test_a_console_error_is_noticed(page: Page, problems: list[str]):
    page.goto("/")
    page.evaluate("console.error('broken')")
    assert_only(problems, "console error: broken")


def test_an_uncaught_error_is_noticed(page: Page, problems: list[str]):
    page.goto("/")
    with page.expect_event("pageerror"):
        page.evaluate("void setTimeout(() => { throw new Error('lost') })")
    assert_only(problems, "uncaught error: lost")


def test_a_request_to_another_origin_is_noticed(page: Page, problems: list[str]):
    page.goto("/")
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => null)")
    assert any(problem.startswith("request to another origin: http://127.0.0.1:9/") for problem in problems) or any(
        "Content Security Policy" in problem for problem in problems
    )
    problems.clear()


def test_a_chromium_that_was_asked_for_is_taken_unseen(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(chromium.VARIABLE, "/somewhere/chromium")
    assert str(chromium.find_chromium()) == "/somewhere/chromium"


def test_without_a_chromium_the_ways_out_are_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    monkeypatch.setattr(chromium, "candidates", lambda: iter(()))
    monkeypatch.setattr(chromium.sys, "argv", ["chromium.py", "find"])
    assert chromium.main() == 1
    assert chromium.VARIABLE in capsys.readouterr().out


def assert_only(problems: list[str], start: str) -> None:
    assert len(problems) == 1
    assert problems[0].startswith(start)
    problems.clear()
