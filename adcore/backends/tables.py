"""Results of code, put in their places among numbers that are known beforehand."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adcore.backends.batches import Array, Batch
from adcore.entries import Entries

PLAIN = frozenset({float, int})


def are_numbers(leaves: Sequence[Any]) -> bool:
    """Whether no leaf is an array, asked in the quicker way first."""
    return PLAIN.issuperset(map(type, leaves)) or all(isinstance(leaf, int | float) for leaf in leaves)


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
        if are_numbers(leaves):
            if self.into is not None:
                return np.asarray(self.into(array("d", leaves), np.empty(self.constants.size)))
            found = self.results(*leaves)
            if len(found) == self.constants.size:
                return np.array(found, float)
            table = self.constants.copy()
            table[self.places] = np.frombuffer(self.pack(*found))
            return table
        return self.batch(*leaves)

    def numbers(self, *leaves: float) -> tuple[float, ...]:
        """All numbers, as a tuple."""
        numbers: list[float] = self(*map(float, leaves)).tolist()
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
