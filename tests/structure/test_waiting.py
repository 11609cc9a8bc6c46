"""Browser tests wait for functions: under the page's content policy a bare expression can be asked only once."""

import re

import pytest

from tests.structure.sources import Source, python_sources

# Playwright keeps a function that it has evaluated; an expression is evaluated again at each look, which
# the policy of every page forbids, so that the test passes only where the first look finds it true.
BARE_WAIT = re.compile(r"wait_for_function\(\s*\"++(?!\s*(?:\(|\w+ =>))")


def test_every_wait_is_for_a_function():
    assert [place for source in python_sources("tests/browser") for place in bare_waits(source)] == []


@pytest.mark.parametrize("text", ['wait_for_function("a.b")', 'wait_for_function(\n    """a.b""")'])
def test_the_check_finds_a_bare_wait(text: str):
    assert len(bare_waits(Source("a.py", text))) == 1


@pytest.mark.parametrize("text", ['wait_for_function("() => a.b")', 'wait_for_function("a => a.b")'])
def test_the_check_leaves_a_function_alone(text: str):
    assert bare_waits(Source("a.py", text)) == []


def bare_waits(source: Source) -> list[str]:
    return [
        f"{source.path}:{source.text.count(chr(10), 0, found.start()) + 1} waits for an expression"
        for found in BARE_WAIT.finditer(source.text)
    ]
