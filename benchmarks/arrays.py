"""The tasks as array code, which peers made for arrays like best: functions of one array, over any NumPy-like module.

Integers stand for the module's own arrays: `make` turns a list of numbers into one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from benchmarks.tasks import Task

Arrays = Any
"""A module with NumPy's functions: numpy, autograd.numpy, jax.numpy, torch."""


def seff(xp: Arrays, u: Any, v: Any) -> Any:
    """Hoffmann's function, elementwise."""
    a = u / v
    c = a - xp.exp(v)
    return (xp.sin(a) + c) * c


def product(xp: Arrays, make: Callable[[Any], Any], n: int) -> Callable[[Any], Any]:
    """Task c."""
    return lambda x: xp.prod(x)


def rosenbrock(xp: Arrays, make: Callable[[Any], Any], n: int) -> Callable[[Any], Any]:
    """Task d."""
    return lambda x: xp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def helmholtz(xp: Arrays, make: Callable[[Any], Any], n: int) -> Callable[[Any], Any]:
    """Task f."""
    volumes = make([1 / (20 + i) for i in range(n)])
    forces = make([[1 / (1 + i + j) for j in range(n)] for i in range(n)])

    def energy(x: Any) -> Any:
        b = volumes @ x
        logarithm = xp.log((1 + (1 + math.sqrt(2)) * b) / (1 + (1 - math.sqrt(2)) * b))
        return xp.sum(x * xp.log(x / (1 - b))) - x @ (forces @ x) / (math.sqrt(8) * b) * logarithm

    return energy


def network(xp: Arrays, make: Callable[[Any], Any], n: int) -> Callable[[Any], Any]:
    """Task g."""
    u, v = [k / n for k in range(n)], [(7 * k % n) / n for k in range(n)]
    points, wanted = make([u, v]), make([a * b for a, b in zip(u, v, strict=True)])

    def loss(x: Any) -> Any:
        first = xp.tanh(x[:16].reshape(2, 8).T @ points + x[16:24].reshape(8, 1))
        second = xp.tanh(x[24:88].reshape(8, 8) @ first + x[88:96].reshape(8, 1))
        return xp.sum((x[96:104] @ second + x[104] - wanted) ** 2)

    return loss


ARRAY_CODE: Mapping[str, Callable[[Arrays, Callable[[Any], Any], int], Callable[[Any], Any]]] = MappingProxyType(
    {"c": product, "d": rosenbrock, "f": helmholtz, "g": network}
)


def array_function(task: Task, xp: Arrays, make: Callable[[Any], Any]) -> Callable[[Any], Any] | None:
    """Return the task's program as array code, or None if it has none."""
    written = ARRAY_CODE.get(task.program)
    return written(xp, make, task.n) if written else None
