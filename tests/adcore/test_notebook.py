"""A view in a notebook: the frame, and the service behind it."""

import json
import subprocess
import sys
import time
import urllib.request
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

import adcore
from adcore import notebook
from adcore.errors import ADError

ELSEWHERE = "https://wengert.example.org/"


class Frame(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.attributes = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        assert tag == "iframe"
        self.attributes = dict(attrs)


def test_the_frame_shows_the_function_at_its_point():
    shown = adcore.show("x*y < 3", {"x": 1.5, "y": 2.0}, step=4, service=ELSEWHERE)
    frame = Frame(shown._repr_html_())
    address = urlsplit(frame.attributes["src"])
    fields = {name: values[0] for name, values in parse_qs(address.fragment).items()}
    assert (address.netloc, address.path) == ("wengert.example.org", "/embed")
    assert json.loads(fields.pop("at")) == {"x": 1.5, "y": 2.0}
    assert fields == {"f": "x*y < 3", "mode": "reverse", "step": "4"}
    assert frame.attributes["title"]


def test_numbers_that_json_lacks_are_words():
    shown = adcore.show("x*2", {"x": float("inf")}, service=ELSEWHERE)
    assert json.loads(parse_qs(urlsplit(shown.address).fragment)["at"][0]) == {"x": "inf"}


def test_a_mistake_is_found_before_anything_is_started(monkeypatch):
    monkeypatch.setattr(notebook, "start_service", lambda: pytest.fail("started"))
    with pytest.raises(ADError, match="missing at the end"):
        adcore.show("x +", {"x": 1.0})
    with pytest.raises(ADError, match="no view of symbolic"):
        adcore.show("x", {"x": 1.0}, mode="symbolic")


def test_a_service_is_started_once_and_ends_with_its_python():
    script = (
        "import adcore, urllib.request\n"
        "first, again = (adcore.show('x*x', {'x': 3.0}).address for _ in range(2))\n"
        "assert first == again\n"
        "base = first.partition('/embed')[0]\n"
        "assert urllib.request.urlopen(base + '/healthz').status == 200\n"
        "print(base)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    assert ends(done.stdout.strip() + "/healthz")


def ends(address):
    """Whether nobody answers there after a while."""
    for _ in range(100):
        try:
            urllib.request.urlopen(address, timeout=5)
        except OSError:
            return True
        time.sleep(0.1)
    return False


def test_a_service_that_does_not_start_is_said(monkeypatch):
    monkeypatch.setattr(notebook.sys, "executable", "/bin/echo")
    notebook._service.cache_clear()
    with pytest.raises(ADError, match="did not start"):
        notebook.start_service()
    notebook._service.cache_clear()
