"""A backward program with one loop run the other way round, or with the branches of one condition exchanged.

Where that makes the gradient right at every point, it is the mistake: a sweep goes from the last turn to the first.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy

from adcore.errors import ADError
from adcore.language import Syntax, check
from adcore.limits import Limits
from adcore.primitives import FUNCTIONS

MOST = 12
"""Loops and conditions up to which each is turned."""


def turnings(syntax: Syntax, limits: Limits) -> Iterator[tuple[str, ast.stmt, Syntax]]:
    """Every program with one of them turned: what was turned, the statement, and the program.

    for i in range(3): ...      for i in reversed(range(3)): ...
    if x > 0: ...               if not x > 0: ...
    """
    statements = _statements(syntax.tree)
    for k, statement in enumerate(statements if len(statements) <= MOST else ()):
        tree = deepcopy(syntax.tree)
        turned = _statements(tree)[k]
        if isinstance(turned, ast.For):
            turned.iter = ast.Call(ast.Name("reversed", ast.Load()), [turned.iter], [])
        else:
            turned.test = ast.UnaryOp(ast.Not(), turned.test)
        try:
            yield "loop-order" if isinstance(turned, ast.For) else "exchanged", statement, _read(tree, limits)
        except ADError:
            continue  # a loop whose turns have no other order


def _statements(tree: ast.Module) -> list[ast.For | ast.If]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.If)]


def _read(tree: ast.Module, limits: Limits) -> Syntax:
    return check(ast.unparse(ast.fix_missing_locations(tree)), FUNCTIONS, limits)
