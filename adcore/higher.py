"""The public functions beyond first order.

>>> import adcore
>>> adcore.derivatives("x**3", {"x": 2.0}, 4)
[8.0, 12.0, 12.0, 6.0, 0.0]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adcore.errors import ADError
from adcore.limits import Limits
from adcore.modes import pattern, second, taylor
from adcore.modes.second import SECOND_MODES, SecondMode
from adcore.problem import Problem, pose, read_direction

Point = Mapping[str, Any]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


def hvp(
    source: str,
    at: Point,
    direction: Point | Sequence[float],
    mode: str = "forward-over-reverse",
    limits: Limits | None = None,
) -> Floats:
    """The Hessian of a scalar function times a direction; shape (n_in,).

    `direction` gives numbers by the names of inputs, where one that is not named does not move: {"x": 1} leaves y at 0.
    Or it is flat, n_in numbers in the order of the gradient, which itself may be one.
    """
    found = find_second_mode(mode)
    problem = _scalar(pose(source, at, limits))
    return np.array(second.product(problem, read_direction(problem.recording, direction), found.name))


def hessian(source: str, at: Point, mode: str = "forward-over-reverse", limits: Limits | None = None) -> Floats:
    """The Hessian of a scalar function, shape (n_in, n_in).

    `mode` is forward-over-reverse, reverse-over-forward, forward-over-forward or hyper-dual.
    """
    found = find_second_mode(mode)
    problem = _scalar(pose(source, at, limits))
    return np.array(second.hessian(problem, found.name)).reshape(len(problem.leaves), len(problem.leaves))


def hessian_pattern(source: str, at: Point, limits: Limits | None = None) -> Booleans:
    """Where the Hessian can be other than zero on the path taken at a point, found without computing any number of it.

    >>> adcore.hessian_pattern("x*y + sin(z)", {"x": 1.0, "y": 1.0, "z": 1.0}).astype(int)
    array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    """
    problem = _scalar(pose(source, at, limits))
    n = len(problem.leaves)
    return np.array(pattern.hessian_pattern(problem.graph), dtype=bool).reshape(n, n)


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


def find_second_mode(name: str) -> SecondMode:
    """A way to second order by name, or the error that lists them."""
    if name not in SECOND_MODES:
        words = f"There is no second-order mode called {name}."
        raise ADError("mode", words, None, f"The modes are: {', '.join(SECOND_MODES)}.")
    return SECOND_MODES[name]


def _scalar(problem: Problem) -> Problem:
    second.check_scalar(problem.graph)
    return problem
