"""SymEngine: formulas in C++, compiled by LLVM."""

from __future__ import annotations

from typing import Any

import numpy as np
import symengine

from benchmarks.built import Built, UnsuitableError, flat
from benchmarks.tasks import Task


def llvm(task: Task) -> Built:
    """The value and its derivative through LLVM, from an array into an array."""
    if task.wanted == "grid":
        raise UnsuitableError("it has no batches")
    x = [symengine.Symbol(f"x{i}") for i in range(len(task.point))]
    wanted = _wanted(task, task.over(symengine)(x), x)
    function = symengine.Lambdify(x, wanted, backend="llvm", cse=True, real=True)
    given, result = np.array(task.point), np.zeros(len(wanted))
    return Built(lambda: function.unsafe_real(given, result), lambda _: flat(result))


def _wanted(task: Task, f: Any, x: list[Any]) -> list[Any]:
    """Return all expressions, row by row."""
    if task.wanted == "gradient":
        return [f, *(f.diff(each) for each in x)]
    rows = f if task.wanted == "jacobian" else [f.diff(each) for each in x]
    return [row.diff(each) for row in rows for each in x]
