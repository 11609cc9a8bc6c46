"""What a sweep hands on where floats end: nothing, where an operation no longer feels its argument.

Elsewhere 0 times infinity is no number:

    1/(1 + exp(x)) at 800          exp(800) is infinite, the quotient 0 and its slope 0: nothing of exp's slope is left
    sqrt(where(x > 1, 1, x)) at 0  the slope of the root is infinite, but nothing comes of it through x > 1
    log(1 + exp(x)) at 800         the logarithm is infinite as well: it has not levelled off, 0 times infinity
    1/(1/x) at 0                   1/x is infinite at its pole, not because floats end: 0 times infinity

Nor does anything come through a comparison, whose value is a number even where nan is compared:

    where(log(x) > 0, 1, x) at -2  log(-2) is nan and so is its slope, but that of x is taken and is 1
    where(x > 0, log(x), x) at -2  the slope of log arrives at `where`, which multiplies it by 0: 0 times nan
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Generic, TypeVar

V = TypeVar("V")
Edge = tuple[int, int]
"""A node, and the position of its argument."""
Route = tuple[int, int, bool]
"""Which node hands something on to which, and whether something was handed on to that before."""


def have_no_pole(arguments: Iterable[tuple[V, bool]]) -> bool:
    """Whether none of some values, each with whether it is endless, is infinite for another reason."""
    return all(is_endless for value, is_endless in arguments if math.isinf(value))  # type: ignore[arg-type]


class Losses(Generic[V]):
    """The edges that hand on nothing at one point, and the nodes that are reached by such edges only, in one sweep.

    An edge hands on nothing if its row says so (`Rule.flat`), or if its operation has levelled off: its partial is 0
    and it has a value, although its argument is endless, infinite only because floats end. exp(800) is, and -exp(800),
    but not 1/0 nor -(1/0). A comparison is level everywhere.

    `args` are those of each node; `overflowed` says of a node and the values whether its own operation overflowed,
    `flat` of a node and the position of an argument whether the row states 0, `compares` of a node whether it is a
    comparison. `still` are nodes that have nothing, and whether that is so on the way back only because what follows
    has levelled off.
    """

    def __init__(
        self,
        args: Sequence[Sequence[int]],
        overflowed: Callable[[int, Sequence[V]], bool],
        flat: Callable[[int, int], bool],
        compares: Callable[[int], bool],
        still: Collection[int] = (),
    ) -> None:
        self.args, self._overflowed, self._flat, self.compares = args, overflowed, flat, compares
        self._endless: list[bool] = []
        self.still = dict.fromkeys(still, False)

    def is_endless(self, i: int, values: Sequence[V]) -> bool:
        """Whether a value is infinite only because floats end; an input or a number of the program may be, too."""
        for j in range(len(self._endless), i + 1):
            args = self.args[j]
            is_infinite = math.isinf(values[j]) and (not args or self._overflowed(j, values))  # type: ignore[arg-type]
            self._endless.append(is_infinite and have_no_pole((values[a], self._endless[a]) for a in args))
        return self._endless[i]

    def settle(self, product: V, factors: tuple[V, V], edge: Edge, route: Route, values: Sequence[V]) -> V:
        """What is handed on: `product`, or 0 where that is no number because nothing is handed on.

        The factors are what is given and the partial; what is no number itself stays so, but for what lies below an
        operation that has levelled off: of 1/(1 + hypot(x*x, 1)) at 1e200 nothing is left of the slope inf/inf.
        Where nothing is handed on, the tangent of a dual number is 0 too.
        """
        (given, local), (source, target, is_more) = factors, route
        is_zero, is_back = float(local) == 0, source == edge[0]  # type: ignore[arg-type]
        has_levelled_off = is_zero and self._has_levelled_off(edge, values)
        is_lost = source in self.still and (self.still[source] or not math.isnan(local))  # type: ignore[arg-type]
        if is_zero and not is_lost:
            has_number = not math.isnan(given)  # type: ignore[arg-type]
            is_lost = (has_levelled_off and (has_number or not is_back)) or (has_number and self._flat(*edge))
        if not is_lost:
            self.still.pop(target, None)
            return product
        if not is_more or target in self.still:
            below = is_back and (has_levelled_off or self.still.get(source, False))
            self.still[target] = below and self.still.get(target, True)
        zero = product if not math.isnan(product) else local if is_zero else given  # type: ignore[arg-type]
        return product.at_rest(zero) if hasattr(product, "at_rest") else zero

    def cuts(self, edge: Edge, values: Sequence[V]) -> bool:
        """Whether nothing travels along an edge whose partial is 0."""
        return self._flat(*edge) or self._has_levelled_off(edge, values)

    def _has_levelled_off(self, edge: Edge, values: Sequence[V]) -> bool:
        i, k = edge
        a = self.args[i][k]
        if self.compares(i):
            return True
        return math.isinf(values[a]) and math.isfinite(values[i]) and self.is_endless(a, values)  # type: ignore[arg-type]
