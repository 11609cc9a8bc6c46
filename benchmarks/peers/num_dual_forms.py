"""Num_dual: dual numbers in Rust, all directions of forward mode at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import num_dual

from benchmarks.built import Built, UnsuitableError, flat
from benchmarks.tasks import FUNCTIONS, Task


class Functions:
    """The functions of dual numbers, which are methods, for constants too."""

    def __getattr__(self, name: str) -> Callable[[Any], Any]:
        if name not in FUNCTIONS:
            raise AttributeError(name)
        return lambda x: getattr(x, name)() if hasattr(x, name) else getattr(math, name)(x)


def scalars(task: Task) -> Built:
    """The scalar program."""
    if task.wanted != "gradient":
        raise UnsuitableError("not tried")
    function, point = task.over(Functions()), list(task.point)
    return Built(lambda: num_dual.gradient(function, point), lambda found: flat(found[0], *found[1:]))
