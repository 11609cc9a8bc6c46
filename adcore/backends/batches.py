"""Many points at once: a row for the value and for each entry of the Jacobian, a column for each point.

The code fills the table; a point at which a number leaves the floats or a decision changes is the interpreter's.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np

from adcore.entries import Entries
from adcore.errors import ADError

Array = np.ndarray[Any, Any]
NUMERIC = "biuf"
"""NumPy's kinds of numbers that are real: truth values, whole numbers, floats."""
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
        arrays = [read_floats(leaf, f"Input {k}") for k, leaf in enumerate(leaves, 1)]
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


def read_floats(given: Any, said: str) -> Array:
    """What was given as an array of floats. None, texts and other things that are no numbers are an ADError.

    `said` is what it is called there. NumPy by itself would read None as nan and "2" as 2.
    """
    if type(given) is np.ndarray and given.dtype == np.float64:
        return given
    try:
        array = np.asarray(given)
        if array.dtype.kind in NUMERIC or all(isinstance(each, Real) for each in array.flat):
            return array.astype(float, copy=False)
    except (ValueError, OverflowError):  # lists of several lengths, a whole number beyond the floats
        pass
    words = f"{said} cannot be read as floats: {reprlib.repr(given)}."
    raise ADError("point", words, None, "Give a number of at most 1.8e308, or an array of numbers.")


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
