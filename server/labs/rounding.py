"""A function of one of its inputs in double or in single precision, and along the imaginary axis."""

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
    """The output as a function of input j, the other inputs where they are.

    A list without decisions is run over arrays. One with decisions is, in double precision, the compiled function,
    which takes every branch; in single precision a value is nan where another branch than the recorded one is due.
    """
    if problem.graph.decisions and not single:
        several = len(problem.graph.outputs) > 1

        def through_branches(x: Floats) -> Floats:
            values = compiled.value(*_moved(problem.leaves, j, x))
            return np.broadcast_to(values[output] if several else values, x.shape)

        return through_branches
    return _along_the_list(problem, j, output, np.float32 if single else np.float64)


def _along_the_list(problem: Problem, j: int, output: int, kind: type) -> Curve:
    graph, leaves = problem.graph, [kind(leaf) for leaf in problem.leaves]
    algebra = SingleAlgebra() if kind is np.float32 else ArrayAlgebra()

    def curve(x: Floats) -> Floats:
        values = run(graph, algebra, _moved(leaves, j, x))
        same = np.ones(x.shape, dtype=bool)
        for decision in graph.decisions:
            same &= np.asarray(values[decision.node], dtype=bool) == decision.taken
        return np.where(same, np.broadcast_to(values[graph.outputs[output]], x.shape), kind("nan"))

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
