"""SymPy: expressions differentiated as formulas, shared, and written out as Python."""

from __future__ import annotations

import functools

import sympy

from benchmarks.built import Built, UnsuitableError, flat
from benchmarks.tasks import Task


def lambdified(task: Task) -> Built:
    """`lambdify` with common subexpressions shared, over Python's floats."""
    if task.wanted == "grid":
        raise UnsuitableError("NumPy by hand is the same")
    x = sympy.symbols(f"x:{len(task.point)}")
    f = task.over(sympy)(x)
    if task.wanted == "jacobian":
        wanted = list(sympy.Matrix(f).jacobian(x))
    elif task.wanted == "hessian":
        wanted = list(sympy.hessian(f, x))
    else:
        wanted = [f, *(sympy.diff(f, each) for each in x)]
    function = sympy.lambdify(x, wanted, "math", cse=True)
    return Built(functools.partial(function, *task.point), flat)
