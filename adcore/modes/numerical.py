"""Numerical differentiation: difference quotients as rows of a table, and the complex step."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from adcore.algebras.complexes import ComplexAlgebra
from adcore.errors import ADError
from adcore.interpreter import run
from adcore.problem import Problem

EPSILON = sys.float_info.epsilon
COMPLEX_STEP = 1e-30


@dataclass(frozen=True, slots=True)
class Difference:
    """A formula f'(x) = sum of weight * f(x + offset*h), divided by h; its error shrinks like h**order."""

    name: str
    points: tuple[tuple[float, float], ...]
    order: int
    help: str

    def step(self, x: float) -> float:
        """Where truncation and rounding balance: eps**(1/(order+1)) times the size of x, made exact in binary."""
        h: float = EPSILON ** (1 / (self.order + 1)) * max(1.0, abs(x))
        return (x + h) - x if math.isfinite(x) else h


DIFFERENCES: Mapping[str, Difference] = MappingProxyType(
    {
        row.name: row
        for row in (
            Difference("forward", ((0, -1), (1, 1)), 1, "(f(x+h) - f(x))/h: one more evaluation, error like h"),
            Difference("central", ((-1, -0.5), (1, 0.5)), 2, "(f(x+h) - f(x-h))/2h: the error shrinks like h squared"),
            Difference(
                "richardson",
                ((-1, 1 / 6), (-0.5, -4 / 3), (0.5, 4 / 3), (1, -1 / 6)),
                4,
                "two central differences combined so that their errors cancel",
            ),
        )
    }
)


def column(problem: Problem, j: int, formula: str = "central", h: float | None = None) -> list[float]:
    """How every output changes with leaf j, by a difference quotient."""
    row = DIFFERENCES[formula]
    x = problem.leaves[j]
    h = h or row.step(x)
    total = [0.0] * len(problem.graph.outputs)
    for offset, weight in row.points:
        outputs = problem.evaluate(_moved(problem.leaves, j, x + offset * h)) if offset else problem.outputs
        total = [t + weight * y for t, y in zip(total, outputs, strict=True)]
    return [t / h for t in total]


def jacobian(problem: Problem, formula: str = "central", h: float | None = None) -> list[list[float]]:
    """Column by column; `formula` names a row of DIFFERENCES, `h` the step (chosen for each input unless given)."""
    if formula not in DIFFERENCES:
        names = ", ".join(DIFFERENCES)
        raise ADError("mode", f"There is no difference formula called {formula}.", None, f"There are: {names}.")
    if h is not None and not h > 0:
        raise ADError("mode", "The step h must be greater than 0.", None, "Leave it out, and it is chosen.")
    return _rows(problem, [column(problem, j, formula, h) for j in range(len(problem.leaves))])


def complex_jacobian(problem: Problem) -> list[list[float]]:
    """Column by column, by one evaluation each at a point that is moved along the imaginary axis."""
    columns = []
    for j in range(len(problem.leaves)):
        point: list[complex] = [complex(x) for x in problem.leaves]
        point[j] += COMPLEX_STEP * 1j
        values = run(problem.graph, ComplexAlgebra(), point)
        columns.append([values[i].imag / COMPLEX_STEP for i in problem.graph.outputs])
    return _rows(problem, columns)


def is_unsteady(problem: Problem, j: int, output: int, formula: str = "central", h: float | None = None) -> bool:
    """Whether half the step gives a clearly different quotient: the step is too large, or there is a kink."""
    h = h or DIFFERENCES[formula].step(problem.leaves[j])
    whole, half = column(problem, j, formula, h)[output], column(problem, j, formula, h / 2)[output]
    return abs(whole - half) > 1e-3 * max(abs(whole), abs(half), 1e-6)


def _moved(leaves: Sequence[float], j: int, x: float) -> list[float]:
    return [x if i == j else leaf for i, leaf in enumerate(leaves)]


def _rows(problem: Problem, columns: list[list[float]]) -> list[list[float]]:
    return [[column[row] for column in columns] for row in range(len(problem.graph.outputs))]
