"""A gradient examined near the point given, and, where it seems right there, far from it too."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from adcore.around import DISTANCES, far_points, near_points, other_pieces, unseen_pieces
from adcore.checked import Checked
from adcore.checking import check_at, formulas_at
from adcore.compare import agreement
from adcore.comparison import Given
from adcore.errors import ADError
from adcore.limits import Limits
from adcore.problem import Problem, nest, pose

HEAVY = 50_000
"""Numbers of the point times operations, beyond which fewer points are compared: each costs as much as this."""
AROUND_FAR = 2
"""Points that are compared around each that lies far away."""
UNSEEN = 12
"""Points farther off that are compared for the pieces of the program that are in use there."""
TELLING_DIGITS = 6
"""Far from the point, where rounding may be worse, so many digits that agree count as agreement."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What a comparison found and where: `problems` are the points near the first of them, `at`, that it used.

    `moved` says that this is not the point given: there nothing was wrong. `points` counts all that were compared.
    """

    checked: Checked
    problems: tuple[Problem, ...]
    moved: bool
    points: int

    @property
    def at(self) -> dict[str, Any]:
        return nest(self.problems[0].recording.inputs, self.problems[0].leaves)


def examine(problem: Problem, give: Callable[[Problem], Given], explained: bool = True) -> Examined:
    """Compare what `give` gives with the gradient; the first place where it is wrong is reported."""
    numbers = {problem.leaves: give(problem)}
    heavy = len(problem.leaves) * len(problem.graph) > HEAVY
    near = _given(near_points(problem, DISTANCES[: 2 if heavy else None]), give, numbers)
    checked = check_at(near, lambda at: numbers[at.leaves], explained)
    found = Examined(checked, near, False, len(near))
    if checked.verdict == "wrong":
        return _where_it_shows(found, lambda at: numbers[at.leaves], explained)
    points = len(near)
    for center in islice(_centers(problem, near), 1 if heavy else None):
        around = _given(near_points(center, DISTANCES[:AROUND_FAR]), give, numbers)
        if not around or around[0] is not center:
            continue
        points += len(around)
        if _is_told(check_at(around, lambda at: numbers[at.leaves], False)):
            around = _given(near_points(center, DISTANCES[: 2 if heavy else None]), give, numbers)
            checked = check_at(around, lambda at: numbers[at.leaves], explained)
            return Examined(checked, around, True, points)
    return replace(found, points=points)


def _centers(problem: Problem, near: Sequence[Problem]) -> Iterator[Problem]:
    """The points away from the one given around which the gradient is compared."""
    known = list(near)
    for center in chain(other_pieces(problem, near), far_points(problem)):
        known.append(center)
        yield center
    yield from islice(unseen_pieces(problem, known), UNSEEN)


def _where_it_shows(found: Examined, give: Callable[[Problem], Given], explained: bool) -> Examined:
    """The same with a point first where the numbers differ: 2*y for y is wrong, but not at y = 0."""
    if _shows(found.checked):
        return found
    for first in found.problems[1:]:
        ordered = (first, *(each for each in found.problems if each is not first))
        checked = check_at(ordered, give, explained)
        if _shows(checked):
            return Examined(checked, ordered, True, found.points)
    return found


def _shows(checked: Checked) -> bool:
    wrong = (part for part in checked.components if part.verdict == "wrong")
    return any(agreement(part.given, part.expected) < TELLING_DIGITS for part in wrong)


def _given(
    problems: Iterable[Problem],
    give: Callable[[Problem], Given],
    numbers: dict[tuple[float, ...], Given],
) -> tuple[Problem, ...]:
    """The points where something is given, which is kept: a program may end in an error where the function does not."""
    found = []
    for problem in problems:
        try:
            if problem.leaves not in numbers:
                numbers[problem.leaves] = give(problem)
        except ADError:
            continue
        found.append(problem)
    return tuple(found)


def _is_told(checked: Checked) -> bool:
    """Whether a number is wrong for certain: far away a right one may be too large to be worked out."""
    wrong = (part for part in checked.components if part.verdict == "wrong" and math.isfinite(part.given))
    return any(part.digits < TELLING_DIGITS for part in wrong)


def examine_formulas(
    source: str, at: Mapping[str, Any], gradient: Sequence[str] | Mapping[str, str], limits: Limits | None = None
) -> Examined:
    """Compare formulas, one for each input number, with the gradient, near the point and far from it.

    >>> examine_formulas("abs(x)", {"x": 1.0}, ["1"]).at["x"] < 0
    True
    """
    problem = pose(source, at, limits)
    return examine(problem, formulas_at(problem, gradient, limits))
