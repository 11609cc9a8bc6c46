"""What a derivative is where there is none: the convention, the slopes of both sides, and the interval between them.

A one-sided slope is the limit of the slopes beside the point, each found by forward mode on the piece that is taken
there, so nothing is cancelled; where the value jumps, the slope is infinite. The Clarke interval is that of the limits
of gradients at points around it, in directions that lie on no kink. It is sampled: up to 256 directions are tried, the
same each time, so a piece that is seen in a narrower cone than lies between two of them may be missed.
(Clarke, Optimization and Nonsmooth Analysis, 1983, theorem 2.5.1; Griewank & Walther 2008, chapter 14.)
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from adcore.errors import ADError, Span
from adcore.events import json_number
from adcore.graph import CONST, INPUT
from adcore.interpreter import RuleBook
from adcore.limits import Limits
from adcore.modes import forward, reverse
from adcore.modes.numerical import EPSILON
from adcore.peers import MEASURED, VERSIONS, Measured
from adcore.problem import Problem, pose

DISTANCES = (1e-4, 1e-6, 1e-8)
"""How far from the point its neighbours lie, in parts of its size."""
SAME = 1e-6
ROUNDED = 1e-9
"""A limit below this part of the nearest slope is 0: the slopes themselves have not many more digits."""
UNSETTLED = 0.01
"""A slope beside the point of which the way from the point to there has less than this part does not settle."""
FEWEST_DIRECTIONS, MOST_DIRECTIONS = 32, 256
NODES_TRIED = 100_000
"""How many nodes may be evaluated for more than the fewest directions."""
SIGNED = 7
"""Of so many inputs every combination of signs is tried."""
SEED = 1983


@dataclass(frozen=True, slots=True)
class Kink:
    """An operation at a point where it has no derivative, what is answered there, and what others answer for it."""

    node: int
    op: str
    convention: str
    span: Span | None
    measured: Measured | None


@dataclass(frozen=True, slots=True)
class Slope:
    """The derivative of one output by one input number.

    `left` and `right` are one-sided and None where the program has no value on that side, or slopes that never
    settle, as those of x*sin(1/x); `clarke` is sampled, and None where the output jumps or a side has no finite slope.
    """

    output: str
    input: str
    answered: float
    left: float | None
    right: float | None
    clarke: tuple[float, float] | None

    @property
    def exists(self) -> bool:
        """Whether both sides and all gradients sampled around agree: then this is the derivative, kink or not."""
        return self.clarke is not None and _near(*self.clarke)

    @property
    def fits(self) -> bool:
        """Whether what is answered lies between the slopes around the point."""
        return self.admits(self.answered)

    def admits(self, number: float) -> bool:
        """Whether a number lies between the slopes around the point."""
        if self.clarke is None:
            return False
        low, high = self.clarke
        return low <= number <= high or _near(number, low) or _near(number, high)


@dataclass(frozen=True, slots=True)
class Kinks:
    """The report; `measured` is what other systems return for this very program, if it is in the table."""

    kinks: tuple[Kink, ...]
    slopes: tuple[Slope, ...]
    measured: Measured | None
    versions: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        slopes = [
            asdict(slope)
            | {"answered": json_number(slope.answered), "left": json_number(slope.left)}
            | {"right": json_number(slope.right), "exists": slope.exists, "fits": slope.fits}
            for slope in self.slopes
        ]
        measured = None if self.measured is None else _measured_json(self.measured)
        kinks = [
            asdict(k) | {"measured": None if k.measured is None else _measured_json(k.measured)} for k in self.kinks
        ]
        return {"kinks": kinks, "slopes": slopes, "measured": measured, "versions": dict(self.versions)}


def _measured_json(measured: Measured) -> dict[str, Any]:
    answers = {"jax": measured.jax, "torch": measured.torch}
    rows = {name: row and [json_number(x) for x in row] for name, row in answers.items()}
    return {"program": measured.program, "point": list(measured.point), **rows}


def kinks(source: str, at: Mapping[str, Any], limits: Limits | None = None) -> Kinks:
    """Where a program has a kink at a point, and the derivatives of its sides.

    >>> [slope] = adcore.kinks("abs(x)", {"x": 0.0}).slopes
    >>> slope.answered, slope.left, slope.right, slope.clarke
    (0.0, -1.0, 1.0, (-1.0, 1.0))
    """
    problem = pose(source, at, limits)
    found = tuple(_kinks(problem))
    return Kinks(found, tuple(_slopes(problem, bool(found))), _measured(problem), VERSIONS)


def broken_leaves(problem: Problem) -> dict[int, tuple[Slope, ...]]:
    """The positions of the leaves by which an output has no derivative at the point, each with its slopes there.

    A leaf by which the answer is not even a number has none.

    >>> found = broken_leaves(pose("y*abs(x)", {"x": 0.0, "y": 2.0}))
    >>> [(leaf, slope.clarke) for leaf, slopes in found.items() for slope in slopes]
    [(0, (-2.0, 2.0))]
    """
    columns = list(zip(*reverse.jacobian(problem), strict=True))
    broken: dict[int, tuple[Slope, ...]] = {j: () for j, c in enumerate(columns) if not all(map(math.isfinite, c))}
    if any(_kinks(problem)):
        names = {problem.graph.names[leaf] or "": j for j, leaf in enumerate(problem.graph.inputs)}
        for slope in _slopes(problem, True):
            if not slope.exists and (names[slope.input] not in broken or broken[names[slope.input]]):
                broken[names[slope.input]] = (*broken.get(names[slope.input], ()), slope)
    return dict(sorted(broken.items()))


def _kinks(problem: Problem) -> Iterator[Kink]:
    graph, values, rules, varied = problem.graph, problem.recording.values, RuleBook(), problem.graph.varied()
    needed = graph.useful([*graph.outputs, *(decision.node for decision in graph.decisions)])
    for i, op in enumerate(graph.ops):
        if op in (INPUT, CONST) or not (varied[i] and needed[i]):
            continue
        rule = rules.find(graph, i)
        if rule.kink is not None and rule.kink.holds([*(values[a] for a in graph.args[i]), values[i]]):
            measured = next((row for row in MEASURED if row.primitive == op), None)
            yield Kink(i, op, rule.row.convention, graph.spans[i], measured)


def _measured(problem: Problem) -> Measured | None:
    """The row of the table that is this program at this point."""
    graph = problem.graph
    for row in MEASURED:
        if row.point != problem.leaves:
            continue
        other = pose(row.program, dict(zip(("x", "y"), row.point, strict=False))).graph
        if (other.ops, other.args, other.constants) == (graph.ops, graph.args, graph.constants):
            return row
    return None


def _slopes(problem: Problem, has_kink: bool) -> Iterator[Slope]:
    answered = reverse.jacobian(problem)
    around = list(_around(problem)) if has_kink and len(problem.leaves) > 1 else []  # on a line both sides are all
    for j, leaf in enumerate(problem.graph.inputs):
        column = [answers[j] for answers in answered]
        if not has_kink and _is_inside(problem, j) and all(map(math.isfinite, column)):
            left = right = list[float | None](column)
        else:
            left, right = _side(problem, j, -1), _side(problem, j, 1)
        for row, name in enumerate(problem.recording.output_names):
            sides = left[row], right[row]
            clarke = _clarke(sides, [jacobian[row][j] for jacobian in around])
            yield Slope(name, problem.graph.names[leaf] or "", answered[row][j], *sides, clarke)


def _clarke(sides: tuple[float | None, float | None], around: Sequence[float]) -> tuple[float, float] | None:
    known = [side for side in sides if side is not None]
    if len(known) < 2 or not all(map(math.isfinite, [*known, *around])):
        return None
    low, high = min(known), max(known)
    beyond = [slope for slope in around if not (_near(slope, low) or _near(slope, high))]
    return min([low, *beyond]), max([high, *beyond])


def _near(x: float, y: float) -> bool:
    return abs(x - y) <= SAME * max(1.0, abs(x), abs(y))


def _is_inside(problem: Problem, j: int) -> bool:
    """Whether the program has finite values and slopes on both sides: then without a kink it is smooth."""
    sides = [_beside(problem, j, side * DISTANCES[-1]) for side in (-1, 1)]
    return all(side is not None and all(map(math.isfinite, [*problem.outputs, *side[0], *side[1]])) for side in sides)


def _side(problem: Problem, j: int, side: int) -> list[float | None]:
    """The slope of every output along leaf j, on one side of the point."""
    here, reach = problem.outputs, DISTANCES[-1] * max(1.0, abs(problem.leaves[j]))
    found = [_beside(problem, j, side * distance) for distance in DISTANCES]
    rows = [point for point in found if point is not None]
    if len(rows) < len(DISTANCES):
        return [None] * len(here)
    return [
        _one_sided(here[k], side * reach, [v[k] for v, _ in rows], [d[k] for _, d in rows]) for k in range(len(here))
    ]


def _beside(problem: Problem, j: int, distance: float) -> tuple[list[float], list[float]] | None:
    """Values and slopes along leaf j beside the point, on whatever piece is taken there; None if it does not run."""
    direction = [float(i == j) for i in range(len(problem.leaves))]
    try:
        near = _moved(problem, [distance * d for d in direction])
        return near.outputs, forward.jvp(near, direction)
    except ADError:
        return None


def _moved(problem: Problem, shift: Sequence[float]) -> Problem:
    return problem.moved([x + d * max(1.0, abs(x)) for x, d in zip(problem.leaves, shift, strict=True)])


def _one_sided(here: float, reach: float, values: Sequence[float], slopes: Sequence[float]) -> float | None:
    """Where the slopes beside the point tend to; `reach` is how far off the last is, with the sign of the side."""
    if not all(map(math.isfinite, [here, *values, *slopes])):
        return None
    edge = limit(values)
    if not _near(edge, here):
        return math.copysign(math.inf, reach * (edge - here))
    rise = abs((values[-1] - here) / reach) + 4 * EPSILON * abs(here / reach) + SAME
    return None if rise < UNSETTLED * abs(slopes[-1]) else limit(slopes)


def limit(terms: Sequence[float]) -> float:
    """Where three terms tend to, of which each is a hundred times nearer; infinite if their steps do not shrink.

    A power of the distance is met exactly, and what shrinks with it is 0. (Aitken's delta-squared process, 1926.)

    >>> limit([3.01, 3.0001, 3.000001]), limit([3e-8, 3e-12, 3e-16])
    (3.0, 0.0)
    """
    first, second, third = terms
    step, last = second - first, third - second
    if abs(last) >= 0.5 * abs(step) and abs(last) > SAME * max(1.0, abs(third)):
        return math.copysign(math.inf, last)
    found = third if step in (0.0, last) else third - last * last / (last - step)
    return found if abs(found) > ROUNDED * abs(third) else 0.0


def _around(problem: Problem) -> Iterator[list[list[float]]]:
    """Jacobians at points around this one."""
    tried = min(MOST_DIRECTIONS, max(FEWEST_DIRECTIONS, NODES_TRIED // len(problem.graph)))
    for direction in _directions(len(problem.leaves), tried):
        try:
            yield reverse.jacobian(_moved(problem, [DISTANCES[-1] * part for part in direction]))
        except ADError:
            continue


def _directions(n: int, count: int) -> Iterator[list[float]]:
    """Directions of no simple ratio: even angles in a plane, else by chance, the same each time.

    Gaussian numbers favour no direction (Marsaglia 1972).
    """
    chance = Random(SEED)
    for number in range(count):
        if n == 2:
            angle = 2 * math.pi * (number + 0.37) / count
            yield [math.cos(angle), math.sin(angle)]
        else:
            sizes = [chance.gauss(0.0, 1.0) for _ in range(n)]
            signs = [(-1.0) ** (number >> j) if j < SIGNED else size for j, size in enumerate(sizes)]
            yield [math.copysign(size, sign) for size, sign in zip(sizes, signs, strict=True)]
