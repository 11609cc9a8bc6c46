"""Taylor mode: one pass gives the derivatives of every order along a line through the point."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.taylor import Series, TaylorAlgebra, polynomial
from adcore.events import Event
from adcore.graph import CONST
from adcore.interpreter import run
from adcore.problem import Problem


def expand(problem: Problem, direction: Sequence[float], order: int) -> list[list[float]]:
    """Per output the Taylor coefficients 0 to `order` of f(x + t d). For x**2 at 3, along 1: [9.0, 6.0, 1.0]."""
    series = _series(problem, direction)
    # Level by level, in the order of the list: no coefficient then has to wait for a long chain of others.
    for k in range(order + 1):
        for node in series:
            node[k]
    return [[series[i][k] or 0.0 for k in range(order + 1)] for i in problem.graph.outputs]


def steps(problem: Problem, direction: Sequence[float], order: int) -> Iterator[Event]:
    """The same level by level: coefficient `arg` of each node as it becomes known, then the results.

    Coefficients that are zero by structure are not told, nor those of constants. Result `arg` of an output is its
    derivative of that order along the direction, the coefficient times the factorial. For x**2 at 3, along 1:

        x: 3, x**2: 9 (order 0);  x: 1, x**2: 6 (order 1);  x**2: 1 (order 2);  results 9, 6, 2
    """
    graph, series = problem.graph, _series(problem, direction)
    for k in range(order + 1):
        for i, node in enumerate(series):
            coefficient = node[k]
            if coefficient is not None and graph.ops[i] != CONST:
                yield Event("series", "coefficient", i, coefficient, arg=k)
    for i in graph.outputs:
        for k, derivative in enumerate(_derivatives([series[i][k] or 0.0 for k in range(order + 1)])):
            yield Event("series", "result", i, derivative, arg=k)


def _series(problem: Problem, direction: Sequence[float]) -> list[Series[float]]:
    """Of each node; coefficients are made when they are asked for."""
    inputs = [polynomial(x, d) if d else polynomial(x) for x, d in zip(problem.leaves, direction, strict=True)]
    return run(problem.graph, TaylorAlgebra(FloatAlgebra()), inputs)


def derivatives(problem: Problem, order: int) -> list[float]:
    """f, f', ..., f^(order) of the one output by the one input: coefficient k is f^(k) / k!."""
    [coefficients] = expand(problem, [1.0], order)
    return _derivatives(coefficients)


def _derivatives(coefficients: Sequence[float]) -> list[float]:
    return [c * math.factorial(k) for k, c in enumerate(coefficients)]
