"""Whether formulas are the gradient, and if not, which rule is wrong.

The formulas are compared with reverse mode and with a second oracle at several points around the one given. A formula
that is wrong is compared with the gradients that slips lead to (see slips): the slips that give the same numbers at
every point are named. If several differ in name, all are reported: the numbers cannot tell which it was.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np

from adcore.algebras.floats import FloatAlgebra
from adcore.arguments import as_float
from adcore.around import DISTANCES, moved, near_points, other_ways, piece
from adcore.checked import Checked, Component
from adcore.compare import agreement
from adcore.comparison import LARGEST, Given, Place, Task
from adcore.errors import ADError
from adcore.graph import CUSTOM, Custom, Graph
from adcore.interpreter import run
from adcore.kinks import Slope, broken_leaves
from adcore.limits import Limits
from adcore.naming import described, explain
from adcore.oracles import Source, oracle_name, second_gradient
from adcore.problem import Problem, inner_problem, nest, pose, pose_formula
from adcore.slips import close, situation
from adcore.staged import stage_function
from adcore.values import plain
from adcore.wording import another_number

Formulas = str | float | Sequence[str | float] | Mapping[str, str | float]
STEADY = 1e-5
FEWEST_DIGITS = 5
"""Significant digits with which a number is written out far enough to be called right where it is rounded."""


def check(
    source: str,
    at: Mapping[str, Any],
    gradient: Formulas,
    limits: Limits | None = None,
) -> Checked:
    """Compare formulas or numbers, one for each input number, with the gradient; of one input, one by itself.

    >>> report = adcore.check("x*sin(x**2)", {"x": 1.2}, ["sin(x**2) + x*cos(x**2)"])
    >>> report.verdict, [finding.name for finding in report.findings]
    ('wrong', ['chain'])
    """
    problem = pose(source, at, limits)
    numeric = any(not isinstance(given, str) for given in _listed(gradient))
    give = formulas_at(problem, gradient, limits)
    return check_at(list(near_points(problem, DISTANCES[: 1 if numeric else None])), give)


def check_at(problems: Sequence[Problem], give: Callable[[Problem], Given], explained: bool = True) -> Checked:
    """Compare what `give` gives at each point, a number for each input number, with the gradient there.

    The first point is the one that is reported; the others are to be near it. Mistakes are named if it is `explained`.
    """
    graph = problems[0].graph
    sloped = explained and len(graph) <= LARGEST
    places = tuple(_place(problem, give(problem), sloped) for problem in problems)
    spans = {} if graph.customs else dict(enumerate(graph.spans))
    names, broken = leaf_names(problems[0]), partial(broken_leaves, problems[0])
    ways = partial(other_ways, problems[0], problems)
    return _report(Task("gradient", names, places, oracle_name(graph), spans, broken, ways), explained)


def leaf_names(problem: Problem) -> tuple[str, ...]:
    """The names of the numbers that a gradient is by: x, v[0], v[1]. Errors: the program has several outputs."""
    if len(problem.graph.outputs) != 1:
        raise ADError("shape", f"A gradient belongs to one output; there are {len(problem.graph.outputs)}.")
    return tuple(problem.graph.names[i] or "" for i in problem.graph.inputs)


def formulas_at(problem: Problem, gradient: Formulas, limits: Limits | None = None) -> Callable[[Problem], Given]:
    """What formulas give at a point, in the order of the inputs. Errors: another number of them than of inputs."""
    names = leaf_names(problem)
    given = list(zip(_in_order(gradient, names), names, strict=True))
    return lambda near: _all_given(_number(text, name, near, limits) for text, name in given)


def _listed(gradient: object) -> list[Any]:
    """Formulas and numbers as a list; one that stands by itself is all that there is."""
    given = [*gradient.values()] if isinstance(gradient, Mapping) else plain(gradient)
    return list(given) if isinstance(given, list | tuple) else [given]


def check_rules(source: str, at: Mapping[str, Any], limits: Limits | None = None) -> tuple[Checked, ...]:
    """Compare each partial that the user wrote for a function of their own (`f_partials`) with the function."""
    problem = pose(source, at, limits)
    graph = problem.graph
    calls = {
        graph.customs[int(graph.constants[i] or 0)].name: i
        for i in reversed(range(len(graph)))
        if graph.ops[i] == CUSTOM
    }
    return tuple(
        _report(_rule_task(inner_problem(problem, i), graph.customs[int(graph.constants[i] or 0)]))
        for _, i in sorted(calls.items(), key=lambda call: call[1])
    )


def _rule_task(call: Problem, custom: Custom) -> Task:
    """The task of a user's rule; `call` is the function's body where it is called."""
    body, places = call.graph, []
    for distance in DISTANCES:
        point = moved(call.leaves, distance)
        values = run(body, FloatAlgebra(), point)
        if piece(body, values) == piece(body, call.recording.values) and math.isfinite(values[body.outputs[0]]):
            given = _all_given(_partial_given(text, [*point, values[body.outputs[0]]]) for text in custom.partials)
            oracle = second_gradient(body, point, lambda moved: call.evaluate(moved)[0])
            places.append(Place(situation(body, values), oracle, given))
    spans, broken = dict(enumerate(body.spans)), partial(broken_leaves, call)
    return Task(custom.name, custom.letters, tuple(places), oracle_name(body), spans, broken)


def _partial_given(text: Graph, letters: Sequence[float]) -> tuple[float, Source]:
    values = run(text, FloatAlgebra(), letters)
    return values[text.outputs[0]], Source(text, values, text.outputs[0])


def _in_order(gradient: Any, names: tuple[str, ...]) -> list[str | float]:
    if isinstance(gradient, Mapping):
        if set(gradient) != set(names):
            raise ADError("check", f"There is one formula for each of: {', '.join(names)}.")
        return [gradient[name] for name in names]
    given = _listed(gradient)
    if len(given) != len(names):
        raise ADError("check", another_number(names, len(given)))
    return given


def _all_given(each: Iterable[tuple[float, Source | None]]) -> Given:
    numbers, sources = zip(*each, strict=True)
    return Given(numbers, sources)


def _number(given: str | float, name: str, near: Problem, limits: Limits | None) -> tuple[float, Source | None]:
    if not isinstance(given, str | int | float):
        raise ADError("check", f"A formula or a number is needed for d/d{name}.", None, 'For example "2*x".')
    if not isinstance(given, str):
        return as_float(given, f"d/d{name}"), None
    try:
        posed = pose_formula(given, nest(near.recording.inputs, near.leaves), limits)
    except ADError as error:
        raise ADError("check", f"In the formula for d/d{name}: {error.message}", error.span, error.hint) from error
    if len(posed.outputs) != 1:
        raise ADError("check", f"The formula for d/d{name} gives {len(posed.outputs)} numbers; it must give one.")
    return posed.outputs[0], Source(posed.graph, posed.recording.values, posed.graph.outputs[0])


def _place(problem: Problem, given: Given, sloped: bool) -> Place:
    graph, values = problem.graph, problem.recording.values
    if graph.customs:
        graph = stage_function(graph)
        values = tuple(run(graph, FloatAlgebra(), problem.leaves))
    oracle = second_gradient(graph, problem.leaves, lambda leaves: problem.evaluate(leaves)[0])
    return Place(situation(graph, values, None, sloped), oracle, given)


def _report(task: Task, explained: bool = True) -> Checked:
    parts = _components(task)
    wrong = [j for j, part in enumerate(parts) if part.verdict == "wrong" and math.isfinite(part.given)]
    if wrong and explained:
        small = len(task.places[0].at.graph) <= LARGEST
        with np.errstate(all="ignore"):  # what a mistake leads to may be larger than any number
            found = explain(task, wrong) if small else {j: tuple(described(task, j)) for j in wrong}
        parts = [replace(part, findings=found.get(j, ())) for j, part in enumerate(parts)]
    verdicts = {part.verdict for part in parts}
    verdict = next((word for word in ("wrong", "undecided") if word in verdicts), "right")
    return Checked(task.subject, verdict, tuple(parts), len(task.places))


def _components(task: Task) -> list[Component]:
    """Every component; at a kink a number is not wrong for being another than the convention.

    Nor is a gradient right for following it: there is none to compare with. A rule may state what it is.
    """
    parts = [_component(task, j) for j in range(len(task.names))]
    broken = task.broken() if task.subject == "gradient" or any(part.verdict == "wrong" for part in parts) else {}
    return [
        replace(part, verdict="undecided") if j in broken and _is_open(part.given, broken[j]) else part
        for j, part in enumerate(parts)
    ]


def _is_open(given: float, slopes: Sequence[Slope]) -> bool:
    """Whether a number may be taken for the derivative at a kink: nothing is known to exclude it."""
    return not math.isfinite(given) or all(slope.clarke is None or slope.admits(given) for slope in slopes)


def _component(task: Task, j: int) -> Component:
    """One component, where floats only rounded a right number away, or a wrong one, by the numbers without rounding."""
    plain = [(p.given[j], float(p.at.gradient[j])) for p in task.places]
    part = _compared(task, j, plain, frozenset())
    if part.verdict == "right" and any(place.refuted(j) for place in task.places):
        given, expected = task.places[0].refuted(j) or plain[0]
        return replace(part, given=given, expected=expected, digits=agreement(given, expected), verdict="wrong")
    if part.verdict != "wrong":
        return part
    settled = _settled(task, j, plain)
    pairs = [settled.get(k, pair) for k, pair in enumerate(plain)]
    return _compared(task, j, pairs, frozenset(settled)) if settled else part


def _settled(task: Task, j: int, plain: Sequence[tuple[float, float]]) -> dict[int, tuple[float, float]]:
    """Places where numbers that differ are the same without rounding, up to the first where they are not."""
    settled = {}
    for k, place in enumerate(task.places):
        if close(*plain[k], place.at.magnitudes[j]):
            continue
        pair = place.unrounded(j)
        if pair is not None:
            settled[k] = pair
        elif all(map(math.isfinite, plain[k])) and _steady(place, j):
            break
    return settled


def _compared(task: Task, j: int, pairs: Sequence[tuple[float, float]], settled: frozenset[int]) -> Component:
    """What is no number counts as wrong at the first point; at the others a number may be too large on the way.

    `pairs` are the numbers given and the right ones; at the `settled` places they are known to be the same.
    """
    known = [k for k, (given, right) in enumerate(pairs) if math.isfinite(right) and (k == 0 or math.isfinite(given))]
    steady = [k for k in known if k in settled or _steady(task.places[k], j)]
    digits = min((agreement(*pairs[k]) for k in known), default=0)
    oracle_digits = min((agreement(task.places[k].oracle[j], pairs[k][1]) for k in known), default=0)
    right = all(k in settled or _is_same(task.places[k], j, *pairs[k]) for k in steady)
    at_kink = 0 in known and 0 not in steady
    verdict = "undecided" if not steady or at_kink else "right" if right else "wrong"
    given, expected = pairs[0] if pairs else (math.nan, math.nan)
    return Component(task.names[j], given, expected, digits, task.oracle, oracle_digits, verdict)


def _is_same(place: Place, j: int, given: float, right: float) -> bool:
    """Whether a number is the right one, or, if it was given as a number, that one rounded to at least five digits."""
    if close(given, right, place.at.magnitudes[j]):
        return True
    if place.compared.sources[j] is not None or not math.isfinite(given):
        return False
    written = Decimal(repr(float(given))).normalize().as_tuple()
    unit = 10.0 ** int(written.exponent)
    return len(written.digits) >= FEWEST_DIGITS and abs(given - right) <= unit / 2


def _steady(place: Place, j: int) -> bool:
    """Whether both oracles agree."""
    expected, size = float(place.at.gradient[j]), float(place.at.magnitudes[j])
    return abs(place.oracle[j] - expected) <= STEADY * (size if math.isfinite(size) else abs(expected)) + STEADY**2
