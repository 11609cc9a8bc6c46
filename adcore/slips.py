"""The gradients that slips lead to: what a program's derivative becomes when one rule is used wrongly.

At one node the adjoint from above and the slopes from below are as they should be, so the gradient changes by
adjoint * (wrong edges - right edges) * slopes. The same slip at every node of a kind is a reverse sweep in which these
nodes have rules of their own.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from adcore.algebras.floats import FloatAlgebra
from adcore.disguises import Disguise, find_disguises
from adcore.errors import START
from adcore.graph import CONST, CUSTOM, INPUT, Custom, Graph, GraphBuilder
from adcore.interpreter import RuleBook, adjoints_of, sweep
from adcore.interpreter import partial as partial_of
from adcore.misconceptions import LINEAR, MISCONCEPTIONS
from adcore.modes.forward import push
from adcore.rules import Rule
from adcore.sites import Edges, Site
from adcore.wrong_partials import read_wrong

Floats = NDArray[np.float64]
TWO_TERMS = ("mul", "div", "pow")
OF_FUNCTIONS = ("exponent", "wrong-function", "wrong-point", "not-differentiated", "factor-left-out")
"""Mistakes in the rule of a function, as one knows it by heart."""


class Magnitudes(FloatAlgebra):
    """Numbers whose partials have no sign: the sweep then says how large the terms of a gradient are together."""

    def partial(self, rule: Rule, args: Sequence[float], out: float, i: int) -> float:
        return abs(super().partial(rule, args, out, i))


@dataclass(frozen=True, slots=True)
class Situation:
    """A graph with one output at a point: values, adjoints, slopes (one row a node, one column a leaf) and gradient.

    `seeds` are the adjoints that the sweep started with: 1 at the output, unless it is a part of a longer sweep.
    """

    graph: Graph
    values: tuple[float, ...]
    adjoints: Mapping[int, float]
    slopes: Floats
    gradient: Floats
    magnitudes: Floats
    seeds: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake and the gradient that it leads to. `key` is the same at every point, `node` is where, or None.

    `said` is the function whose rule is used, where it is not that of the node: one that the program writes out.
    """

    key: tuple[object, ...]
    name: str
    node: int | None
    gradient: Floats
    general: bool = False
    said: str = ""


def situation(
    graph: Graph, values: Sequence[float], seeds: Mapping[int, float] | None = None, sloped: bool = True
) -> Situation:
    """Everything that slips at a point are worked out from; without `seeds` the sweep starts with 1 at the output.

    The slopes take a forward sweep for each leaf; where no slips are asked for they can be left out, as zeros.
    """
    leaves = [values[i] for i in graph.inputs]
    columns = [] if sloped else [[0.0] * len(graph)] * len(leaves)
    for j in range(len(leaves) if sloped else 0):
        duals = push(graph, FloatAlgebra(), leaves, [float(i == j) for i in range(len(leaves))])
        columns.append([float(dual.tangent or 0.0) for dual in duals])
    slopes = np.array(columns).reshape(len(leaves), len(graph)).T
    seeds = {graph.outputs[0]: 1.0} if seeds is None else seeds
    adjoints = adjoints_of(sweep(graph, FloatAlgebra(), values, seeds))
    sizes = adjoints_of(sweep(graph, Magnitudes(), values, {i: abs(seed) for i, seed in seeds.items()}))
    gradient, magnitudes = (np.array([found.get(i, 0.0) for i in graph.inputs]) for found in (adjoints, sizes))
    return Situation(graph, tuple(values), adjoints, slopes, gradient, magnitudes, seeds)


def slips(at: Situation) -> Iterator[Slip]:
    """Every slip of the table at every place, everywhere of a kind, and those that belong to no rule."""
    with np.errstate(all="ignore"):
        sites = sites_of(at)
        edges = {i: dict(_mistakes(site)) for i, site in sites.items()}
        for i, found in edges.items():
            for key, wrong in found.items():
                blamed = _blamed(sites[i], key[0], wrong)
                yield Slip((*key, i), key[0], blamed, _changed(at, sites[i], wrong), MISCONCEPTIONS[key[0]].general)
        yield from _everywhere(at, sites, edges)
        yield from _dropped(at, sites)
        yield from _started(at)


def _started(at: Situation) -> Iterator[Slip]:
    """The whole derivative with a sign turned, or seeded with the value; not where the sweep started further up."""
    if at.seeds == {at.graph.outputs[0]: 1.0}:
        if at.graph.ops[at.graph.outputs[0]] != "div":
            yield Slip(("sign",), "sign", at.graph.outputs[0], -at.gradient)
        yield Slip(("seed",), "seed", None, at.gradient * at.values[at.graph.outputs[0]], True)


def slips_at_all(situations: Sequence[Situation]) -> list[tuple[Slip, ...]]:
    """Each slip that can be made in every situation, as it is in each."""
    values, slopes = [at.values for at in situations], [at.slopes for at in situations]
    written_out = find_disguises(situations[0].graph, values, slopes) if situations else ()
    columns = [{slip.key: slip for slip in (*slips(at), *_by_heart(at, written_out))} for at in situations]
    keys = (key for key in columns[0] if all(key in column for column in columns)) if columns else ()
    return [tuple(column[key] for column in columns) for key in keys]


def _by_heart(at: Situation, written_out: Sequence[Disguise]) -> Iterator[Slip]:
    """Mistakes in the rules of functions that the program writes out."""
    varied = at.graph.varied() if written_out else ()
    for node, inner, rule in written_out:
        x, out = at.values[inner], at.values[node]
        partials, wrong = (partial_of(FloatAlgebra(), rule, [x], out, 0),), read_wrong(rule.row.name, rule.row.args)
        site = Site(at.graph, node, rule, at.values, at.slopes.tolist(), varied, partials, wrong, False, inner)
        change = at.adjoints.get(node, 0.0) * at.slopes[inner]
        for key, edges in _mistakes(site):
            if key[0] in OF_FUNCTIONS and len(edges) == 1:
                gradient = at.gradient + (edges[0][1] - partials[0]) * change
                yield Slip(
                    (*key, node, inner, rule.row.name, rule.constant),
                    key[0],
                    node,
                    gradient,
                    MISCONCEPTIONS[key[0]].general,
                    rule.row.said,
                )


def _mistakes(site: Site) -> Iterator[tuple[tuple[str, int], Edges]]:
    for name, row in MISCONCEPTIONS.items():
        yield from (((name, number), wrong) for number, wrong in enumerate(row.slips(site)))


def _blamed(site: Site, name: str, wrong: Edges) -> int:
    """The operation that a mistake is about: where a chain ends at a function, what is inside has no factor."""
    has_ended = name == "chain" and len(wrong) > len(site.args)
    return site.args[0] if has_ended else site.node


def _changed(at: Situation, site: Site, wrong: Edges) -> Floats:
    change = np.zeros(len(at.graph.inputs))
    for target, p in wrong:
        change += p * at.slopes[target]
    for k in site.moving:
        change -= site.partials[k] * at.slopes[site.args[k]]
    return at.gradient + at.adjoints[site.node] * change


def sites_of(at: Situation) -> dict[int, Site]:
    """The operations that the output and the inputs have to do with."""
    graph, values, rules = at.graph, at.values, RuleBook()
    varied, linear, slopes = graph.varied(), _linear_above(graph), at.slopes.tolist()
    wrong = {}
    found: dict[int, Site] = {}
    for i, op in enumerate(graph.ops):
        if op in (INPUT, CONST, CUSTOM) or not varied[i] or i not in at.adjoints:
            continue
        rule, args = rules.find(graph, i), [values[a] for a in graph.args[i]]
        if op not in wrong:
            wrong[op] = read_wrong(op, rule.row.args)
        partials = tuple(partial_of(FloatAlgebra(), rule, args, values[i], k) for k in range(len(args)))
        found[i] = Site(graph, i, rule, values, slopes, varied, partials, wrong[op], linear[i])
    return found


def _linear_above(graph: Graph) -> list[bool]:
    """For each node whether only sums and constant factors stand between it and the output."""
    linear, varied = [True] * len(graph), graph.varied()
    for i in range(len(graph) - 1, -1, -1):
        moving = sum(varied[a] for a in graph.args[i])
        through = graph.ops[i] in LINEAR or (graph.ops[i] in ("mul", "div") and moving == 1)
        for a in graph.args[i]:
            linear[a] = linear[a] and linear[i] and through
    return linear


def _everywhere(
    at: Situation, sites: Mapping[int, Site], edges: Mapping[int, Mapping[tuple[str, int], Edges]]
) -> Iterator[Slip]:
    """The same slip at all nodes of one primitive; and in a sum of products x[i]*A[i][j]*x[j] one x as a constant."""
    alike: dict[tuple[str, tuple[str, int]], dict[int, Edges]] = defaultdict(dict)
    for i, found in edges.items():
        for key, wrong in found.items():
            alike[sites[i].rule.row.name, key][i] = wrong
    for (op, key), replaced in alike.items():
        if len(replaced) > 1:
            gradient, first = _swept(at, replaced), min(replaced)
            blamed = _blamed(sites[first], key[0], replaced[first])
            yield Slip((*key, op), key[0], blamed, gradient, MISCONCEPTIONS[key[0]].general)
    products = {i: site for i, site in sites.items() if _of_one_input(site)}
    for k in (0, 1) if len(products) > 1 else ():
        gradient = _swept(at, {i: site.edges({k: 0.0}) for i, site in products.items()})
        yield Slip(("product-half", "constant", k), "product-half", min(products), gradient)


def _of_one_input(site: Site) -> bool:
    """Whether both factors of a product depend on elements of the same list."""
    if site.rule.row.name != "mul" or len(site.moving) != 2:
        return False
    first, second = ({str(site.graph.names[i]).partition("[")[0] for i in site.leaves_below(a)} for a in site.args)
    return bool(first & second)


def _swept(at: Situation, replaced: Mapping[int, Edges]) -> Floats:
    """A reverse sweep in which some nodes hand on by edges of their own."""
    graph = at.graph
    ops, args, constants = list(graph.ops), list(graph.args), list(graph.constants)
    customs = list(graph.customs)
    for i, wrong in replaced.items():
        texts = tuple(_constant(p, len(wrong)) for _, p in wrong)
        ops[i], args[i], constants[i] = CUSTOM, tuple(target for target, _ in wrong), float(len(customs))
        customs.append(Custom("slip", ("x",) * len(wrong), texts[0] if texts else _constant(0.0, 0), texts, START))
    wronged = replace(graph, ops=ops, args=args, constants=constants, customs=tuple(customs))
    adjoints = adjoints_of(sweep(wronged, FloatAlgebra(), at.values, at.seeds))
    return np.array([adjoints.get(i, 0.0) for i in graph.inputs])


def _constant(p: float, count: int) -> Graph:
    nodes = GraphBuilder()
    for _ in range(count + 1):
        nodes.add(INPUT)
    return nodes.graph([nodes.add(CONST, constant=p)])


def _dropped(at: Situation, sites: Mapping[int, Site]) -> Iterator[Slip]:
    """Of the contributions that a node receives from its users one is left out, or only one is kept."""
    received: dict[int, dict[int, float]] = defaultdict(dict)
    for i, site in sites.items():
        for k in site.moving:
            amounts = received[site.args[k]]
            amounts[i] = amounts.get(i, 0.0) + at.adjoints[i] * site.partials[k]
    for target, amounts in received.items():
        if len(amounts) < 2:
            continue
        for user, amount in amounts.items():
            if not _both_terms(sites[user], target):
                yield _without(at, target, ("left out", user), amount)
            if len(amounts) > 2:
                yield _without(at, target, ("kept", user), at.adjoints[target] - amount)


def _without(at: Situation, target: int, how: tuple[str, int], amount: float) -> Slip:
    return Slip(("accumulation", target, *how), "accumulation", target, at.gradient - amount * at.slopes[target])


def _both_terms(site: Site, target: int) -> bool:
    """Whether a product has the node in both factors: then a term that is missing is the product rule's.

    But of a*a both terms are those of a: what is left out then is not one of them.
    """
    if site.rule.row.name not in TWO_TERMS or len(site.moving) != 2 or set(site.args) == {target}:
        return False
    return all(site.graph.useful([a])[target] for a in site.args)


def gradient_with(at: Situation, node: int, value: float) -> Floats:
    """The gradient where a node is taken to have another value, with all that is made of it: cos(y) for y as x."""
    algebra, rules, values = FloatAlgebra(), RuleBook(), list(at.values)
    values[node] = value
    above = [i == node for i in range(len(values))]
    for i, args in enumerate(at.graph.args):
        if i != node and any(above[a] for a in args):
            above[i], values[i] = True, algebra.apply(rules.find(at.graph, i), [values[a] for a in args])
    adjoints = adjoints_of(sweep(at.graph, algebra, values, at.seeds))
    return np.array([adjoints.get(i, 0.0) for i in at.graph.inputs])


def close(x: float, y: float, size: float) -> bool:
    """Whether two numbers are the same, but for what rounding does to terms of this size."""
    if not (math.isfinite(x) and math.isfinite(y)):
        return False
    return abs(x - y) <= 1e-9 * max(abs(x), abs(y)) + 1e-12 * (size if math.isfinite(size) else 0.0)
