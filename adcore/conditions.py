"""Conditions of rows, such as `-1 <= x <= 1`: read once, asked often.

A condition is a program that decides, and which of its parts count depends on the numbers; a graph, which holds for one
path, could not say it. So it becomes a tree of functions of the numbers, made of the rows' own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adcore.evaluator import COMPARISONS
from adcore.language import OPERATORS, check
from adcore.limits import Limits
from adcore.primitives import FUNCTIONS, ROWS

Asked = Callable[[Sequence[float]], float]
PLACES = ("first", "second", "third")


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a row's letters; `text` is shown, `ask` answers with a number that is 0 where it does not hold."""

    text: str
    letters: tuple[str, ...]
    ask: Asked

    def holds(self, numbers: Sequence[float]) -> bool:
        """Whether it holds at these numbers, one for each letter."""
        return bool(self.ask(numbers))

    def said_of(self, words: Sequence[str]) -> str:
        """The condition with words in the place of its first letters.

        >>> read_condition("x > 0 or x != floor(x)", ["x", "out"]).said_of(["t"])
        't > 0 or t != floor(t)'
        """
        said = dict(zip(self.letters, words, strict=False))
        return re.sub(r"[^\W\d]\w*", lambda found: said.get(found[0], found[0]), self.text)


def places_of(count: int) -> tuple[str, ...]:
    """How a sentence calls so many arguments that have no names."""
    return ("its argument",) if count == 1 else tuple(f"its {place} argument" for place in PLACES[:count])


def read_condition(text: str, letters: Sequence[str]) -> Condition:
    """Read a condition: comparisons, `and`, `or`, arithmetic and functions of the table.

    >>> read_condition("x > 0 or x != floor(x)", ["x"]).holds([-1.5])
    True
    """
    [statement] = check(text, FUNCTIONS, Limits()).tree.body
    assert isinstance(statement, ast.Expr)
    return Condition(text, tuple(letters), _asked(statement.value, letters))


def _asked(node: ast.expr, letters: Sequence[str]) -> Asked:
    if isinstance(node, ast.Name):
        position = letters.index(node.id)
        return lambda numbers: numbers[position]
    if isinstance(node, ast.Constant):
        number = float(node.value)  # type: ignore[arg-type]
        return lambda numbers: number
    if isinstance(node, ast.BoolOp):
        parts, stop = [_asked(part, letters) for part in node.values], isinstance(node.op, ast.Or)
        return lambda numbers: float(any(ask(numbers) for ask in parts) if stop else all(ask(numbers) for ask in parts))
    if isinstance(node, ast.Compare):
        return _chain(node, letters)
    name, args = _operation(node)
    value, parts = ROWS[name].value, [_asked(arg, letters) for arg in args]
    return lambda numbers: value(*[ask(numbers) for ask in parts])


def _operation(node: ast.expr) -> tuple[str, list[ast.expr]]:
    """The row that an operation names, and its arguments."""
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)], [node.left, node.right]
    if isinstance(node, ast.UnaryOp):
        assert isinstance(node.op, ast.USub)
        return "neg", [node.operand]
    assert isinstance(node, ast.Call), ast.unparse(node)
    assert isinstance(node.func, ast.Name), ast.unparse(node)
    return node.func.id, node.args


def _chain(node: ast.Compare, letters: Sequence[str]) -> Asked:
    terms = [_asked(term, letters) for term in (node.left, *node.comparators)]
    tests = [ROWS[COMPARISONS[type(operator).__name__]].value for operator in node.ops]

    def ask(numbers: Sequence[float]) -> float:
        found = [term(numbers) for term in terms]
        return float(all(test(left, right) for test, left, right in zip(tests, found, found[1:], strict=False)))

    return ask
