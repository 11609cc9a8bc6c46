"""NumPy arrays: a whole curve of points in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from adcore.interpreter import formula
from adcore.rules import Rule

Array = Any
"""A float64 array of the batch's shape, or a float that stands for all of it."""


class ArrayAlgebra:
    """float64 arrays of one shape; every operation is elementwise and silent about nan and infinities."""

    def const(self, c: float) -> Array:
        return np.float64(c)

    def apply(self, rule: Rule, args: Sequence[Array]) -> Array:
        with np.errstate(all="ignore"):
            if rule.row.array is None:
                return np.vectorize(rule.row.value, otypes=[float])(*args)
            return np.asarray(rule.row.array(*args), dtype=float)

    def partial(self, rule: Rule, args: Sequence[Array], out: Array, i: int) -> Array:
        """The partial; outside the domain it is nan, as in `FloatAlgebra.partial`."""
        local = formula(self, rule.partials[i], args, out)
        edge = rule.edges[i]
        if edge is not None and not np.all(np.isfinite(local)):
            asked = edge.condition
            holds = np.vectorize(lambda *numbers: asked.holds(numbers), otypes=[bool])(*args, out)
            local = np.where(~np.isfinite(local) & holds, formula(self, edge.value, args, out), local)
        return np.where(np.isnan(out), np.nan, local) if rule.domain is not None else local
