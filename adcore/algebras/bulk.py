"""Partials of many nodes at once: what `floats.slopes_of` gives for numbers, for columns of them, bit by bit the same.

Sums, products and quotients are rounded alike by NumPy and by Python. Of other functions the last digit may differ, so
theirs are taken number by number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adcore.algebras.floats import slopes_of
from adcore.bound import Slope, bind_text
from adcore.rules import Rule, keep_with_rule

Numbers = NDArray[np.float64]
EXACT = ("add", "sub", "mul", "neg", "div")


@keep_with_rule
def bulk_slope(rule: Rule, k: int) -> Callable[[Sequence[Numbers]], Numbers]:
    """The partial for argument k as a function of columns: the arguments, then the values.

    >>> bulk_slope(find_rule("div", None, 2), 1)([np.array([6.0]), np.array([2.0]), np.array([3.0])])
    array([-1.5])
    """
    slope: Slope[Any] = bind_text(rule.partials[k], len(rule.row.args) + 1, float, _over_columns)
    one, has_edges = slopes_of(rule)[k], _has_edges(rule, k)

    def whole(letters: Sequence[Numbers]) -> Numbers:
        local = np.empty(len(letters[0]))
        with np.errstate(all="ignore"):
            local[:] = slope(letters)
        if has_edges:
            for i in np.flatnonzero(~(np.isfinite(local) & np.isfinite(letters[-1]))).tolist():
                local[i] = one([float(column[i]) for column in letters])
        return local

    return whole


def bulk_reads(rule: Rule, k: int) -> Sequence[int]:
    """Which of these columns it reads: all where a formula may have no value."""
    return range(len(rule.row.args) + 1) if _has_edges(rule, k) else rule.read_by(k)


def _has_edges(rule: Rule, k: int) -> bool:
    return rule.domain is not None or rule.edges[k] is not None


def _over_columns(rule: Rule) -> Callable[..., Any]:
    """A function of columns and single numbers."""
    value, array = rule.row.value, rule.row.array
    if rule.row.name in EXACT and array is not None:
        return array

    def each(*args: Any) -> Any:
        if not any(isinstance(a, np.ndarray) for a in args):
            return value(*args)
        columns = [column.tolist() for column in np.broadcast_arrays(*args)]
        return np.array(list(map(value, *columns)), float)

    return each
