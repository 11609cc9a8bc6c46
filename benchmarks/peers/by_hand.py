"""What a person would write with NumPy and without any tool: the value and the derivative, each formula by hand."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from benchmarks.built import Built, UnsuitableError, flat
from benchmarks.tasks import Task, axes


def arrays(task: Task) -> Built:
    """Array code for tasks c, d, f and j."""
    if task.wanted == "grid":
        u, v = (np.array(axis) for axis in axes(task.n))
        return Built(lambda: seff(u, v), lambda found: flat(*found))
    if task.wanted != "gradient" or task.letter not in WRITTEN:
        raise UnsuitableError("not written by hand")
    function, x = WRITTEN[task.letter](task.n), np.array(task.point)
    return Built(lambda: function(x), lambda found: flat(*found))


def seff(u: Any, v: Any) -> tuple[Any, Any, Any]:
    """Hoffmann's function and both partials."""
    a, b = u / v, np.exp(v)
    c, sine = a - b, np.sin(a)
    total = sine + c
    by_a = np.cos(a) * c + total + c
    return total * c, by_a / v, -by_a * a / v - (total + c) * b


def product(n: int) -> Callable[[Any], tuple[Any, Any]]:
    """Task c: products from both ends, so that no factor need be divided by."""

    def both(x: Any) -> tuple[Any, Any]:
        before, after = np.ones(n), np.ones(n)
        np.cumprod(x[:-1], out=before[1:])
        np.cumprod(x[:0:-1], out=after[-2::-1])
        return before[-1] * x[-1], before * after

    return both


def rosenbrock(n: int) -> Callable[[Any], tuple[Any, Any]]:
    """Task d."""

    def both(x: Any) -> tuple[Any, Any]:
        head = x[:-1]
        bend, rest = x[1:] - head * head, 1 - head
        slopes = np.zeros(n)
        slopes[1:] = 200 * bend
        slopes[:-1] -= 400 * bend * head + 2 * rest
        return 100 * (bend @ bend) + rest @ rest, slopes

    return both


def helmholtz(n: int) -> Callable[[Any], tuple[Any, Any]]:
    """Task f."""
    volumes = 1 / (20 + np.arange(n))
    forces = 1 / (1 + np.add.outer(np.arange(n), np.arange(n)))
    up, down, eight = 1 + math.sqrt(2), 1 - math.sqrt(2), math.sqrt(8)

    def both(x: Any) -> tuple[Any, Any]:
        b = float(volumes @ x)
        pull = forces @ x
        q = float(x @ pull)
        logs, logarithm = np.log(x / (1 - b)), math.log((1 + up * b) / (1 + down * b))
        by_b = x.sum() / (1 - b) + q / (eight * b * b) * logarithm
        by_b -= q / (eight * b) * (up / (1 + up * b) - down / (1 + down * b))
        slopes = logs + 1 + by_b * volumes - 2 * logarithm / (eight * b) * pull
        return x @ logs - q / (eight * b) * logarithm, slopes

    return both


WRITTEN: Mapping[str, Callable[[int], Callable[[Any], tuple[Any, Any]]]] = MappingProxyType(
    {"c": product, "d": rosenbrock, "f": helmholtz}
)
