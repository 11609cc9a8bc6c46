"""How uncertain a result is when its inputs are: first-order propagation of standard deviations.

With gradient g and covariance S of the inputs, the variance of the output is g' S g; input i accounts for the share
g_i (S g)_i of it. (JCGM 100:2008, Guide to the expression of uncertainty in measurement, sections 5.1 and 5.2.)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adcore.errors import ADError
from adcore.limits import Limits
from adcore.modes import reverse
from adcore.problem import Problem, flatten, pose

Correlations = Mapping[tuple[str, str], float]
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Share:
    """What one input does: its deviation, the slope along it, and its share of the variance.

    Shares add up to 1. One is negative where a correlation makes the input cancel others.
    """

    name: str
    deviation: float
    slope: float
    share: float


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """One output: its value, its standard deviation to first order, and what each input contributes."""

    name: str
    value: float
    deviation: float
    shares: tuple[Share, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def propagate(
    source: str,
    at: Mapping[str, Any],
    deviations: Mapping[str, Any],
    correlations: Correlations | None = None,
    limits: Limits | None = None,
) -> tuple[Uncertainty, ...]:
    """The standard deviation of every output, given those of the inputs; an input that is not named is exact.

    Correlations are given for pairs of numbers by name: `{("x", "y"): 0.5}`, `{("v[0]", "v[1]"): -1}`.

        >>> [u] = adcore.propagate("x*y", {"x": 2, "y": 3}, {"x": 0.1, "y": 0.2})
        >>> u.deviation, [s.share for s in u.shares]
        (0.5, [0.36, 0.64])
    """
    problem = pose(source, at, limits)
    spread = flatten(problem.recording.inputs, deviations, 0.0)
    names = [problem.graph.names[i] or "" for i in problem.graph.inputs]
    for name, deviation in zip(names, spread, strict=True):
        if not (deviation >= 0 and math.isfinite(deviation)):
            raise ADError("point", f"The deviation of {name} is {deviation}; it must be a number that is not negative.")
    covariance = np.outer(spread, spread) * _correlation(names, correlations or {})
    rows = zip(problem.recording.output_names, problem.outputs, reverse.jacobian(problem), strict=True)
    return tuple(_uncertainty(problem, name, y, names, spread, row, covariance) for name, y, row in rows)


def _uncertainty(
    problem: Problem,
    name: str,
    value: float,
    names: Sequence[str],
    spread: Sequence[float],
    slopes: Sequence[float],
    covariance: NDArray[np.float64],
) -> Uncertainty:
    gradient = np.array([slope if moves else 0.0 for slope, moves in zip(slopes, spread, strict=True)])
    with np.errstate(all="ignore"):  # where a slope is infinite, so is the variance, and the shares are nan
        parts = gradient * (covariance @ gradient)
        variance = max(float(parts.sum()), 0.0)
        shares = parts / variance if variance else np.zeros(len(parts))
    rows = zip(names, spread, slopes, shares.tolist(), strict=True)
    return Uncertainty(name, value, math.sqrt(variance), tuple(Share(*row) for row in rows))


def _correlation(names: Sequence[str], given: Correlations) -> NDArray[np.float64]:
    matrix = np.eye(len(names))
    for (first, second), amount in given.items():
        for name in (first, second):
            if name not in names:
                raise ADError("point", f"{name} is no input number.", None, f"They are: {', '.join(names)}.")
        if first == second and amount != 1:
            raise ADError("point", f"The correlation of {first} with itself is 1, not {amount}.", None, "Leave it out.")
        if not -1 <= amount <= 1:
            raise ADError("point", f"The correlation of {first} and {second} is {amount}; it must be within -1 and 1.")
        i, j = names.index(first), names.index(second)
        matrix[i, j] = matrix[j, i] = amount
    if len(names) and float(np.linalg.eigvalsh(matrix)[0]) < -ROUNDING * len(names):
        hint = "With x close to y and y close to z, x cannot be opposite to z."
        raise ADError("point", "No random numbers have these correlations.", None, hint)
    return matrix
