"""What a running program's variables hold: plain numbers, traced numbers, lists, and functions."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from adcore.errors import Caution, Span
from adcore.graph import Graph


@dataclass(slots=True, eq=False)
class Traced:
    """A number that depends on the inputs: its node on a tape, and its value at the point of the recording.

    Nothing changes one; it is not frozen because one is made for every operation, and that would take twice as long.
    """

    id: int
    value: float
    tape: object


@dataclass(slots=True, eq=False)
class Frame:
    """The variables of one call, and the frame in which its function was defined."""

    variables: dict[str, Any] = field(default_factory=dict)
    outer: Frame | None = None
    stored: frozenset[str] = frozenset()

    def find(self, name: str) -> Frame | None:
        """The innermost frame in which `name` has a value; a name that a function stores is its own, as in Python."""
        frame: Frame | None = self
        while frame is not None and name not in frame.variables:
            frame = None if name in frame.stored else frame.outer
        return frame


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A user's function: parameters, defaults (from the right), body, and where it was defined."""

    name: str
    parameters: tuple[str, ...]
    defaults: tuple[Any, ...]
    body: Sequence[ast.stmt]
    stored: frozenset[str]
    frame: Frame
    span: Span


@dataclass(frozen=True, slots=True)
class Returned:
    """How a block ended: with this value."""

    value: Any
    span: Span


@dataclass(frozen=True, slots=True)
class Input:
    """An input by name; `shape` is () for a number, (3,) or (2, 3) for nested lists."""

    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Folded:
    """An operation on plain numbers that was computed while recording and deserves a warning."""

    op: str
    constant: float | None
    args: tuple[float, ...]
    out: float
    span: Span


@dataclass(frozen=True, slots=True)
class Recording:
    """A program run once at a point: the graph, every node's value there, and the shape of what it returned.

    `template` is the returned value with each number replaced by its position in `graph.outputs`.
    """

    graph: Graph
    values: tuple[float, ...]
    inputs: tuple[Input, ...]
    template: Any
    output_names: tuple[str, ...]
    cautions: tuple[Caution, ...]
    folded: tuple[Folded, ...]


SEQUENCES = (list, tuple)
NUMBERS = (float, int, Traced)
"""A bool is an int."""


def plain(value: Any) -> Any:
    """A number or nested lists of numbers, of which any may be NumPy's: the same as Python's own.

    >>> plain([np.float32(1.5), np.array([1, 2])])
    [1.5, [1, 2]]
    """
    if isinstance(value, list | tuple):
        return (list if isinstance(value, list) else tuple)(map(plain, value))
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else value


def is_number(value: Any) -> bool:
    """Whether arithmetic accepts it."""
    return isinstance(value, NUMBERS)


def describe(value: Any) -> str:
    """What kind of value it is, in words for an error."""
    if isinstance(value, Traced):
        return "a number"
    if isinstance(value, bool | int | float):
        return f"the number {value}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    kinds = {str: "text", Closure: "a function", dict: "a dict", range: "a range", type(None): "nothing"}
    return kinds.get(type(value), "something else")


def way_out(value: Any) -> str:
    """What to do with a value where a number is needed."""
    if isinstance(value, dict):
        return 'Take a value out of it by its key: p["w"].'
    if isinstance(value, str):
        return "Text has no number: it is a key of a dict, or is compared with ==."
    return "Apply it to each element: [ … for v in … ]."
