"""Columns of a graph as flat arrays: what repeats is a table and a code for each node, arguments stand in one row.

`z = 3*y*(1 - y)`, written twice in a loop, has four kinds of nodes however many turns there are:

    kinds   (const, 3.0, 0)  (mul, None, 2)  (const, 1.0, 0)  (sub, None, 2)
    kind    0  1  2  3  1    0  1  2  3  1    ...
    first   0  0  2  2  4  6 ...               node i has the arguments ids[first[i]:first[i + 1]]

They read like the tuples that other graphs have, and `flat` gives either as NumPy arrays.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Any, Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Ids = NDArray[np.integer[Any]]
FEW = 256
"""Nodes up to which going from node to node is quicker than to work on whole columns."""
CODE = "i"
"""Codes and ids are C ints: four bytes, and no graph has more nodes than they count."""
SHORT = 1 << 15
"""Codes below this fit into numbers of two bytes."""
UNUSED = -1
"""The number of arguments of a kind that no node is of."""
Kind = tuple[str, float | None, int]
"""Operation, constant, number of arguments: what nodes of one rule have in common."""


class _Rows(Sequence[T]):
    """What columns share: they are compared entry by entry, and slices of them are tuples."""

    __slots__ = ()

    @overload
    def __getitem__(self, i: int) -> T: ...

    @overload
    def __getitem__(self, i: slice) -> tuple[T, ...]: ...

    def __getitem__(self, i: int | slice) -> T | tuple[T, ...]:
        if isinstance(i, slice):
            return tuple([self._entry(k) for k in range(*i.indices(len(self)))])
        return self._entry(i if i >= 0 else range(len(self))[i])

    def _entry(self, i: int) -> T:
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(_same, self, other))

    __hash__ = None  # type: ignore[assignment]


def _same(left: object, right: object) -> bool:
    return left is right or left == right


class Column(_Rows[T], Generic[T]):
    """Entries of a table, picked by codes."""

    __slots__ = ("codes", "table")

    def __init__(self, codes: array[int], table: Sequence[T]) -> None:
        self.codes, self.table = codes, table

    def __len__(self) -> int:
        return len(self.codes)

    def _entry(self, i: int) -> T:
        return self.table[self.codes[i]]

    def __iter__(self) -> Iterator[T]:
        return map(self.table.__getitem__, self.codes)

    def __reduce__(self) -> tuple[type[Column[T]], tuple[array[int], Sequence[T]]]:
        return Column, (self.codes, self.table)


class Arguments(_Rows[tuple[int, ...]]):
    """The arguments of every node; `first` has one entry more than there are nodes."""

    __slots__ = ("first", "ids", "known")

    def __init__(self, first: array[int], ids: array[int]) -> None:
        self.first, self.ids = first, ids
        self.known: Flat | None = None

    def flat(self, ops: Column[str], constants: Column[float | None]) -> Flat:
        """With the other columns of the graph, which stay what they are: worked out once."""
        if self.known is None:
            kind, first, arities = as_array(ops.codes), as_array(self.first), np.full(len(ops.table), UNUSED, np.intc)
            arities[kind] = np.diff(first)
            kinds = [row for row in zip(ops.table, constants.table, arities.tolist(), strict=True) if row[2] != UNUSED]
            if len(kinds) < len(arities):  # of a constant that was folded no node is left
                kind = (np.cumsum(arities != UNUSED, dtype=np.intc) - 1)[kind]
            self.known = Flat(kind, kinds, first, as_array(self.ids))
        return self.known

    def __len__(self) -> int:
        return len(self.first) - 1

    def _entry(self, i: int) -> tuple[int, ...]:
        end = self.first[i + 1]
        return tuple(self.ids[self.first[i] : end])

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        ids = self.ids.tolist()
        return (tuple(ids[start:end]) for start, end in pairwise(self.first))

    def __reduce__(self) -> tuple[type[Arguments], tuple[array[int], array[int]]]:
        return Arguments, (self.first, self.ids)


class Made(_Rows[T], Generic[T]):
    """Rows of several columns, made into `make(*entries)` when they are read."""

    __slots__ = ("columns", "make")

    def __init__(self, make: Callable[..., T], columns: tuple[Sequence[Any], ...]) -> None:
        self.make, self.columns = make, columns

    def __len__(self) -> int:
        return len(self.columns[0])

    def _entry(self, i: int) -> T:
        return self.make(*[column[i] for column in self.columns])

    def __iter__(self) -> Iterator[T]:
        return map(self.make, *self.columns)

    def __reduce__(self) -> tuple[type[Made[T]], tuple[Callable[..., T], tuple[Sequence[Any], ...]]]:
        return Made, (self.make, self.columns)


class Flat:
    """A graph's operations as arrays: `kind` per node, a position in `kinds`; `first` and `ids` as above.

    `kept` are columns that were worked out from these, by what they say.
    """

    __slots__ = ("first", "ids", "kept", "kind", "kinds")

    def __init__(self, kind: Ids, kinds: Sequence[Kind], first: Ids, ids: Ids) -> None:
        self.kind, self.kinds, self.first, self.ids = kind, kinds, first, ids
        self.kept: dict[object, NDArray[Any]] = {}

    @property
    def arity(self) -> Ids:
        return self.first[1:] - self.first[:-1]

    @property
    def owner(self) -> Ids:
        """For each entry of `ids` the node whose argument it is."""
        return np.arange(len(self.kind), dtype=np.intc).repeat(self.arity)

    def is_a(self, *ops: str) -> NDArray[np.bool_]:
        """For each node whether its operation is one of these."""
        return self.keep(ops, lambda: self.spread([op in ops for op, _, _ in self.kinds], bool))

    def keep(self, what: object, work: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """A column that is worked out when it is first asked for, and stays as it is."""
        found = self.kept.get(what)
        if found is None:
            found = self.kept[what] = work()
            found.flags.writeable = False
        return found

    def spread(self, of_kinds: Sequence[Any], dtype: Any) -> NDArray[Any]:
        """For each node what is so of its kind."""
        return np.array([*of_kinds, 0], dtype).take(self.kind)

    def of_kind(self) -> Iterator[tuple[Kind, Ids]]:
        """Each kind with the nodes that are of it, in order."""
        order, start = order_of(self.kind, len(self.kinds)), 0
        for kind, count in zip(self.kinds, np.bincount(self.kind, minlength=len(self.kinds)).tolist(), strict=True):
            yield kind, order[start : start + count]
            start += count


def order_of(codes: Ids, count: int) -> Ids:
    """The places of codes below `count` in the order of the codes; short numbers are sorted much sooner."""
    return (codes.astype(np.int16) if count <= SHORT else codes).argsort(kind="stable")


def flat(ops: Sequence[str], constants: Sequence[float | None], args: Sequence[tuple[int, ...]]) -> Flat:
    """Columns of a graph, whatever they are kept in, as arrays."""
    if type(args) is Arguments and args.known is not None:
        return args.known
    if isinstance(ops, Column) and isinstance(constants, Column) and isinstance(args, Arguments):
        return args.flat(ops, constants)
    arity = [len(ids) for ids in args]
    keys = [(op, number_key(c), n) for op, c, n in zip(ops, constants, arity, strict=True)]
    known = {key: code for code, key in enumerate(dict.fromkeys(keys))}
    places = dict(zip(keys, range(len(keys)), strict=True))
    kinds = [(ops[i], constants[i], arity[i]) for i in map(places.__getitem__, known)]
    kind = np.array([known[key] for key in keys], np.intc)
    return Flat(kind, kinds, np.cumsum([0, *arity], dtype=np.intc), np.array([*chain.from_iterable(args)], np.intc))


def number_key(c: float | None) -> float | str:
    """What stands for a constant where equal ones are found: 0.0 is not -0.0, though they compare equal."""
    return c if c else str(c)


def number_of(c: float | None) -> float:
    """The number of an entry of the column of constants, 0 where there is none; -0.0 keeps its sign."""
    return 0.0 if c is None else c


def coded(entries: Sequence[T | None]) -> tuple[Ids, Sequence[T | None]]:
    """Codes and a table for any column whose entries may be None: that is code 0."""
    if isinstance(entries, Column):
        return as_array(entries.codes), entries.table
    table = [None, *dict.fromkeys(entry for entry in entries if entry is not None)]
    known = {entry: code for code, entry in enumerate(table)}
    return np.array([known[entry] for entry in entries], np.intc), table


def as_array(codes: array[int]) -> Ids:
    """The same memory as a NumPy array."""
    return np.frombuffer(codes, np.intc)
