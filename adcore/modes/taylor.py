"""Taylor mode: one pass gives the derivatives of every order along a line through the point."""

from __future__ import annotations

import math
from collections.abc import Sequence

from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.taylor import Series, TaylorAlgebra, polynomial
from adcore.interpreter import run
from adcore.problem import Problem


def expand(problem: Problem, direction: Sequence[float], order: int) -> list[list[float]]:
    """Per output the Taylor coefficients 0 to `order` of f(x + t d). For x**2 at 3, along 1: [9.0, 6.0, 1.0]."""
    graph = problem.graph
    inputs = [polynomial(x, d) if d else polynomial(x) for x, d in zip(problem.leaves, direction, strict=True)]
    series: list[Series[float]] = run(graph, TaylorAlgebra(FloatAlgebra()), inputs)
    # Level by level, in the order of the list: no coefficient then has to wait for a long chain of others.
    for k in range(order + 1):
        for node in series:
            node[k]
    return [[series[i][k] or 0.0 for k in range(order + 1)] for i in graph.outputs]


def derivatives(problem: Problem, order: int) -> list[float]:
    """f, f', ..., f^(order) of the one output by the one input: coefficient k is f^(k) / k!."""
    [coefficients] = expand(problem, [1.0], order)
    return [c * math.factorial(k) for k, c in enumerate(coefficients)]
