"""Enclosures: bounds on the value and the derivatives of a function over a whole box of points.

>>> import adcore
>>> adcore.enclose("x**2", {"x": (1.0, 2.0)}).jacobian  # 2 and 4, rounded away from each other
((Interval(low=1.9999999999999998, high=4.000000000000001),),)
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from adcore.algebras.intervals import Interval
from adcore.arguments import as_float, check_named
from adcore.errors import ADError
from adcore.limits import Limits
from adcore.modes import enclosing
from adcore.modes.enclosing import Enclosure
from adcore.problem import Problem, pose_unfolded
from adcore.values import plain

Box = Mapping[str, Any]


def enclose(source: str, at: Box, limits: Limits | None = None) -> Enclosure:
    """Enclose the outputs and the Jacobian over a box: for each input a pair (low, high), a number, or lists of these.

    Every value and derivative that the function has in the box lies in its interval; where it has none, as of log below
    0, nothing is claimed. Numbers of the program are the floats that they are read as; pi and e, and what it computes
    from numbers alone, as sqrt(2), are enclosed. Intervals may be wider than need be: each use of an input is taken
    to vary by itself, so x - x over (0, 1) is (-1, 1).
    """
    return enclosing.enclose(*pose_box(source, at, limits))


def pose_box(source: str, at: Box, limits: Limits | None = None) -> tuple[Problem, list[Interval]]:
    """A program recorded inside a box, and an interval for each of its input leaves."""
    check_named(at)
    given = {name: plain(value) for name, value in at.items()}
    boxes = {name: list(_leaves(name, value)) for name, value in given.items()}
    problem = pose_unfolded(source, {name: _centre(name, value) for name, value in given.items()}, limits)
    return problem, [leaf for input_ in problem.recording.inputs for leaf in boxes[input_.name]]


def _leaves(name: str, value: Any) -> Iterator[Interval]:
    if not isinstance(value, list):
        yield _interval(name, value)
        return
    for element in value:
        yield from _leaves(name, element)


def _interval(name: str, value: Any) -> Interval:
    pair = value if isinstance(value, tuple) else (value, value)
    if len(pair) != 2 or not all(isinstance(bound, int | float) for bound in pair):
        words = f"{name} must be a number or a pair of numbers, low and high."
        raise ADError("point", words, None, "A vector is a list of pairs: [(0, 1), (2, 3)].")
    low, high = [as_float(bound, name) for bound in pair]
    if not low <= high:
        raise ADError("point", f"The interval of {name} goes from {low} to {high}.", None, "Put the lower bound first.")
    return Interval(low, high)


def _centre(name: str, value: Any) -> Any:
    """A point inside, where the program is recorded."""
    if isinstance(value, list):
        return [_centre(name, element) for element in value]
    low, high = _interval(name, value)
    if math.isfinite(low) and math.isfinite(high):
        return low + (high / 2 - low / 2)
    return 0.0 if low < 0 < high else low + 1.0 if math.isfinite(low) else high - 1.0
