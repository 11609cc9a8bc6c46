"""Runs a checked program, statement by statement, and writes what it does with numbers on a tape."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from types import MappingProxyType
from typing import Any

from adcore.calls import CALLED, call_builtin, elements, members, position
from adcore.customs import call_custom, rule_of
from adcore.errors import ADError, Caution, Span
from adcore.functions import at_once, bind, in_fresh_thread
from adcore.language import CONSTANTS, OPERATORS, Syntax
from adcore.repeats import repeat
from adcore.scopes import stored_names
from adcore.tape import Tape
from adcore.values import SEQUENCES, Closure, Frame, Returned, Traced, describe, is_number

COMPARISONS = MappingProxyType({"Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge", "Eq": "eq", "NotEq": "ne"})
BREAK, CONTINUE = "break", "continue"
INDEXED = (list, tuple, range)
CALLS_PER_THREAD = 24
"""Python bounds how deep calls go in one thread; deeper programs go on in a fresh one."""
ALIKE_FROM = 3
"""The turn from which on turns are written down at once, if all that follow are alike."""


class _Methods(dict[type[ast.AST], Callable[[Any], Any]]):
    """The methods for kinds of syntax nodes, each found when the first node of its kind is met."""

    def __init__(self, find: Callable[[str], Callable[[Any], Any]]) -> None:
        self.find = find

    def __missing__(self, kind: type[ast.AST]) -> Callable[[Any], Any]:
        found = self[kind] = self.find(kind.__name__.lower())
        return found


class Evaluator:
    """One run of one program. `frame` holds the variables of the call that is running."""

    def __init__(self, syntax: Syntax, tape: Tape) -> None:
        self.syntax = syntax
        self.tape = tape
        self.top = Frame(dict(CONSTANTS), None, frozenset(syntax.names.top))
        self.frame = self.top
        self.repeats = type(self) is Evaluator and type(tape) is Tape  # others run every turn
        self.depth -= 1
        if not isinstance(end, Returned):
            raise ADError("output", f"{function.name} ended without a return.", span, "Return a value on every path.")
        return end.value


def _as_load(target: ast.expr) -> ast.expr:
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Subscript):
        return ast.Subscript(target.value, target.slice, ast.Load())
    return target
