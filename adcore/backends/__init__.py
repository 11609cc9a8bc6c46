"""Compiled functions: the derivative program, staged once, written out as code and called again and again.

`python` calls it with floats, `numpy` with whole arrays of points, and `llvm`, where llvmlite is installed, is machine
code for floats. Where the code cannot answer, because a recorded decision changes or a number leaves the floats, the
interpreter does: the numbers are the same.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from adcore.algebras.staging import operations
from adcore.backends import llvm
from adcore.backends.emitter import build, emit, emit_guarded, functions_of
from adcore.errors import ADError
from adcore.graph import Graph
from adcore.limits import Limits
from adcore.modes import reverse
from adcore.problem import Problem, flatten, nest, pose, repose
from adcore.program import parse
from adcore.rows import Row
from adcore.staged import stage_reverse

Numbers = Any
"""A float, or for the numpy backend an array of floats."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A function and its Jacobian as code. Call with the inputs' numbers in order, or with one mapping like `at`.

    value      one number, or one for each output in order
    gradient   shape (n_in,), for one output; jacobian: shape (n_out, n_in)
    numbers    the code itself, unchecked and fast: floats in order give a tuple, value first, then the Jacobian by rows
    With the numpy backend each number may be an array; results then have its shape as their last axes.
    """

    backend: str
    source: str
    problem: Problem
    numbers: Callable[..., tuple[Numbers, ...]]

    def value(self, *point: Any) -> Numbers:
        values = self._outputs(point)[0]
        return values[0] if len(values) == 1 else values

    def gradient(self, *point: Any) -> np.ndarray[Any, Any]:
        rows = self.jacobian(*point)
        if len(rows) != 1:
            raise ADError("shape", f"A gradient belongs to one output; there are {len(rows)}.", None, "Use jacobian.")
        row: np.ndarray[Any, Any] = rows[0]
        return row

    def jacobian(self, *point: Any) -> np.ndarray[Any, Any]:
        return self._outputs(point)[1]

    def _outputs(self, point: Sequence[Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        leaves = self._leaves(point)
        shape = np.broadcast_shapes(*(np.shape(leaf) for leaf in leaves))
        if shape or self.backend == "numpy":
            columns = self._batch([np.broadcast_to(np.asarray(x, float), shape).reshape(-1) for x in leaves])
        else:
            columns = np.array(self._one(leaves))[:, None]
        m, n = len(self.problem.graph.outputs), len(leaves)
        return columns[:m].reshape(m, *shape), columns[m:].reshape(m, n, *shape)

    def _leaves(self, point: Sequence[Any]) -> list[Any]:
        if len(point) == 1 and isinstance(point[0], Mapping):
            return list(flatten(self.problem.recording.inputs, point[0]))
        _check_count(self.problem, point)
        return list(point)

    def _one(self, leaves: Sequence[float]) -> list[float]:
        """Value, then Jacobian, at one point."""
        return [float(x) for x in self.numbers(*leaves)]

    def _batch(self, leaves: Sequence[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
        """Value, then Jacobian, a column for each point; points that the code cannot do are done one by one."""
        if self.backend != "numpy":
            return np.array([self._one([float(x) for x in point]) for point in zip(*leaves, strict=True)]).T
        decisions, size = self.problem.graph.decisions, leaves[0].size
        with np.errstate(all="ignore"):
            results = np.array([np.broadcast_to(np.asarray(r, float), size) for r in self.numbers(*leaves)])
        end = len(results) - len(decisions)
        table, doubtful = results[:end], ~np.isfinite(results[:end]).all(axis=0)
        for row, decision in zip(results[end:], decisions, strict=True):
            doubtful |= (row != 0) != decision.taken
        for k in np.flatnonzero(doubtful):
            table[:, k] = _interpreted(self.problem, *(float(leaf[k]) for leaf in leaves))
        return table


def _check_count(problem: Problem, point: Sequence[Any]) -> None:
    if len(point) != len(problem.leaves):
        words = f"There are {len(problem.leaves)} input numbers; {len(point)} were given."
        raise ADError("point", words, None, "Give them in order, or as one mapping.")


def _interpreted(problem: Problem, *leaves: float) -> tuple[float, ...]:
    _check_count(problem, leaves)
    at_point = repose(problem, nest(problem.recording.inputs, leaves))
    return (*at_point.outputs, *(entry for row in reverse.jacobian(at_point) for entry in row))


def _scalar(row: Row) -> Callable[..., Any]:
    if row.name in ("abs", "max", "min"):
        return row.value
    fast: Callable[..., Any] = getattr(math, row.name, row.value)
    return fast


def _array(row: Row) -> Callable[..., Any]:
    return row.array or np.vectorize(row.value, otypes=[float])


def _python(graph: Graph, problem: Problem) -> tuple[str, Callable[..., Any]]:
    text = emit_guarded(graph, _taken(problem))
    return text, build(text, {**functions_of(graph, _scalar), "otherwise": functools.partial(_interpreted, problem)})


def _numpy(graph: Graph, problem: Problem) -> tuple[str, Callable[..., Any]]:
    text = emit(graph)
    return text, build(text, functions_of(graph, _array))


def _llvm(graph: Graph, problem: Problem) -> tuple[str, Callable[..., Any]]:
    return llvm.build(graph, _taken(problem), functools.partial(_interpreted, problem))


def _taken(problem: Problem) -> list[bool]:
    return [decision.taken for decision in problem.graph.decisions]


BACKENDS: Mapping[str, Callable[[Graph, Problem], tuple[str, Callable[..., Any]]]] = MappingProxyType(
    {"python": _python, "numpy": _numpy, "llvm": _llvm}
)
WORTH_MACHINE_CODE = 200
"""Operations from which machine code soon makes up for the milliseconds that it takes to build."""


def compile_source(
    source: str, at: Mapping[str, Any] | None = None, backend: str = "auto", limits: Limits | None = None
) -> Compiled:
    """Compile a program's value and Jacobian. `at` gives the inputs' shapes and the branches to expect.

    `backend` is `python`, `numpy`, `llvm` or `auto`: llvm for large programs if llvmlite is installed, or else python.
    """
    if backend not in ("auto", *BACKENDS):
        names = ", ".join(BACKENDS)
        raise ADError("backend", f"There is no backend called {backend}.", None, f"There are: auto, {names}.")
    problem = pose(source, at if at is not None else parse(source, None, limits).point, limits)
    graph = stage_reverse(problem.graph)
    chosen = _best(graph) if backend == "auto" else backend
    text, numbers = BACKENDS[chosen](graph, problem)
    return Compiled(chosen, text, problem, numbers)


def _best(graph: Graph) -> str:
    return "llvm" if operations(graph) >= WORTH_MACHINE_CODE and llvm.is_installed() else "python"
