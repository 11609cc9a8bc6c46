"""Dual numbers over any algebra: forward mode. Dual of dual gives second order.

(a + a' e) with e*e = 0:  f(a + a' e) = f(a) + f'(a) a' e.  (Griewank & Walther 2008, section 3.1.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from adcore.interpreter import Algebra, formula, overflowed, partial
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
    """A primal and its tangent; None is a tangent that is zero by structure, which costs nothing."""

    primal: V
    tangent: V | None = None
    terms: tuple[Term[V], ...] = ()
    is_endless: bool = False


class DualAlgebra(Generic[V]):
    """Pairs over `base`. Each result keeps the terms of its tangent, so that a learner can be shown them."""

    def __init__(self, base: Algebra[V]) -> None:
        self.base = base
        self._times, self._plus = find_rule("mul", None, 2), find_rule("add", None, 2)

    def const(self, c: float) -> Dual[V]:
        return Dual(self.base.const(c))

    def apply(self, rule: Rule, args: Sequence[Dual[V]]) -> Dual[V]:
        primals = [a.primal for a in args]
        out = self.base.apply(rule, primals)
        terms: list[Term[V]] = []
        for i, a in enumerate(args):
            if a.tangent is None:
                continue
            local = partial(self.base, rule, primals, out, i)
            is_lost = a.is_endless and float(local) == 0 and not math.isinf(out)  # type: ignore[arg-type]
            is_lost |= rule.compares and _is_lost(a.tangent)
            added = local if is_lost else self.base.apply(self._times, [local, a.tangent])
            running = self.base.apply(self._plus, [terms[-1].running, added]) if terms else added
            terms.append(Term(i, local, running))
        has_overflowed = overflowed(self.base, rule, primals, out)
        is_endless = has_overflowed and have_no_pole((a.primal, a.is_endless) for a in args)
        return Dual(out, terms[-1].running if terms else None, tuple(terms), is_endless)

    def partial(self, rule: Rule, args: Sequence[Dual[V]], out: Dual[V], i: int) -> Dual[V]:
        """The partial with its tangent. Where numbers take what the row states for an edge, that is differentiated.

        The formula out*log(x) has no value for 0**y; the slope of 0**y by y is 0, and so is the slope of that.
        """
        found, edge = formula(self, rule.partials[i], args, out), rule.edges[i]
        if edge is None or not _is_lost(found.primal):
            return found
        stated = partial(self.base, rule, [a.primal for a in args], out.primal, i)
        return found if _is_lost(stated) else formula(self, edge.value, args, out)


def _is_lost(number: object) -> bool:
    """Whether a number, of any algebra of numbers, is none."""
    while isinstance(number, Dual):
        number = number.primal
    return isinstance(number, float) and math.isnan(number)
