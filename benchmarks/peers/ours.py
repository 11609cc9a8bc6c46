"""Our own back ends, called as a user would call them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

import adcore
from adcore.backends import Compiled, compile_problem
from adcore.backends.tables import Table
from adcore.limits import Limits
from adcore.modes import reverse
from adcore.problem import Problem, pose
from benchmarks.built import Built, UnsuitableError, flat
from benchmarks.tasks import Task, axes

WIDE = Limits().changed(vector_length=20_000, graph_nodes=1_000_000, statements=1_000_000, source_characters=100_000)
"""Limits that let tasks of ten thousand inputs through; the service's own are lower."""


def python(task: Task) -> Built:
    """Emitted Python, floats in and floats out."""
    return _built(task, "python")


def interpreted(task: Task) -> Built:
    """Value and gradient from the recording, for who wants them once; nothing is compiled."""
    if task.wanted != "gradient":
        raise UnsuitableError("only a gradient is asked for once")
    problem = posed(task)
    return Built(lambda: [*problem.outputs, *reverse.jacobian(problem)[0]], list)


def llvm(task: Task) -> Built:
    """Machine code, floats in and floats out."""
    return _built(task, "llvm")


def buffers(task: Task) -> Built:
    """Machine code, from an array that is there into an array that is there."""
    compiled, given = _compiled(task, "llvm"), np.array(task.point)
    n, outputs = len(task.point), len(compiled.problem.graph.outputs)
    if task.wanted == "gradient":
        return _into(compiled.into, given, 1 + n, 0)
    if task.wanted == "hessian":
        return _into(_filling(compiled.second), given, 1 + n * n, 1)
    if task.wanted == "jacobian" and compiled.matrix:
        return _into(_filling(compiled.matrix), given, outputs * n, 0)
    raise UnsuitableError("nothing fills an array of these")


def _filling(table: Table | None) -> Callable[[Any, Any], Any]:
    if table is None or table.into is None:
        raise UnsuitableError("nothing fills an array of these")
    return table.into


def _into(fill: Callable[[Any, Any], Any], given: Any, size: int, skipped: int) -> Built:
    result = np.zeros(size)
    return Built(functools.partial(fill, given, result), lambda _: flat(result[skipped:]))


def arrays(task: Task) -> Built:
    """NumPy code over a batch of points."""
    if task.wanted != "grid":
        raise UnsuitableError("array nodes are not ours yet")
    return _built(task, "numpy")


def posed(task: Task) -> Problem:
    """Return the recorded graph of a task: what the time from graph to result begins with."""
    return pose(task.source, {"x": list(task.point)}, WIDE)


def python_from_graph(problem: Problem) -> Built:
    """Emitted Python from a graph that is recorded already."""
    return _from_graph(problem, "python")


def llvm_from_graph(problem: Problem) -> Built:
    """Machine code from a graph that is recorded already."""
    return _from_graph(problem, "llvm")


def _from_graph(problem: Problem, backend: str) -> Built:
    compiled = compile_problem(problem, backend)
    return Built(functools.partial(compiled.numbers, *problem.leaves), flat)


def _compiled(task: Task, backend: str) -> Compiled:
    order = 2 if task.wanted == "hessian" else 1
    return adcore.compile(task.source, {"x": list(task.point)}, backend, WIDE, order)


def _built(task: Task, backend: str) -> Built:
    compiled = _compiled(task, backend)
    if task.wanted == "gradient":
        return Built(functools.partial(compiled.numbers, *task.point), list)
    if task.wanted != "grid":
        matrix = compiled.hessian if task.wanted == "hessian" else compiled.jacobian
        return Built(functools.partial(matrix, *task.point), flat)
    points = [np.array(axis) for axis in axes(task.n)]
    return Built(lambda: compiled.value_and_jacobian(*points), lambda found: flat(*found))
