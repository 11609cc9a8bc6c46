from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--artifacts",
        type=Path,
        default=ROOT / "artifacts",
        help="folder for the screenshots of the browser tests (default: artifacts)",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser tests last: as long as Playwright is started, nothing else can run an event loop of its own."""
    items.sort(key=lambda item: (ROOT / "tests" / "browser") in item.path.parents)
