"""Formulas by the thousand: how an operation is written is worked out once for each way its arguments look.

In a loop of a thousand turns `x1 * (1 - x1)` stands a thousand times with other names. The first time the writer is run
on placeholders; what it writes is a phrase, and after that names are filled in:

    mul, two names              ->  "%s · %s"
    mul, a name and a negative  ->  "%s · (%s)"
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from adcore.algebras.text import MINUS, Style, TextAlgebra, Written
from adcore.interpreter import formula
from adcore.rules import Rule

Key = tuple[int, ...]
"""Which operation, and the numbers of its arguments' shapes."""

KEPT = 4_096
"""Phrases that are kept for the next graph; but none of a user's own rule, which goes with its graph."""
_LEADS = ("", "-", "0")
"""What a placeholder begins with, so that the writer treats it as it would the text that it stands for."""
_FIRST_HOLE, _HOLES = 0xE000, 0x400
"""Placeholders are characters for private use, which no name has: for each lead a range of their own."""
_PLACEHOLDER = re.compile("([\ue000-\ue3ff])|-([\ue400-\ue7ff])|0([\ue800-\uebff])")


class Shape(NamedTuple):
    """All that the writer asks of an argument besides its text; `lead` is a position in `_LEADS`."""

    level: int
    simple: bool
    number: bool
    lead: int


class Phrase(NamedTuple):
    """`form` has a %s for each of `letters`: positions among the arguments, and after them the result."""

    form: str
    letters: tuple[int, ...]
    shape: Shape

    def fill(self, texts: Sequence[str]) -> str:
        """The phrase with the texts of its letters."""
        return self.form % tuple([texts[k] for k in self.letters])


def shape_of(piece: Written) -> Shape:
    """How a piece of a formula looks to the writer."""
    first = piece.text[:1]
    return Shape(piece.level, piece.simple, piece.number, 1 if first in MINUS else 2 if first.isdigit() else 0)


def phrase_number(style: Style, number: float) -> tuple[str, Shape]:
    """How a constant is written, and how it looks."""
    return _phrase_number(style, number, math.copysign(1.0, number))


def phrase_operation(style: Style, rule: Rule, shapes: tuple[Shape, ...]) -> Phrase:
    """How an operation is written whose arguments look like this."""
    return _phrase_operation(style, rule, shapes) if rule.custom is None else _operation(style, rule, shapes)


def phrase_partial(style: Style, rule: Rule, k: int, shapes: tuple[Shape, ...]) -> Phrase:
    """How its partial for argument k is written; the last shape is that of the result."""
    return _phrase_partial(style, rule, k, shapes) if rule.custom is None else _partial(style, rule, k, shapes)


def _operation(style: Style, rule: Rule, shapes: tuple[Shape, ...]) -> Phrase:
    return _phrase(TextAlgebra(style).apply(rule, _placeholders(shapes)))


def _partial(style: Style, rule: Rule, k: int, shapes: tuple[Shape, ...]) -> Phrase:
    *args, out = _placeholders(shapes)
    return _phrase(formula(TextAlgebra(style), rule.partials[k], args, out))


@lru_cache(maxsize=KEPT)
def _phrase_number(style: Style, number: float, sign: float) -> tuple[str, Shape]:
    """The same; by its sign a zero is told from the other, which compares equal."""
    piece = TextAlgebra(style).const(number)
    return piece.text, shape_of(piece)


_phrase_operation = lru_cache(maxsize=KEPT)(_operation)
_phrase_partial = lru_cache(maxsize=KEPT)(_partial)


def _placeholders(shapes: Sequence[Shape]) -> list[Written]:
    return [
        Written(_LEADS[lead] + chr(_FIRST_HOLE + lead * _HOLES + position), level, simple, number)
        for position, (level, simple, number, lead) in enumerate(shapes)
    ]


def _phrase(written: Written) -> Phrase:
    text = written.text.replace("%", "%%")
    found = [match[match.lastindex or 0] for match in _PLACEHOLDER.finditer(text)]
    letters = tuple((ord(hole) - _FIRST_HOLE) % _HOLES for hole in found)
    return Phrase(_PLACEHOLDER.sub("%s", text), letters, shape_of(written))
