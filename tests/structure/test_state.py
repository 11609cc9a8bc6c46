"""No module and no class holds state that a run could change: threads share modules."""

import ast
import collections
import importlib
import types
from collections.abc import Iterator

import numpy as np
import pytest

from tests.structure.sources import Source, python_sources

MUTABLE = (list, dict, set, bytearray, collections.deque)
LITERALS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
# Frameworks read these; nothing of ours writes them.
ASSIGNED_FOR_FRAMEWORKS = {"model_config"}
MODULES = tuple(source.module for source in python_sources("adcore", "server") if "__main__" not in source.path)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_holds_nothing_that_can_change(name: str):
    assert list(mutable_values(importlib.import_module(name))) == []


def test_no_function_rebinds_a_global():
    assert [line for source in python_sources("adcore", "server") for line in rebindings(source)] == []


def test_no_class_holds_a_mutable_default():
    assert [line for source in python_sources("adcore", "server") for line in class_literals(source)] == []


def test_no_cache_grows_without_bound():
    assert [line for source in python_sources("adcore", "server") for line in unbounded_caches(source)] == []


@pytest.mark.parametrize("value", [[], {}, set(), bytearray(), collections.defaultdict(list), np.zeros(1)])
def test_the_check_finds_a_mutable_value(value: object):
    module = types.ModuleType("sample")
    module.TABLE = value
    assert list(mutable_values(module)) == ["sample.TABLE"]


@pytest.mark.parametrize("value", [(), frozenset(), types.MappingProxyType({}), 1.0])
def test_the_check_leaves_alone_what_cannot_change(value: object):
    module = types.ModuleType("sample")
    module.TABLE = value
    assert list(mutable_values(module)) == []


def test_the_checks_find_state_in_code():
    assert len(list(rebindings(Source("a.py", "def f():\n    global a\n    a = 1")))) == 1
    assert len(list(class_literals(Source("a.py", "class A:\n    found: list[int] = []")))) == 1
    assert len(list(unbounded_caches(Source("a.py", "@cache\ndef f(a):\n    pass")))) == 1
    assert len(list(unbounded_caches(Source("a.py", "@lru_cache(maxsize=None)\ndef f(a):\n    pass")))) == 1
    assert list(unbounded_caches(Source("a.py", "@cache\ndef f():\n    pass"))) == []


def mutable_values(module: types.ModuleType) -> Iterator[str]:
    for name, value in vars(module).items():
        writable = isinstance(value, np.ndarray) and value.flags.writeable
        if not name.startswith("__") and (writable or isinstance(value, MUTABLE)):
            yield f"{module.__name__}.{name}"


def rebindings(source: Source) -> Iterator[str]:
    return (f"{source.place(node)} rebinds a global" for node in ast.walk(source.tree) if isinstance(node, ast.Global))


def class_literals(source: Source) -> Iterator[str]:
    classes = (node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef))
    statements = (statement for node in classes for statement in node.body)
    for statement in statements:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, LITERALS):
            names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
            if not names & ASSIGNED_FOR_FRAMEWORKS:
                yield f"{source.place(statement)} is shared by all instances"


def unbounded_caches(source: Source) -> Iterator[str]:
    """Yield the functions of something that keep every answer; one of nothing has a single answer to keep."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef) and node.args.args:
            texts = [ast.unparse(decorator).removeprefix("functools.") for decorator in node.decorator_list]
            if any(text in ("cache", "lru_cache(None)", "lru_cache(maxsize=None)") for text in texts):
                yield f"{source.place(node)} caches without bound"
