import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

# Every machine, however slow, tries the same examples.
settings.register_profile("everywhere", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("everywhere")


@pytest.fixture(scope="session", autouse=True)
def examples_of_hypothesis() -> Iterator[None]:
    """Draw no constants of the modules that are loaded: which of them are is chance where tests run side by side."""
    try:
        from hypothesis.internal.conjecture.providers import Constants
    except ImportError:  # a part of Hypothesis that it may arrange otherwise
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hypothesis.internal.conjecture.providers._get_local_constants", Constants, raising=False)
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--artifacts",
        type=Path,
        default=ROOT / "artifacts",
        help="folder for the screenshots of the browser tests (default: artifacts)",
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage while the tests are collected, of which none is: that would take half of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser tests last: as long as Playwright is started, nothing else can run an event loop of its own.

    One that fails is run once more, and said to have been: a browser on a busy machine can miss a moment. What is wrong
    fails twice.
    """
    items.sort(key=is_in_browser)
    for item in filter(is_in_browser, items):
        item.add_marker(pytest.mark.flaky(reruns=1))


def is_in_browser(item: pytest.Item) -> bool:
    return (ROOT / "tests" / "browser") in item.path.parents
