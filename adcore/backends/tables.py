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


@dataclass(frozen=True, slots=True)
class Table:
    """All numbers of `Entries`: called with one number or array for each input, it gives shape (size, *common shape).

    results  the code for floats; `batch` the same for many points: the results alone, in order
    into     the code from one array to another: into(x, out) fills `out`, shape (size,), and returns it; or None
    """

    constants: Array
    places: Array
    results: Callable[..., Sequence[float]]
    batch: Batch
    pack: Callable[..., bytes]
    into: Callable[[Any, Any], Any] | None = None

    def __call__(self, *leaves: Any) -> Array:
        if PLAIN.issuperset(map(type, leaves)) or all(isinstance(leaf, int | float) for leaf in leaves):
            if self.into is not None:
                return np.asarray(self.into(array("d", leaves), np.empty(self.constants.size)))
            table = self.constants.copy()
            table[self.places] = np.frombuffer(self.pack(*self.results(*leaves)))
            return table
        found = self.batch(*leaves)
        table = np.empty((self.constants.size, *found.shape[1:]))
        table[:] = self.constants.reshape(-1, *[1] * (found.ndim - 1))
        table[self.places] = found
        return table

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


def pick(entries: Entries, answer: Callable[..., Sequence[float]]) -> Callable[..., tuple[float, ...]]:
    """Of a function's numbers those that the code of a staged program computes."""
    if not entries.is_sparse:
        return lambda *leaves: tuple(answer(*leaves))

    def picked(*leaves: float) -> tuple[float, ...]:
        numbers = answer(*leaves)
        return tuple(numbers[place] for place in entries.places)

    return picked


def put(entries: Entries, results: Callable[..., tuple[float, ...]]) -> Callable[..., tuple[float, ...]]:
    """All numbers of a function of which `results` gives those that the code of a staged program computes."""
    if not entries.is_sparse:
        return results

    def whole(*leaves: float) -> tuple[float, ...]:
        numbers = list(entries.constants)
        for place, number in zip(entries.places, results(*leaves), strict=True):
            numbers[place] = number
        return tuple(numbers)

    return whole
