"""Texts of rows as graphs, read without the checks and the spellings that users' texts get.

The first derivative that anyone asks for waits for the texts of its rows to be read, so that is made short. The texts
are our own, plain Python, and what is written down is written by the recorder's own tape.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from adcore.calls import call_builtin
from adcore.errors import Span
from adcore.evaluator import COMPARISONS
from adcore.graph import CONST, INPUT, Graph, GraphBuilder
from adcore.language import CONSTANTS, OPERATORS, check
from adcore.limits import Limits
from adcore.primitives import FUNCTIONS
from adcore.recorder import record
from adcore.tape import Tape

SMALL_NUMBERS = ("0", "1", "-1")
SAMPLE = 0.5
"""Recording wants a point; rows have no branches, so any number serves."""


def read_text(text: str, letters: Sequence[str]) -> Graph:
    """A text as a graph over the letters, and over `nan` where it is named."""
    return read_short(text, letters) or read_expression(text, letters)


def read_short(text: str, letters: Sequence[str]) -> Graph | None:
    """The same for one letter or one small number, which is a third of all texts: no need to parse them."""
    if text not in letters and text not in SMALL_NUMBERS:
        return None
    nodes = GraphBuilder()
    for letter in letters:
        nodes.add(INPUT, name=letter)
    if text in letters:
        return nodes.graph([letters.index(text)])
    return nodes.graph([nodes.add(CONST, (), float(text), span=Span(1, 1, 1, 1 + len(text)))])


def read_expression(text: str, letters: Sequence[str]) -> Graph:
    """The same for any text: parsed, and written down by a tape."""
    known = (*letters, "nan") if "nan" in text else tuple(letters)
    reader = _Reader(known)
    try:
        root = ast.parse(text, mode="eval").body
        return reader.tape.nodes.graph([reader.tape.lift(reader.value(root), reader.span(root)).id])
    except KeyError:  # a construct that rows do not use so far
        return record_text(text, known)


def record_text(text: str, letters: Sequence[str]) -> Graph:
    """The same for all that the language has, by the recorder."""
    return record(check(text, FUNCTIONS, Limits()), dict.fromkeys(letters, SAMPLE)).graph


class _Reader:
    """One text while it is read; a KeyError says that it needs the whole language."""

    def __init__(self, letters: Sequence[str]) -> None:
        self.tape = Tape(Limits())
        self.names: dict[str, Any] = {letter: self.tape.add_input(letter, SAMPLE) for letter in letters}

    def span(self, node: ast.AST) -> Span:
        assert isinstance(node, ast.expr)
        return Span(node.lineno, node.col_offset + 1, node.end_lineno or 1, (node.end_col_offset or 0) + 1)

    def value(self, node: ast.expr) -> Any:
        """A number, or a node of the tape."""
        return _READ[type(node)](self, node)

    def name(self, node: ast.Name) -> Any:
        return self.names[node.id] if node.id in self.names else CONSTANTS[node.id]

    def constant(self, node: ast.Constant) -> Any:
        return node.value

    def binary(self, node: ast.BinOp) -> Any:
        left, right, span = self.value(node.left), self.value(node.right), self.span(node)
        if isinstance(node.op, ast.Pow):
            return self.tape.power(left, right, span)
        return self.tape.apply(OPERATORS[type(node.op)], [left, right], span)

    def unary(self, node: ast.UnaryOp) -> Any:
        return self.tape.apply(_SIGNS[type(node.op)], [self.value(node.operand)], self.span(node))

    def compare(self, node: ast.Compare) -> Any:
        if len(node.ops) > 1:
            raise KeyError(node)
        args = [self.value(node.left), self.value(node.comparators[0])]
        return self.tape.apply(COMPARISONS[type(node.ops[0]).__name__], args, self.span(node))

    def call(self, node: ast.Call) -> Any:
        assert isinstance(node.func, ast.Name)
        return call_builtin(self, node.func.id, [self.value(argument) for argument in node.args], node)


_SIGNS: Mapping[type[ast.unaryop], str] = MappingProxyType({ast.USub: "neg"})
_READ: Mapping[type[ast.expr], Callable[[_Reader, Any], Any]] = MappingProxyType(
    {
        ast.Name: _Reader.name,
        ast.Constant: _Reader.constant,
        ast.BinOp: _Reader.binary,
        ast.UnaryOp: _Reader.unary,
        ast.Compare: _Reader.compare,
        ast.Call: _Reader.call,
    }
)
