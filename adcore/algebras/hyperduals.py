"""Hyper-dual numbers over any algebra: exact second derivatives in one pass, without a step and without nesting.

a + a1 e1 + a2 e2 + a12 e1 e2  with e1*e1 = e2*e2 = 0. For x*y at (2, 3), with both directions (1, 1):
6 + 5 e1 + 5 e2 + 2 e1 e2.

    f(a) = f + f' a1 e1 + f' a2 e2 + (f' a12 + f'' a1 a2) e1 e2

(Fike & Alonso, The development of hyper-dual numbers for exact second-derivative calculations, AIAA 2011-886.)
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

from adcore.algebras.duals import Dual, DualAlgebra
from adcore.algebras.staging import StagingAlgebra
from adcore.graph import Graph
from adcore.interpreter import Algebra, formula, has_numbers, overflowed, partial
from adcore.losses import have_no_pole
from adcore.rules import Rule, find_rule

V = TypeVar("V")
Curvatures = tuple[tuple[Graph | None, ...], ...]


def second_partials(rule: Rule) -> Curvatures:
    """The derivative of each partial of a row by each argument, as graphs over (arguments..., out).

    None is zero by structure: for x*y the rows are (None, 1) and (1, None).
    """
    each = range(len(rule.row.args))
    return tuple(tuple(_second_partial(rule, i, j) for j in each) for i in each)


def _second_partial(rule: Rule, i: int, j: int) -> Graph | None:
    """Partial i of the row, differentiated by argument j: as it is written, and through `out`."""
    staging = StagingAlgebra()
    letters = [staging.input(letter) for letter in rule.row.args]
    out = staging.input("out")
    slope = formula(staging, rule.partials[j], letters, out)
    args = [Dual(letter, staging.const(1.0) if k == j else None) for k, letter in enumerate(letters)]
    found = formula(DualAlgebra(staging), rule.partials[i], args, Dual(out, slope)).tangent
    if found is None or staging.number(found) == 0:
        return None
    return staging.graph([found])


@dataclass(frozen=True, slots=True)
class HyperDual(Generic[V]):
    """A number, how it changes along two directions, and along both; None is zero by structure.

    `is_endless`: infinite only because floats end.
    """

    real: V
    first: V | None = None
    second: V | None = None
    mixed: V | None = None
    is_endless: bool = False


class HyperDualAlgebra(Generic[V]):
    """Hyper-dual numbers over `base`; the second partials of a row are worked out when it is first met."""

    def __init__(self, base: Algebra[V]) -> None:
        self.base = base
        self._times, self._plus = find_rule("mul", None, 2), find_rule("add", None, 2)
        self._has_numbers = has_numbers(base)
        self._known: dict[int, tuple[Rule, Curvatures]] = {}

    def const(self, c: float) -> HyperDual[V]:
        return HyperDual(self.base.const(c), is_endless=math.isinf(c))

    def apply(self, rule: Rule, args: Sequence[HyperDual[V]]) -> HyperDual[V]:
        reals = [a.real for a in args]
        out = self.base.apply(rule, reals)
        moving = [i for i, a in enumerate(args) if (a.first, a.second) != (None, None) and not rule.compares]
        slopes = {i: partial(self.base, rule, reals, out, i) for i in moving}
        if self._has_numbers:
            moving = [i for i in moving if not self._is_lost(rule, i, args[i], slopes[i], out)]
        is_infinite = self._has_numbers and math.isinf(out)  # type: ignore[arg-type]
        has_overflowed = is_infinite and overflowed(self.base, rule, reals, out)
        is_endless = has_overflowed and have_no_pole((a.real, a.is_endless) for a in args)
        bent = self._bent(rule, args, HyperDual(out, is_endless=is_endless), moving)
        return HyperDual(
            out,
            self._sum(self._product(slopes[i], args[i].first) for i in moving),
            self._sum(self._product(slopes[i], args[i].second) for i in moving),
            self._sum([*(self._product(slopes[i], args[i].mixed) for i in moving), *bent]),
            is_endless,
        )

    def _is_lost(self, rule: Rule, i: int, a: HyperDual[V], slope: V, out: V) -> bool:
        """Whether nothing comes of how an argument changes: this is a step, or has levelled off."""
        if rule.flat[i]:
            return not any(math.isnan(x) for x in (a.first, a.second) if x is not None)  # type: ignore[arg-type]
        return a.is_endless and slope == 0 and math.isfinite(out)  # type: ignore[arg-type]

    def _bent(
        self, rule: Rule, args: Sequence[HyperDual[V]], out: HyperDual[V], moving: Sequence[int]
    ) -> list[V | None]:
        """The terms f'' a1 a2, for those pairs of arguments that move."""
        ahead = [i for i in moving if args[i].first is not None]
        across = [j for j in moving if args[j].second is not None]
        rows = self._curvatures(rule) if ahead and across else ()
        pairs = [(i, j, text) for i in ahead for j in across if (text := rows[i][j]) is not None]
        return [
            self._product(self._curvature(rule, (i, j), text, args, out), self._product(args[i].first, args[j].second))
            for i, j, text in pairs
        ]

    def _curvature(
        self, rule: Rule, ij: tuple[int, int], text: Graph, numbers: Sequence[HyperDual[V]], out: HyperDual[V]
    ) -> V | None:
        """The second partial; duals know what a row with edges states there, and what has levelled off."""
        (i, j), reals = ij, [a.real for a in numbers]
        found = formula(self.base, text, reals, out.real) if rule.edges[i] is None else None
        if found is not None and not (self._has_numbers and math.isnan(found)):  # type: ignore[arg-type]
            return found
        along = [self.base.const(1.0) if k == j else None for k in range(len(reals))]
        args = [Dual(a.real, rate, is_endless=a.is_endless) for a, rate in zip(numbers, along, strict=True)]
        slope = partial(self.base, rule, reals, out.real, j)
        value = Dual(out.real, slope, is_endless=out.is_endless)
        return partial(DualAlgebra(self.base), rule, args, value, i).tangent

    def _curvatures(self, rule: Rule) -> Curvatures:
        if id(rule) not in self._known:
            # The rule is kept with its answer, so that its id stays its own.
            self._known[id(rule)] = (rule, second_partials(rule))
        return self._known[id(rule)][1]

    def _product(self, left: V | None, right: V | None) -> V | None:
        return None if left is None or right is None else self.base.apply(self._times, [left, right])

    def _sum(self, terms: Iterable[V | None]) -> V | None:
        present = [term for term in terms if term is not None]
        return reduce(lambda total, term: self.base.apply(self._plus, [total, term]), present) if present else None
