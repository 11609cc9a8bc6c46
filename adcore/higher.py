"""The public functions beyond first order.

>>> import adcore
>>> adcore.derivatives("x**3", {"x": 2.0}, 4)
[8.0, 12.0, 12.0, 6.0, 0.0]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adcore.errors import ADError
from adcore.limits import Limits
from adcore.modes import taylor
from adcore.problem import pose

Point = Mapping[str, Any]


def derivatives(source: str, at: Point, order: int, limits: Limits | None = None) -> list[float]:
    """[f, f', ..., f^(order)] of a function with one number in and one out, by one pass over Taylor series."""
    if not isinstance(order, int) or isinstance(order, bool) or order < 0:
        raise ADError("order", f"An order is a whole number from 0 on, not {order}.", None, "Ask for order 1 or 2.")
    problem = pose(source, at, limits)
    problem.syntax.limits.check("derivative_order", order)
    given, made = len(problem.leaves), len(problem.graph.outputs)
    if (given, made) != (1, 1):
        words = f"Derivatives of every order need one number in and one out; there are {given} in and {made} out."
        raise ADError("shape", words, None, "The jacobian and the hessian take any number of inputs.")
    return taylor.derivatives(problem, order)
