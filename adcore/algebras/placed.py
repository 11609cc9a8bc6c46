"""Staging for a point: programs that hold there and know what rows state for edges.

The slope of x**y by y is out*log(x), which has no value at x = 0; the row states 0 there (`Row.edges`). A program for
any point holds the formula, one for a point with x = 0 what is stated. Nor does it hold what is nothing there: the
slope of exp(x) in 1/(1 + exp(x)) at 800 (`losses`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.staging import StagingAlgebra
from adcore.interpreter import formula
from adcore.rules import Rule


class PlacedAlgebra(StagingAlgebra):
    """Staging where the inputs are `leaves`: at an edge what the row states is written, not the formula.

    `options` are those of staging.
    """

    def __init__(self, leaves: Sequence[float], **options: Any) -> None:
        super().__init__(**options)
        self._leaves, self._values = iter(leaves), list[float]()

    def overflowed(self, rule: Rule, args: Sequence[int], out: int) -> bool:
        """Whether a node is infinite only because floats end."""
        return FloatAlgebra().overflowed(rule, [*map(self.at_point, args)], self.at_point(out))

    def partial(self, rule: Rule, args: Sequence[int], out: int, i: int) -> int:
        edge = rule.edges[i]
        at_edge = edge is not None and edge.condition.holds([self.at_point(a) for a in (*args, out)])
        return formula(self, edge.value if edge and at_edge else rule.partials[i], args, out)

    def at_point(self, node: int) -> float:
        """What a node is at the point; it is found for all that are written by now, each once."""
        for i in range(len(self._values), len(self.args)):
            kind, args = self.kinds[i], self.args[i]
            if kind.rule is not None:
                self._values.append(kind.rule.row.value(*[self._values[a] for a in args]))
            else:
                self._values.append(self.numbers[i] if i in self.numbers else next(self._leaves))
        return self._values[node]
