"""What to write instead of a program that is not sound at a point: rewritings, each tried before it is proposed.

A proposal is finite at the point and equal to the program wherever both are finite. Where the right numbers can be
worked out without rounding it has the right value, and, if any does, the right slopes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adcore.algebras.floats import FloatAlgebra
from adcore.errors import ADError
from adcore.graph import CONST, CUSTOM, INPUT
from adcore.interpreter import RuleBook
from adcore.interpreter import partial as partial_of
from adcore.lost_digits import LOST, cancelling, find_loss
from adcore.modes import reverse
from adcore.precise_run import run_precisely
from adcore.problem import Problem, nest, pose, repose
from adcore.rewrites import Change, changes, guard, slope_changes, write
from adcore.sound_forms import LIMIT

LARGEST = 2_000
"""Nodes up to which exact zeros are recognised and rewritings are looked for."""
SCALES = (0.9, 0.5, 0.1, 0.01, 1e-3)
LEVELS = (0.0, 0.37, 1.3)
MODEST = 3.0
STILL_LOST = "Its derivative still loses digits here."
NEAR = 1e-6
"""The relative error that a number may have to count as the right one."""
TINY = 1e-3
"""The program itself is exact at numbers of ordinary size only, so it is compared there."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An expression to use instead: the whole program, the parts before and after, and what was verified.

    It was finite at the point and agreed with the program at `points` other points.
    """

    name: str
    text: str
    parts: tuple[tuple[str, str], ...]
    reason: str
    points: int


def propose(problem: Problem, symptom: str) -> Proposal | None:
    """The first rewriting that stands the trial: each kind alone, then several together."""
    if problem.graph.decisions or problem.graph.customs or len(problem.graph) > LARGEST:
        return None
    shared = pose(
        problem.syntax.spelling.text, nest(problem.recording.inputs, problem.leaves), problem.syntax.limits, True
    )
    right, found, apart = _right_numbers(problem), None, LOST if symptom == "digits" else NEAR
    was_right = symptom == "digits" and _are(problem.outputs, right, LOST)
    for chosen in _choices(shared, symptom):
        text, parts = write(shared.graph, chosen)
        points = _trial(problem, text, symptom) if text else 0
        other = _posed(text, problem, problem.leaves) if points else None
        if other is None or not _are(other.outputs, right, apart):
            continue
        names = " and ".join(dict.fromkeys(change.name for change in chosen))
        reason = " ".join(dict.fromkeys(change.reason for change in chosen))
        if _are(_numbers(other), right, apart):
            return Proposal(names, text, parts, reason, points)
        if not was_right:
            found = found or Proposal(names, text, parts, f"{reason} {STILL_LOST}", points)
    return found


def _right_numbers(problem: Problem) -> list[float] | None:
    """The values and slopes without rounding; None where that cannot be told."""
    reference, outputs = run_precisely(problem), problem.graph.outputs
    if reference is None:
        return None
    values = [float(reference.values[output]) for output in outputs]
    return values + [slope for output in outputs for slope in reference.slopes(output)]


def _are(numbers: Sequence[float], right: Sequence[float] | None, apart: float = NEAR) -> bool:
    """Whether numbers are the first of the right ones; one that is no number says nothing."""
    if right is None:
        return True
    pairs = zip(numbers, right, strict=False)
    return all(math.isclose(x, y, rel_tol=apart) for x, y in pairs if math.isfinite(y))


def _choices(shared: Problem, symptom: str) -> Iterator[list[Change]]:
    guards = list(_guards(shared)) if symptom == "gradient" else []
    if guards:
        yield guards
    found = list(changes(shared.graph))
    if symptom in ("zero", "digits") and run_precisely(shared):
        found += slope_changes(shared.graph, lambda op: cancelling(shared, op))
    names = sorted(dict.fromkeys(change.name for change in found), key=LIMIT.__eq__)
    if len(names) > 1:
        outermost = max(change.node for change in found if change.name != LIMIT)
        yield [next(change for change in found if change.node == outermost)]
    yield from ([change for change in found if change.name == name] for name in names)
    if len(names) > 1:
        yield found
        yield [*found, *guards]


def _guards(shared: Problem) -> Iterator[Change]:
    """A guard for every operation of a branch that is not taken whose value or slope is not finite."""
    graph, values, rules = shared.graph, shared.recording.values, RuleBook()
    for i, op in enumerate(graph.ops):
        if op in (INPUT, CONST, CUSTOM) or not all(math.isfinite(values[a]) for a in graph.args[i]):
            continue
        rule, args = rules.find(graph, i), [values[a] for a in graph.args[i]]
        slopes = [partial_of(FloatAlgebra(), rule, args, values[i], k) for k in range(len(args))]
        if all(map(math.isfinite, [values[i], *slopes])):
            continue
        choice = leak(shared, i)
        change = guard(graph, *choice, i) if choice else None
        if change is not None:
            yield change


def _trial(problem: Problem, text: str, symptom: str) -> int:
    """At how many points a rewriting agrees with the program; 0 if it disagrees anywhere, or is not sound here."""
    other = _posed(text, problem, problem.leaves)
    if other is None or not all(map(math.isfinite, _numbers(other))):
        return 0
    if symptom == "zero" and not _mended(problem, other):
        return 0
    agreed = 0
    for leaves in _elsewhere(problem.leaves):
        mine, theirs = _posed(None, problem, leaves), _posed(text, problem, leaves)
        if mine is None or theirs is None:
            continue
        pairs = [(x, y) for x, y in zip(_numbers(mine), _numbers(theirs), strict=True) if math.isfinite(x)]
        if not pairs or not all(math.isfinite(y) for _, y in pairs):
            continue
        if not all(math.isclose(x, y, rel_tol=1e-6, abs_tol=1e-9) for x, y in pairs):
            if find_loss(mine):
                continue
            return 0
        agreed += 1
    return agreed


def _mended(before: Problem, after: Problem) -> bool:
    """Whether a zero became a number, and no value a zero."""
    lost = any(x != 0 == y for x, y in zip(before.outputs, after.outputs, strict=True))
    return not lost and any(x == 0 != y for x, y in zip(_numbers(before), _numbers(after), strict=True))


def _numbers(problem: Problem) -> list[float]:
    return [*problem.outputs, *(slope for row in reverse.jacobian(problem) for slope in row)]


def _posed(text: str | None, problem: Problem, leaves: Sequence[float]) -> Problem | None:
    """The program, or a rewriting of it, at other numbers; None where it does not run."""
    point = nest(problem.recording.inputs, leaves)
    try:
        return repose(problem, point) if text is None else pose(text, point, problem.syntax.limits)
    except ADError:
        return None


def _elsewhere(leaves: Sequence[float]) -> Iterator[list[float]]:
    """Points of ordinary size: the point drawn towards 0, and shifted off it."""
    for scale in SCALES:
        for level in LEVELS:
            shifts = [level * (0.4 + (0.618034 * (j + 1)) % 1) for j in range(len(leaves))]
            sizes = [min(abs(x), MODEST) if math.isfinite(x) else 1.0 for x in leaves]
            if level == 0 and max(sizes, default=0.0) * scale < TINY:
                continue
            yield [math.copysign(s * scale, x) + d for x, s, d in zip(leaves, sizes, shifts, strict=True)]


def leak(problem: Problem, i: int) -> tuple[int, int] | None:
    """The `where` in whose branch that is not taken an operation stands, and which branch: 1 or 2."""
    graph, values = problem.graph, problem.recording.values
    for w in range(i + 1, len(graph)):
        if graph.ops[w] != "where":
            continue
        idle = 2 if values[graph.args[w][0]] else 1
        taken = graph.useful([graph.args[w][3 - idle], graph.args[w][0]])
        if graph.useful([graph.args[w][idle]])[i] and not taken[i]:
            return w, idle
    return None
