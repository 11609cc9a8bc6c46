"""Nothing that a stranger types is ever executed, and nothing that the server sends becomes HTML by itself."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.structure.sources import Source, page_sources, python_sources

FORBIDDEN_CALLS = {"eval", "exec", "__import__"}
FORBIDDEN_NAMES = {"sympify", "parse_expr", "lambdify", "parse_latex", "import_module"}
PICKLE_READERS = {"load", "loads", "Unpickler"}
# Dispatch over our own syntax classes, and functions that rows name; never a name that a user gave.
GETATTR_OWNERS = {"self", "math", "np", "self.sympy", "self.context"}
CONSTANT_NAME = re.compile(r"_?[A-Z][A-Z_]*")
COMPILING_FOLDER = "adcore/backends/"
CATCH_ALL_HOME = "server/edge.py"
FORBIDDEN_SCRIPT = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|unsafeHTML|unsafeSVG|unsafeMathML|createContextualFragment)\b"
    r"|\bdocument\.write|\beval\(|\bnew Function\b|\bsetTimeout\(\s*[\"'`]|\bDOMParser\b"
)


def test_no_text_is_executed():
    assert [line for source in python_sources("adcore", "server") for line in executions(source)] == []


def test_only_one_handler_catches_everything():
    found = [line for source in python_sources("adcore", "server") for line in catch_alls(source)]
    assert [line for line in found if not line.startswith(CATCH_ALL_HOME)] == []
    assert len(found) <= 1


def test_the_page_makes_no_html_from_text():
    scripts = (source for source in page_sources() if source.path.endswith(".js"))
    assert [line for source in scripts for line in html_makers(source)] == []


@pytest.mark.parametrize(
    "text",
    [
        "eval(a)",
        "builtins.exec(a)",
        "compile(a, b, c)",
        "sympy.sympify(a)",
        "from sympy.parsing.sympy_parser import parse_expr",
        "pickle.loads(a)",
        "__import__(a)",
        "getattr(a, b)",
        "template.format(a)",
    ],
)
def test_the_check_finds_an_execution(text: str):
    assert list(executions(Source("server/api.py", text))) != []


@pytest.mark.parametrize(
    "text",
    ["re.compile('a')", "getattr(a, 'b')", "getattr(self, a)", "'{}'.format(a)", "_TEXT.format(a)", "json.loads(a)"],
)
def test_the_check_leaves_alone_what_is_harmless(text: str):
    assert list(executions(Source("server/api.py", text))) == []


def test_our_own_code_may_be_compiled_by_a_backend():
    source = "compile(ours, '<graph>', 'exec')"
    assert list(executions(Source("adcore/backends/python.py", source))) == []
    assert list(executions(Source("adcore/modes/forward.py", source))) != []


@pytest.mark.parametrize("kind", ["", " Exception", " BaseException", " (ValueError, Exception)"])
def test_the_check_finds_a_catch_all(kind: str):
    text = f"try:\n    f()\nexcept{kind}:\n    pass\n"
    assert len(list(catch_alls(Source("server/api.py", text)))) == 1
    assert list(catch_alls(Source("server/api.py", text.replace("    pass", "    raise")))) == []


@pytest.mark.parametrize("text", ["a.innerHTML = b;", "new Function(a)", "import { unsafeHTML } from 'lit'"])
def test_the_check_finds_html_from_text(text: str):
    assert len(list(html_makers(Source("static/js/a.js", text)))) == 1


def executions(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        what = forbidden_import(node) or (forbidden_call(source, node) if isinstance(node, ast.Call) else None)
        if what:
            yield f"{source.place(node)} uses {what}"


def forbidden_import(node: ast.AST) -> str | None:
    names = {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) else set()
    return next(iter(names & FORBIDDEN_NAMES), None)


def forbidden_call(source: Source, node: ast.Call) -> str | None:
    owner, name = called(node.func)
    compiles = source.path.startswith(COMPILING_FOLDER)
    if name in FORBIDDEN_NAMES or (owner == "pickle" and name in PICKLE_READERS):
        return name
    if name in FORBIDDEN_CALLS or (name == "compile" and owner is None):
        return None if compiles else name
    if name == "getattr" and not is_harmless_getattr(node):
        return "getattr with a computed name"
    if name == "format" and owner is not None and not is_literal(node.func):
        return "format on a computed text"
    return None


def is_harmless_getattr(node: ast.Call) -> bool:
    return ast.unparse(node.args[0]) in GETATTR_OWNERS or isinstance(node.args[1], ast.Constant)


def is_literal(function: ast.expr) -> bool:
    """Tell whether a method belongs to a text that is written out, here or in a constant."""
    text = function.value if isinstance(function, ast.Attribute) else None
    return isinstance(text, ast.Constant) or (isinstance(text, ast.Name) and bool(CONSTANT_NAME.fullmatch(text.id)))


def called(function: ast.expr) -> tuple[str | None, str]:
    """Return the owner and the name of what is called: ``a.b(...)`` is ("a", "b")."""
    if isinstance(function, ast.Name):
        return None, function.id
    if isinstance(function, ast.Attribute):
        return ast.unparse(function.value), function.attr
    return None, ""


def catch_alls(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and catches_all(node):
            yield f"{source.place(node)} catches everything"


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler swallows every exception; one that raises it again only looks on."""
    names = (
        {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} if handler.type else {"Exception"}
    )
    last = handler.body[-1]
    raises_again = isinstance(last, ast.Raise) and last.exc is None
    return bool(names & {"Exception", "BaseException"}) and not raises_again


def html_makers(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), start=1):
        found = FORBIDDEN_SCRIPT.search(line)
        if found:
            yield f"{source.path}:{number} uses {found.group()}"
