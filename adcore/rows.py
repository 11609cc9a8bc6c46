"""What one row of the table of primitives says, and how its value is computed for every float.

A row's derivative is text in our own language. `tanh(x)` has the partial `1 - out**2`: `x` is the argument, `out` the
value of the row itself, which the rule may use instead of computing it again.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

# How tightly an operation binds, for brackets in text and LaTeX.
COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM = 0, 1, 2, 3, 4, 5


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One primitive; a row equals itself alone, so that it is found quickly in what is kept of it.

    args        letters of the arguments; `partials` has one text for each, over these letters and `out`
    value       the function on floats; never raises, follows IEEE 754 (nan and infinities)
    array       the same on NumPy arrays and complex numbers, or None
    text, latex templates: `@x` stands for the argument x
    level       how tightly the result binds; `needs` how tightly each argument must
    said        how a sentence speaks of it: "the sine"
    remark      the rule in words, for a learner
    domain      where the value exists, as a condition on the letters; empty: everywhere
    kink        where the derivative does not exist, as a condition; `convention` says what is answered there
    edges       per argument `condition -> value`: the partial where its formula has no value, or empty. `value` is
                differentiated for second derivatives: sqrt(y) - sqrt(y) is 0 at 0, and has no slope there
    means       the function in terms of other rows, where that is how it is defined; empty: it stands for itself
    sympy       the name of SymPy's function, where there is one
    """

    name: str
    args: tuple[str, ...]
    value: Callable[..., float]
    partials: tuple[str, ...]
    text: str
    latex: str
    said: str
    array: Callable[..., Any] | None = None
    level: int = ATOM
    needs: tuple[int, ...] = ()
    remark: str = ""
    domain: str = ""
    kink: str = ""
    convention: str = ""
    edges: tuple[str, ...] = ()
    means: str = ""
    sympy: str = ""


def total(fast: Callable[..., float], array: Callable[..., Any] | None) -> Callable[..., float]:
    """Make a function of `math` answer for every float: where it raises, NumPy's IEEE answer is taken."""

    def value(*args: float) -> float:
        try:
            return fast(*args)
        except OverflowError:
            return _ieee(array, args, math.inf)
        except (ValueError, ZeroDivisionError):
            return _ieee(array, args, math.nan)

    return value


def _ieee(array: Callable[..., Any] | None, args: tuple[float, ...], otherwise: float) -> float:
    if array is None:
        return otherwise
    with np.errstate(all="ignore"):
        return float(array(*(np.float64(a) for a in args)))


NEVER_RAISING = (operator.add, operator.sub, operator.mul, operator.neg)
"""On floats these follow IEEE 754 by themselves."""


def function(name: str, fast: Callable[..., float], partial: str, said: str, **more: Any) -> Row:
    """A row for a function of one argument x: `name(x)`."""
    array = more.pop("array", getattr(np, name, None))
    latex = more.pop("latex", rf"\operatorname{{{name}}}\left(@x\right)")
    row = Row(name, ("x",), total(fast, array), (partial,), f"{name}(@x)", latex, said, array, needs=(COMPARE,))
    return replace(row, sympy=more.pop("sympy", name), **more)


def infix(name: str, sign: str, fast: Callable[..., float], array: Any, partials: tuple[str, str], **more: Any) -> Row:
    """A row for an operator between x and y."""
    text, value = f"@x {sign} @y", fast if fast in NEVER_RAISING else total(fast, array)
    row = Row(name, ("x", "y"), value, partials, text, more.pop("latex", text), more.pop("said"), array)
    return replace(row, **more)


def comparison(name: str, sign: str, latex: str, fast: Callable[[float, float], bool], array: Any) -> Row:
    """A row for a test: 1 where it holds, 0 where it does not; flat, so both partials are zero."""

    def value(x: float, y: float) -> float:
        return float(fast(x, y))

    text, formula = f"@x {sign} @y", f"@x {latex} @y"
    row = Row(name, ("x", "y"), value, ("0", "0"), text, formula, "a comparison", array)
    convention = "a comparison has derivative 0; what it decides has that of the branch that is taken"
    return replace(row, level=COMPARE, needs=(SUM, SUM), kink="x == y", convention=convention)
