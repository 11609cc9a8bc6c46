"""Numbers: the algebra of evaluation. IEEE 754 throughout; nothing raises."""

from __future__ import annotations

import math
from collections.abc import Sequence

from adcore.interpreter import formula
from adcore.rules import Rule


class FloatAlgebra:
    """Python floats."""

    def const(self, c: float) -> float:
        return c

    def apply(self, rule: Rule, args: Sequence[float]) -> float:
        return rule.row.value(*args)

    def overflowed(self, rule: Rule, out: float) -> bool:
        """Whether a value is infinite only because floats end: exp(800), not 1/0."""
        return math.isinf(out) and rule.domain is None

    def partial(self, rule: Rule, args: Sequence[float], out: float, i: int) -> float:
        """The partial, with two cares that formulas lack.

        Outside the domain there is no derivative, though the formula may give a number: log(-1) is nan, and 1/x there
        is -1. And at an edge the row may state the value: 0**y has slope 0 in y, where out*log(x) is 0 times infinity.
        """
        if math.isnan(out) and rule.domain is not None and not any(map(math.isnan, args)):
            return math.nan
        local = formula(self, rule.partials[i], args, out)
        edge = rule.edges[i]
        if edge is not None and not math.isfinite(local) and edge.condition.holds([*args, out]):
            return formula(self, edge.value, args, out)
        return local
