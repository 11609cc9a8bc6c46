"""A function at many points, in double or in single precision, and along the imaginary axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adcore.algebras.arrays import ArrayAlgebra
from adcore.algebras.complexes import ComplexAlgebra
from adcore.backends import Compiled
from adcore.interpreter import run
from adcore.problem import Problem
from adcore.rules import Rule

Floats = np.ndarray[Any, Any]
Curve = Callable[[Floats], Floats]
"""The chosen output at values of the chosen input, computed in the precision in which they are given."""


class SingleAlgebra(ArrayAlgebra):
    """Arrays of single precision: every operation is rounded to 24 binary digits."""

    def const(self, c: float) -> Any:
        with np.errstate(over="ignore"):
            return np.float32(c)

    def apply(self, rule: Rule, args: Sequence[Any]) -> Any:
        value = super().apply(rule, args)
        with np.errstate(all="ignore"):
            return np.asarray(value, dtype=np.float32)


class SingleComplexAlgebra(ComplexAlgebra):
    """Complex numbers of single precision."""

    def apply(self, rule: Rule, args: Sequence[complex]) -> complex:
        value = super().apply(rule, args)
        with np.errstate(all="ignore"):
            return complex(np.complex64(value))


def draw_curve(compiled: Compiled, problem: Problem, j: int, output: int, single: bool) -> Curve:
    """The output as a function of input j, the other inputs where they are, in double or in single precision.

    In single precision a value is nan where another branch than the recorded one is due.
    """
    if single:
        return _single_curve(problem, j, output)
    return lambda x: evaluate_many(compiled, problem, _moved(problem.leaves, j, x))[output]


def evaluate_many(compiled: Compiled, problem: Problem, leaves: Sequence[Any]) -> list[Floats]:
    """Every output at many points: for each input number an array, or one number for all points.

    A list without decisions is run over arrays, where points outside the domain cost no more than others; one with
    decisions is the compiled function, which takes every branch.
    """
    shape = np.broadcast_shapes(*(np.shape(leaf) for leaf in leaves))
    outputs = problem.graph.outputs
    if not problem.graph.decisions:
        values = run(problem.graph, ArrayAlgebra(), leaves)
        found = [values[i] for i in outputs]
    else:
        numbers = compiled.value(*leaves)
        found = list(numbers) if len(outputs) > 1 else [numbers]
    return [np.broadcast_to(each, shape) for each in found]


def _single_curve(problem: Problem, j: int, output: int) -> Curve:
    graph, leaves = problem.graph, [np.float32(leaf) for leaf in problem.leaves]

    def curve(x: Floats) -> Floats:
        values = run(graph, SingleAlgebra(), _moved(leaves, j, x))
        same = np.ones(x.shape, dtype=bool)
        for decision in graph.decisions:
            same &= np.asarray(values[decision.node], dtype=bool) == decision.taken
        return np.where(same, np.broadcast_to(values[graph.outputs[output]], x.shape), np.float32("nan"))

    return curve


def step_along_imaginary(problem: Problem, j: int, output: int, h: float, single: bool) -> float:
    """The imaginary part of the output at x + ih, divided by h. Raises ADError where complex numbers cannot go."""
    point: list[complex] = [complex(leaf) for leaf in problem.leaves]
    point[j] += h * 1j
    algebra = SingleComplexAlgebra() if single else ComplexAlgebra()
    found = run(problem.graph, algebra, point)[problem.graph.outputs[output]].imag
    return float(np.float32(found) / np.float32(h)) if single else found / h


def _moved(leaves: Sequence[Any], j: int, x: Floats) -> list[Any]:
    return [x if i == j else leaf for i, leaf in enumerate(leaves)]
