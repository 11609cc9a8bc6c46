"""Which mistakes explain a wrong gradient: the slips that give its numbers at every point.

If several differ in name, all are reported: the numbers cannot tell which it was. What no slip explains is described:
as another input's derivative, a multiple, the derivative of another branch; else two slips together are tried.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from adcore.algebras.floats import FloatAlgebra
from adcore.checked import Finding
from adcore.comparison import Place, Task
from adcore.errors import Span
from adcore.graph import Graph
from adcore.interpreter import RuleBook, run
from adcore.misconceptions import ARITHMETIC, MISCONCEPTIONS, WHOLE
from adcore.pairs import find_pair
from adcore.slips import Slip, close, gradient_with, situation, slips_at_all

ORDER = tuple(dict.fromkeys((*MISCONCEPTIONS, *WHOLE)))
"""Names of mistakes, the likelier of two that fit first."""
MOST_PLACES = 20
"""Values up to which each is tried in the place of each other."""
SIGNS = ("sign", "quotient-sign", "treated-as-constant")


def explain(task: Task, wrong: Sequence[int]) -> dict[int, tuple[Finding, ...]]:
    """For each wrong component the mistakes that explain it: first those that explain the most components at once."""
    places = [p for p in task.places if all(map(math.isfinite, p.given)) and np.all(np.isfinite(p.at.gradient))]
    alike = [*slips_at_all([p.at for p in places]), *_in_other_ways(task, places)]
    graph = task.places[0].at.graph
    candidates = list(_matching(task, places, alike, wrong))
    together = {j for _, explained, _ in candidates if len(explained) > 1 for j in explained}
    zeros = [j for j in wrong if places and j not in together and not any(place.given[j] for place in places)]
    found = {j: tuple(described(task, j)) for j in zeros}
    left = set(wrong) - set(zeros)
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
    found |= {j: tuple(described(task, j)) for j in left}
    unclear = [j for j in left if not found[j]]
    found |= _elsewhere(task, places, unclear)
    found |= {j: tuple(_of_two(task, places, alike, j)) for j in unclear if not found[j]}
    return {j: (*_negated(places, j, named), *named) for j, named in found.items()}


def _negated(places: Sequence[Place], j: int, named: Sequence[Finding]) -> Iterator[Finding]:
    """That a component has its sign turned, where mistakes in a rule give the same by chance."""
    is_named = any(finding.name in SIGNS for finding in named)
    if places and not is_named and all(close(-p.given[j], float(p.at.gradient[j]), p.at.magnitudes[j]) for p in places):
        yield Finding("sign", WHOLE["sign"])


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


def _in_other_ways(task: Task, places: Sequence[Place]) -> Iterator[tuple[Slip, ...]]:
    """The gradients of the program where it decides its branches in another way."""
    for number, way in enumerate(task.ways()):
        points = ([place.at.values[i] for i in place.at.graph.inputs] for place in places)
        found = [situation(way, run(way, FloatAlgebra(), point), None, False) for point in points]
        yield tuple(Slip(("wrong-branch", number), "wrong-branch", None, at.gradient) for at in found)


def _elsewhere(task: Task, places: Sequence[Place], wrong: Sequence[int]) -> dict[int, tuple[Finding, ...]]:
    """Components that have one value of the program in the place of another: sin(x) for sin(y)."""
    graph = places[0].at.graph if places else None
    nodes = [i for i, varied in enumerate(graph.varied()) if varied] if graph else []
    found: dict[int, tuple[Finding, ...]] = {}
    if not graph or not wrong or len(places) < 2 or len(nodes) > MOST_PLACES:
        return found
    for node, other in permutations(nodes, 2):
        gradient = _with_another(places[0], node, other)
        fits = [j for j in wrong if j not in found and _same([(gradient, places[0])], j)]
        moved = [(_with_another(place, node, other), place) for place in places] if fits else []
        text = WHOLE["wrong-point"].replace("{other}", _called(graph, other)).replace("{said}", _called(graph, node))
        finding = Finding("wrong-point", text, (node,), task.labels.get(node))
        found |= {j: (finding,) for j in fits if _same(moved, j)}
    return found


def _with_another(place: Place, node: int, other: int) -> Any:
    return gradient_with(place.at, node, place.at.values[other])


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
    """One finding for each name; of several places the one that makes a slip likeliest is spoken of.

    In x*x*x a turned sign lets two of three terms cancel: that two are missing is likelier.
    """
    names = {slip.name for slip in chosen}
    for name in sorted(names - {"sign"} if "product-half" in names else names, key=ORDER.index):
        mine = [slip for slip in chosen if slip.name == name]
        nodes = tuple(dict.fromkeys(slip.node for slip in mine if slip.node is not None))
        node = _likeliest(graph, name, nodes)
        text = MISCONCEPTIONS[name].sentence if name in MISCONCEPTIONS else WHOLE[name]
        said = next((slip.said for slip in mine if slip.node == node), "")
        yield Finding(name, _said(text, graph, node, said), nodes, labels.get(node) if node is not None else None)


def _likeliest(graph: Graph, name: str, nodes: Sequence[int]) -> int | None:
    """Where a mistake is likeliest: at a rule with a minus sign, which is easily lost; a sign else at a function."""
    varied, rules = graph.varied(), RuleBook()

    def likely(i: int) -> tuple[bool, bool]:
        partials = rules.find(graph, i).row.partials if graph.args[i] else ()
        turns = any(varied[a] and text.startswith("-") for a, text in zip(graph.args[i], partials, strict=False))
        return turns, name == "sign" and graph.ops[i] not in ARITHMETIC

    return max(nodes, key=likely, default=None)


def _said(sentence: str, graph: Graph, node: int | None, said: str = "") -> str:
    """The sentence with what it is about: `said`, or what a node is called."""
    if node is None:
        return sentence
    text = sentence.replace("{said}", said or _called(graph, node))
    return text if sentence.startswith("{said}") and not graph.args[node] else text[:1].upper() + text[1:]


def _called(graph: Graph, node: int) -> str:
    return RuleBook().find(graph, node).row.said if graph.args[node] else graph.names[node] or "an input"


def described(task: Task, j: int) -> Iterator[Finding]:
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
    elif len(places) > 1:
        yield from _of_values(task, places, j)


def _of_values(task: Task, places: Sequence[Place], j: int) -> Iterator[Finding]:
    """That the answer is right but for a factor that is a value of the program."""
    graph = places[0].at.graph
    for i in (i for i, varied in enumerate(graph.varied()) if varied):
        for name, power in (("factor-missing", -1), ("factor-too-many", 1)):
            if all(_is_times(place, j, place.at.values[i], power) for place in places):
                yield Finding(name, _said(WHOLE[name], graph, i), (i,), task.labels.get(i))
                return


def _is_times(place: Place, j: int, value: float, power: int) -> bool:
    right, size = float(place.at.gradient[j]), float(place.at.magnitudes[j])
    if power > 0:
        return close(place.given[j], right * value, size * abs(value))
    return close(place.given[j] * value, right, size)


def _is_simple(ratio: float) -> bool:
    """Whether one point is enough to speak of a multiple: a small whole number, or one over it."""
    return any(abs(x - round(x)) <= 1e-9 and 1 < abs(x) <= 10 for x in (ratio, 1 / ratio if ratio else 0.0))
