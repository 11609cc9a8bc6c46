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

from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import RuleBook
from adcore.modes.forward import jvp
from adcore.problem import Problem

Pattern = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class SparseJacobian:
    """`pattern` has for each row its columns, `entries` the numbers there, `colours` a colour for each column.

    `compressed` is what the sweeps gave: a column for each colour.
    """

    shape: tuple[int, int]
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
    """For each output the inputs (by position) that it depends on, in order.

    A partial that a row states as 0, such as that of a comparison, is no dependence.
    """
    position, rules = {i: j for j, i in enumerate(graph.inputs)}, RuleBook()
    reach: list[int] = []
    for i, op in enumerate(graph.ops):
        mask = 1 << position[i] if op == INPUT else 0
        if op not in (INPUT, CONST):
            partials = rules.find(graph, i).partials
            for a, text in zip(graph.args[i], partials, strict=True):
                mask |= 0 if _is_zero(text) else reach[a]
        reach.append(mask)
    return tuple(tuple(_members(reach[i])) for i in graph.outputs)


def _is_zero(text: Graph) -> bool:
    end = text.outputs[0]
    return text.ops[end] == CONST and text.constants[end] == 0


def _members(mask: int) -> Iterable[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def colour(pattern: Pattern, columns: int) -> tuple[int, ...]:
    """A colour for each column, none twice in a row: greedily, in the given order or the fullest first; the better."""
    users: list[list[int]] = [[] for _ in range(columns)]
    for row, members in enumerate(pattern):
        for column in members:
            users[column].append(row)
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


def compress(problem: Problem) -> SparseJacobian:
    """Colour, sweep once for each colour that is needed, and read the entries."""
    graph, n = problem.graph, len(problem.leaves)
    pattern = pattern_of(graph)
    colours = colour(pattern, n)
    used = max((colours[column] for members in pattern for column in members), default=-1) + 1
    sweeps = tuple(tuple(jvp(problem, [float(c == chosen) for c in colours])) for chosen in range(used))
    entries = tuple(tuple(sweeps[colours[j]][row] for j in members) for row, members in enumerate(pattern))
    return SparseJacobian((len(graph.outputs), n), pattern, colours, sweeps, entries)
