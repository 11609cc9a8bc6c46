"""Taylor series over any algebra: derivatives of every order from the rows of first derivatives.

A series is the list of its coefficients: value, slope, half the second derivative, ... For h = f(u) the row gives
p = f'(u), and h' = p u' is solved coefficient by coefficient:

    k h[k] = sum over j < k of  p[j] (k - j) u[k - j]

p may read h itself (exp has the partial `out`): p[j] needs no more of h than h[j]. So coefficients are made when they
are asked for, and kept. (Griewank & Walther 2008, chapter 13; McIlroy, Squinting at power series, 1990.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, Generic, TypeVar

from adcore.interpreter import Algebra, formula, partial
from adcore.rules import Rule, find_rule

V = TypeVar("V")
WHOLE_EXPONENTS = 64
"""Up to this size a power with a whole exponent that does not vary is multiplied out, so that 0**-1 never appears."""


class Series(Generic[V]):
    """Coefficients that are made on demand and kept. None is a coefficient that is zero by structure.

    `make(k)` gives coefficient k and may ask for those before it. `constant`: there is nothing after the first.
    """

    def __init__(self, make: Callable[[int], V | None], constant: bool = False) -> None:
        self.constant = constant
        self._make = make
        self._known: list[V | None] = []

    def __getitem__(self, k: int) -> V | None:
        while len(self._known) <= k:
            self._known.append(self._make(len(self._known)))
        return self._known[k]

    @property
    def head(self) -> V:
        """The value, which is never zero by structure."""
        first = self[0]
        assert first is not None
        return first


def polynomial(*coefficients: V | None) -> Series[V]:
    """A series that ends: 2 + 3 t is `polynomial(2.0, 3.0)`."""
    return Series(lambda k: coefficients[k] if k < len(coefficients) else None, len(coefficients) == 1)


class TaylorAlgebra(Generic[V]):
    """Series over `base`. `+ - * /`, whole powers and `where` are native; all other rows go by their first derivative.

    sin at 2 + t:  [0.909, -0.416, -0.455, ...]
    """

    def __init__(self, base: Algebra[V]) -> None:
        self.base = base
        self._plus, self._times = find_rule("add", None, 2), find_rule("mul", None, 2)
        self._minus, self._over = find_rule("sub", None, 2), find_rule("div", None, 2)
        self._negate = find_rule("neg", None, 1)
        self._made: dict[tuple[int, ...], tuple[Rule, Sequence[Series[V]], Series[V]]] = {}

    def const(self, c: float) -> Series[V]:
        return polynomial(self.base.const(c))

    def apply(self, rule: Rule, args: Sequence[Series[V]]) -> Series[V]:
        """One series for one operation on the same arguments: sin and cos, partials of each other, become a pair."""
        key = (id(rule), *map(id, args))
        if key not in self._made:
            # What the ids belong to is kept with the answer, so that they stay theirs.
            self._made[key] = (rule, args, self._make(rule, args))
        return self._made[key][2]

    def _make(self, rule: Rule, args: Sequence[Series[V]]) -> Series[V]:
        if all(a.constant for a in args):
            return polynomial(self.base.apply(rule, [a.head for a in args]))
        exponent = _whole_exponent(rule, args)
        if exponent is not None:
            return self._power(args[0], exponent)
        native = self._native(rule.row.name, rule, args)
        return native or self._by_derivative(rule, args)

    def _native(self, name: str, rule: Rule, args: Sequence[Series[V]]) -> Series[V] | None:
        if name in ("add", "sub"):
            return Series(lambda k: self._sum(name == "sub", args[0][k], args[1][k]))
        if name == "neg":
            return Series(lambda k: self._sum(True, None, args[0][k]))
        if name == "mul":
            return self._product(*args)
        if name == "div":
            return self._quotient(*args)
        return self._choice(rule, args) if name == "where" else None

    def _sum(self, subtract: bool, left: V | None, right: V | None) -> V | None:
        if right is None:
            return left
        if left is None:
            return self.base.apply(self._negate, [right]) if subtract else right
        return self.base.apply(self._minus if subtract else self._plus, [left, right])

    def _convolve(self, a: Series[V], b: Series[V], k: int, first: int) -> V | None:
        """a[first] b[k-first] + ... + a[k] b[0]; what is zero by structure is not multiplied."""
        terms = (self._scale(a[j], b[k - j]) for j in range(first, k + 1))
        return self._add_up(terms)

    def _scale(self, left: V | None, right: V | None) -> V | None:
        return None if left is None or right is None else self.base.apply(self._times, [left, right])

    def _add_up(self, terms: Any) -> V | None:
        return reduce(lambda total, term: self._sum(False, total, term), terms, None)

    def _product(self, a: Series[V], b: Series[V]) -> Series[V]:
        return Series(lambda k: self._convolve(a, b, k, 0))

    def _quotient(self, a: Series[V], b: Series[V]) -> Series[V]:
        """From h b = a:  h[k] b[0] = a[k] - (b[1] h[k-1] + ... + b[k] h[0])."""

        def make(k: int) -> V | None:
            left = self._sum(True, a[k], self._convolve(b, quotient, k, 1))
            return None if left is None else self.base.apply(self._over, [left, b.head])

        quotient: Series[V] = Series(make)
        return quotient

    def _power(self, a: Series[V], n: int) -> Series[V]:
        """By squaring, so that no coefficient is divided by a value that may be 0."""
        if n < 0:
            return self._quotient(self.const(1.0), self._power(a, -n))
        result: Series[V] | None = None
        for bit in f"{n:b}":
            result = self._product(result, result) if result else None
            if bit == "1":
                result = self._product(result, a) if result else a
        return result or self.const(1.0)

    def _choice(self, rule: Rule, args: Sequence[Series[V]]) -> Series[V]:
        """Coefficient by coefficient: what is not chosen hands nothing on, not even nan."""
        condition, chosen, other = args

        def make(k: int) -> V | None:
            pair = (chosen[k], other[k])
            if pair == (None, None):
                return None
            return self.base.apply(rule, [condition.head, *(self.base.const(0.0) if c is None else c for c in pair)])

        return Series(make)

    def _by_derivative(self, rule: Rule, args: Sequence[Series[V]]) -> Series[V]:
        """The series of any row, from the text of its partials."""
        moving = [i for i, a in enumerate(args) if not a.constant and not rule.flat[i]]
        locals_: dict[int, Series[V]] = {}

        def make(k: int) -> V | None:
            if k == 0:
                return self.base.apply(rule, [a.head for a in args])
            if k == 1:
                # A partial has partials of its own, without end: each is set up when it is first needed.
                locals_.update({i: self._partial(rule, args, out, i) for i in moving})
            total = self._add_up(self._slope(locals_[i], args[i], k) for i in moving)
            return None if total is None else self.base.apply(self._over, [total, self.base.const(float(k))])

        out: Series[V] = Series(make, constant=not moving)
        return out

    def _slope(self, local: Series[V], u: Series[V], k: int) -> V | None:
        """Coefficient k - 1 of p u'. A coefficient of p is asked for only where u' has one to go with it."""
        terms = []
        for j in range(k):
            right = u[k - j]
            weighted = self._scale(self.base.const(float(k - j)), right) if k - j > 1 else right
            terms.append(None if weighted is None else self._scale(local[j], weighted))
        return self._add_up(terms)

    def _partial(self, rule: Rule, args: Sequence[Series[V]], out: Series[V], i: int) -> Series[V]:
        """The partial as a series. Where the algebra of numbers answers other than the formula, that answer holds."""
        found = formula(self, rule.partials[i], args, out)
        if getattr(self.base, "partial", None) is None:
            return found
        stated = partial(self.base, rule, [a.head for a in args], out.head, i)
        if stated == found.head or (stated != stated and found.head != found.head):
            return found
        edge = rule.edges[i]
        return (
            formula(self, edge.value, args, out) if edge is not None and stated == stated else Series(lambda _: stated)
        )


def _whole_exponent(rule: Rule, args: Sequence[Series[Any]]) -> int | None:
    """The exponent of a power that can be multiplied out, or None."""
    if rule.row.name == "powi":
        return int(rule.constant or 0)
    if rule.row.name != "pow" or not args[1].constant:
        return None
    exponent = args[1].head
    is_whole = isinstance(exponent, float) and exponent.is_integer() and abs(exponent) <= WHOLE_EXPONENTS
    return int(exponent) if is_whole else None
