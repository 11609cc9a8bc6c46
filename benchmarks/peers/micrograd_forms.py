"""Micrograd: every number an object, the graph made anew at each call. It knows sums, products and powers only."""

from __future__ import annotations

from typing import Any

from micrograd.engine import Value

from benchmarks.built import Built, UnsuitableError, flat
from benchmarks.tasks import Task

POLYNOMIALS = ("c", "d", "e")


def scalars(task: Task) -> Built:
    """The scalar program."""
    if task.wanted != "gradient" or task.program not in POLYNOMIALS:
        raise UnsuitableError("there are no such functions")
    function = task.over(object())

    def call() -> list[Any]:
        leaves = [Value(x) for x in task.point]
        value = function(leaves)
        value.backward()
        return [value.data, *(leaf.grad for leaf in leaves)]

    return Built(call, lambda found: flat(*found))
