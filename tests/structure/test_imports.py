"""Imports run one way, and the engine stays free of the web, of files and of SymPy."""

import ast
import sys
from collections.abc import Iterator

import pytest

from tests.structure.sources import Source, python_sources

# Each module of the engine may import from its own line and from the lines above it.
LAYERS = (
    ("errors",),
    ("limits",),
    ("columns",),
    ("graph", "events", "ledger"),
    ("reach",),
    ("special",),
    ("rows",),
    ("primitives",),
    ("spelling", "scopes", "unreadable", "language"),
    ("values", "arguments"),
    ("functions", "keys", "containers", "tape", "unfolded", "customs", "calls", "repeats", "evaluator", "recorder"),
    ("conditions", "row_texts"),
    ("rules",),
    ("losses",),
    ("interpreter",),
    ("bound", "paired"),
    ("simplify", "closed_forms"),
    ("algebras",),
    ("phrases",),
    ("cautions", "labels", "wording", "staged", "recipes", "adjoints", "entries", "transformed"),
    ("problem",),
    ("loops", "loop_blocks", "loop_tape", "whole", "states", "keeping", "staged_loops"),
    ("modes",),
    ("explain", "trace", "wire"),
    ("program",),
    ("backends",),
    ("accumulate", "compare", "differentiate", "enclosures", "higher", "precise_run"),
    (
        "stepping",
        "notebook",
        "optimisers",
        "uncertainty",
        "peers",
        "kinks",
        "sites",
        "misconceptions",
        "wrong_partials",
        "slips",
        "disguises",
        "pairs",
        "around",
        "oracles",
        "checked",
        "comparison",
        "naming",
        "checking",
        "adjoint_names",
        "watching",
        "local_sweeps",
        "locating",
        "matching",
        "statement_slips",
        "statements",
        "examining",
        "turnings",
        "backward",
        "lost_digits",
        "sound_forms",
        "rewrites",
        "proposals",
        "diagnosis",
    ),
    ("deferred",),
)
ENGINE_LIBRARIES = {"numpy", "scipy", "sympy", "mpmath", "llvmlite"}
# What is large, and the modules that import it where a function needs it.
LATE_HOMES = {
    "sympy": ("adcore.algebras.symbols", "adcore.algebras.typesetting", "adcore.modes.symbolic"),
    "scipy": ("adcore.optimisers",),
}
# What worker processes are forked from; the process that serves never loads it.
LOADER = "server.warm"
# The view in a notebook starts a service; nothing else of the engine touches the outside.
STARTER = "adcore.notebook"
INPUT_AND_OUTPUT = {
    "os",
    "io",
    "pathlib",
    "socket",
    "subprocess",
    "tempfile",
    "shutil",
    "urllib",
    "http",
    "asyncio",
    "pickle",
}
TUTOR_MAY_IMPORT = {"adcore", "server.tutor", "server.lessons"}


def test_the_engine_imports_one_way():
    assert [line for source in python_sources("adcore") for line in upward_imports(source)] == []


def test_the_engine_knows_no_web_and_no_files():
    assert [line for source in python_sources("adcore") for line in foreign_imports(source)] == []


def test_large_libraries_are_imported_only_where_a_worker_calls_for_them():
    assert [line for source in python_sources("adcore", "server") for line in eager_imports(source)] == []


def test_the_serving_process_never_loads_them():
    assert [line for source in python_sources("server") for line in loader_imports(source)] == []


def test_the_tutor_knows_no_web():
    assert [line for source in python_sources("server/tutor") for line in web_imports(source)] == []


def test_the_server_is_not_imported_in_a_circle():
    graph = {source.module: set(known(source)) for source in python_sources("server", "adcore")}
    assert circles(graph) == []


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        ("upward_imports", "adcore/graph.py", "from adcore.modes import forward"),
        ("upward_imports", "adcore/graph.py", "from adcore.language import parse"),
        ("upward_imports", "adcore/nowhere.py", "x = 1"),
        ("foreign_imports", "adcore/graph.py", "import server.api"),
        ("foreign_imports", "adcore/graph.py", "import fastapi"),
        ("foreign_imports", "adcore/graph.py", "from pathlib import Path"),
        ("eager_imports", "adcore/algebras/symbols.py", "import sympy"),
        ("eager_imports", "adcore/optimisers.py", "from scipy.optimize import minimize"),
        ("loader_imports", "server/app.py", "from server import warm"),
        ("eager_imports", "adcore/graph.py", "def f():\n    import sympy"),
        ("web_imports", "server/tutor/lessons.py", "import fastapi"),
        ("web_imports", "server/tutor/lessons.py", "from server.settings import Settings"),
    ],
)
def test_the_checks_find_a_wrong_import(check: str, path: str, text: str):
    assert len(list(globals()[check](Source(path, text)))) == 1


def test_the_checks_find_a_circle():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c"]


def imports(source: Source, within: ast.AST | None = None) -> Iterator[tuple[ast.AST, str]]:
    """Yield every imported name in full: ``from a import b`` is ``a.b``."""
    for node in ast.walk(within or source.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or "" if not node.level else relative_base(source, node)
            yield from ((node, f"{base}.{alias.name}") for alias in node.names)


def late_imports(source: Source) -> set[ast.AST]:
    """Return the imports inside functions, which happen when the function runs and not when the module is loaded."""
    functions = (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {node for function in functions for node, _ in imports(source, function)}


def relative_base(source: Source, node: ast.ImportFrom) -> str:
    parts = source.module.split(".")
    own = 0 if source.path.endswith("/__init__.py") else 1
    kept = parts[: len(parts) - node.level + 1 - own]
    return ".".join([*kept, node.module] if node.module else kept)


def layer(name: str) -> int | None:
    """Return which layer a dotted name of the engine belongs to."""
    part = name.split(".")[1] if "." in name else ""
    return next((at for at, members in enumerate(LAYERS) if part in members), None)


def upward_imports(source: Source) -> Iterator[str]:
    if source.module == "adcore":
        return
    own = layer(source.module)
    if own is None:
        yield f"{source.path} has no place in LAYERS"
        return
    for node, name in imports(source):
        if name.split(".")[0] == "adcore" and (layer(name) is None or layer(name) > own):
            yield f"{source.place(node)} imports {name}"


def foreign_imports(source: Source) -> Iterator[str]:
    for node, name in imports(source):
        top = name.split(".")[0]
        starts = source.module == STARTER and top in ("subprocess", "urllib")
        allowed = (
            starts or top == "adcore" or top in ENGINE_LIBRARIES or top in sys.stdlib_module_names - INPUT_AND_OUTPUT
        )
        if not allowed:
            yield f"{source.place(node)} imports {name}"


def eager_imports(source: Source) -> Iterator[str]:
    late = late_imports(source)
    for node, name in imports(source):
        homes = LATE_HOMES.get(name.split(".")[0])
        at_home = homes is not None and source.module.startswith(homes) and node in late
        if homes is not None and not at_home and source.module != LOADER:
            yield f"{source.place(node)} imports {name}"


def loader_imports(source: Source) -> Iterator[str]:
    late = late_imports(source)
    for node, name in imports(source):
        if name.startswith(LOADER) and node not in late:
            yield f"{source.place(node)} imports {name}"


def web_imports(source: Source) -> Iterator[str]:
    for node, name in imports(source):
        own = any(name == package or name.startswith(f"{package}.") for package in TUTOR_MAY_IMPORT)
        if not own and name.split(".")[0] not in {*sys.stdlib_module_names, "numpy"}:
            yield f"{source.place(node)} imports {name}"


def known(source: Source) -> Iterator[str]:
    """Yield the modules of the project that a module imports as it is loaded."""
    modules = {other.module for other in python_sources("server", "adcore")}
    late = late_imports(source)
    for node, name in imports(source):
        target = name if name in modules else name.rpartition(".")[0]
        if node not in late and target in modules and target != source.module:
            yield target


def circles(graph: dict[str, set[str]]) -> list[str]:
    """Return the modules that are on a circle: those that still import something after all others are taken away."""
    left = {name: targets & graph.keys() for name, targets in graph.items()}
    while True:
        inner = set().union(*left.values()) if left else set()
        kept = {
            name: targets & left.keys() for name, targets in left.items() if targets & left.keys() and name in inner
        }
        if kept == left:
            return sorted(left)
        left = kept
