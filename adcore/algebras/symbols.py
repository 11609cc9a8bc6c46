"""SymPy expressions, built object by object from a graph: no text is ever parsed.

SymPy is imported when it is first used, and the server does that in a process that can be killed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from adcore.interpreter import run
from adcore.language import CONSTANTS
from adcore.primitives import TESTS
from adcore.rules import Rule

Expression = Any


class SymbolAlgebra:
    """SymPy expressions over real symbols."""

    def __init__(self) -> None:
        import sympy

        self.sympy = sympy
        self._built: dict[str, Any] = {
            "add": lambda x, y: x + y,
            "sub": lambda x, y: x - y,
            "mul": lambda x, y: x * y,
            "div": lambda x, y: x / y,
            "neg": lambda x: -x,
            "pow": lambda x, y: x**y,
            "where": lambda c, x, y: sympy.Piecewise((x, self._condition(c)), (y, True)),
        }
        for name, relation in zip(TESTS, (sympy.Lt, sympy.Le, sympy.Gt, sympy.Ge, sympy.Eq, sympy.Ne), strict=True):
            self._built[name] = partial(self._truth, relation)

    def symbol(self, name: str) -> Expression:
        return self.sympy.Symbol(name, real=True)

    def const(self, c: float) -> Expression:
        if c == CONSTANTS["pi"]:
            return self.sympy.pi
        if c == CONSTANTS["e"]:
            return self.sympy.E
        return self.sympy.Integer(int(c)) if c.is_integer() else self.sympy.Float(c, 17)

    def apply(self, rule: Rule, args: Sequence[Expression]) -> Expression:
        row = rule.row
        if row.name == "powi":
            return args[0] ** self.sympy.Integer(int(rule.constant or 0))
        if row.name == "polygamma":
            return self.sympy.polygamma(int(rule.constant or 0), args[0])
        if row.name in self._built:
            return self._built[row.name](*args)
        if rule.means is not None:
            return run(rule.means, self, [*args, self.sympy.Integer(0)])[rule.means.outputs[0]]
        return getattr(self.sympy, row.sympy)(*args)

    def _truth(self, relation: Any, x: Expression, y: Expression) -> Expression:
        """A comparison as a number: 1 where it holds, else 0."""
        return self.sympy.Piecewise((1, relation(x, y)), (0, True))

    def _condition(self, c: Expression) -> Expression:
        """The comparison in what `_truth` made; of any other number, that it is not 0."""
        is_truth = isinstance(c, self.sympy.Piecewise) and c.args[0].expr == 1
        return c.args[0].cond if is_truth else self.sympy.Ne(c, 0)
