"""The files that CONTRIBUTING.md names are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = [
    str(path.relative_to(ROOT))
    for top in ("adcore", "server", "static", "tests", "benchmarks", "docs")
    for path in (ROOT / top).rglob("*")
] + [path.name for path in ROOT.iterdir()]


def missing(text):
    """The names in backticks that look like files and end no path of the project."""
    named = re.findall(r"`([\w/.-]+(?:\.(?:py|mjs|js|md|json)|/))`", text)
    return [name for name in named if not any(f"/{path}".endswith(f"/{name.rstrip('/')}") for path in FILES)]


def test_every_file_that_is_named_exists():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    assert "`adcore/interpreter.py`" in text
    assert missing(text) == []


def test_a_name_without_a_file_is_found():
    assert missing("`adcore/graph.py`, `graph.py`, `adcore/nowhere.py`, `adcore/modes/`") == ["adcore/nowhere.py"]
