"""Sparse Jacobians by compression: columns that share no row travel in one forward sweep.

The pattern is read off the graph, no numbers asked. Columns are coloured so that two of one colour never meet in a
row; one forward sweep for each colour carries all its columns; each entry is then read where it must be. A tridiagonal
Jacobian needs 3 colours at any size:

    * *            1 1
    * * *          1 2 3         columns 0, 3, 6, ... share colour 0
      * * *          2 3 1
        * *            3 1

(Curtis, Powell & Reid 1974; Coleman & Moré 1983; Griewank & Walther 2008, chapter 8.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adcore.errors import ADError
from adcore.graph import Graph
from adcore.modes.forward import jvp
from adcore.modes.pattern import inputs_of, members
from adcore.modes.reverse import vjp
from adcore.problem import Problem

Pattern = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class SparseJacobian:
    """`pattern` has for each row its columns, `entries` the numbers there.

    `colours` has a colour for each column (or row, if it was compressed by rows), `compressed` what the sweeps gave:
    a column (or row) for each colour.
    """

    shape: tuple[int, int]
    by: str
    pattern: Pattern
    colours: tuple[int, ...]
    compressed: tuple[tuple[float, ...], ...]
    entries: tuple[tuple[float, ...], ...]

    @property
    def passes(self) -> int:
        return len(self.compressed)

    def dense(self) -> NDArray[np.float64]:
        """All of it, zeros too."""
        full = np.zeros(self.shape)
        for row, (columns, numbers) in enumerate(zip(self.pattern, self.entries, strict=True)):
            full[row, list(columns)] = numbers
        return full


def pattern_of(graph: Graph) -> Pattern:
    """For each output the inputs (by position) whose changes reach it, in order."""
    reaches = inputs_of(graph)
    return tuple(tuple(members(reaches[i])) for i in graph.outputs)


def transposed(pattern: Pattern, columns: int) -> Pattern:
    """For each column its rows."""
    rows: list[list[int]] = [[] for _ in range(columns)]
    for row, found in enumerate(pattern):
        for column in found:
            rows[column].append(row)
    return tuple(map(tuple, rows))


def colour(pattern: Pattern, columns: int) -> tuple[int, ...]:
    """A colour for each column, none twice in a row: greedily, in the given order or the fullest first; the better."""
    users = transposed(pattern, columns)
    degrees = [sum(len(pattern[row]) for row in rows) for rows in users]
    natural, fullest = range(columns), sorted(range(columns), key=lambda column: -degrees[column])
    return min(
        (_greedy(pattern, users, order) for order in (natural, fullest)), key=lambda found: max(found, default=0)
    )


def _greedy(pattern: Pattern, users: Sequence[Sequence[int]], order: Iterable[int]) -> tuple[int, ...]:
    """Each column in turn gets the smallest colour that its rows do not have yet."""
    taken: list[set[int]] = [set() for _ in pattern]
    colours = [0] * len(users)
    for column in order:
        chosen = 0
        while any(chosen in taken[row] for row in users[column]):
            chosen += 1
        colours[column] = chosen
        for row in users[column]:
            taken[row].add(chosen)
    return tuple(colours)


def compress(problem: Problem, by: str = "columns") -> SparseJacobian:
    """Colour, sweep once for each colour that is needed, and read the entries. Raises ADError for another `by`.

    Columns travel forwards together, rows backwards: a Jacobian with a full row wants rows.
    """
    if by not in ("columns", "rows"):
        raise ADError("mode", f"A Jacobian is not compressed by {by}.", None, "There are: columns, rows.")
    pattern, n = pattern_of(problem.graph), len(problem.leaves)
    shape, forwards = (len(pattern), n), by == "columns"
    colours = colour(pattern, n) if forwards else colour(transposed(pattern, n), len(pattern))
    pass_of = [[colours[j if forwards else i] for j in found] for i, found in enumerate(pattern)]
    used = max((chosen for row in pass_of for chosen in row), default=-1) + 1
    sweep = jvp if forwards else vjp
    sweeps = tuple(tuple(sweep(problem, [float(c == chosen) for c in colours])) for chosen in range(used))
    entries = tuple(
        tuple(sweeps[chosen][i if forwards else j] for j, chosen in zip(found, row, strict=True))
        for i, (found, row) in enumerate(zip(pattern, pass_of, strict=True))
    )
    return SparseJacobian(shape, by, pattern, colours, sweeps, entries)
