"""Machine code for many points: the text of `ir` for as many numbers at once as the processor's registers hold.

The vector functions of the C library (libmvec) are used where the machine has them. They may be wrong by 4 units in
the last place, where the functions for one number are within 1. Elsewhere, and for rows that libmvec lacks, each number
is a call of its own. (glibc manual, Errors in math functions.)
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from adcore.backends import ir, llvm
from adcore.backends.batches import Array, Fill
from adcore.backends.instructions import LIBRARY, Lanes
from adcore.backends.ports import POINTS
from adcore.graph import Graph

VECTOR_LIBRARY = "libmvec.so.1"
WIDTHS: Sequence[tuple[str, int, str]] = (("avx512f", 8, "e"), ("avx2", 4, "d"), ("sse4.1", 2, "b"))
"""What a processor must have, for how many numbers at once, and that width's letter in names such as _ZGVeN8v_sin."""
BRIEF = 300
"""Operations up to which two registers are computed side by side: while one waits for a result, the other works."""
LINE = 8
"""Numbers in a line of the cache."""
SMALL = 1000
"""Operations up to which more effort of LLVM pays for itself."""


@dataclass(frozen=True, slots=True)
class Points:
    """The linked code as a function that fills tables."""

    code: llvm.Linked
    run: Any
    lanes: int
    memory: int

    def fill(self, leaves: Sequence[Array], table: Array) -> Array:
        """Fill a row of `table` (n_results, points) for each result; return which points the code could not do."""
        size, lanes = table.shape[1], self.lanes
        if size < lanes:
            return self._fill_few(leaves, table)
        given = [np.ascontiguousarray(leaf) for leaf in leaves]
        addresses = (ctypes.c_void_p * len(given))(*map(_address, given))
        memory, doubts = _aligned(self.memory), np.empty(-(-size // lanes), np.uint16)
        doubtful = self.run(addresses, _address(memory), _address(table), size, _address(doubts))
        return _doubtful(doubts, size, lanes) if doubtful else np.empty(0, int)

    def _fill_few(self, leaves: Sequence[Array], table: Array) -> Array:
        """Fewer points than lanes: the last is repeated."""
        size = table.shape[1]
        if not size:
            return np.empty(0, int)
        wide = np.empty((len(table), self.lanes))
        doubtful = self.fill([np.pad(leaf, (0, self.lanes - size), "edge") for leaf in leaves], wide)
        table[:] = wide[:, :size]
        within: Array = doubtful[doubtful < size]
        return within


def build(graph: Graph, taken: Sequence[bool]) -> Fill:
    """Compile a staged program for many points; its last outputs are tests that should come out as `taken`."""
    library = vector_library()
    lanes = lanes_of(llvm.cpu_features(), library, 2 if len(graph) <= BRIEF else 1)
    draft = ir.write(graph, taken, lanes)
    code = llvm.link(draft.text, draft, vectors=library, level=2 if len(graph) <= SMALL else 0)
    # Python's lock may be given away only where no row is called back.
    prototype = ctypes.PYFUNCTYPE if draft.called_back else ctypes.CFUNCTYPE
    pointer, integer = ctypes.c_void_p, ctypes.c_int64
    shape = prototype(integer, pointer, pointer, pointer, integer, pointer)
    return Points(code, shape(code.address(POINTS)), lanes.count, lanes.count * draft.crossing).fill


def _address(array: Array) -> int:
    """Where its numbers are, asked in a quicker way than through `array.ctypes`."""
    address: int = array.__array_interface__["data"][0]
    return address


def _aligned(size: int) -> Array:
    """Scratch memory whose vectors do not lie across lines of the cache."""
    memory = np.empty(size + LINE)
    return memory[-(_address(memory) // memory.itemsize) % LINE :][:size]


def _doubtful(doubts: Array, size: int, lanes: int) -> Array:
    """Which points have their bit set, of 16 for each turn; the last turn may overlap the one before."""
    turns, places = np.nonzero(doubts[:, None] >> np.arange(lanes, dtype=doubts.dtype) & 1)
    return np.unique(np.minimum(turns * lanes, size - lanes) + places)


def vector_library() -> Any:
    """The C library's vector functions, or None."""
    try:
        return ctypes.CDLL(VECTOR_LIBRARY)
    except OSError:
        return None


def lanes_of(features: Mapping[str, bool], library: Any, registers: int = 1) -> Lanes:
    """As many numbers at once as so many registers hold, and the library's functions for what one holds, by row."""
    fitting = [(count, letter) for needed, count, letter in WIDTHS if features.get(needed)]
    if not fitting:
        return Lanes(2 * registers, registers)
    count, letter = fitting[0]
    names = {name: f"_ZGV{letter}N{count}{'v' * arity}_{name}" for name, arity in LIBRARY.items()}
    found = MappingProxyType({row: name for row, name in names.items() if hasattr(library, name)})
    return Lanes(count * registers, registers, found)
