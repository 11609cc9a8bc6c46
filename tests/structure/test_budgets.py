"""Files, functions and nesting stay small enough to be read at a glance."""

import ast
import re
from collections.abc import Iterator

from tests.structure.sources import Source, page_sources, program_sources

FILE_LINES = 400
FUNCTION_LINES = 40
NESTING = 3

BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

JS_BLOCK = re.compile(r"^\s*(?:\} )?(?:if|else|for|while|do|switch|try|catch|finally)\b.*\{$")
JS_FUNCTION = re.compile(
    r"""^\s*(?:
        (?:export\s+)?(?:default\s+)?(?:async\s+)?function\b.*
      | .*=>\s*\{
      | (?:(?:static|async|get|set)\s+)*\*?[\w$\#]+\([^;]*\)\s*\{
      | (?:(?:static|async)\s+)*[\w$\#]+\($
    )""",
    re.VERBOSE,
)


def test_files_are_short():
    assert list(long_files([*program_sources(), *page_sources()])) == []


def test_functions_are_short():
    assert [line for source in program_sources() for line in long_functions(source)] == []


def test_code_is_not_nested_deeply():
    assert [line for source in program_sources() for line in deep_blocks(source)] == []


def test_javascript_functions_are_short():
    assert [line for source in scripts() for line in long_javascript_functions(source)] == []


def test_javascript_is_not_nested_deeply():
    assert [line for source in scripts() for line in deep_javascript_blocks(source)] == []


def test_the_checks_find_what_is_over_budget():
    long = Source("a.py", "def f():\n" + "    pass\n" * FUNCTION_LINES)
    deep = Source("a.py", "def f():\n  if a:\n    for b in c:\n      with d:\n        if e:\n          pass\n")
    script = Source("a.js", "class A {\n  f(a) {\n" + "    g();\n" * FUNCTION_LINES + "  }\n}\n")
    nested = Source("a.js", "".join("  " * depth + "if (a) {\n" for depth in range(NESTING + 1)))
    assert list(long_functions(long)) == ["a.py:1 f has 41 lines"]
    assert list(deep_blocks(deep)) == ["a.py:5 is nested 4 deep"]
    assert list(long_files([Source("a.css", "\n" * 401)])) == ["a.css has 401 lines"]
    assert list(long_javascript_functions(script)) == ["a.js:2 has 42 lines"]
    assert list(deep_javascript_blocks(nested)) == ["a.js:4 is nested 4 deep"]


def test_an_else_if_is_not_one_level_deeper():
    chain = "if a:\n  pass\n" + "elif b:\n  pass\n" * 10
    assert list(deep_blocks(Source("a.py", chain))) == []


def scripts() -> list[Source]:
    return [source for source in page_sources() if source.path.endswith(".js")]


def long_files(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        count = len(source.text.splitlines())
        if count > FILE_LINES:
            yield f"{source.path} has {count} lines"


def long_functions(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, FUNCTIONS):
            count = (node.end_lineno or node.lineno) - node.lineno + 1
            if count > FUNCTION_LINES:
                yield f"{source.place(node)} {node.name} has {count} lines"


def deep_blocks(source: Source) -> Iterator[str]:
    stack: list[tuple[ast.AST, int]] = [(source.tree, 0)]
    while stack:
        node, depth = stack.pop()
        for field, child in children(node):
            inner = 0 if isinstance(child, FUNCTIONS) else depth
            if isinstance(child, BLOCKS) and not is_else_if(node, field, child):
                inner += 1
            if inner == NESTING + 1 and inner > depth:
                yield f"{source.place(child)} is nested {inner} deep"
            stack.append((child, inner))


def children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for field, value in ast.iter_fields(node):
        yield from (
            (field, item) for item in (value if isinstance(value, list) else [value]) if isinstance(item, ast.AST)
        )


def is_else_if(parent: ast.AST, field: str, child: ast.AST) -> bool:
    return isinstance(parent, ast.If) and field == "orelse" and isinstance(child, ast.If) and len(parent.orelse) == 1


def long_javascript_functions(source: Source) -> Iterator[str]:
    lines = source.text.splitlines()
    for start, line in enumerate(lines):
        if JS_FUNCTION.match(line) and not JS_BLOCK.match(line):
            end = closing(lines, start)
            if end - start + 1 > FUNCTION_LINES:
                yield f"{source.path}:{start + 1} has {end - start + 1} lines"


def closing(lines: list[str], start: int) -> int:
    """Return the line that ends a function: the first closing brace that stands as far in as the function does."""
    margin = " " * indent(lines[start])
    if lines[start].rstrip().endswith(("}", "};", "});", "},", "),", ";")):
        return start
    ends = (at for at in range(start + 1, len(lines)) if re.match(rf"{margin}\}}(?!\s*[\w(])", lines[at]))
    return next(ends, start)


def deep_javascript_blocks(source: Source) -> Iterator[str]:
    open_blocks: list[int] = []
    for number, line in enumerate(source.text.splitlines(), start=1):
        if not line.strip():
            continue
        while open_blocks and indent(line) <= open_blocks[-1]:
            open_blocks.pop()
        if JS_BLOCK.match(line):
            open_blocks.append(indent(line))
            if len(open_blocks) == NESTING + 1:
                yield f"{source.path}:{number} is nested {len(open_blocks)} deep"


def indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
