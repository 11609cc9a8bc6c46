"""PyTorch in eager mode, one thread, on the CPU."""

from __future__ import annotations

from typing import Any

import torch

from benchmarks.arrays import array_function, seff
from benchmarks.built import Built, UnsuitableError, flat
from benchmarks.tasks import Task, axes

torch.set_num_threads(1)


def make(numbers: Any) -> Any:
    """Return an array of doubles."""
    return torch.tensor(numbers, dtype=torch.float64)


def arrays(task: Task) -> Built:
    """The form that PyTorch likes best."""
    if task.wanted == "grid":
        return _grid(task)
    if task.wanted == "jacobian":
        return _functional(torch.func.jacrev(_broyden), task)
    function = array_function(task, torch, make)
    if task.wanted == "hessian" and function is not None:
        return _functional(torch.func.hessian(function), task)
    if function is None:
        return scalars(task)
    x = make(task.point).requires_grad_()

    def call() -> tuple[Any, Any]:
        value = function(x)
        return value.detach(), torch.autograd.grad(value, x)[0]

    return Built(call, lambda found: flat(*found))


def scalars(task: Task) -> Built:
    """The scalar program; every number is a tensor of its own."""
    if task.wanted != "gradient":
        raise UnsuitableError("arrays are what is asked for")
    function, leaves = task.over(Functions), [make(x).requires_grad_() for x in task.point]

    def call() -> list[Any]:
        value = function(leaves)
        return [value.detach(), *torch.autograd.grad(value, leaves)]

    return Built(call, lambda found: flat(*found))


class Functions:
    """PyTorch's functions, for constants too."""

    sin, cos, exp, log, tanh = torch.sin, torch.cos, torch.exp, torch.log, torch.tanh

    @staticmethod
    def sqrt(x: Any) -> Any:
        """Return the root of a tensor or of a constant."""
        return torch.sqrt(x) if isinstance(x, torch.Tensor) else x**0.5


def _grid(task: Task, function: Any = seff) -> Built:
    u, v = (make(axis).requires_grad_() for axis in axes(task.n))

    def call() -> tuple[Any, ...]:
        value = function(torch, u, v)
        return (value.detach(), *torch.autograd.grad(value.sum(), (u, v)))

    return Built(call, lambda found: flat(*found))


def compiled(task: Task) -> Built:
    """Compiled by torch.compile."""
    if task.wanted == "grid":
        return _grid(task, torch.compile(seff))
    raise UnsuitableError("not tried: a build takes some ten seconds")


def _functional(function: Any, task: Task) -> Built:
    x = make(task.point)
    return Built(lambda: function(x), flat)


def _broyden(x: Any) -> Any:
    before, after = torch.cat([make([0.0]), x[:-1]]), torch.cat([x[1:], make([0.0])])
    return (3 - 2 * x) * x + 1 - before - 2 * after
