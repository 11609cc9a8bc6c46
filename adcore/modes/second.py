"""Second order by forward over reverse: the reverse sweep, run over dual numbers.

The adjoint of an input then has a tangent, and that is a row of the Hessian times the direction. (Pearlmutter 1994.)
"""

from __future__ import annotations

from collections.abc import Sequence

from adcore.algebras.duals import DualAlgebra
from adcore.algebras.floats import FloatAlgebra
from adcore.interpreter import adjoints_of, sweep
from adcore.modes.forward import push
from adcore.modes.reverse import seeds_of
from adcore.problem import Problem


def hvp(problem: Problem, direction: Sequence[float]) -> list[float]:
    """The Hessian of the first output times a direction: one forward and one reverse sweep."""
    graph, floats = problem.graph, FloatAlgebra()
    algebra = DualAlgebra(floats)
    duals = push(graph, floats, problem.leaves, direction)
    weights = [1.0] + [0.0] * (len(graph.outputs) - 1)
    adjoints = adjoints_of(sweep(graph, algebra, duals, seeds_of(graph, algebra, weights)))
    return [float(adjoints[i].tangent or 0.0) if i in adjoints else 0.0 for i in graph.inputs]


def hessian(problem: Problem) -> list[list[float]]:
    """One Hessian-vector product for each input."""
    n = len(problem.leaves)
    return [hvp(problem, [float(i == j) for i in range(n)]) for j in range(n)]
