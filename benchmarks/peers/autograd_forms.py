"""Autograd, which tapes at every call."""

from __future__ import annotations

import math
from typing import Any

import autograd
import numpy as np
from autograd import numpy as anp

from benchmarks.arrays import array_function, seff
from benchmarks.built import Built, UnsuitableError, flat
from benchmarks.tasks import Task, axes


def arrays(task: Task) -> Built:
    """The form that autograd likes best."""
    if task.wanted == "grid":
        return _grid(task)
    x = np.array(task.point)
    if task.wanted == "jacobian":
        return Built(lambda: autograd.jacobian(_broyden)(x), flat)
    function = array_function(task, anp, np.array)
    if function is None:
        return scalars(task)
    if task.wanted == "hessian":
        hessian = autograd.hessian(function)
        return Built(lambda: hessian(x), flat)
    both = autograd.value_and_grad(function)
    return Built(lambda: both(x), lambda found: flat(*found))


def scalars(task: Task) -> Built:
    """The scalar program; every number is an argument of its own."""
    if task.wanted != "gradient":
        raise UnsuitableError("arrays are what is asked for")
    function, point = task.over(anp), task.point
    both = autograd.value_and_grad(lambda *x: function(x), argnum=tuple(range(len(point))))
    return Built(lambda: both(*point), lambda found: flat(found[0], found[1]))


def _grid(task: Task) -> Built:
    u, v = (np.array(axis) for axis in axes(task.n))
    value = autograd.value_and_grad(lambda pair: anp.sum(seff(anp, pair[0], pair[1])))

    def call() -> tuple[Any, Any]:
        total, slopes = value((u, v))
        return total, slopes

    return Built(call, lambda found: flat(seff(np, u, v), *found[1]) if math.isfinite(found[0]) else [])


def _broyden(x: Any) -> Any:
    before, after = anp.concatenate([np.zeros(1), x[:-1]]), anp.concatenate([x[1:], np.zeros(1)])
    return (3 - 2 * x) * x + 1 - before - 2 * after
