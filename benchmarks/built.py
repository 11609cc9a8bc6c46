"""What a way of differentiating a task comes to: something to call, and the numbers that it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


class UnsuitableError(Exception):
    """A way that cannot do a task, or is known to take minutes for it; the text says which."""


@dataclass(frozen=True)
class Built:
    """A task made ready in one way.

    `call` takes nothing, differentiates at the task's point and returns what the peer returns; `numbers` reads that as
    a flat list, value first, then the derivative row by row. `repeat`, if there is one, calls k times without Python in
    between.
    """

    call: Callable[[], Any]
    numbers: Callable[[Any], Iterable[float]]
    repeat: Callable[[int], object] | None = None


def flat(*parts: Any) -> list[float]:
    """Return the numbers of scalars and arrays, in order, as one list."""
    import numpy as np

    return [float(x) for part in parts for x in np.asarray(part, float).reshape(-1)]
