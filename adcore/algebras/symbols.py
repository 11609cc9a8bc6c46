"""SymPy expressions, built object by object from a graph: no text is ever parsed.

SymPy is imported when it is first used, and the server does that in a process that can be killed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from adcore.interpreter import run
from adcore.language import CONSTANTS
from adcore.primitives import ROWS, TESTS
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
            "pow": self._power,
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

    def differentiate(self, expression: Expression, symbol: Expression) -> Expression:
        """The derivative. SymPy leaves that of a step open, or calls it a delta; as in the table, it is 0.

        >>> algebra.differentiate(x*floor(x), x)
        floor(x)
        """
        found = self.sympy.diff(expression, symbol)
        left = found.atoms(self.sympy.Derivative, self.sympy.Subs, self.sympy.DiracDelta)
        return found.xreplace({part: self.sympy.Integer(0) for part in left if self._is_slope_of_step(part)})

    def _is_slope_of_step(self, part: Expression) -> bool:
        if isinstance(part, self.sympy.DiracDelta):
            return True
        inner = part.expr if isinstance(part, self.sympy.Subs) else part
        steps = [row.sympy for row in ROWS.values() if row.sympy and set(row.partials) == {"0"}]
        return isinstance(inner.expr, tuple(getattr(self.sympy, name) for name in steps))

    def at_powers_of_zero(self, formula: Expression, point: Mapping[Expression, Expression]) -> Expression:
        """A formula for a point at which a base is 0: there SymPy's slopes x**y*y/x and x**y*log(x) are no numbers.

        The first is y*x**(y - 1), as in the table, and the second is 0 for y > 0, as the row of the power says.
        """
        sympy = self.sympy

        def at_point(part: Expression) -> Expression:
            return part.subs(point)

        powers = [
            power for power in formula.atoms(sympy.Pow) if not power.exp.is_number and at_point(power.base).is_zero
        ]
        vanishing = [{power, sympy.log(power.base)} for power in powers if at_point(power.exp).is_positive]
        if not vanishing:
            return formula
        zero, one = sympy.Integer(0), sympy.Integer(1)
        kept = sympy.expand_mul(formula).replace(
            lambda part: part.is_Mul and any(pair <= {*part.args} for pair in vanishing), lambda part: zero
        )
        lowered = sympy.powsimp(kept, combine="exp")  # in which 0**0 is 1, of which SymPy's numbers know nothing
        return lowered.replace(
            lambda p: p.is_Pow and at_point(p.base).is_zero and at_point(p.exp).is_zero, lambda p: one
        )

    def _power(self, x: Expression, y: Expression) -> Expression:
        """A power; 0**y is flat for y > 0, of which SymPy's formula for the slope, 0**y*log(0), knows nothing."""
        return self.sympy.Piecewise((0, y > 0), (x**y, True)) if x.is_zero else x**y

    def _truth(self, relation: Any, x: Expression, y: Expression) -> Expression:
        """A comparison as a number: 1 where it holds, else 0."""
        return self.sympy.Piecewise((1, relation(x, y)), (0, True))

    def _condition(self, c: Expression) -> Expression:
        """The comparison in what `_truth` made; of any other number, that it is not 0."""
        is_truth = isinstance(c, self.sympy.Piecewise) and c.args[0].expr == 1
        return c.args[0].cond if is_truth else self.sympy.Ne(c, 0)
