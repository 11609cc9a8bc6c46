"""The tape: what a program does while it runs is written down here, node by node."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from adcore.errors import ADError, Caution, Span
from adcore.graph import CUSTOM, INPUT, Custom, Decision
from adcore.keys import place_of
from adcore.ledger import Contexts, Ledger
from adcore.limits import Limits
from adcore.primitives import TESTS, find_row
from adcore.rows import Row
from adcore.values import SEQUENCES, Folded, Traced, describe, is_number, way_out

_WHOLE: Mapping[str, Callable[..., int]] = MappingProxyType(
    {
        "add": operator.add,
        "sub": operator.sub,
        "mul": operator.mul,
        "mod": operator.mod,
        "floordiv": operator.floordiv,
        "neg": operator.neg,
        "abs": operator.abs,
        "max": max,
        "min": min,
        "lt": operator.lt,
        "le": operator.le,
        "gt": operator.gt,
        "ge": operator.ge,
        "eq": operator.eq,
        "ne": operator.ne,
    }
)
LONGEST_NAMED = 64
"""Elements of longer lists, and of lists in lists, keep their v-symbols."""
EXACT_BITS = 256
"""Whole numbers up to this size stay exact; larger results become floats."""


class Tape:
    """Nodes, values and decisions of one recording."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.nodes = Ledger()
        self.values: list[float] = []
        self.decisions: list[Decision] = []
        self.contexts = Contexts()
        self.context = 0
        self.cautions: list[Caution] = []
        self.folded: list[Folded] = []
        self.customs: list[Custom] = []
        self._decided: set[int] = set()
        self._most_nodes = limits["graph_nodes"]
        self._rows: dict[tuple[str, float | None, int], tuple[Row, int]] = {}
        self._input = self.nodes.kind(INPUT, None, 0)

    def apart(self) -> Tape:
        """A tape of the same kind for a function that is recorded by itself."""
        return Tape(self.limits)

    def add_input(self, name: str, value: float) -> Traced:
        traced = self._add(self._input, (), value, None)
        self.nodes.call(traced.id, name)
        return traced

    def lift(self, value: Any, span: Span | None) -> Traced:
        """The node of a number; a plain one becomes a constant of its own at each use, as it is written."""
        if isinstance(value, Traced):
            if value.tape is not self:
                words = "A function with a rule of its own may use only its parameters."
                raise ADError("custom", words, span, "Pass the value in as another parameter.")
            return value
        number = float(value)
        return self._add(self.nodes.constant(number), (), number, span)

    def _add(self, kind: int, args: Sequence[int], value: float, span: Span | None) -> Traced:
        """Write a node down: every column gets an entry."""
        node = len(self.values)
        if node >= self._most_nodes:
            self.limits.refuse("graph_nodes", span, "Use fewer loop turns.")
        self.nodes.write(kind, args, span, self.context)
        self.values.append(value)
        return Traced(node, value, self)

    def row(self, op: str, constant: float | None, arity: int) -> tuple[Row, int]:
        """What an operation does, and the kind of its nodes."""
        key = (op, constant, arity)
        found = self._rows.get(key)
        if found is None:
            found = self._rows[key] = find_row(op, constant, arity), self.nodes.kind(op, constant, arity)
        return found

    def apply(self, op: str, args: Sequence[Any], span: Span, constant: float | None = None) -> Any:
        """Do one operation: on plain numbers at once, on traced ones as a new node."""
        found = self._rows.get((op, constant, len(args)))
        row, kind = found if found is not None else self.row(op, constant, len(args))
        for a in args:
            if type(a) is Traced:
                break
        else:
            return self._fold(row, op, args, span, constant)
        ids, numbers = [], []
        for a in args:
            if type(a) is not Traced or a.tape is not self:
                _check_number(row, a, span)
                a = self.lift(a, span)
            ids.append(a.id)
            numbers.append(a.value)
        return self._add(kind, ids, row.value(*numbers), span)

    def _fold(self, row: Row, op: str, args: Sequence[Any], span: Span, constant: float | None) -> Any:
        for a in args:
            _check_number(row, a, span)
        exact = _exact(op, args)
        if exact is not None:
            return exact
        floats = tuple(float(a) for a in args)
        out = row.value(*floats)
        if not math.isfinite(out) or out == 0 or floats == (0.0, 0.0):
            self.folded.append(Folded(op, constant, floats, out, span))
        return bool(out) if op in TESTS else out

    def apply_custom(self, custom: Custom, args: Sequence[Any], value: float, span: Span) -> Traced:
        """Write down a call of a function with its own rule as one node."""
        lifted = [self.lift(a, span) for a in args]
        self.customs.append(custom)
        position = float(len(self.customs) - 1)
        kind = self.nodes.kind(CUSTOM, position, len(lifted))
        return self._add(kind, [a.id for a in lifted], value, span)

    def power(self, base: Any, exponent: Any, span: Span) -> Any:
        """base**exponent: a whole exponent that does not depend on the inputs is its own primitive."""
        whole = isinstance(exponent, int) or (isinstance(exponent, float) and exponent.is_integer())
        if isinstance(base, Traced) and whole and abs(exponent) <= 2**31:
            return self.apply("powi", [base], span, constant=float(exponent))
        if base == 0 and exponent == 0 and not isinstance(base, Traced) and not isinstance(exponent, Traced):
            self.cautions.append(Caution("convention", "0**0 is taken to be 1.", span))
        return self.apply("pow", [base, exponent], span)

    def is_test(self, value: Traced) -> bool:
        """Whether the number is the outcome of a comparison."""
        return self.nodes.ops[value.id] in TESTS

    def truth(self, value: Any, span: Span) -> bool:
        """Decide a branch. A decision that depends on the inputs is recorded: the trace holds while it stays so."""
        if not isinstance(value, Traced):
            if not is_number(value):
                raise ADError("shape", f"A condition is a comparison or a number, not {describe(value)}.", span)
            return bool(value)
        if not self.is_test(value):
            self.cautions.append(Caution("truth", "A number is used as a condition: it holds unless it is 0.", span))
            value = self.apply("ne", [value, 0], span)
        taken = bool(value.value)
        if value.id not in self._decided:
            self._decided.add(value.id)
            self.decisions.append(Decision(value.id, taken, span))
        return taken

    def name(self, value: Any, name: str) -> None:
        """Give the node of a value, or of each element of a short list or dict, the name it was assigned to."""
        if isinstance(value, Traced):
            if value.tape is self:
                self.nodes.call(value.id, name)
        elif isinstance(value, SEQUENCES) and len(value) <= LONGEST_NAMED:
            for i, element in enumerate(value):
                if isinstance(element, Traced):
                    self.name(element, f"{name}[{i}]")
        elif isinstance(value, dict) and len(value) <= LONGEST_NAMED:
            for key, element in value.items():
                place = place_of(key)
                if isinstance(element, Traced) and place:
                    self.name(element, name + place)

    def enter(self, kind: str, label: str, turn: int, span: Span) -> int:
        """Begin a loop turn or a call; returns the context to go back to."""
        outside = self.context
        self.context = self.contexts.add(outside, kind, label, turn, span)
        return outside


def _check_number(row: Row, value: Any, span: Span) -> None:
    if not is_number(value):
        message = f"{row.said[:1].upper()}{row.said[1:]} takes numbers; here it gets {describe(value)}."
        raise ADError("shape", message, span, way_out(value))


def _exact(op: str, args: Sequence[Any]) -> int | bool | None:
    """The result on whole numbers, where it is a whole number of reasonable size; else None."""
    for a in args:
        if not isinstance(a, int):
            return None
    numbers = [int(a) for a in args]
    if op == "pow":
        return _exact_power(*numbers)
    if sum([n.bit_length() for n in numbers]) > EXACT_BITS:
        return None
    if op in ("mod", "floordiv") and numbers[1] == 0:
        return None
    return _WHOLE[op](*numbers) if op in _WHOLE else None


def _exact_power(base: int, exponent: int) -> int | None:
    small = 0 <= exponent <= EXACT_BITS and max(base.bit_length(), 1) * exponent <= EXACT_BITS
    return int(base**exponent) if small else None
