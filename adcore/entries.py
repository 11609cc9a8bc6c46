"""What compiled code computes: the values, and the entries of a Jacobian or a Hessian that are no constants.

Of the 2500 entries of the Jacobian of a function from R^50 to R^50 with three inputs in each row, 148 may differ from
zero, and those of linear terms are numbers known beforehand: only the others are staged, and put in place afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from adcore.adjoints import Adjoints
from adcore.algebras.staging import StagingAlgebra
from adcore.graph import CONST, INPUT, Graph
from adcore.limits import Limits
from adcore.rules import find_rule
from adcore.simplify import prune
from adcore.staged import stage_reverse

Test = tuple[int, bool]
"""A node, and whether the program holds where it is a number other than 0."""


class Entries(NamedTuple):
    """A program whose outputs are results, then tests, which hold where they come out as `taken`.

    `places` says where each result belongs among all numbers, the values first and then a matrix row by row;
    `constants` are all these numbers, 0 where a result belongs.
    """

    graph: Graph
    places: tuple[int, ...]
    constants: tuple[float, ...]
    taken: tuple[bool, ...]

    @property
    def is_sparse(self) -> bool:
        """Whether numbers are left out that are known beforehand, so that the results have to be put in place."""
        return len(self.places) < len(self.constants)

    def once(self) -> Graph:
        """The program that gives each result once if they are put in place: a Hessian has most of its entries twice."""
        count, outputs = len(self.places), self.graph.outputs
        if not self.is_sparse:
            return self.graph
        return replace(self.graph, outputs=(*dict.fromkeys(outputs[:count]), *outputs[count:]))

    def which(self) -> list[int]:
        """Which result of `once` each place takes."""
        if not self.is_sparse:
            return [*range(len(self.places))]
        ranks: dict[int, int] = {}
        return [ranks.setdefault(node, len(ranks)) for node in self.graph.outputs[: len(self.places)]]


def stage_jacobian(graph: Graph, limits: Limits) -> Entries:
    """The values of a function, then its Jacobian row by row, one sweep over what each output depends on.

    Constants are left out only if most of the numbers are. Raises ADError where the program becomes too long.
    """
    taken = [decision.taken for decision in graph.decisions]
    if graph.customs:  # a custom rule belongs to a node of the recorded graph
        return _complete(stage_reverse(graph), taken)
    staging, values = _stage(graph)
    outputs, adjoints = [*map(values.__getitem__, graph.outputs)], Adjoints(staging)
    rows = _rows(adjoints, list(dict.fromkeys(outputs)), limits)
    wanted = [*outputs, *chain.from_iterable(map(rows.__getitem__, outputs))]
    tests = _tests([values[d.node] for d in graph.decisions], taken, adjoints)
    return _entries(staging, wanted, tests, len(outputs))


def without_values(entries: Entries, values: int) -> Entries:
    """The same for the matrix alone: the first results are left out, and what only they need."""
    graph = prune(replace(entries.graph, outputs=entries.graph.outputs[values:]))
    places = tuple(place - values for place in entries.places[values:])
    return Entries(graph, places, entries.constants[values:], entries.taken)


def stage_hessian(graph: Graph, limits: Limits) -> Entries:
    """The value of a function with one output, then its Hessian row by row: the rows of the gradient's Jacobian.

    Each is swept for the inputs up to its own; the other half mirrors it, unless a custom rule may be lopsided. The
    value, which no entry needs, is left out (its number is nan) where every operation has a value everywhere.
    """
    staging, value, gradient, tests = _stage_gradient(graph, limits)
    second, rows = Adjoints(staging), list[list[int]]()
    for j, slope in enumerate(gradient):
        rows.append(second.row(slope, None if graph.customs else j))
        limits.check("staged_operations", staging.operations)
    n = range(len(gradient))
    entries = [rows[j][k] if k < len(rows[j]) else rows[k][j] for j in n for k in n]
    shown = value if has_a_domain(graph) else staging.const(math.nan)
    return _entries(staging, [shown, *entries], [*tests, *_tests([], [], second)])


def _stage_gradient(graph: Graph, limits: Limits) -> tuple[StagingAlgebra, int, list[int], list[Test]]:
    """A program with the value, the gradient and the tests of the decisions."""
    taken = [decision.taken for decision in graph.decisions]
    if graph.customs:
        first = stage_reverse(graph, calls=True)
        staging, values = _stage(first)
        value, *rest = [values[i] for i in first.outputs]
        inputs = len(graph.inputs)
        return staging, value, rest[:inputs], [*zip(rest[inputs:], taken, strict=True)]
    staging, values = _stage(graph)
    value, adjoints = values[graph.outputs[0]], Adjoints(staging)
    gradient = _rows(adjoints, [value], limits)[value]
    return staging, value, gradient, _tests([values[d.node] for d in graph.decisions], taken, adjoints)


def _tests(nodes: Sequence[int], taken: Sequence[bool], adjoints: Adjoints) -> list[Test]:
    """The tests of decisions, and the one of a sweep."""
    doubt = adjoints.doubt()
    return [*zip(nodes, taken, strict=True), *([] if doubt is None else [(doubt, True)])]


def _stage(graph: Graph) -> tuple[StagingAlgebra, list[int]]:
    staging = StagingAlgebra(exact=True, calls=bool(graph.customs))
    return staging, staging.write(graph, [staging.input(graph.names[i] or "") for i in graph.inputs])


def _rows(adjoints: Adjoints, outputs: Sequence[int], limits: Limits) -> dict[int, list[int]]:
    rows: dict[int, list[int]] = {}
    for i in outputs:
        rows[i] = adjoints.row(i)
        limits.check("staged_operations", adjoints.staging.operations)
    return rows


def has_a_domain(graph: Graph) -> bool:
    """Whether an operation has no value somewhere, which its second derivative alone may not show."""
    kinds = dict.fromkeys(zip(graph.ops, graph.constants, map(len, graph.args), strict=True))
    return bool(graph.customs) or any(find_rule(*kind).row.domain for kind in kinds if kind[0] not in (INPUT, CONST))


def _entries(staging: StagingAlgebra, wanted: Sequence[int], tests: Sequence[Test], shown: int = 0) -> Entries:
    """Keep the constants apart if they are most of the numbers; the first `shown` are results all the same."""
    numbers, count = [*map(staging.numbers.get, wanted)], len(wanted)
    sparse = 2 * numbers.count(None) < count
    places = [k for k, c in enumerate(numbers) if c is None or k < shown] if sparse else range(count)
    graph = _written_out(staging.graph([*[wanted[place] for place in places], *[node for node, _ in tests]]))
    constants = tuple([0.0 if c is None else c for c in numbers])
    return Entries(graph, tuple(places), constants, tuple([taken for _, taken in tests]))


def _written_out(graph: Graph) -> Graph:
    """The same with what functions with rules of their own do in place of their calls."""
    if not graph.customs:
        return graph
    staging = StagingAlgebra(exact=True)
    values = staging.write(graph, [staging.input(graph.names[i] or "") for i in graph.inputs])
    return staging.graph([values[i] for i in graph.outputs])


def _complete(graph: Graph, taken: Sequence[bool]) -> Entries:
    count = len(graph.outputs) - len(taken)
    return Entries(graph, tuple(range(count)), (0.0,) * count, tuple(taken))
