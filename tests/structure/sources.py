"""The project's own source files, as the checks of this folder read them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("adcore", "server")
PYTHON_FOLDERS = (*PACKAGES, "tests", "benchmarks")
PAGE_FOLDERS = ("static/js", "static/css", "static/vendor-src", "templates")
PAGE_SUFFIXES = (".js", ".css", ".html")


@dataclass(frozen=True)
class Source:
    """One file: its path inside the project, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def module(self) -> str:
        """The dotted name that Python imports the file by."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def place(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


@lru_cache(maxsize=2048)  # a file that has been read keeps its tree, which is dear
def read(path: Path) -> Source:
    return Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


def python_sources(*folders: str) -> Iterator[Source]:
    """Yield the Python files of some folders; a folder that is not there yet has none."""
    for folder in folders:
        yield from map(read, sorted((ROOT / folder).rglob("*.py")))


def program_sources() -> Iterator[Source]:
    """Yield every Python file of the project, the tests included."""
    yield from map(read, sorted(ROOT.glob("*.py")))
    yield from python_sources(*PYTHON_FOLDERS)


def page_sources() -> Iterator[Source]:
    """Yield what the browser is served as it was written."""
    for folder in PAGE_FOLDERS:
        yield from (read(path) for path in sorted((ROOT / folder).rglob("*")) if path.suffix in PAGE_SUFFIXES)
