"""PyTensor: graphs of arrays, or of scalars where a task has no arrays, compiled by whatever it finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytensor
import pytensor.tensor as pt

from benchmarks.arrays import array_function, seff
from benchmarks.built import Built, UnsuitableError, flat
from benchmarks.tasks import Task, axes


def arrays(task: Task) -> Built:
    """The form that it likes best: value and derivative, with arrays taken and given as they are."""
    x = pt.dvector("x")
    if task.wanted == "grid":
        u, v = pt.dvector("u"), pt.dvector("v")
        f = seff(pt, u, v)
        return _built([u, v], [f, *pytensor.grad(f.sum(), [u, v])], [np.array(axis) for axis in axes(task.n)])
    if task.wanted != "gradient" or task.program == "g":
        raise UnsuitableError("not tried")
    f = (array_function(task, pt, np.array) or _scalar(task))(x)
    return _built([x], [f, pytensor.grad(f, x)], [np.array(task.point)])


def _scalar(task: Task) -> Any:
    function = task.over(pt)
    return lambda x: function([x[i] for i in range(len(task.point))])


def _built(inputs: list[Any], wanted: list[Any], given: list[Any]) -> Built:
    function = pytensor.function([pytensor.In(x, borrow=True) for x in inputs], wanted)
    function.trust_input = True
    return Built(lambda: function(*given), lambda found: flat(*found))
