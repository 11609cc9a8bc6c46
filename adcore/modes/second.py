"""Second order: Hessian-vector products and Hessians, by each of the ways to put one derivative over another.

Each way gives the Hessian of the first output. They differ in what they cost: with a reverse sweep in it, a product
with a direction takes a fixed multiple of one evaluation; without, a pass for each input. (Griewank & Walther 2008,
section 3.2 and chapter 5; Pearlmutter, Fast exact multiplication by the Hessian, 1994.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from adcore.algebras.duals import Dual, DualAlgebra
from adcore.algebras.floats import FLOATS, FloatAlgebra
from adcore.algebras.hyperduals import HyperDual, HyperDualAlgebra
from adcore.algebras.staging import StagingAlgebra
from adcore.bound import Bound
from adcore.errors import ADError
from adcore.events import Deferred, Event, Events
from adcore.graph import Graph
from adcore.interpreter import adjoints_of, run, sweep
from adcore.modes import forward
from adcore.modes.evaluate import Numbers, Staged
from adcore.modes.forward import push
from adcore.modes.pattern import hessian_pattern
from adcore.modes.reverse import order_of, pull, seeds_of, vjp
from adcore.paired import Pair, pair_up
from adcore.problem import Problem

V = TypeVar("V")

Direction = Sequence[float]


def forward_over_reverse(problem: Problem, direction: Direction) -> list[float]:
    """The reverse sweep, run over dual numbers: the adjoint of each input has a tangent, and that is the answer."""
    graph, floats = problem.graph, FloatAlgebra()
    algebra = DualAlgebra(floats)
    duals = push(graph, floats, problem.leaves, direction)
    weights = [1.0] + [0.0] * (len(graph.outputs) - 1)
    adjoints = adjoints_of(sweep(graph, algebra, duals, seeds_of(graph, algebra, weights)))
    return [float(adjoints[i].tangent or 0.0) if i in adjoints else 0.0 for i in graph.inputs]


class Steps:
    """Forward over reverse along a direction, laid out once and done at as many points as one likes.

    Values and tangents rise, then adjoints fall, and with each its own tangent: the sweep of reverse mode over pairs.
    The tangent of an adjoint has two kinds of summands, for a product has two factors: `contribution`, the partial
    times the tangent of the user's adjoint, and `curvature`, the tangent of the partial times the user's adjoint.
    """

    def __init__(self, graph: Graph, along: Sequence[float]) -> None:
        self.graph, self.along = graph, along
        self.rising = forward.Steps(graph, along)
        self.numeric = self.rising.numeric
        self.pairs = Bound(graph, pair_up(FLOATS))
        self.order = order_of(graph, graph.outputs)

    def start(self, values: Sequence[float]) -> Events:
        """The events at a point where the nodes have these values, with the operations done up to each."""
        rising, falling = self.rising.start(values), Events.of([*self._falling(values), Event("second", "result")])
        pairs = zip(rising.arrays(0, -1).items(), falling.arrays().values(), strict=True)
        joined = {name: np.concatenate([up, down]) for (name, up), down in pairs}
        return Events(operations=Deferred(count, self.graph, self.along), **joined)

    def numbers(self, values: Sequence[float]) -> Numbers:
        """The numbers of the same events at another point."""
        (value, partial), falling = self.rising.numbers(values), list(self._falling(values))
        ends = [*(e.value for e in falling), None], [*(e.partial for e in falling), None]
        return [*value[:-1], *ends[0]], [*partial[:-1], *ends[1]]

    def _falling(self, values: Sequence[float]) -> Iterator[Event]:
        """The events of the sweep back."""
        output, adjoint, sums = self.graph.outputs[0], Pair(0.0), dict[int, float]()
        yield Event("adjoint", "seed", output, 1.0)
        yield Event("second", "seed", output, 0.0)
        inputs = [values[i] for i in self.graph.inputs]
        for i, k, running, local in self._swept(self.numeric, self.pairs, inputs):
            if local is None:
                adjoint = running
                yield Event("adjoint", "adjoint", i, running.primal)
                yield Event("second", "adjoint", i, running.tangent or 0.0)
            else:
                yield from _edge((i, k), self.graph.args[i][k], adjoint, running, local, sums)

    def counts(self, staged: Staged) -> Iterator[int]:
        """For each of these events the operations done by then."""
        adjoint: Pair[int] = Pair(0)
        pairs = Bound(self.graph, pair_up(staged.arithmetic, lambda: staged.staging.operations))
        yield from (0, 0)
        for _, _, running, local in self._swept(staged, pairs, staged.inputs):
            yield running.done
            if local is None:
                adjoint = running
                yield running.finished
            else:
                yield from [running.finished] * ((adjoint.tangent is not None) + (local.tangent is not None))

    def _swept(
        self, bound: Bound[V], pairs: Bound[Pair[V]], inputs: Sequence[V]
    ) -> Iterator[tuple[int, int, Pair[V], Pair[V] | None]]:
        """Each step of the sweep over pairs: node, argument (-1 and no partial: complete), sum so far, partial."""
        seeds = self.rising.seeds(bound)
        values, tangents = forward.carry(bound, inputs, seeds)
        rising = [
            Pair(v, t, bound.overflowed(i, values)) for i, (v, t) in enumerate(zip(values, tangents, strict=True))
        ]
        running, partials = list[Pair[V]](), list[Pair[V] | None]()
        ends = {i: pairs.arithmetic.const(1.0) for i in self.graph.outputs}
        pull(pairs, rising, ends, self.order, notes=(running.append, partials.append))
        edges = ((i, k) for i, taking in self.order for k in (-1, *taking))
        return ((i, k, *told) for (i, k), told in zip(edges, zip(running, partials, strict=True), strict=True))


def _edge(
    edge: tuple[int, int],
    target: int,
    adjoint: Pair[float],
    running: Pair[float],
    local: Pair[float],
    sums: dict[int, float],
) -> Iterator[Event]:
    """One edge: what it adds to an adjoint, and the terms that it adds to that adjoint's tangent. `sums` are those."""
    total = running.tangent or 0.0
    yield Event("adjoint", "contribution", target, running.primal, *edge, local.primal)
    if adjoint.tangent is not None:
        passed = sums.get(target, 0.0) + adjoint.tangent * local.primal
        value = total if local.tangent is None else passed
        yield Event("second", "contribution", target, value, *edge, local.primal)
    if local.tangent is not None:
        yield Event("second", "curvature", target, total, *edge, local.tangent)
    sums[target] = total


def count(graph: Graph, along: Sequence[float]) -> list[int]:
    """The operations done by each event, the last one included."""
    steps, staged = Steps(graph, along), Staged(graph)
    counts = list(accumulate([*steps.rising.count(staged), *steps.counts(staged)], max))
    return [*counts, max(counts, default=0)]


def check_scalar(graph: Graph) -> None:
    """Refuse a program with several outputs, or none: a Hessian is the second derivative of one number."""
    if len(graph.outputs) != 1:
        words = f"A Hessian belongs to one output; there are {len(graph.outputs)}."
        raise ADError("shape", words, None, "Return one number.")


def reverse_over_forward(problem: Problem, direction: Direction) -> list[float]:
    """Forward mode writes the program of the slope along the direction; a reverse sweep gives its gradient."""
    graph, staging, floats = problem.graph, StagingAlgebra(), FloatAlgebra()
    inputs = [staging.input(graph.names[i] or "") for i in graph.inputs]
    slope = push(graph, staging, inputs, direction)[graph.outputs[0]].tangent
    if slope is None:
        return [0.0] * len(inputs)
    program = staging.graph([slope])
    values = run(program, floats, problem.leaves)
    adjoints = adjoints_of(sweep(program, floats, values, {program.outputs[0]: 1.0}))
    return [adjoints.get(i, 0.0) for i in program.inputs]


def forward_over_forward(problem: Problem, direction: Direction) -> list[float]:
    """Dual numbers whose parts are dual numbers: one pass for each input."""
    return [_nested(problem, _unit(problem, i), direction) for i in range(len(problem.leaves))]


def _nested(problem: Problem, first: Direction, second: Direction) -> float:
    inner: DualAlgebra[float] = DualAlgebra(FloatAlgebra())
    inputs = [
        Dual(Dual(x, a or None), inner.const(b) if b else None)
        for x, a, b in zip(problem.leaves, first, second, strict=True)
    ]
    tangent = run(problem.graph, DualAlgebra(inner), inputs)[problem.graph.outputs[0]].tangent
    return 0.0 if tangent is None else float(tangent.tangent or 0.0)


def hyper_dual(problem: Problem, direction: Direction) -> list[float]:
    """Hyper-dual numbers: one pass for each input, over numbers with four parts."""
    algebra: HyperDualAlgebra[float] = HyperDualAlgebra(FloatAlgebra())
    return [_mixed(problem, algebra, _unit(problem, i), direction) for i in range(len(problem.leaves))]


def _mixed(problem: Problem, algebra: HyperDualAlgebra[float], first: Direction, second: Direction) -> float:
    inputs = [HyperDual(x, a or None, b or None) for x, a, b in zip(problem.leaves, first, second, strict=True)]
    return float(run(problem.graph, algebra, inputs)[problem.graph.outputs[0]].mixed or 0.0)


def _unit(problem: Problem, i: int) -> list[float]:
    return [float(i == k) for k in range(len(problem.leaves))]


@dataclass(frozen=True, slots=True)
class SecondMode:
    """A way to second order: `product` gives the Hessian times a direction; `traced` ways can be stepped."""

    name: str
    label: str
    help: str
    product: Callable[[Problem, Direction], list[float]]
    traced: bool = False


SECOND_MODES: Mapping[str, SecondMode] = MappingProxyType(
    {
        mode.name: mode
        for mode in (
            SecondMode(
                "forward-over-reverse",
                "forward over reverse",
                "the reverse sweep over dual numbers: values, tangents, adjoints and their tangents",
                forward_over_reverse,
                traced=True,
            ),
            SecondMode(
                "reverse-over-forward",
                "reverse over forward",
                "a reverse sweep through the program of the slope along a direction",
                reverse_over_forward,
            ),
            SecondMode(
                "forward-over-forward",
                "forward over forward",
                "dual numbers of dual numbers, one pass for each pair of inputs",
                forward_over_forward,
            ),
            SecondMode(
                "hyper-dual",
                "hyper-dual numbers",
                "numbers with four parts and the second derivative of each rule",
                hyper_dual,
            ),
        )
    }
)


def hessian(problem: Problem, mode: str = "forward-over-reverse") -> list[list[float]]:
    """One product with a direction for each input.

    Where there is no first derivative, as log has none at -1, there is no second one either, although the formula
    -1/x**2 gives a number there.
    """
    product, gone = SECOND_MODES[mode].product, _without_slope(problem)
    rows = [product(problem, _unit(problem, i)) for i in range(len(problem.leaves))]
    return [[math.nan if no else x for x, no in zip(*pair, strict=True)] for pair in zip(rows, gone, strict=True)]


def product(problem: Problem, direction: Direction, mode: str = "forward-over-reverse") -> list[float]:
    """The Hessian times a direction, nan where the Hessian is that it needs."""
    found, gone = SECOND_MODES[mode].product(problem, direction), _without_slope(problem)
    touched = [any(no and d for no, d in zip(row, direction, strict=True)) for row in gone]
    return [math.nan if no else x for x, no in zip(found, touched, strict=True)]


def _without_slope(problem: Problem) -> list[list[bool]]:
    """Which entries belong to an input without a derivative at a point that has only numbers, and are not zero."""
    n = len(problem.leaves)
    nothing = [[False] * n for _ in range(n)]
    if not math.isnan(problem.outputs[0]) or any(map(math.isnan, problem.leaves)):
        return nothing
    lost = [math.isnan(slope) for slope in vjp(problem, [1.0])]
    meetings = hessian_pattern(problem.graph)
    return [[meet and (lost[i] or lost[j]) for j, meet in enumerate(row)] for i, row in enumerate(meetings)]
