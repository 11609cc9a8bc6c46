"""Numbers of four hundred digits, to tell a zero that rounding made from one that is there."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from mpmath.ctx_mp import MPContext

from adcore.interpreter import run
from adcore.primitives import TESTS
from adcore.rules import Rule

DIGITS = 400
SAME_NAME = tuple(
    "exp expm1 log log1p log10 sqrt hypot erf erfc erfinv gamma atan2 sign"
    " sin cos tan sec csc cot asin acos atan asec acsc acot"
    " sinh cosh tanh sech csch coth asinh acosh atanh asech acsch acoth".split()
)
"""The primitives that mpmath calls the same."""
GROWING = ("exp", "expm1", "sinh", "cosh", "tanh", "sech", "csch", "coth", "gamma", "erfc", "pow")
PERIODIC = ("sin", "cos", "tan", "sec", "csc", "cot")
FARTHEST = MappingProxyType({**dict.fromkeys(GROWING, 1e20), **dict.fromkeys(PERIODIC, 1e300)})
"""The largest argument, or exponent, of functions that never end far out: sin(exp(exp(100)))."""
EDGE = 1e-12
"""In parts of their size, how near two numbers may be before floats may see another one of them as the larger."""


class PreciseAlgebra:
    """Numbers of mpmath, in a context of their own; what has no value, or no row here, is nan.

    So is what depends on which of two numbers is larger where floats may see it otherwise: floor(1/y) at 0.1 is 9 for
    the float next to 0.1, which 1/y rounds up to 10.
    """

    def __init__(self) -> None:
        self.context = mp = MPContext()
        mp.dps = DIGITS
        named: dict[str, Callable[..., Any]] = {name: getattr(self.context, name) for name in SAME_NAME}
        tests = zip(TESTS, (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne), strict=True)
        self._functions: Mapping[str, Callable[..., Any]] = named | {
            "add": operator.add,
            "sub": operator.sub,
            "mul": operator.mul,
            "div": operator.truediv,
            "neg": operator.neg,
            "abs": abs,
            "log2": lambda x: mp.log(x, 2),
            "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),  # what their rows mean has log(2) and 1/3 as floats
            "pow": lambda x, y: x**y if x > 0 else mp.nan,
            "where": lambda c, x, y: x if c else y,
            "max": max,
            "min": min,
            "floor": lambda x: self._step(mp.floor, x),
            "ceil": lambda x: self._step(mp.ceil, x),
            "lgamma": lambda x: mp.loggamma(x) if x > 0 else mp.log(abs(mp.gamma(x))),
            **{name: self._test(compare) for name, compare in tests},
        }

    def const(self, c: float) -> Any:
        return self.context.mpf(c)

    def apply(self, rule: Rule, args: Sequence[Any]) -> Any:
        farthest = FARTHEST.get(rule.row.name)
        if any(map(self.context.isnan, args)) or (farthest and abs(args[-1]) > self.context.mpf(farthest)):
            return self.context.nan
        if rule.row.name not in self._functions and rule.means is not None:
            return run(rule.means, self, [*args, self.context.nan])[rule.means.outputs[0]]
        try:
            found = self._function(rule)(*args)
        except (ZeroDivisionError, ValueError):  # a pole
            return self.context.nan
        is_real = isinstance(found, self.context.mpf) and self.context.isfinite(found)
        return found if is_real else self.context.nan

    def _function(self, rule: Rule) -> Callable[..., Any]:
        mp, order = self.context, int(rule.constant or 0)
        if rule.row.name == "powi":
            return lambda x: x**order
        if rule.row.name == "polygamma":
            return lambda x: mp.psi(order, x)
        return self._functions.get(rule.row.name, lambda *args: mp.nan)

    def _test(self, compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
        return lambda x, y: self.context.nan if self._is_close(x, y) else self.context.mpf(compare(x, y))

    def _step(self, step: Callable[[Any], Any], x: Any) -> Any:
        return self.context.nan if self._is_close(x, self.context.nint(x)) else step(x)

    def _is_close(self, x: Any, y: Any) -> bool:
        return bool(x != y and abs(x - y) < EDGE * max(abs(x), abs(y)))
