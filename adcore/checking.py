"""Whether formulas are the gradient, and if not, which rule is wrong.

The formulas are compared with reverse mode and with a second oracle at several points around the one given. A formula
that is wrong is compared with the gradients that slips lead to (see slips): the slips that give the same numbers at
every point are named. If several differ in name, all are reported: the numbers cannot tell which it was.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from adcore.algebras.floats import FloatAlgebra
from adcore.around import DISTANCES, moved, near_points, piece
from adcore.checked import Checked, Component, Finding
from adcore.compare import agreement
from adcore.errors import ADError, Span
from adcore.graph import CUSTOM, Custom, Graph
from adcore.interpreter import RuleBook, run
from adcore.kinks import Slope, broken_leaves
from adcore.limits import Limits
from adcore.misconceptions import MISCONCEPTIONS, WHOLE
from adcore.oracles import Source, oracle_name, second_gradient, unrounded
from adcore.pairs import find_pair
from adcore.problem import Problem, inner_problem, nest, pose, pose_formula
from adcore.slips import Situation, Slip, close, situation, slips_at_all
from adcore.staged import stage_function
from adcore.wording import another_number

LARGEST = 400
"""Nodes up to which slips are looked for; of a larger program only the numbers are described."""
STEADY = 1e-5


@dataclass(frozen=True, slots=True)
class Given:
    """What is held against a gradient at a point: a number for each input number, and where each comes from."""

    numbers: Sequence[float]
    sources: Sequence[Source | None]


@dataclass(frozen=True, slots=True)
class Place:
    """One point of the comparison: the situation there, the second oracle's gradient and what is given."""

    at: Situation
    oracle: Sequence[float]
    compared: Given

    @property
    def given(self) -> Sequence[float]:
        return self.compared.numbers

    def unrounded(self, j: int) -> tuple[float, float] | None:
        """The number given and the right one, where they are the same but for what floats did to them."""
        source, graph = self.compared.sources[j], self.at.graph
        if source is None or max(len(graph), len(source.graph)) > LARGEST:
            return None
        return unrounded(Source(graph, self.at.values, graph.outputs[0]), j, source)


@dataclass(frozen=True, slots=True)
class Task:
    """What is checked, at every point where it can be; `broken` tells for which names there is no derivative."""

    subject: str
    names: tuple[str, ...]
    places: tuple[Place, ...]
    oracle: str
    labels: Mapping[int, Span | None] = field(default_factory=dict)
    broken: Callable[[], Mapping[int, Sequence[Slope]]] = dict


def check(
    source: str,
    at: Mapping[str, Any],
    gradient: Sequence[str | float] | Mapping[str, str | float],
    limits: Limits | None = None,
) -> Checked:
    """Compare formulas or numbers, one for each input number, with the gradient.

    >>> report = adcore.check("x*sin(x**2)", {"x": 1.2}, ["sin(x**2) + x*cos(x**2)"])
    >>> report.verdict, [finding.name for finding in report.findings]
    ('wrong', ['chain'])
    """
    problem = pose(source, at, limits)
    numeric = not isinstance(gradient, str) and any(not isinstance(given, str) for given in _listed(gradient))
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
    return _report(Task("gradient", names, places, oracle_name(graph), spans, broken), explained)


def leaf_names(problem: Problem) -> tuple[str, ...]:
    """The names of the numbers that a gradient is by: x, v[0], v[1]. Errors: the program has several outputs."""
    if len(problem.graph.outputs) != 1:
        raise ADError("shape", f"A gradient belongs to one output; there are {len(problem.graph.outputs)}.")
    return tuple(problem.graph.names[i] or "" for i in problem.graph.inputs)


def formulas_at(
    problem: Problem, gradient: Sequence[str | float] | Mapping[str, str | float], limits: Limits | None = None
) -> Callable[[Problem], Given]:
    """What formulas give at a point, in the order of the inputs. Errors: another number of them than of inputs."""
    names = leaf_names(problem)
    given = list(zip(_in_order(gradient, names), names, strict=True))
    return lambda near: _all_given(_number(text, name, near, limits) for text, name in given)


def _listed(gradient: Sequence[str | float] | Mapping[str, str | float]) -> list[str | float]:
    return list(gradient.values() if isinstance(gradient, Mapping) else gradient)


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
    if isinstance(gradient, str) or len(gradient) != len(names):
        count = 1 if isinstance(gradient, str) else len(gradient)
        raise ADError("check", another_number(names, count))
    return list(gradient)


def _all_given(each: Iterable[tuple[float, Source | None]]) -> Given:
    numbers, sources = zip(*each, strict=True)
    return Given(numbers, sources)


def _number(given: str | float, name: str, near: Problem, limits: Limits | None) -> tuple[float, Source | None]:
    if not isinstance(given, str):
        return float(given), None
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
            found = _explain(task, wrong) if small else {j: tuple(_described(task, j)) for j in wrong}
        parts = [replace(part, findings=found.get(j, ())) for j, part in enumerate(parts)]
    verdicts = {part.verdict for part in parts}
    verdict = next((word for word in ("wrong", "undecided") if word in verdicts), "right")
    return Checked(task.subject, verdict, tuple(parts), len(task.places))


def _components(task: Task) -> list[Component]:
    """Every component; at a kink a number is not wrong for being another than the convention."""
    parts = [_component(task, j) for j in range(len(task.names))]
    broken = task.broken() if any(part.verdict == "wrong" for part in parts) else {}
    return [
        replace(part, verdict="undecided") if j in broken and _is_open(part.given, broken[j]) else part
        for j, part in enumerate(parts)
    ]


def _is_open(given: float, slopes: Sequence[Slope]) -> bool:
    """Whether a number may be taken for the derivative at a kink: nothing is known to exclude it."""
    return not math.isfinite(given) or all(slope.clarke is None or slope.admits(given) for slope in slopes)


def _component(task: Task, j: int) -> Component:
    """One component, where floats only rounded a right number away by the numbers without rounding."""
    plain = [(p.given[j], float(p.at.gradient[j])) for p in task.places]
    part = _compared(task, j, plain, frozenset())
    if part.verdict != "wrong":
        return part
    apart = [k for k, p in enumerate(task.places) if not close(*plain[k], p.at.magnitudes[j])]
    settled = {k: pair for k in apart if (pair := task.places[k].unrounded(j)) is not None}
    pairs = [settled.get(k, pair) for k, pair in enumerate(plain)]
    return _compared(task, j, pairs, frozenset(settled)) if settled else part


def _compared(task: Task, j: int, pairs: Sequence[tuple[float, float]], settled: frozenset[int]) -> Component:
    """What is no number counts as wrong at the first point; at the others a number may be too large on the way.

    `pairs` are the numbers given and the right ones; at the `settled` places they are known to be the same.
    """
    known = [k for k, (given, right) in enumerate(pairs) if math.isfinite(right) and (k == 0 or math.isfinite(given))]
    steady = [k for k in known if k in settled or _steady(task.places[k], j)]
    digits = min((agreement(*pairs[k]) for k in known), default=0)
    oracle_digits = min((agreement(task.places[k].oracle[j], pairs[k][1]) for k in known), default=0)
    right = all(k in settled or close(*pairs[k], task.places[k].at.magnitudes[j]) for k in steady)
    at_kink = 0 in known and 0 not in steady
    verdict = "undecided" if not steady or at_kink else "right" if right else "wrong"
    given, expected = pairs[0] if pairs else (math.nan, math.nan)
    return Component(task.names[j], given, expected, digits, task.oracle, oracle_digits, verdict)


def _steady(place: Place, j: int) -> bool:
    """Whether both oracles agree."""
    expected, size = float(place.at.gradient[j]), float(place.at.magnitudes[j])
    return abs(place.oracle[j] - expected) <= STEADY * (size if math.isfinite(size) else abs(expected)) + STEADY**2


def _explain(task: Task, wrong: Sequence[int]) -> dict[int, tuple[Finding, ...]]:
    """For each wrong component the mistakes that explain it: first those that explain the most components at once."""
    places = [p for p in task.places if all(map(math.isfinite, p.given)) and np.all(np.isfinite(p.at.gradient))]
    alike = slips_at_all([p.at for p in places])
    graph = task.places[0].at.graph
    candidates = list(_matching(task, places, alike, wrong))
    found: dict[int, tuple[Finding, ...]] = {}
    left = set(wrong)
    for general in (False, True):
        while True:
            ranked = [
                (len(explained & left), -broken, slip)
                for slip, explained, broken in candidates
                if slip.general == general
            ]
            best = max(((n, b) for n, b, _ in ranked if n), default=None)
            if best is None:
                break
            chosen = [slip for n, b, slip in ranked if (n, b) == best]
            explained = set().union(
                *(e & left for slip, e, _ in candidates if slip in chosen and len(e & left) == best[0])
            )
            for j in explained:
                mine = [slip for slip, e, _ in candidates if slip in chosen and j in e]
                found[j] = tuple(findings_of(graph, task.labels, mine))
            left -= explained
    for j in left:
        found[j] = tuple(_described(task, j)) or tuple(_of_two(task, places, alike, j))
    return found


def _matching(
    task: Task, places: Sequence[Place], alike: Sequence[tuple[Slip, ...]], wrong: Sequence[int]
) -> Iterator[tuple[Slip, frozenset[int], int]]:
    """Slips that give the numbers of a wrong component at every point; and how many right ones they would spoil."""
    for each in alike:
        pairs = [(slip.gradient, place) for slip, place in zip(each, places, strict=True)]
        explained = frozenset(j for j in wrong if _same(pairs, j))
        if explained:
            right = [j for j in range(len(task.names)) if j not in wrong]
            yield each[0], explained, sum(not _same(pairs, j) for j in right)


def _of_two(task: Task, places: Sequence[Place], alike: Sequence[tuple[Slip, ...]], j: int) -> Iterator[Finding]:
    """That two slips together give the numbers of a component, where they do."""
    named = [each for each in alike if not each[0].general]
    reached = np.array([[slip.gradient[j] for slip in each] for each in named]).reshape(len(named), len(places))
    right, given = (np.array(x, float) for x in ([p.at.gradient[j] for p in places], [p.given[j] for p in places]))
    pair = find_pair(reached, right, given)
    graph = task.places[0].at.graph
    if pair:
        both = [finding for k in pair for finding in findings_of(graph, task.labels, [named[k][0]])]
        said = " ".join(finding.sentence for finding in both)
        nodes = tuple(dict.fromkeys(node for finding in both for node in finding.nodes))
        yield Finding("several", WHOLE["several"].replace("{said}", said), nodes)


def _same(pairs: Iterable[tuple[Any, Place]], j: int) -> bool:
    return all(close(float(g[j]), place.given[j], place.at.magnitudes[j]) for g, place in pairs)


def findings_of(graph: Graph, labels: Mapping[int, Span | None], chosen: Sequence[Slip]) -> Iterator[Finding]:
    """One finding for each name; of several places the one that makes a slip likeliest is spoken of."""
    for name in dict.fromkeys(slip.name for slip in chosen):
        nodes = tuple(dict.fromkeys(slip.node for slip in chosen if slip.name == name and slip.node is not None))
        node = max(nodes, key=lambda i: _likely(graph, i)) if nodes else None
        text = MISCONCEPTIONS[name].sentence if name in MISCONCEPTIONS else WHOLE[name]
        yield Finding(name, _said(text, graph, node), nodes, labels.get(node) if node is not None else None)


def _likely(graph: Graph, i: int) -> bool:
    """Whether a rule has a minus sign, which is easily lost."""
    return any(text.startswith("-") for text in RuleBook().find(graph, i).row.partials) if graph.args[i] else False


def _said(sentence: str, graph: Graph, node: int | None) -> str:
    if node is None:
        return sentence
    said = RuleBook().find(graph, node).row.said if graph.args[node] else graph.names[node] or "an input"
    text = sentence.replace("{said}", said)
    return text[:1].upper() + text[1:] if graph.args[node] else text


def _described(task: Task, j: int) -> Iterator[Finding]:
    """What can be said of a wrong component that no slip explains."""
    places = [p for p in task.places if math.isfinite(p.given[j]) and math.isfinite(p.at.gradient[j])]
    given, right = (np.array(x) for x in zip(*((p.given[j], p.at.gradient[j]) for p in places), strict=True))
    if not np.any(given):
        yield Finding("treated-as-constant", WHOLE["treated-as-constant"])
        return
    for k, name in enumerate(task.names):
        if k != j and all(close(p.given[j], float(p.at.gradient[k]), p.at.magnitudes[k]) for p in places):
            yield Finding("wrong-input", WHOLE["wrong-input"].replace("{said}", name))
    if all(close(-p.given[j], float(p.at.gradient[j]), p.at.magnitudes[j]) for p in places):
        yield Finding("sign", WHOLE["sign"])
    elif np.all(right) and np.ptp(given / right) <= 1e-9 * abs(float(given[0] / right[0])):
        ratio = float(given[0] / right[0])
        if len(places) > 1 or _is_simple(ratio):
            yield Finding("constant-multiple", WHOLE["constant-multiple"].replace("{said}", f"{ratio:.6g}"))
    elif len(places) > 1 and np.ptp(given - right) <= 1e-9 * max(1.0, float(np.max(np.abs(right)))):
        yield Finding(
            "constant-offset", WHOLE["constant-offset"].replace("{said}", f"{float(given[0] - right[0]):.6g}")
        )


def _is_simple(ratio: float) -> bool:
    """Whether one point is enough to speak of a multiple: a small whole number, or one over it."""
    return any(abs(x - round(x)) <= 1e-9 and 1 < abs(x) <= 10 for x in (ratio, 1 / ratio if ratio else 0.0))
