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
