"""Texts of rows as graphs, read without the checks and the spellings that users' texts get.

The first derivative that anyone asks for waits for the texts of its rows to be read, so that is made short. The texts
are our own, plain Python, and what is written down is written by the recorder's own tape.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from adcore.calls import is_primitive
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
    """The same for any text: parsed, and written down."""
    written = write_text(text, letters)
    return record_text(text, letters) if written is None else written[0].graph([written[1]])


def write_text(text: str, letters: Sequence[str]) -> tuple[GraphBuilder, int] | None:
    """Its nodes, and the one that it comes to; None if it uses what rows hardly ever use."""
    reader = _Reader((*letters, "nan") if "nan" in text else letters)
    root = ast.parse(text, mode="eval").body
    try:
        return reader.nodes, reader.lift(reader.value(root), _span(root))
    except KeyError:
        return None


def record_text(text: str, letters: Sequence[str]) -> Graph:
    """The same for all that the language has, by the recorder."""
    known = (*letters, "nan") if "nan" in text else letters
    return record(check(text, FUNCTIONS, Limits()), dict.fromkeys(known, SAMPLE)).graph


class _Id(int):
    """A node; any other value is a plain number."""


class _Reader:
    """One text while it is read; a KeyError says that it needs the whole language."""

    def __init__(self, letters: Sequence[str]) -> None:
        self.nodes = GraphBuilder()
        self.names = {letter: _Id(self.nodes.add(INPUT, name=letter)) for letter in letters}

    def value(self, node: ast.expr) -> Any:
        """A number, or a node."""
        return _READ[type(node)](self, node)

    def lift(self, value: Any, span: Span) -> int:
        """The node of a value."""
        return value if isinstance(value, _Id) else self.nodes.add(CONST, (), float(value), span=span)

    def apply(self, op: str, args: Sequence[Any], node: ast.expr, constant: float | None = None) -> Any:
        """One operation; on plain numbers alone it is done at once, as by a tape."""
        span = _span(node)
        if not any(isinstance(a, _Id) for a in args):
            return Tape(Limits()).apply(op, args, span, constant)
        return _Id(self.nodes.add(op, tuple([self.lift(a, span) for a in args]), constant, span=span))

    def name(self, node: ast.Name) -> Any:
        return self.names[node.id] if node.id in self.names else CONSTANTS[node.id]

    def constant(self, node: ast.Constant) -> Any:
        return node.value

    def binary(self, node: ast.BinOp) -> Any:
        op, left, right = OPERATORS.get(type(node.op)), self.value(node.left), self.value(node.right)
        if op is not None:
            return self.apply(op, (left, right), node)
        if isinstance(right, _Id):
            return self.apply("pow", (left, right), node)
        if not isinstance(left, _Id) or not isinstance(right, int):
            raise KeyError(node)
        return self.apply("powi", (left,), node, float(right))

    def unary(self, node: ast.UnaryOp) -> Any:
        return self.apply(_SIGNS[type(node.op)], (self.value(node.operand),), node)

    def compare(self, node: ast.Compare) -> Any:
        if len(node.ops) > 1:
            raise KeyError(node)
        args = self.value(node.left), self.value(node.comparators[0])
        return self.apply(COMPARISONS[type(node.ops[0]).__name__], args, node)

    def call(self, node: ast.Call) -> Any:
        assert isinstance(node.func, ast.Name)
        if not is_primitive(node.func.id):
            raise KeyError(node)
        return self.apply(node.func.id, [self.value(argument) for argument in node.args], node)


def _span(node: ast.expr) -> Span:
    return Span(node.lineno, node.col_offset + 1, node.end_lineno or 1, (node.end_col_offset or 0) + 1)


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
