"""Many points at once: a row for the value and for each entry of the Jacobian, a column for each point.

The code fills the table; a point at which a number leaves the floats or a decision changes is the interpreter's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from adcore.entries import Entries
from adcore.errors import ADError

Array = np.ndarray[Any, Any]
Fill = Callable[[Sequence[Array], Array], Array]
"""Takes the inputs, each an array (points,), and a table to fill (n_results, points); returns the points it leaves."""


@dataclass(frozen=True)
class Batch:
    """Called with one array or number for each input; what `make` makes is made when first asked for.

    answer   the interpreter's numbers at one point
    results  how many rows the code fills
    sparse   where they belong, if other rows are known beforehand
    """

    make: Callable[[], Fill]
    answer: Callable[..., Sequence[float]]
    results: int
    sparse: Entries | None = None

    @cached_property
    def fill(self) -> Fill:
        """The code, which fills a table."""
        return self.make()

    def __call__(self, *leaves: Any) -> Array:
        """Shape (how many numbers, *the common shape of the inputs); inputs that do not fit together are an ADError."""
        arrays = [np.asarray(leaf, float) for leaf in leaves]
        shape = _common_shape(arrays)
        flat = [(each if each.shape == shape else np.broadcast_to(each, shape)).reshape(-1) for each in arrays]
        table = np.empty((self.results, math.prod(shape)))
        left = self.fill(flat, table)
        if self.sparse is not None:
            table = _put_in_place(table, self.sparse)
        for k in left:
            table[:, k] = self.answer(*(float(leaf[k]) for leaf in flat))
        return table.reshape(len(table), *shape)


def _put_in_place(results: Array, entries: Entries) -> Array:
    """All numbers, of which the others are the same at every point that the code can do."""
    table = np.repeat(np.array(entries.constants)[:, None], results.shape[1], axis=1)
    table[list(entries.places)] = results
    return table


def _common_shape(arrays: Sequence[Array]) -> tuple[int, ...]:
    shapes: list[tuple[int, ...]] = [each.shape for each in arrays]
    if len(set(shapes)) == 1:
        return shapes[0]
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError as unequal:
        words = f"Arrays of the shapes {', '.join(str(list(shape)) for shape in shapes)} do not fit together."
        raise ADError(
            "shape", words, None, "Give arrays of one shape, and numbers for what is the same all over."
        ) from unequal
