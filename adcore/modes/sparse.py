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

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adcore.errors import ADError
from adcore.events import Event
from adcore.graph import Graph
from adcore.modes import forward, reverse
from adcore.modes.pattern import inputs_of, members
from adcore.modes.telling import tell_tangents, tell_values
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


@dataclass(frozen=True, slots=True)
class Plan:
    """How a Jacobian is compressed: what of it is structure. `pass_of` has for each row the colours of its entries."""

    by: str
    pattern: Pattern
    colours: tuple[int, ...]
    pass_of: tuple[tuple[int, ...], ...]

    @property
    def forwards(self) -> bool:
        return self.by == "columns"

    def seeds(self) -> Iterator[list[float]]:
        """What each sweep starts with: 1 wherever its colour is."""
        used = max((chosen for row in self.pass_of for chosen in row), default=-1) + 1
        return ([float(c == chosen) for c in self.colours] for chosen in range(used))

    def read(self, sweeps: Sequence[Sequence[float]]) -> tuple[tuple[float, ...], ...]:
        """The entries, each from the sweep of its colour."""
        pairs = enumerate(zip(self.pattern, self.pass_of, strict=True))
        return tuple(
            tuple(sweeps[chosen][i if self.forwards else j] for j, chosen in zip(found, row, strict=True))
            for i, (found, row) in pairs
        )


def plan(problem: Problem, by: str = "columns") -> Plan:
    """The pattern and its colours. Raises ADError for another `by`."""
    if by not in ("columns", "rows"):
        raise ADError("mode", f"A Jacobian is not compressed by {by}.", None, "There are: columns, rows.")
    pattern, n, forwards = pattern_of(problem.graph), len(problem.leaves), by == "columns"
    colours = colour(pattern, n) if forwards else colour(transposed(pattern, n), len(pattern))
    pass_of = tuple(tuple([colours[j if forwards else i] for j in found]) for i, found in enumerate(pattern))
    return Plan(by, pattern, colours, pass_of)


def compress(problem: Problem, by: str = "columns") -> SparseJacobian:
    """Colour, sweep once for each colour that is needed, and read the entries. Raises ADError for another `by`.

    Columns travel forwards together, rows backwards: a Jacobian with a full row wants rows.
    """
    found = plan(problem, by)
    products = forward.products if found.forwards else reverse.products
    sweeps = tuple(map(tuple, products(problem, found.seeds())))
    shape = len(found.pattern), len(problem.leaves)
    return SparseJacobian(shape, by, found.pattern, found.colours, sweeps, found.read(sweeps))


def steps(problem: Problem, chosen: Plan) -> Iterator[Event]:
    """A compression as events: the pattern row by row, the colours, all values, a sweep for each colour, the entries.

    In a sweep `arg` is its colour: seeds, then tangents, or adjoints by rows. Result `arg` of an output by `source` was
    read from the sweep of that colour. For [x**2, y**2] at (1, 2), where both columns have colour 0:

        x**2 by x, y**2 by y;  x: 0, y: 0;  values;  seeds x: 1, y: 1, x**2: 2, y**2: 4;  results 2 by x, 4 by y
    """
    graph, sweeps = problem.graph, list[list[float]]()
    for output, found in zip(graph.outputs, chosen.pattern, strict=True):
        yield from (Event("pattern", "nonzero", output, None, graph.inputs[j]) for j in found)
    for i, number in zip(graph.inputs if chosen.forwards else graph.outputs, chosen.colours, strict=True):
        yield Event("pattern", "colour", i, arg=number)
    yield from tell_values(graph, problem.recording.values)
    yield from (_tell_forwards if chosen.forwards else _tell_backwards)(problem, chosen, sweeps)
    phase, entries = "tangent" if chosen.forwards else "adjoint", chosen.read(sweeps)
    for output, *row in zip(graph.outputs, entries, chosen.pattern, chosen.pass_of, strict=True):
        for entry, j, number in zip(*row, strict=True):
            yield Event(phase, "result", output, entry, graph.inputs[j], number)


def _tell_forwards(problem: Problem, chosen: Plan, sweeps: list[list[float]]) -> Iterator[Event]:
    """The sweeps by columns; what they gave is added to `sweeps`."""
    for number, tangents in enumerate(forward.passes(problem, chosen.seeds())):
        yield from tell_tangents(problem.graph, tangents, arg=number)
        sweeps.append([tangents[i] or 0.0 for i in problem.graph.outputs])


def _tell_backwards(problem: Problem, chosen: Plan, sweeps: list[list[float]]) -> Iterator[Event]:
    """The sweeps by rows; what they gave is added to `sweeps`."""
    for number, fallen in enumerate(reverse.passes(problem, chosen.seeds())):
        yield from fallen.tell(arg=number)
        sweeps.append(fallen.row(problem.graph))
