"""Results of code, put in their places among numbers that are known beforehand."""

from __future__ import annotations

import math
import struct
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

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


class Blanks(NamedTuple):
    """Numbers that are known beforehand, and blanks among them: `places[k]` takes result `which[k]`, or k if None."""

    numbers: Array
    places: Array
    which: Array | None

    def filled(self, results: Array) -> Array:
        """All numbers, as an array of their own."""
        numbers = self.numbers.copy()
        numbers[self.places] = results if self.which is None else results[self.which]
        return numbers


@dataclass(frozen=True, slots=True)
class Table:
    """All numbers of `Entries`: called with one number or array for each input, it gives shape (size, *common shape).

    results  the code for floats: each result once, or, where the code has no answer, all numbers
    batch    all numbers at many points
    into     the code from one array to another: into(x, out) fills `out`, shape (size,), and returns it; or None
    shape    rows and columns of the matrix, which is `matrix` and comes after the values in `whole`
    """

    whole: Blanks
    matrix: Blanks
    shape: tuple[int, int]
    results: Callable[..., Sequence[float]]
    pack: Callable[..., bytes]
    batch: Batch
    into: Callable[[Any, Any], Any] | None = None

    def __call__(self, *leaves: Any) -> Array:
        return self._at(leaves, self.whole)

    def by_rows(self, leaves: Sequence[Any]) -> Array:
        """The matrix alone, shape (rows, columns, *common shape)."""
        matrix = self._at(leaves, self.matrix)
        return matrix.reshape(self.shape if matrix.ndim == 1 else (*self.shape, *matrix.shape[1:]))

    def numbers(self, *leaves: float) -> tuple[float, ...]:
        """All numbers, as a tuple."""
        numbers: list[float] = self._at([*map(float, leaves)], self.whole).tolist()
        return tuple(numbers)

    def _at(self, leaves: Sequence[Any], wanted: Blanks) -> Array:
        """All numbers, or the last of them. Packing is four times as fast as NumPy's way from a tuple to an array."""
        if not are_numbers(leaves):
            numbers = self.batch(*leaves)
        elif self.into is not None:
            numbers = np.asarray(self.into(array("d", leaves), np.empty(len(self.whole.numbers))))
        else:
            found = self.results(*leaves)
            try:
                return wanted.filled(np.frombuffer(self.pack(*found)))
            except struct.error:  # more than the results: all numbers
                numbers = np.array(found, float)
        return numbers[len(numbers) - len(wanted.numbers) :]


def lay_out(
    entries: Entries,
    shape: tuple[int, int],
    results: Callable[..., Sequence[float]],
    batch: Batch,
    into: Callable[[Any, Any], Any] | None = None,
) -> Table:
    """The table of a staged program, of which `results`, `batch` and `into` are the code."""
    which = entries.which()
    count, behind = 1 + max(which, default=-1), len(entries.constants) - math.prod(shape)
    whole, matrix = (_blanks(entries, which, count, first) for first in (0, behind))
    return Table(whole, matrix, shape, results, struct.Struct(f"{count}d").pack, batch, into)


def _blanks(entries: Entries, which: Sequence[int], count: int, first: int) -> Blanks:
    """The numbers from the first on, with their blanks among `count` results."""
    kept = [(place - first, k) for place, k in zip(entries.places, which, strict=True) if place >= first]
    taken = [k for _, k in kept]
    ranks = None if taken == [*range(count)] else np.array(taken, int)
    return Blanks(np.array(entries.constants[first:]), np.array([place for place, _ in kept], int), ranks)
