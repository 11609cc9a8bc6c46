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
from adcore.problem import flatten, pose
from adcore.values import plain

Correlations = Mapping[tuple[str, str], float]
ROUNDING = 1e-12
EPSILON = math.ulp(1.0)


@dataclass(frozen=True, slots=True)
class Share:
    """What one input does: its deviation, the slope along it, and its share of the variance.

    Shares add up to 1. One is negative where a correlation makes the input cancel others. Where all cancel, and the
    result has no deviation, shares are 0.
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
    """The standard deviation of every output, given those of the inputs.

    An input that `deviations` does not name counts as exact, with deviation 0: it adds nothing to the result's.
    Correlations are given for pairs of numbers by name: `{("x", "y"): 0.5}`, `{("v[0]", "v[1]"): -1}`.

        >>> [u] = adcore.propagate("x*y", {"x": 2, "y": 3}, {"x": 0.1, "y": 0.2})
        >>> u.deviation, [round(s.share, 2) for s in u.shares]
        (0.5, [0.36, 0.64])
    """
    problem = pose(source, at, limits)
    spread = flatten(problem.recording.inputs, deviations, 0.0)
    names = [problem.graph.names[i] or "" for i in problem.graph.inputs]
    for name, deviation in zip(names, spread, strict=True):
        if not (deviation >= 0 and math.isfinite(deviation)):
            words = f"The deviation of {name} is {deviation}; it must be a finite number that is not negative."
            raise ADError("point", words, None, f"Leave {name} out if it is exact.")
    root = _root(_correlation(names, {} if correlations is None else correlations))
    rows = zip(problem.recording.output_names, problem.outputs, reverse.jacobian(problem), strict=True)
    return tuple(_uncertainty(name, y, names, spread, row, root) for name, y, row in rows)


def _uncertainty(
    name: str,
    value: float,
    names: Sequence[str],
    spread: Sequence[float],
    slopes: Sequence[float],
    root: NDArray[np.float64],
) -> Uncertainty:
    """One output. Changes are squared in parts of a power of two near the largest: so no square leaves the floats.

    They are taken apart into independent ones by the `root`. What rounding alone can leave of one of those is none:
    of deviations that cancel in x + y - z, 1e-17.
    """
    changes = np.array([slope * moves if moves else 0.0 for slope, moves in zip(slopes, spread, strict=True)])
    largest = float(np.abs(changes).max(initial=0.0))
    size = math.ldexp(1.0, math.frexp(largest)[1] - 1) if 0 < largest < math.inf else largest
    with np.errstate(all="ignore"):  # where a slope is infinite, so is the deviation, and the shares are nan
        scaled = changes / size if size else changes
        independent = root @ scaled
        lost = len(scaled) * EPSILON * (np.abs(root) @ np.abs(scaled))
        independent = np.where(np.abs(independent) <= lost, 0.0, independent)
        variance = float(independent @ independent)
        shares = (root.T @ independent) * scaled / variance + 0.0 if variance else np.zeros(len(scaled))
    deviation = size * math.sqrt(variance) if math.isfinite(size) else size
    rows = zip(names, spread, slopes, shares.tolist(), strict=True)
    return Uncertainty(name, value, deviation, tuple(Share(*row) for row in rows))


def _correlation(names: Sequence[str], given: Correlations) -> NDArray[np.float64]:
    if not isinstance(given, Mapping):
        raise ADError("point", "Correlations are given by pairs of names.", None, 'For example {("x", "y"): 0.5}.')
    matrix, known = np.eye(len(names)), dict[tuple[str, str], float]()
    for pair, amount in given.items():
        first, second = _pair(pair, amount := plain(amount))
        for name in (first, second):
            if name not in names:
                raise ADError("point", f"{name} is no input number.", None, f"They are: {', '.join(names)}.")
        if first == second and amount != 1:
            raise ADError("point", f"The correlation of {first} with itself is 1, not {amount}.", None, "Leave it out.")
        if not -1 <= amount <= 1:
            raise ADError("point", f"The correlation of {first} and {second} is {amount}; it must be within -1 and 1.")
        if known.get((second, first), amount) != amount:
            words = f"The correlation of {first} and {second} is given twice: {known[second, first]} and {amount}."
            raise ADError("point", words, None, "Give it once.")
        i, j = names.index(first), names.index(second)
        matrix[i, j] = matrix[j, i] = known[first, second] = amount
    return matrix


def _root(correlation: NDArray[np.float64]) -> NDArray[np.float64]:
    """A matrix R with R' R the correlation: R times the changes are independent. Raises ADError for no correlation."""
    amounts, directions = np.linalg.eigh(correlation)
    if np.any(amounts < -ROUNDING * len(amounts)):
        hint = "With x close to y and y close to z, x cannot be opposite to z."
        raise ADError("point", "No random numbers have these correlations.", None, hint)
    roots = np.sqrt(np.where(amounts < len(amounts) * EPSILON, 0.0, amounts))
    return np.array(roots[:, None] * directions.T)


def _pair(given: object, amount: object) -> tuple[str, str]:
    """The two names of a correlation. Raises ADError for what are not two names, and for what is no number."""
    if not isinstance(given, tuple) or len(given) != 2 or not isinstance(amount, int | float):
        words = "A correlation is a number for a pair of names."
        raise ADError("point", words, None, 'For example {("x", "y"): 0.5}.')
    return given
