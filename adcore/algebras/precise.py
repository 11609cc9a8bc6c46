"""Numbers of four hundred digits, to tell a zero that rounding made from one that is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mpmath.ctx_mp import MPContext

from adcore.interpreter import run
from adcore.rules import Rule

DIGITS = 400


class PreciseAlgebra:
    """Numbers of mpmath, in a context of their own; what has no value, or no row here, is nan."""

    def __init__(self) -> None:
        self.context = mp = MPContext()
        mp.dps = DIGITS
        self._functions: Mapping[str, Callable[..., Any]] = {
            "add": lambda x, y: x + y,
            "sub": lambda x, y: x - y,
            "mul": lambda x, y: x * y,
            "div": lambda x, y: x / y if y else mp.nan,
            "neg": lambda x: -x,
            "pow": lambda x, y: x**y if x > 0 else mp.nan,
            "abs": abs,
            "sign": mp.sign,
            "where": lambda c, x, y: x if c else y,
            "max": max,
            "min": min,
            "sqrt": lambda x: mp.sqrt(x) if x >= 0 else mp.nan,
            "log": lambda x: mp.log(x) if x > 0 else mp.nan,
            "exp": mp.exp,
            "sin": mp.sin,
            "cos": mp.cos,
            "tan": mp.tan,
            "atan": mp.atan,
            "sinh": mp.sinh,
            "cosh": mp.cosh,
            "tanh": mp.tanh,
            "erf": mp.erf,
            "erfc": mp.erfc,
        }

    def const(self, c: float) -> Any:
        return self.context.mpf(c)

    def apply(self, rule: Rule, args: Sequence[Any]) -> Any:
        name = rule.row.name
        if any(map(self.context.isnan, args)):
            return self.context.nan
        if name in self._functions:
            return self._functions[name](*args)
        if name == "powi":
            return args[0] ** int(rule.constant or 0) if args[0] or (rule.constant or 0) > 0 else self.context.nan
        if rule.means is not None:
            return run(rule.means, self, [*args, self.context.nan])[rule.means.outputs[0]]
        return self.context.nan
