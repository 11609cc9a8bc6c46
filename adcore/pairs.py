"""Two slips at once: which two of them together lead to given numbers.

Slips in different branches of a program add up: each changes the derivative by its own amount. Slips one above the
other in a chain multiply: each changes it by its own factor. In x*sin(x) + exp(3*x), a half of the product rule and a
chain rule forgotten are a sum; in sin(exp(x**2)), the chain rule forgotten twice is a product.

The amounts (or factors) at the first point are sorted, so that the partner of each slip is looked up by what is
missing: n log n for n slips, not n**2. What the other points say decides.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TOLERANCE = 1e-8
TINY = 1e-300
"""What makes a search for exactly zero find it."""
LEAST_POINTS = 3
"""With fewer points two of many slips give the numbers by chance."""


def find_pair(reached: Floats, right: Floats, given: Floats) -> tuple[int, int] | None:
    """The positions of two slips that together give the numbers, or None.

    reached   shape (n, points): the derivative that each slip alone leads to
    right, given   shape (points,): the derivative, and the wrong numbers

    >>> find_pair(np.array([[2.0, 3, 4], [1, 5, 9], [7, 7, 7]]), np.ones(3), np.array([2.0, 7, 12]))
    (0, 1)
    """
    if len(given) < LEAST_POINTS:
        return None
    wrong = np.flatnonzero(np.isfinite(reached).all(axis=1) & np.any(reached != right, axis=1))
    reached = reached[wrong]
    found = next(_partners(reached - right, given - right), None)
    if found is None and np.all(right):
        found = next(_factors(reached / right, given / right), None)
    return (int(wrong[found[0]]), int(wrong[found[1]])) if found else None


def _factors(factors: Floats, total: Floats) -> Iterator[tuple[int, int]]:
    """Pairs of rows whose product is the total at every point."""
    with np.errstate(divide="ignore"):
        pairs = _partners(np.log(np.abs(factors)), np.log(np.abs(total)))
        for a, b in pairs:
            if np.all(np.sign(factors[a] * factors[b]) == np.sign(total)):
                yield a, b


def _partners(amounts: Floats, total: Floats) -> Iterator[tuple[int, int]]:
    """Pairs of rows that add up to the total at every point."""
    finite = np.flatnonzero(np.isfinite(amounts).all(axis=1))
    if not np.all(np.isfinite(total)):
        return
    order = finite[np.argsort(amounts[finite, 0], kind="stable")]
    first = amounts[order, 0]
    for a in finite:
        wanted = float(total[0] - amounts[a, 0])
        reach = TOLERANCE * (abs(wanted) + abs(float(total[0])) + abs(float(amounts[a, 0])))
        low, high = np.searchsorted(first, (wanted - reach, wanted + reach + TINY))
        yield from ((int(a), int(b)) for b in order[low:high] if b > a and _add_up(amounts[a], amounts[b], total))


def _add_up(one: Floats, other: Floats, total: Floats) -> bool:
    size = np.abs(one) + np.abs(other) + np.abs(total)
    return bool(np.all(np.abs(one + other - total) <= TOLERANCE * size))
