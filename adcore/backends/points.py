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

from adcore.backends import entry_points, ir, llvm
from adcore.backends.batches import Array, Fill
from adcore.backends.instructions import LIBRARY, Lanes
from adcore.graph import Graph

VECTOR_LIBRARY = "libmvec.so.1"
WIDTHS: Sequence[tuple[str, int, str]] = (("avx512f", 8, "e"), ("avx2", 4, "d"), ("sse4.1", 2, "b"))
"""What a processor must have, for how many numbers at once, and that width's letter in names such as _ZGVeN8v_sin."""
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
        size = table.shape[1]
        if size < self.lanes:
            return self._fill_few(leaves, table)
        given = [np.ascontiguousarray(leaf) for leaf in leaves]
        addresses = np.array([leaf.ctypes.data for leaf in given], np.uintp)
        memory = _aligned(self.memory)
        common = (addresses.ctypes.data, table.ctypes.data, memory.ctypes.data, size)
        self.run(*common, memory[-self.lanes :].ctypes.data, 0)
        if not memory[: self.lanes].any():
            return np.empty(0, int)
        # Which points they were is asked again: to note it for all takes memory that is seldom needed.
        rests = np.empty(size)
        self.run(*common, rests.ctypes.data, 1)
        return np.flatnonzero(rests)

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
    lanes = lanes_of(llvm.cpu_features(), library)
    draft = ir.write(graph, taken, lanes)
    text = "\n".join([draft.text, entry_points.write_points(draft, lanes.count)])
    code = llvm.link(text, draft, vectors=library, level=2 if len(graph) <= SMALL else 0)
    # Python's lock may be given away only where no row is called back.
    prototype = ctypes.PYFUNCTYPE if draft.called_back else ctypes.CFUNCTYPE
    pointer, integer = ctypes.c_void_p, ctypes.c_int64
    shape = prototype(None, pointer, pointer, pointer, integer, pointer, integer)
    memory = lanes.count * (draft.inputs + draft.crossing + draft.results + 2)
    return Points(code, shape(code.address(entry_points.POINTS)), lanes.count, memory).fill


def _aligned(size: int) -> Array:
    """Scratch memory whose vectors do not lie across lines of the cache."""
    memory = np.empty(size + LINE)
    return memory[-(memory.ctypes.data // memory.itemsize) % LINE :][:size]


def vector_library() -> Any:
    """The C library's vector functions, or None."""
    try:
        return ctypes.CDLL(VECTOR_LIBRARY)
    except OSError:
        return None


def lanes_of(features: Mapping[str, bool], library: Any) -> Lanes:
    """As many numbers at once as a processor with these features takes, and the library's functions for as many."""
    fitting = [(count, letter) for needed, count, letter in WIDTHS if features.get(needed)]
    if not fitting:
        return Lanes(2)
    count, letter = fitting[0]
    names = {name: f"_ZGV{letter}N{count}{'v' * arity}_{name}" for name, arity in LIBRARY.items()}
    return Lanes(count, MappingProxyType({row: name for row, name in names.items() if hasattr(library, name)}))
