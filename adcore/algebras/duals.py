"""Dual numbers over any algebra: forward mode. Dual of dual gives second order.

(a + a' e) with e*e = 0:  f(a + a' e) = f(a) + f'(a) a' e.  (Griewank & Walther 2008, section 3.1.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from adcore.interpreter import Algebra, formula, has_numbers, overflowed, partial
from adcore.losses import have_no_pole
from adcore.rules import Rule, find_rule

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Term(Generic[V]):
    """One summand of a tangent: the partial for argument `arg`, and the sum so far."""

    arg: int
    partial: V
    running: V


@dataclass(frozen=True, slots=True)
class Dual(Generic[V]):
    """A primal and its tangent; None is a tangent that is zero by structure, which costs nothing.

    `is_endless`: infinite only because floats end. `is_still`: its tangent is 0 whatever that is multiplied with, as
    nothing has come through a step, a comparison or what has levelled off (`losses`).
    """

    primal: V
    tangent: V | None = None
    terms: tuple[Term[V], ...] = ()
    is_endless: bool = False
    is_still: bool = False

    def __float__(self) -> float:
        return float(self.primal)  # type: ignore[arg-type]

    def at_rest(self, zero: Dual[V]) -> Dual[V]:
        """The primal of `zero`, with a tangent of 0 where this has one."""
        return Dual(zero.primal, None if self.tangent is None else _nothing(self.tangent), is_still=True)


class DualAlgebra(Generic[V]):
    """Pairs over `base`. Each result keeps the terms of its tangent, so that a learner can be shown them."""

    def __init__(self, base: Algebra[V]) -> None:
        self.base = base
        self._has_numbers = has_numbers(base)
        self._number: Callable[[V], float] = getattr(base, "at_point", float)  # type: ignore[arg-type]
        self._times, self._plus = find_rule("mul", None, 2), find_rule("add", None, 2)

    def input(self, primal: V, tangent: V | None) -> Dual[V]:
        """An input, which is endless where it is infinite."""
        return Dual(primal, tangent, is_endless=self._has_numbers and math.isinf(self._number(primal)))

    def const(self, c: float) -> Dual[V]:
        return Dual(self.base.const(c), None, (), math.isinf(c))

    def overflowed(self, rule: Rule, args: Sequence[Dual[V]], out: Dual[V]) -> bool:
        """Whether a number is infinite only because floats end, where these are numbers."""
        return overflowed(self.base, rule, [a.primal for a in args], out.primal)

    def apply(self, rule: Rule, args: Sequence[Dual[V]]) -> Dual[V]:
        primals = [a.primal for a in args]
        out = self.base.apply(rule, primals)
        terms: list[Term[V]] = []
        flat, has_numbers, is_still = rule.flat, self._has_numbers, self._has_numbers
        for i, a in enumerate(args):
            if a.tangent is None:
                continue
            local = partial(self.base, rule, primals, out, i)
            may_be_lost = has_numbers and (flat[i] or a.is_endless)
            is_lost = a.is_still or (may_be_lost and self._is_lost(rule, i, a, local, out))
            added = self.base.const(0.0) if is_lost else self.base.apply(self._times, [local, a.tangent])
            running = self.base.apply(self._plus, [terms[-1].running, added]) if terms else added
            terms.append(Term(i, local, running))
            is_still &= is_lost
        is_endless = has_numbers and math.isinf(self._number(out)) and self._is_endless(rule, args, primals, out)
        return Dual(out, terms[-1].running if terms else None, tuple(terms), is_endless, is_still)

    def _is_endless(self, rule: Rule, args: Sequence[Dual[V]], primals: Sequence[V], out: V) -> bool:
        has_overflowed = overflowed(self.base, rule, primals, out)
        return has_overflowed and have_no_pole((self._number(a.primal), a.is_endless) for a in args)

    def _is_lost(self, rule: Rule, i: int, a: Dual[V], local: V, out: V) -> bool:
        """Whether nothing comes of an argument's tangent: this is a step, or has levelled off."""
        if rule.flat[i]:
            return rule.compares or not _is_nan(a.tangent)
        return a.is_endless and self._number(local) == 0 and math.isfinite(self._number(out))

    def partial(self, rule: Rule, args: Sequence[Dual[V]], out: Dual[V], i: int) -> Dual[V]:
        """The partial with its tangent. Where numbers take what the row states for an edge, that is differentiated.

        The formula out*log(x) has no value for 0**y; the slope of 0**y by y is 0, and so is the slope of that.
        """
        found, edge = formula(self, rule.partials[i], args, out), rule.edges[i]
        if edge is None or not _is_nan(found.primal):
            return found
        stated = partial(self.base, rule, [a.primal for a in args], out.primal, i)
        return found if _is_nan(stated) else formula(self, edge.value, args, out)


def _nothing(number: V) -> V:
    """The zero of such a number."""
    return Dual(_nothing(number.primal)) if isinstance(number, Dual) else 0.0  # type: ignore[return-value]


def _is_nan(number: object) -> bool:
    """Whether a number, of any algebra of numbers, is none."""
    while isinstance(number, Dual):
        number = number.primal
    return isinstance(number, float) and math.isnan(number)
