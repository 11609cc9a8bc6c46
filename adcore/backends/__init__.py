"""Compiled functions: the derivative program, staged once, written out as code and called again and again.

`python` is code for floats, `numpy` for whole arrays of points, `llvm`, where llvmlite is installed, machine code; each
takes single points and arrays of them. Where the code cannot answer, because a recorded decision changes or a number
leaves the floats, the interpreter does: the numbers are the same.
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
from adcore.backends import blocks, llvm, points
from adcore.backends.batches import Batch, Fill
from adcore.backends.emitter import build, emit_guarded, functions_of
from adcore.errors import ADError
from adcore.graph import Graph
from adcore.limits import Limits
from adcore.modes import reverse
from adcore.problem import Problem, flatten, nest, pose, repose
from adcore.program import parse
from adcore.rows import Row
from adcore.staged import stage_reverse

Numbers = Any
"""A float, or for arrays of points an array of floats."""


@dataclass(frozen=True, slots=True)
class Code:
    """What a backend makes: the text, the code for floats, what makes the code for many points, `into` if it has it."""

    text: str
    numbers: Callable[..., tuple[Numbers, ...]]
    fill: Callable[[], Fill]
    into: Callable[[Any, Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A function and its Jacobian as code. Call with the inputs' numbers in order, or with one mapping like `at`.

    value      one number, or one for each output in order
    gradient   shape (n_in,), for one output; jacobian: shape (n_out, n_in)
    numbers    the code itself, unchecked and fast: floats in order give a tuple, value first, then the Jacobian by rows
    into       the same from one array to another: into(x, out) fills `out`, shape (n_out + n_out*n_in,), and returns it
    batch      the same at many points
    Each number may be an array of points; results then have the arrays' common shape as their last axes.
    """

    backend: str
    source: str
    problem: Problem
    numbers: Callable[..., tuple[Numbers, ...]]
    into: Callable[[Any, Any], Any]
    batch: Batch

    def value(self, *point: Any) -> Numbers:
        return self.value_and_jacobian(*point)[0]

    def gradient(self, *point: Any) -> np.ndarray[Any, Any]:
        rows = self.jacobian(*point)
        if len(rows) != 1:
            raise ADError("shape", f"A gradient belongs to one output; there are {len(rows)}.", None, "Use jacobian.")
        row: np.ndarray[Any, Any] = rows[0]
        return row

    def jacobian(self, *point: Any) -> np.ndarray[Any, Any]:
        return self.value_and_jacobian(*point)[1]

    def value_and_jacobian(self, *point: Any) -> tuple[Numbers, np.ndarray[Any, Any]]:
        """Both from one call."""
        leaves = self._leaves(point)
        if all(isinstance(leaf, int | float) for leaf in leaves):
            table = np.array(self.numbers(*leaves), float)
        else:
            table = self.batch(*leaves)
        m, n = len(self.problem.graph.outputs), len(leaves)
        values = table[0] if m == 1 else table[:m]
        return values, table[m:].reshape(m, n, *table.shape[1:])

    def _leaves(self, point: Sequence[Any]) -> list[Any]:
        if len(point) == 1 and isinstance(point[0], Mapping):
            return list(flatten(self.problem.recording.inputs, point[0]))
        _check_count(self.problem, point)
        return list(point)


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


def _python(graph: Graph, problem: Problem) -> Code:
    text = emit_guarded(graph, _taken(problem))
    numbers = build(text, {**functions_of(graph, _scalar), "otherwise": functools.partial(_interpreted, problem)})
    return Code(text, numbers, lambda: blocks.write(graph, _taken(problem)).fill)


def _numpy(graph: Graph, problem: Problem) -> Code:
    made = blocks.write(graph, _taken(problem))
    batch = _batch(graph, problem, lambda: made.fill)
    return Code(made.text, lambda *leaves: tuple(batch(*leaves)), lambda: made.fill)


def _llvm(graph: Graph, problem: Problem) -> Code:
    answer, taken = functools.partial(_interpreted, problem), _taken(problem)
    text, numbers, into = llvm.build(graph, taken, answer, functools.partial(_fill, problem, answer))
    return Code(text, numbers, lambda: points.build(graph, taken), into)


def _fill(problem: Problem, numbers: Callable[..., tuple[Numbers, ...]], x: Any, out: Any) -> Any:
    """What `Compiled.into` does, for backends without a faster way."""
    leaves = np.asarray(x, float).ravel().tolist()
    _check_count(problem, leaves)
    found = np.array(numbers(*leaves), float)
    if np.shape(out) != found.shape:
        words = f"The results are {len(found)} numbers; the array to fill has shape {list(np.shape(out))}."
        raise ADError("shape", words, None, "Give an array for the value and then the Jacobian row by row.")
    out[:] = found
    return out


def _batch(graph: Graph, problem: Problem, code: Callable[[], Fill]) -> Batch:
    results = len(graph.outputs) - len(problem.graph.decisions)
    return Batch(functools.cache(code), functools.partial(_interpreted, problem), results)


def _taken(problem: Problem) -> list[bool]:
    return [decision.taken for decision in problem.graph.decisions]


BACKENDS: Mapping[str, Callable[[Graph, Problem], Code]] = MappingProxyType(
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
    code = BACKENDS[chosen](graph, problem)
    into = code.into or functools.partial(_fill, problem, code.numbers)
    return Compiled(chosen, code.text, problem, code.numbers, into, _batch(graph, problem, code.fill))


def _best(graph: Graph) -> str:
    return "llvm" if operations(graph) >= WORTH_MACHINE_CODE and llvm.is_installed() else "python"
