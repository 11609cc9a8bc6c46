"""Results of code, put in their places among numbers that are known beforehand."""

from __future__ import annotations

import math
import struct
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adcore.backends.batches import Array, Batch
from adcore.entries import Entries

NUMBERS = (float, int)


def are_numbers(leaves: Sequence[Any]) -> bool:
    """Whether no leaf is an array, asked in the quicker way first.

    The sum of floats is a float and nothing else, and adding takes a third of the time of looking at each type. It
    begins with nan, since what is added to that, an array too, never overflows and never warns.
    """
    try:
        if leaves and type(leaves[0]) in NUMBERS and type(sum(leaves, math.nan)) is float:
            return True
    except (TypeError, ValueError, OverflowError):  # not to be added, unlike shapes, an integer beyond the floats
        pass
    return all(isinstance(leaf, NUMBERS) for leaf in leaves)


@dataclass(frozen=True, slots=True)
class Table:
    """All numbers of `Entries`: called with one number or array for each input, it gives shape (size, *common shape).

    results  the code for floats: the results in order, or, where the code has no answer, all numbers
    batch    all numbers at many points
    into     the code from one array to another: into(x, out) fills `out`, shape (size,), and returns it; or None
    """

    constants: Array
    places: Array
    results: Callable[..., Sequence[float]]
    batch: Batch
    pack: Callable[..., bytes]
    into: Callable[[Any, Any], Any] | None = None

    def __call__(self, *leaves: Any) -> Array:
        return self.at(leaves)

    def at(self, leaves: Sequence[Any]) -> Array:
        """The same for inputs that are a sequence already."""
        if are_numbers(leaves):
            if self.into is not None:
                return np.asarray(self.into(array("d", leaves), np.empty(self.constants.size)))
            return self._put_in_place(self.results(*leaves))
        return self.batch(*leaves)

    def _put_in_place(self, found: Sequence[float]) -> Array:
        """Packing is four times as fast as NumPy's way from a tuple to an array."""
        try:
            packed = self.pack(*found)
        except struct.error:  # more than the results: all numbers
            return np.array(found, float)
        table = self.constants.copy()
        table[self.places] = np.frombuffer(packed)
        return table

    def numbers(self, *leaves: float) -> tuple[float, ...]:
        """All numbers, as a tuple."""
        numbers: list[float] = self.at([*map(float, leaves)]).tolist()
        return tuple(numbers)


def lay_out(
    entries: Entries,
    results: Callable[..., Sequence[float]],
    batch: Batch,
    into: Callable[[Any, Any], Any] | None = None,
) -> Table:
    """The table of a staged program, of which `results`, `batch` and `into` are the code."""
    pack = struct.Struct(f"{len(entries.places)}d").pack
    return Table(np.array(entries.constants), np.array(entries.places, int), results, batch, pack, into)
