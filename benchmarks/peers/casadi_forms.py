"""CasADi: scalar graphs (SX) run by its virtual machine, array graphs (MX), and loops by `fold`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import casadi
import numpy as np

from benchmarks.arrays import array_function, seff
from benchmarks.built import Built, UnsuitableError, flat
from benchmarks.tasks import Task, axes


class ArrayFunctions:
    """The functions that array code calls, in CasADi's names."""

    sum, log, exp, sin = casadi.sum1, casadi.log, casadi.exp, casadi.sin


BY_GCC: Mapping[str, Any] = MappingProxyType(
    {
        "jit": True,
        "compiler": "shell",
        "jit_options": {"compiler": "gcc", "flags": ["-O2"], "directory": f"{tempfile.gettempdir()}/"},
    }
)


def _function(task: Task, sparse: bool = False, **options: Any) -> Any:
    """Return the value and its derivative as a function of scalar nodes; a matrix with all entries unless sparse."""
    if task.wanted == "grid":
        return _grid(task)
    x = casadi.SX.sym("x", len(task.point))
    f = task.over(casadi)(x)
    if task.wanted == "gradient":
        return casadi.Function("f", [x], [f, casadi.gradient(f, x)], options)
    matrix = casadi.jacobian(casadi.vertcat(*f), x) if task.wanted == "jacobian" else casadi.hessian(f, x)[0]
    return casadi.Function("f", [x], [matrix if sparse else casadi.densify(matrix)], options)


def _grid(task: Task) -> Any:
    x = casadi.SX.sym("x", 2)
    f = seff(casadi, x[0], x[1])
    return casadi.Function("f", [x], [f, casadi.gradient(f, x)]).map(task.n**2)


def _given(task: Task) -> Any:
    return np.array(axes(task.n)).T.copy() if task.wanted == "grid" else np.array(task.point)


def _buffered(function: Any, given: Any) -> tuple[Any, list[Any], Any]:
    """Return what runs a function on buffers, the buffers of its results, and what else must be kept alive."""
    buffer, trigger = function.buffer()
    results: list[Any] = [np.zeros(function.nnz_out(i)) for i in range(function.n_out())]
    buffer.set_arg(0, memoryview(given))
    for i, result in enumerate(results):
        buffer.set_res(i, memoryview(result))
    return trigger, results, (buffer, given)


def _numbers(function: Any, results: list[Any]) -> list[float]:
    """Return a function's numbers row by row, zeros included."""
    if function.n_out() == 2:
        return flat(results[0], results[1].reshape(-1, 2).T if function.size2_out(1) > 1 else results[1])
    return flat(casadi.DM(function.sparsity_out(0), results[0]).full())


def _on_buffers(function: Any, given: Any) -> Built:
    trigger, results, kept = _buffered(function, given)

    def numbers(_: Any, kept: Any = kept) -> list[float]:
        return _numbers(function, results)

    return Built(trigger, numbers)


def buffers(task: Task) -> Built:
    """The point is in a buffer already, and the results stay in theirs."""
    return _on_buffers(_function(task), _given(task))


def jitted(task: Task) -> Built:
    """The same as C, compiled by gcc."""
    if task.wanted == "grid":
        raise UnsuitableError("not tried")
    if shutil.which("gcc") is None:
        raise UnsuitableError("there is no gcc")
    return _on_buffers(_function(task, **BY_GCC), _given(task))


def nonzeros(task: Task) -> Built:
    """Of a Jacobian or Hessian only what is not zero."""
    if task.wanted not in ("jacobian", "hessian"):
        raise UnsuitableError("nothing is zero")
    return _on_buffers(_function(task, sparse=True), _given(task))


def floats(task: Task) -> Built:
    """The point comes as floats, and so do the results."""
    if task.wanted != "gradient":
        raise UnsuitableError("arrays are what is asked for")
    given, point = _given(task), task.point
    trigger, (value, slopes), kept = _buffered(_function(task), given)

    def call(kept: Any = kept) -> list[float]:
        given[:] = point
        trigger()
        return [*value.tolist(), *slopes.tolist()]

    return Built(call, list)


def call(task: Task) -> Built:
    """The plain call, with arrays of CasADi's own as results."""
    if task.wanted != "gradient":
        raise UnsuitableError("slower than buffers")
    function, given = _function(task), list(task.point)
    return Built(lambda: function(given), lambda found: flat(*(part.full() for part in found)))


def arrays(task: Task) -> Built:
    """Array code over array nodes (MX)."""
    f = array_function(task, ArrayFunctions, lambda numbers: casadi.DM(numbers))
    if task.letter not in "df" or f is None:
        raise UnsuitableError("no array code")
    x = casadi.MX.sym("x", len(task.point))
    value = f(x) if task.letter == "d" else _energy(task, x)
    return _on_buffers(casadi.Function("f", [x], [value, casadi.gradient(value, x)]), _given(task))


def _energy(task: Task, x: Any) -> Any:
    """Task f; CasADi has no row vectors that are columns too, so transposes are written out."""
    n = task.n
    b = casadi.dot(casadi.DM([1 / (20 + i) for i in range(n)]), x)
    forces = casadi.DM([[1 / (1 + i + j) for j in range(n)] for i in range(n)])
    logarithm = casadi.log((1 + (1 + 2**0.5) * b) / (1 + (1 - 2**0.5) * b))
    return casadi.dot(x, casadi.log(x / (1 - b))) - casadi.dot(x, forces @ x) / (8**0.5 * b) * logarithm


def fold(task: Task) -> Built:
    """The loop kept, as a fold of its body."""
    if task.program != "e":
        raise UnsuitableError("no loop to keep")
    y = casadi.SX.sym("y")
    step = casadi.Function("step", [y], [3 * y * (1 - y)])
    x = casadi.MX.sym("x")
    value = step.fold(task.n)(x)
    return _on_buffers(casadi.Function("f", [x], [value, casadi.gradient(value, x)]), _given(task))
