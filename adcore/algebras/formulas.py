"""Numbers of SymPy formulas: every part once, in order, to as many digits as one likes.

SymPy's own way, substitution and evalf, compares the arguments of a Max by substituting into them again and again: for
the softmax of three numbers it takes seconds. Nothing here imports SymPy: its parts are known by the names of their
classes.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from mpmath.ctx_mp import MPContext

Expression = Any
SAME_NAME = tuple(
    "exp log sin cos tan sec csc cot asin acos atan asec acsc acot sinh cosh tanh sech csch coth"
    " asinh acosh atanh asech acsch acoth erf erfc erfinv gamma zeta re im arg".split()
)
"""The functions that mpmath calls the same; of complex numbers too, which formulas of Abs have in them."""
CONSTANTS = MappingProxyType({"Pi": "pi", "Exp1": "e", "EulerGamma": "euler", "Catalan": "catalan"})
POLE_AT_0 = ("csc", "cot", "csch", "coth")
RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "StrictLessThan": operator.lt,
        "LessThan": operator.le,
        "StrictGreaterThan": operator.gt,
        "GreaterThan": operator.ge,
        "Equality": operator.eq,
        "Unequality": operator.ne,
    }
)
WAVES = tuple("sin cos tan sec csc cot floor ceiling".split())
DIGIT_BY_DIGIT = (*WAVES, *"exp sinh cosh tanh sech csch coth erfc gamma zeta".split())
"""The functions that need all digits before the point of an argument: of sin(1e30), thirty and those of pi."""
FARTHEST = 2_500
"""Bits before the point of what they are worked out at; beyond, past products of floats, they are as at infinity."""
ENOUGH = 64
"""Bits after the point that the arguments of waves need, or their numbers are doubtful."""


class Valued(NamedTuple):
    """The number of a part, or the truth of a condition; nan where there is none.

    Whether it is free of rounding; and whether it may be another number with more digits: terms that were rounded have
    cancelled to 0 on the way, or too few digits were left after the point, as in sin(1e40*x + 1).
    """

    number: Any
    is_exact: bool = False
    is_doubtful: bool = False


class FormulaValues:
    """The parts of formulas at a point, each worked out once with so many digits."""

    def __init__(self, point: Mapping[Expression, float], digits: int) -> None:
        self.context = mp = MPContext()
        mp.dps = digits
        self._values = {symbol: Valued(mp.mpf(x), True) for symbol, x in point.items()}
        self._functions: Mapping[str, Callable[..., Any]] = {
            **{name: getattr(self.context, name) for name in SAME_NAME},
            **{name: partial(self._compare, relation) for name, relation in RELATIONS.items()},
            **{name: partial(self._from_pole, getattr(self.context, name)) for name in POLE_AT_0},
            "Mul": lambda *xs: mp.fprod(xs),
            "Pow": lambda x, y: mp.inf if x == 0 and mp.re(y) < 0 else x**y,  # as of floats, where 0 is no -0
            "Abs": mp.fabs,
            "atan2": lambda y, x: mp.atan2(self._real(y), self._real(x)),
            "conjugate": mp.conj,
            "sign": mp.sign,
            "floor": lambda x: mp.floor(self._real(x)),
            "ceiling": lambda x: mp.ceil(self._real(x)),
            "loggamma": lambda x: mp.loggamma(x) if x > 0 else mp.log(abs(mp.gamma(x))),
            "polygamma": lambda order, x: mp.psi(int(order), x),
            "Max": lambda *xs: max(map(self._real, xs)),
            "Min": lambda *xs: min(map(self._real, xs)),
            "Heaviside": lambda x, middle: middle if x == 0 else mp.mpf(self._real(x) > 0),
            "Not": operator.not_,
        }
        self._deciding: Mapping[str, Callable[[Expression], Valued]] = {
            "Piecewise": lambda part: self._choose([piece.args for piece in part.args]),
            "ITE": lambda part: self._choose([(part.args[1], part.args[0]), (part.args[2], None)]),
            "ExprCondPair": lambda part: self._values[part.args[0]],
            "Share": self._share,
            "And": lambda part: self._judge(part, False),
            "Or": lambda part: self._judge(part, True),
        }

    def of(self, formula: Expression) -> Valued:
        """The number of a formula; it is real, or nan."""
        waiting = [formula]
        while waiting:
            part = waiting[-1]
            missing = [p for p in part.args if p not in self._values] if part not in self._values else []
            if missing:
                waiting += missing
                continue
            waiting.pop()
            if part not in self._values:
                self._values[part] = self._work_out(part)
        return self._values[formula]

    def _work_out(self, part: Expression) -> Valued:
        name, given = type(part).__name__, [self._values[p] for p in part.args]
        if not given:
            return self._leaf(part)
        if name in self._deciding:
            return self._deciding[name](part)
        is_doubtful = any(value.is_doubtful for value in given)
        numbers = [value.number for value in given]
        if name not in RELATIONS and any(map(self._is_nan, numbers)):
            return Valued(self.context.nan, False, is_doubtful)
        are_exact = all(value.is_exact for value in given)
        if name == "Add":
            total = self._settle(lambda: self.context.fsum(numbers))
            return Valued(total, are_exact and self._fits(numbers, name), is_doubtful or (total == 0 and not are_exact))
        if name in WAVES and not are_exact:
            is_doubtful = is_doubtful or self._bits(numbers[0]) + ENOUGH > self.context.prec
        found = self._settle(lambda: self._apply(name, numbers))
        return Valued(found, are_exact and self._fits(numbers, name), is_doubtful)

    def _leaf(self, part: Expression) -> Valued:
        mp, name = self.context, type(part).__name__
        if name in ("BooleanTrue", "BooleanFalse"):
            return Valued(name == "BooleanTrue", True)
        if name in CONSTANTS:
            return Valued(+getattr(self.context, CONSTANTS[name]))
        if part.is_Rational:
            return Valued(mp.mpf(part.p) / part.q, part.q & (part.q - 1) == 0)
        if part.is_Float:
            return Valued(mp.make_mpf(part._mpf_), True)
        infinite = {"Infinity": mp.inf, "NegativeInfinity": -mp.inf, "ImaginaryUnit": mp.j}
        return Valued(infinite.get(name, mp.nan))

    def _apply(self, name: str, numbers: Sequence[Any]) -> Any:
        if name not in self._functions:
            return self.context.nan
        if name in DIGIT_BY_DIGIT and self._bits(numbers[0]) > FARTHEST:
            numbers = [self.context.sign(self._real(numbers[0])) * self.context.inf]
        return self._functions[name](*numbers)

    def _bits(self, x: Any) -> Any:
        """How many bits a number has before the point; fewer than 0 if it is smaller than 1/2."""
        return self.context.mag(x) if x and self.context.isfinite(x) else -math.inf

    def _settle(self, work: Callable[[], Any]) -> Any:
        """A number as it is, real if it can be; nan at a pole, and where a decision is asked of what is not real."""
        try:
            found = work()
        except (TypeError, ValueError, ArithmeticError):
            return self.context.nan
        return found.real if isinstance(found, self.context.mpc) and found.imag == 0 else found

    def _choose(self, pieces: Sequence[tuple[Expression, Expression | None]]) -> Valued:
        """The first piece whose condition holds; a piece may have none."""
        is_doubtful = False
        for piece, asked in pieces:
            condition = Valued(True) if asked is None else self._values[asked]
            is_doubtful = is_doubtful or condition.is_doubtful
            if condition.number is True:
                value = self._values[piece]
                return value._replace(is_doubtful=is_doubtful or value.is_doubtful)
            if condition.number is not False:
                break
        return Valued(self.context.nan, False, is_doubtful)

    def _judge(self, part: Expression, decisive: bool) -> Valued:
        """Whether some condition is the decisive one, or all are the other."""
        given = [self._values[p] for p in part.args]
        truths, is_doubtful = [value.number for value in given], any(value.is_doubtful for value in given)
        if any(truth is decisive for truth in truths):
            return Valued(decisive, False, is_doubtful)
        return Valued(not decisive if all(type(x) is bool for x in truths) else self.context.nan, False, is_doubtful)

    def _share(self, part: Expression) -> Valued:
        """What comes of the largest, or smallest, number from one: what ties shares equally, as the row says."""
        mine, best = (self._values[p] for p in part.args)
        is_doubtful = mine.is_doubtful or best.is_doubtful
        if self.context.isnan(mine.number) or self.context.isnan(best.number):
            return Valued(self.context.nan, False, is_doubtful)
        others = [self._values[p].number for p in part.args[1].args]
        if mine.number == best.number:
            return Valued(self.context.mpf(1) / (1 + others.count(best.number)), False, is_doubtful)
        wins = (mine.number > best.number) == (type(part.args[1]).__name__ == "Max")
        return Valued(self.context.mpf(wins), True, is_doubtful)

    def _compare(self, relation: Callable[[Any, Any], bool], x: Any, y: Any) -> bool:
        """As of floats: what has no value is nan, neither smaller nor larger than a number, nor equal to it."""
        known = [self.context.nan if isinstance(number, self.context.mpc) else number for number in (x, y)]
        return bool(relation(*known))

    def _from_pole(self, function: Callable[[Any], Any], x: Any) -> Any:
        return function(x) if x else self.context.inf

    def _is_nan(self, x: Any) -> bool:
        return isinstance(x, self.context.mpf | self.context.mpc) and bool(self.context.isnan(x))

    def _real(self, x: Any) -> Any:
        if isinstance(x, self.context.mpc):
            raise TypeError(x)
        return x

    def _fits(self, numbers: Sequence[Any], name: str) -> bool:
        """Whether a sum or a product of numbers that are exact needs no more digits than there are."""
        parts = [x._mpf_ for x in numbers if isinstance(x, self.context.mpf) and x]
        if name == "Mul":
            return bool(sum(bits for _, _, _, bits in parts) <= self.context.prec)
        if name == "Add":
            top = max((exponent + bits for _, _, exponent, bits in parts), default=0)
            low = min((exponent for _, _, exponent, _ in parts), default=0)
            return bool(top - low + len(parts) <= self.context.prec)
        if name == "Pow" and self.context.isint(numbers[1]) and numbers[1] > 0:
            return bool(sum(bits for _, _, _, bits in parts[:1]) * int(numbers[1]) <= self.context.prec)
        return name in ("Max", "Min", "sign", "Abs", "Heaviside", "floor", "ceiling", *RELATIONS)
