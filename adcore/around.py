"""Where a derivative is compared: at the point given, near it, and far from it.

Near points use the same pieces of the program, and tell mistakes apart that give one number by chance. Far points are
drawn from a seed; a mistake in another piece shows there, such as the slope 1 taken for abs(x).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import chain, count, islice
from random import Random

from adcore.algebras.floats import FloatAlgebra
from adcore.errors import ADError
from adcore.graph import Graph
from adcore.interpreter import RuleBook, formula
from adcore.primitives import TESTS
from adcore.problem import Problem, holds, nest, repose

DISTANCES = (0.0, 0.04, -0.07, 0.11, -0.16)
"""How far from the point the others lie, in parts of its size."""
FAR_POINTS = 7
SEED = 1964
DRAWS = 40
"""How many further points of a kind are tried where the pieces in use may be others."""
WHOLE_MOVES = (1.9, -1.3, 0.45)
"""By which factors all numbers move at the first of the far points."""
REACH = 2.5
"""By which factor a number at a far point is at most larger or smaller."""
FLAT_PIECES = ("abs", "sign", "relu", "floor", "ceil", "max", "min", "where", "mod", "floordiv", *TESTS)


def near_points(problem: Problem, distances: Sequence[float] = DISTANCES) -> Iterator[Problem]:
    """The problem at the point and at others around it where it runs, has a value and uses the same pieces."""
    first = piece(problem.graph, problem.recording.values)
    for number, near in enumerate(nearby(problem, distances)):
        if number == 0 or piece(near.graph, near.recording.values) == first:
            yield near


def other_pieces(problem: Problem, known: Sequence[Problem]) -> Iterator[Problem]:
    """Points near by where the program uses other pieces: at 1, what it does above 1."""
    leaves = {near.leaves for near in known}
    for distance in DISTANCES[1:]:
        near = _elsewhere(problem, moved(problem.leaves, distance))
        if near and near.leaves not in leaves:
            yield near


def far_points(problem: Problem) -> Iterator[Problem]:
    """The program at points away from the one given, where it runs and has a value: other sizes, other signs."""
    for leaves in islice(_far_leaves(problem), FAR_POINTS):
        far = _elsewhere(problem, leaves)
        if far:
            yield far


def unseen_pieces(problem: Problem, known: Sequence[Problem]) -> Iterator[Problem]:
    """Points where the program uses pieces that it does not use at the known points.

    Of relu(a) and relu(b), say, one is flat there while the other is not. First one number alone turns its sign, then
    all move.
    """
    if not any(near.graph.decisions or any(op in FLAT_PIECES for op in near.graph.ops) for near in known):
        return
    seen = {_pieces(near) for near in known}
    for leaves in chain(_turned(problem), islice(_far_leaves(problem), FAR_POINTS, FAR_POINTS + DRAWS)):
        far = _elsewhere(problem, leaves)
        if far and _pieces(far) not in seen:
            seen.add(_pieces(far))
            yield far


def _far_leaves(problem: Problem) -> Iterator[list[float]]:
    chance = Random(SEED)
    for number in count():
        factors = [REACH ** chance.uniform(-1, 1) * chance.choice((-1, 1)) for _ in problem.leaves]
        if number < len(WHOLE_MOVES):
            factors = [WHOLE_MOVES[number] * REACH ** (0.2 * abs(factor) / REACH) for factor in factors]
        yield [float(f"{(x or 1.0) * factor:.3g}") for x, factor in zip(problem.leaves, factors, strict=True)]


def _turned(problem: Problem) -> Iterator[list[float]]:
    for j in range(min(len(problem.leaves), DRAWS)):
        yield [-1.1 * (x or 1.0) if i == j else x for i, x in enumerate(problem.leaves)]


def _pieces(problem: Problem) -> tuple[float, ...]:
    """Which way the program goes at a point: its branches, and the pieces of its primitives."""
    graph = problem.graph
    return (*(decision.taken for decision in graph.decisions), *piece(graph, problem.recording.values))


def other_ways(problem: Problem, known: Sequence[Problem]) -> Iterator[Graph]:
    """The program as it is recorded at points where a branch is decided in another way."""
    taken = [decision.taken for decision in problem.graph.decisions]
    for other in chain(other_pieces(problem, known), far_points(problem)):
        if [decision.taken for decision in other.graph.decisions] != taken:
            yield other.graph


def _elsewhere(problem: Problem, leaves: Sequence[float]) -> Problem | None:
    """The program at another point; None where it does not run or has no value."""
    try:
        found = repose(problem, nest(problem.recording.inputs, leaves))
    except ADError:
        return None
    return found if all(map(math.isfinite, found.outputs)) else None


def nearby(problem: Problem, distances: Sequence[float]) -> Iterator[Problem]:
    """The problem at the point and at others around it, where it runs and has a value."""
    yield problem
    for distance in distances[1:]:
        try:
            near = repose(problem, nest(problem.recording.inputs, moved(problem.leaves, distance)))
        except ADError:
            continue
        if (
            near.graph.ops == problem.graph.ops
            and math.isfinite(near.outputs[0])
            and holds(near.graph, near.recording.values)
        ):
            yield near


def moved(leaves: Sequence[float], distance: float) -> list[float]:
    """Every number moves by another part of its size, so that what is equal by chance does not stay equal."""
    parts = [distance * (0.5 + (0.618034 * (j + 1)) % 1) for j in range(len(leaves))]
    return [x + part * (abs(x) or 1.0) for x, part in zip(leaves, parts, strict=True)]


def piece(graph: Graph, values: Sequence[float]) -> list[float]:
    """Which pieces of piecewise primitives are in use: their partials, and the values of those that are flat."""
    rules, floats, found = RuleBook(), FloatAlgebra(), []
    for i, op in enumerate(graph.ops):
        if op in FLAT_PIECES:
            rule, args = rules.find(graph, i), [values[a] for a in graph.args[i]]
            found += [formula(floats, text, args, values[i]) for text in rule.partials]
            found += [values[i]] * (op in ("floor", "ceil", "sign", "floordiv", *TESTS))
    return found
