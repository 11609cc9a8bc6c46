"""A tape that works nothing out beforehand: operations on constants alone are written down, as the nodes that they are.

The usual tape computes `sqrt(2)` while it records and writes down the float. Over floats that is the same. Over
intervals it is not: the float is a point next to the root of 2.

    x + sqrt(2)      usual tape   x, const 1.4142135623730951, add
                     this one     x, const 2, sqrt, add

Whole numbers stay plain as long as they are exact, so they count turns and index lists as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adcore.errors import START, Span
from adcore.limits import Limits
from adcore.primitives import TESTS
from adcore.rows import Row
from adcore.tape import Tape
from adcore.values import Traced


class Computed(float):
    """A number that the program computes from constants alone, and how: operation, arguments and place."""

    __slots__ = ("args", "constant", "op", "span")

    op: str
    constant: float | None
    args: tuple[Any, ...]
    span: Span


def _computed(value: float, op: str, constant: float | None, args: Sequence[Any], span: Span) -> Computed:
    number = Computed(value)
    number.op, number.constant, number.span = op, constant, span
    number.args = tuple(_in_floats(a, span) for a in args)
    return number


def _in_floats(number: Any, span: Span) -> Any:
    """A whole number with more digits than a float keeps is a sum of floats: 2**53 + 1."""
    if not isinstance(number, int) or float(number) == number:
        return number
    high = float(number)
    return _computed(high, "add", None, (high, number - int(high)), span)


class UnfoldedTape(Tape):
    """Writes a `Computed` number down where it is first used with an input, in a decision, or as a result."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self._written: dict[int, tuple[Computed, Traced]] = {}

    def apart(self) -> Tape:
        return UnfoldedTape(self.limits)

    def lift(self, value: Any, span: Span | None) -> Traced:
        value = _in_floats(value, span or START)
        return self._write(value) if type(value) is Computed else super().lift(value, span)

    def _write(self, value: Computed) -> Traced:
        pending = [value]
        while pending:
            number = pending[-1]
            missing = [a for a in number.args if type(a) is Computed and id(a) not in self._written]
            if missing:
                pending += missing
                continue
            pending.pop()
            if id(number) not in self._written:  # the number is kept with its node, so its id stays its own
                args = [self._node(a, number.span) for a in number.args]
                self._written[id(number)] = number, super().apply(number.op, args, number.span, number.constant)
        return self._written[id(value)][1]

    def _node(self, number: Any, span: Span) -> Traced:
        return self._written[id(number)][1] if type(number) is Computed else super().lift(number, span)

    def _fold(self, row: Row, op: str, args: Sequence[Any], span: Span, constant: float | None) -> Any:
        """A number that remembers how it was computed; a comparison of such numbers is a decision like any other."""
        found = super()._fold(row, op, args, span, constant)
        if op in TESTS:
            plain = [_in_floats(a, span) for a in args]
            is_rounded = any(type(a) is Computed for a in plain) and not all(isinstance(a, int) for a in args)
            return super().apply(op, [self.lift(a, span) for a in plain], span) if is_rounded else found
        return found if isinstance(found, int) else _computed(found, op, constant, args, span)

    def power(self, base: Any, exponent: Any, span: Span) -> Any:
        """A computed exponent may be next to a whole number only."""
        if type(exponent) is Computed and isinstance(base, Traced):
            return self.apply("pow", [base, exponent], span)
        return super().power(base, exponent, span)

    def truth(self, value: Any, span: Span) -> bool:
        return super().truth(self.lift(value, span) if type(value) is Computed else value, span)
