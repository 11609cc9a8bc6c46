"""A tape that works nothing out beforehand: operations on constants alone are written down, as the nodes that they are.

The usual tape computes `sqrt(2)` while it records and writes down the float. Over floats that is the same. Over
intervals it is not: the float is a point next to the root of 2.

    x + sqrt(2)      usual tape   x, const 1.4142135623730951, add
                     this one     x, const 2, sqrt, add

Whole numbers stay plain as long as they are exact, so they count turns and index lists as ever; and so do floats, which
rounding has not touched: 1.5*2 is 3.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from adcore.errors import START, Span
from adcore.limits import Limits
from adcore.primitives import TESTS
from adcore.rows import Row
from adcore.tape import Tape
from adcore.values import Traced

EXACT: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = MappingProxyType(
    {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv}
)
MOST_FACTORS = 64
"""Whole powers up to which it is looked whether they are exact."""


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


def is_exact(op: str, constant: float | None, args: Sequence[Any], out: float) -> bool:
    """Whether an operation on plain numbers gave what it is over the rational numbers.

    >>> is_exact("mul", None, [1.5, 2], 3.0), is_exact("mul", None, [0.1, 3], 0.1*3)
    (True, False)
    """
    if not all(type(number) is not Computed and math.isfinite(number) for number in (*args, out)):
        return False
    first, *others = [Fraction(number) for number in args]
    if op == "sqrt":
        return Fraction(out) ** 2 == first
    if op in ("pow", "powi"):
        exponent = others[0] if others else Fraction(constant or 0)
        is_small = exponent.denominator == 1 and abs(exponent) <= MOST_FACTORS and first != 0
        return is_small and Fraction(out) == first ** int(exponent)
    return op == "neg" or (op in EXACT and Fraction(out) == EXACT[op](first, others[0]))


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
        if isinstance(found, int) or is_exact(op, constant, args, found):
            return found
        return _computed(found, op, constant, args, span)

    def power(self, base: Any, exponent: Any, span: Span) -> Any:
        """A computed exponent may be next to a whole number only."""
        if type(exponent) is Computed and isinstance(base, Traced):
            return self.apply("pow", [base, exponent], span)
        return super().power(base, exponent, span)

    def truth(self, value: Any, span: Span) -> bool:
        return super().truth(self.lift(value, span) if type(value) is Computed else value, span)
