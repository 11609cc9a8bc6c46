"""SymPy expressions, built object by object from a graph: no text is ever parsed.

SymPy is imported when it is first used, and the server does that in a process that can be killed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
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
            "log": lambda x: -sympy.oo if x.is_zero else sympy.log(x),  # SymPy's has no sign
            "relu": lambda x: rectified()(0, x),
            "max": lambda *args: shared_extreme(sympy.Max)(*args),
            "min": lambda *args: shared_extreme(sympy.Min)(*args),
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

    def at_powers_of_zero(self, formula: Expression, at_point: Callable[[Expression], Any]) -> Expression:
        """A formula for a point at which a base is 0: there SymPy's slopes x**y*y/x and x**y*log(x) are no numbers.

        The first is y*x**(y - 1), as in the table, and the second is 0 for y > 0, as the row of the power says.
        `at_point` gives the number of a part at the point, nan where there is none.
        """
        sympy = self.sympy
        powers = [power for power in formula.atoms(sympy.Pow) if not power.exp.is_number and at_point(power.base) == 0]
        vanishing = [{power, sympy.log(power.base)} for power in powers if _is_positive(at_point(power.exp))]
        if not vanishing:
            return formula
        zero, one = sympy.Integer(0), sympy.Integer(1)
        kept = sympy.expand_mul(formula).replace(
            lambda part: part.is_Mul and any(pair <= {*part.args} for pair in vanishing), lambda part: zero
        )
        lowered = sympy.powsimp(kept, combine="exp")  # in which 0**0 is 1, of which SymPy's numbers know nothing
        return lowered.replace(lambda p: p.is_Pow and at_point(p.base) == 0 == at_point(p.exp), lambda p: one)

    def _power(self, x: Expression, y: Expression) -> Expression:
        """A power; 0**y is flat for y > 0, of which SymPy's formula for the slope, 0**y*log(0), knows nothing."""
        return self.sympy.Piecewise((0, y > 0), (x**y, True)) if x.is_zero else x**y

    def _truth(self, relation: Any, x: Expression, y: Expression) -> Expression:
        """A comparison as a number: 1 where it holds, else 0. As of floats, a pole is large, and nan unequal to all."""
        x, y = (self.sympy.oo if number is self.sympy.zoo else number for number in (x, y))
        if any(number.is_extended_real is False or number is self.sympy.nan for number in (x, y)):
            return self.sympy.Integer(relation is self.sympy.Ne)
        return self.sympy.Piecewise((1, relation(x, y)), (0, True))

    def _condition(self, c: Expression) -> Expression:
        """The comparison in what `_truth` made; of any other number, that it is not 0."""
        is_truth = isinstance(c, self.sympy.Piecewise) and c.args[0].expr == 1
        return c.args[0].cond if is_truth else self.sympy.Ne(c, 0)


def _is_positive(number: Any) -> bool:
    return bool(getattr(number, "imag", 0) == 0 and number.real > 0)


@lru_cache
def shared_extreme(own: Any) -> Any:
    """SymPy's Max or Min, which is `own`, but for the slope by one of three or more: ties share it, as in the table.

    SymPy has the step of each against the largest of the others, and a half at a tie whatever their number; it also
    compares those again, which takes the square of their number.
    """
    import sympy

    class Share(sympy.Function):  # type: ignore[misc]
        """What comes of the extreme of some numbers from the first argument; the second is the extreme of the rest."""

        def _latex(self, printer: Any) -> str:
            mine, rest = self.args if own is sympy.Max else self.args[::-1]
            return rf"\theta\left({printer.doprint(mine - rest)}\right)"

    def build(cls: Any, *args: Expression, **options: bool) -> Expression:
        """SymPy collapses arguments for its own class alone, and takes no nan."""
        if sympy.nan in args:
            return sympy.nan
        found = own(*args, **options)
        if found.func is not own or len(found.args) == 2:
            return found
        return sympy.Expr.__new__(cls, *found.args)

    def fdiff(self: Any, argindex: int) -> Expression:
        return Share(self.args[argindex - 1], own(*self.args[: argindex - 1], *self.args[argindex:], evaluate=False))

    return type(own.__name__, (own,), {"__new__": build, "fdiff": fdiff})


@lru_cache
def rectified() -> Any:
    """SymPy's Max of 0 and another, but for the slope at 0, which is 0 as in the table, where SymPy has a half.

    Two pieces would say the same, but SymPy multiplies the pieces out where one relu is in another.
    """
    import sympy

    class Max(sympy.Function):  # type: ignore[misc]
        """Written and worked out as its name says; SymPy's own would be merged with the extremes around it."""

        @classmethod
        def eval(cls, zero: Expression, x: Expression) -> Expression | None:
            found = sympy.nan if x is sympy.nan else sympy.Max(zero, x)
            return None if isinstance(found, sympy.Max) else found

        def fdiff(self, argindex: int = 2) -> Expression:
            return sympy.Heaviside(self.args[argindex - 1], 0)

        def _eval_is_real(self) -> bool | None:
            return self.args[1].is_real  # type: ignore[no-any-return]

        _eval_is_nonnegative = _eval_is_real

    return Max
