"""Heyoka: expressions compiled to SIMD code by LLVM."""

from __future__ import annotations

from typing import Any

import heyoka
import numpy as np

from benchmarks.arrays import seff
from benchmarks.built import Built, flat
from benchmarks.tasks import Task, axes


class Functions:
    """Heyoka's functions, for constants too."""

    sin, cos, exp, log, tanh = heyoka.sin, heyoka.cos, heyoka.exp, heyoka.log, heyoka.tanh

    @staticmethod
    def sqrt(x: Any) -> Any:
        """Return the root of an expression or of a constant."""
        return heyoka.sqrt(x) if isinstance(x, heyoka.expression) else x**0.5


def compiled(task: Task) -> Built:
    """A compiled function from an array into an array."""
    x = [heyoka.expression(f"x{i}") for i in range(len(task.point))]
    if task.wanted == "grid":
        return _grid(task, x)
    wanted = _wanted(task, task.over(Functions)(x), x)
    function = heyoka.cfunc(wanted, x)
    given, result = np.array(task.point), np.zeros(len(wanted))
    return Built(lambda: function(given, outputs=result), lambda _: flat(result))


def _slopes(f: Any, x: list[Any]) -> list[Any]:
    return list(heyoka.diff_tensors([f], diff_args=x, diff_order=1).gradient)


def _wanted(task: Task, f: Any, x: list[Any]) -> list[Any]:
    """Return all expressions, row by row."""
    if task.wanted == "gradient":
        return [f, *_slopes(f, x)]
    if task.wanted == "jacobian":
        return list(heyoka.diff_tensors(f, diff_args=x, diff_order=1).jacobian.reshape(-1))
    return list(heyoka.diff_tensors([f], diff_args=x, diff_order=2).hessian(0).reshape(-1))


def _grid(task: Task, x: list[Any]) -> Built:
    f = seff(heyoka, x[0], x[1])
    function = heyoka.cfunc([f, *_slopes(f, x)], x)
    given, result = np.array(axes(task.n)), np.zeros((3, task.n**2))
    return Built(lambda: function(given, outputs=result), lambda _: flat(result))
