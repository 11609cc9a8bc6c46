"""Numbers that are also staged: one traversal gives the values and how many operations they took.

What is counted is the derivative *program*, shared and folded, never the steps of the interpreter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.staging import StagingAlgebra
from adcore.interpreter import formula
from adcore.rules import Rule


class Counted(NamedTuple):
    """A number, its node in the staged program, and how many operations that program had by then."""

    number: float
    node: int
    operations: int

    def __float__(self) -> float:
        return self.number


class CountingAlgebra:
    """Floats and staged nodes side by side."""

    def __init__(self) -> None:
        self.floats = FloatAlgebra()
        self.staging = StagingAlgebra()

    def input(self, name: str, value: float) -> Counted:
        return Counted(value, self.staging.input(name), self.staging.operations)

    def const(self, c: float) -> Counted:
        return Counted(c, self.staging.const(c), self.staging.operations)

    def apply(self, rule: Rule, args: Sequence[Counted]) -> Counted:
        number = self.floats.apply(rule, [a.number for a in args])
        node = self.staging.apply(rule, [a.node for a in args])
        return Counted(number, node, self.staging.operations)

    def overflowed(self, rule: Rule, args: Sequence[Counted], out: Counted) -> bool:
        return self.floats.overflowed(rule, [a.number for a in args], out.number)

    def partial(self, rule: Rule, args: Sequence[Counted], out: Counted, i: int) -> Counted:
        number = self.floats.partial(rule, [a.number for a in args], out.number, i)
        node = formula(self.staging, rule.partials[i], [a.node for a in args], out.node)
        return Counted(number, node, self.staging.operations)
