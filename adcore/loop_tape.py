"""The tape on which the body of a loop is recorded once, for all turns.

Numbers from outside become inputs of the body: invariants, and elements of lists at `offset + factor*i` with the
loop's variable i. `Affine` is such a whole number; used as a number it is the input `turn`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adcore.errors import START, Span
from adcore.graph import CONST, INPUT
from adcore.limits import Limits
from adcore.loops import Repeated
from adcore.tape import Tape
from adcore.values import Traced, is_number

UNKNOWN = float("nan")
"""The value of what differs from turn to turn, and of what a kept loop results in, as long as nobody asks."""
LARGEST = 2**31
"""Bound of whole numbers in indices: floats keep them exactly."""


class UnkeptError(Exception):
    """The loop cannot be kept: unroll it."""


class UndecidedError(Exception):
    """A decision wants the numbers that a kept loop results in: record again with them."""


@dataclass(frozen=True, slots=True, eq=False)
class Affine:
    """The whole number `offset + factor*i`, i being the variable of the loop whose body is on `tape`."""

    offset: int
    factor: int
    tape: BodyTape


class KeepingTape(Tape):
    """A tape on which loops may be kept: each with the number of nodes before its results.

    `numbers` says that the results of kept loops have their values, so that one may decide by them.
    """

    def __init__(self, limits: Limits, numbers: bool) -> None:
        super().__init__(limits)
        self.numbers = numbers
        self.kept: list[tuple[int, Repeated]] = []

    def is_fixed(self, holder: Any) -> bool:
        """Whether a list or a dict must not be changed here; outside loops each may."""
        return False

    def truth(self, value: Any, span: Span) -> bool:
        if isinstance(value, Traced):
            value = self.lift(value, span)  # what a kept loop left behind in a list has no number here
            if self.kept and not self.numbers and self._is_unknown(value.id):
                raise UndecidedError
        return super().truth(value, span)

    def _is_unknown(self, node: int) -> bool:
        """Whether a node depends on what a kept loop results in."""
        unknown = {i for _, loop in self.kept for i in loop.results}
        seen, waiting = {node}, [node]
        while waiting:
            i = waiting.pop()
            if i in unknown:
                return True
            fresh = [a for a in self.nodes.args[i] if a not in seen]
            seen.update(fresh)
            waiting += fresh
        return False


class BodyTape(KeepingTape):
    """The tape of a body with these turns; `outer` is the tape around the loop.

    `invariants` are inputs by the node outside; `counts` those of them that the variables of outer loops make;
    `columns` are inputs by list, start and stride; `fixed` are, by identity, lists and dicts that it must not change.
    """

    def __init__(self, outer: KeepingTape, turns: range) -> None:
        super().__init__(outer.limits, numbers=False)
        self.outer = outer
        self.turns = turns
        self.invariants: dict[int, Traced] = {}
        self.holders: list[Sequence[Any]] = []
        self.columns: dict[tuple[int, int, int], Traced] = {}
        self.counts: set[int] = set()
        self.fixed: dict[int, Any] = {}
        self.turn = self.add_input("turn", UNKNOWN)

    def operations(self) -> int:
        """How many operations a turn does, kept loops and all."""
        own = sum(op not in (INPUT, CONST) for op in self.nodes.ops)
        return own + sum(loop.operations() for _, loop in self.kept)

    def apply(self, op: str, args: Sequence[Any], span: Span, constant: float | None = None) -> Any:
        exact = _affine(op, args)
        if exact is not None:
            return exact
        return super().apply(op, [self._number(a, span) for a in args], span, constant)

    def power(self, base: Any, exponent: Any, span: Span) -> Any:
        return super().power(self._number(base, span), self._number(exponent, span), span)

    def _number(self, value: Any, span: Span) -> Any:
        return self.lift(value, span) if isinstance(value, Affine) else value

    def lift(self, value: Any, span: Span | None) -> Traced:
        if isinstance(value, Affine) and value.tape is self:
            return self._lift_affine(value)
        if isinstance(value, Traced | Affine) and value.tape is not self:
            outside = self.outer.lift(value, span)
            if outside.id not in self.invariants:
                self.invariants[outside.id] = self.add_input("invariant", outside.value)
            if isinstance(value, Affine):
                self.counts.add(self.invariants[outside.id].id)
            return self.invariants[outside.id]
        return super().lift(value, span)

    def _lift_affine(self, value: Affine) -> Traced:
        number: Any = self.turn
        if value.factor != 1:
            number = super().apply("mul", [value.factor, number], START)
        if value.offset:
            number = super().apply("add", [value.offset, number], START)
        assert isinstance(number, Traced)
        return number

    def truth(self, value: Any, span: Span) -> bool:
        """Decide a branch: only by what is the same in every turn."""
        if isinstance(value, Traced | Affine):
            raise UnkeptError
        return super().truth(value, span)

    def element(self, holder: Sequence[Any], index: Affine) -> Any:
        """What `holder[index]` is in every turn: an input of the body, or a list of inputs where rows are held."""
        if index.tape is not self:
            return index.tape.element(holder, index)
        start, stride = index.offset + index.factor * self.turns.start, index.factor * self.turns.step
        ends = (start, start + stride * (len(self.turns) - 1))
        if all(-len(holder) <= end < 0 for end in ends):
            start += len(holder)
        elif not all(0 <= end < len(holder) for end in ends):
            raise UnkeptError
        if all(map(is_number, holder)):
            if any(isinstance(x, Traced) and x.tape is self for x in holder):
                raise UnkeptError
            return self._column(holder, start, stride)
        if not all(isinstance(row, list | tuple) and len(row) == len(holder[0]) for row in holder):
            raise UnkeptError
        row = [self.element([row[j] for row in holder], index) for j in range(len(holder[0]))]
        self.fixed[id(row)] = row
        return row

    def is_fixed(self, holder: Any) -> bool:
        """Whether it is not the body's own, or what no turn may change for good."""
        return id(holder) in self.fixed

    def _column(self, holder: Sequence[Any], start: int, stride: int) -> Traced:
        known = next((k for k, other in enumerate(self.holders) if other is holder), None)
        if known is None:
            known = len(self.holders)
            self.holders.append(holder)
        key = (known, start, stride)
        if key not in self.columns:
            self.columns[key] = self.add_input("element", UNKNOWN)
        return self.columns[key]


def _affine(op: str, args: Sequence[Any]) -> Affine | None:
    """The result where it is again `offset + factor*i` with small whole numbers."""
    tape = next((a.tape for a in args if isinstance(a, Affine)), None)
    if tape is None or op not in ("neg", "add", "sub", "mul"):
        return None
    pairs = [_pair(a, tape) for a in args]
    if None in pairs:
        return None
    (offset, factor), (other, slope) = pairs[0], pairs[-1]  # type: ignore[misc]
    if op == "neg":
        offset, factor = -offset, -factor
    elif op == "mul":
        if factor and slope:
            return None
        offset, factor = offset * other, offset * slope + factor * other
    else:
        sign = 1 if op == "add" else -1
        offset, factor = offset + sign * other, factor + sign * slope
    small = max(abs(offset), abs(factor)) < LARGEST
    return Affine(offset, factor, tape) if factor and small else None


def _pair(value: Any, tape: BodyTape) -> tuple[int, int] | None:
    if isinstance(value, Affine):
        return (value.offset, value.factor) if value.tape is tape else None
    return (int(value), 0) if isinstance(value, int) else None
