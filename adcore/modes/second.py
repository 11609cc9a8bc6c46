"""Second order: Hessian-vector products and Hessians, by each of the ways to put one derivative over another.

Each way gives the Hessian of the first output. They differ in what they cost: with a reverse sweep in it, a product
with a direction takes a fixed multiple of one evaluation; without, a pass for each input. (Griewank & Walther 2008,
section 3.2 and chapter 5; Pearlmutter, Fast exact multiplication by the Hessian, 1994.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, combinations
from operator import itemgetter
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from adcore.algebras.duals import Dual, DualAlgebra
from adcore.algebras.floats import FLOATS, FloatAlgebra
from adcore.algebras.hyperduals import HyperDual, HyperDualAlgebra, second_partials
from adcore.algebras.placed import PlacedAlgebra
from adcore.bound import Bound
from adcore.columns import FEW
from adcore.errors import ADError
from adcore.events import Deferred, Event, Events
from adcore.graph import CUSTOM, INPUT, Graph
from adcore.interpreter import RuleBook, adjoints_of, formula, run, sweep
from adcore.modes import forward
from adcore.modes.evaluate import Numbers, Staged
from adcore.modes.forward import push
from adcore.modes.layouts import Adjoints
from adcore.modes.pattern import hessian_pattern
from adcore.modes.reverse import order_of, pull, seeds_of, vjp
from adcore.modes.telling import tell_results, tell_step, tell_values
from adcore.paired import Pair, pair, pair_up
from adcore.problem import Problem

V = TypeVar("V")

Direction = Sequence[float]
Passes = Callable[[Problem, Direction], Iterator[list[HyperDual[float]]]]
Told = tuple[str, str, int, float, int | None, int | None, float | None, int]
"""The fields of an `Event`: where only its numbers are asked for, none is made."""
UNEVEN = 1e-9
"""How much two second derivatives that should be one may differ, relative to their size."""


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

    @cached_property
    def _adjoints(self) -> Adjoints[Pair[float]] | None:
        return Adjoints(self.pairs, self.graph.outputs, self.order) if len(self.graph) <= FEW else None

    @cached_property
    def _steps(self) -> list[tuple[int, int, int]]:
        """Each step of the sweep back: a node, its argument and what that is; -1 where the adjoint is complete."""
        args = self.pairs.args
        return [(i, k, args[i][k] if k >= 0 else i) for i, taking in self.order for k in (-1, *taking)]

    def start(self, values: Sequence[float]) -> Events:
        """The events at a point where the nodes have these values, with the operations done up to each."""
        falling = self._falling(values, self.rising.rise(values)[0])
        rising, back = self.rising.start(values), Events.of([*map(Event._make, falling), Event("second", "result")])
        pairs = zip(rising.arrays(0, -1).items(), back.arrays().values(), strict=True)
        joined = {name: np.concatenate([up, down]) for (name, up), down in pairs}
        return Events(operations=Deferred(count, self.graph, self.along), **joined)

    def numbers(self, values: Sequence[float]) -> Numbers:
        """The numbers of the same events at another point."""
        tangents, value, partial = self.rising.rise(values)
        for _, _, _, running, _, _, local, _ in self._falling(values, tangents):
            value.append(running)
            partial.append(local)
        return [*value, None], [*partial, None]

    def _falling(self, values: Sequence[float], tangents: Sequence[float | None]) -> Iterator[Told]:
        """What `Event`s of the sweep back consist of."""
        output, adjoint, sums = self.graph.outputs[0], Pair(0.0), dict[int, float]()
        yield "adjoint", "seed", output, 1.0, None, None, None, 0
        yield "second", "seed", output, 0.0, None, None, None, 0
        swept = self._swept(self.numeric, self.pairs, values, tangents, self._adjoints)
        for (i, k, target), (running, local) in zip(self._steps, swept, strict=True):
            if local is None:
                adjoint = running
                yield "adjoint", "adjoint", i, running.primal, None, None, None, 0
                yield "second", "adjoint", i, running.tangent or 0.0, None, None, None, 0
            else:
                yield from _edge((i, k), target, adjoint, running, local, sums)

    def counts(self, staged: Staged) -> Iterator[int]:
        """For each of these events the operations done by then."""
        adjoint: Pair[int] = Pair(0)
        pairs = Bound(self.graph, pair_up(staged.arithmetic, lambda: staged.staging.operations))
        seeds = self.rising.seeds(staged)
        rising = forward.carry(staged, staged.inputs, seeds)
        yield from (0, 0)
        for running, local in self._swept(staged, pairs, *rising):
            yield running.done
            if local is None:
                adjoint = running
                yield running.finished
            else:
                yield from [running.finished] * ((adjoint.tangent is not None) + (local.tangent is not None))

    def _swept(
        self,
        bound: Bound[V],
        pairs: Bound[Pair[V]],
        values: Sequence[V],
        tangents: Sequence[V | None],
        laid_out: Adjoints[Pair[V]] | None = None,
    ) -> Iterator[tuple[Pair[V], Pair[V] | None]]:
        """For each of `_steps` the sum so far and the partial, None where the sum is complete."""
        rising = pair(bound, values, tangents)
        running, partials = list[Pair[V]](), list[Pair[V] | None]()
        ends, notes = {i: pairs.arithmetic.const(1.0) for i in self.graph.outputs}, (running.append, partials.append)
        if laid_out is not None:
            laid_out.run(rising, ends, notes)
        else:
            pull(pairs, rising, ends, self.order, notes=notes)
        return zip(running, partials, strict=True)


def _edge(
    edge: tuple[int, int],
    target: int,
    adjoint: Pair[float],
    running: Pair[float],
    local: Pair[float],
    sums: dict[int, float],
) -> Iterator[Told]:
    """One edge: what it adds to an adjoint, and the terms that it adds to that adjoint's tangent. `sums` are those."""
    total = running.tangent or 0.0
    yield "adjoint", "contribution", target, running.primal, *edge, local.primal, 0
    if adjoint.tangent is not None:
        passed = sums.get(target, 0.0) + adjoint.tangent * local.primal
        value = total if local.tangent is None else passed
        yield "second", "contribution", target, value, *edge, local.primal, 0
    if local.tangent is not None:
        yield "second", "curvature", target, total, *edge, local.tangent, 0
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
    program = slope_program(problem, direction)
    values = run(program, FloatAlgebra(), problem.leaves)
    adjoints = adjoints_of(sweep(program, FloatAlgebra(), values, {program.outputs[0]: 1.0}))
    return [adjoints.get(i, 0.0) for i in program.inputs]


def slope_program(problem: Problem, direction: Direction) -> Graph:
    """The slope along a direction as a program of its own, of the same inputs."""
    graph, staging = problem.graph, PlacedAlgebra(problem.leaves, calls=True)
    inputs = [staging.input(graph.names[i] or "") for i in graph.inputs]
    slope = push(graph, staging, inputs, direction)[graph.outputs[0]].tangent
    return staging.graph([staging.const(0.0) if slope is None else slope])


def slope_steps(problem: Problem, program: Graph, direction: Direction) -> Iterator[Event]:
    """Reverse over forward as events: those of a reverse sweep of the program of the slope, then its gradient.

    Nodes are those of `program`. For x**2 along 1 it is 2*x: values, the adjoint 1 of 2*x, 1*2 for that of x; result 2.
    """
    values, output, adjoints = run(program, FloatAlgebra(), problem.leaves), program.outputs[0], dict[int, float]()
    yield from tell_values(program, values)
    yield Event("adjoint", "seed", output, 1.0)
    for step in sweep(program, FloatAlgebra(), values, {output: 1.0}):
        adjoints[step.target] = step.running
        yield tell_step(step, range(len(program)))
    found = [adjoints.get(i, 0.0) for i in program.inputs]
    yield from tell_results("adjoint", program.inputs, _with_gaps(problem, direction, found))


def forward_over_forward(problem: Problem, direction: Direction) -> list[float]:
    """Dual numbers whose parts are dual numbers: one pass for each input."""
    # A map lets go of the other numbers of a pass before the next is made.
    found = map(itemgetter(problem.graph.outputs[0]), _nested_passes(problem, direction))
    return [float(_parts(number).mixed or 0.0) for number in found]


def _nested_passes(problem: Problem, direction: Direction) -> Iterator[list[Dual[Dual[float]]]]:
    inner: DualAlgebra[float] = DualAlgebra(FloatAlgebra())
    outer = DualAlgebra(inner)
    moving = [inner.input(x, rate or None) for x, rate in zip(problem.leaves, direction, strict=True)]
    for i in range(len(moving)):
        inputs = [outer.input(x, inner.const(1.0) if i == k else None) for k, x in enumerate(moving)]
        yield run(problem.graph, outer, inputs)


def _parts(number: Dual[Dual[float]]) -> HyperDual[float]:
    """The same four parts as a hyper-dual number."""
    primal, tangent = number.primal, number.tangent
    if tangent is None:
        return HyperDual(primal.primal, None, primal.tangent)
    return HyperDual(primal.primal, tangent.primal, primal.tangent, tangent.tangent)


def hyper_dual(problem: Problem, direction: Direction) -> list[float]:
    """Hyper-dual numbers: one pass for each input, over numbers with four parts."""
    found = map(itemgetter(problem.graph.outputs[0]), _hyper_passes(problem, direction))
    return [float(number.mixed or 0.0) for number in found]


def _hyper_passes(problem: Problem, direction: Direction) -> Iterator[list[HyperDual[float]]]:
    algebra: HyperDualAlgebra[float] = HyperDualAlgebra(FloatAlgebra())
    for i in range(len(problem.leaves)):
        parts = zip(problem.leaves, _unit(problem, i), direction, strict=True)
        inputs = [HyperDual(x, a or None, b or None, is_endless=math.isinf(x)) for x, a, b in parts]
        yield run(problem.graph, algebra, inputs)


def four_part_steps(problem: Problem, direction: Direction, passes: Passes) -> Iterator[Event]:
    """A mode of numbers with four parts as events: a pass for each input leaf, then the product.

    Of each node in order its value, its tangent by that leaf, which is the `source`, its tangent along the direction,
    without one, and the mixed part, how the tangent by the leaf changes along the direction. What is zero by structure
    is not told. For x**2 at 3 along 1:  x: 3, 1, 1;  x**2: 9, 6, 6, mixed 2;  result 2.
    """
    graph, mixed = problem.graph, list[float]()
    for source, numbers in zip(graph.inputs, passes(problem, direction), strict=True):
        for event in tell_values(graph, [number.real for number in numbers]):
            assert event.node is not None
            yield event
            yield from _other_parts(graph, event.node, numbers, source)
        mixed.append(numbers[graph.outputs[0]].mixed or 0.0)
    yield from tell_results("second", graph.inputs, _with_gaps(problem, direction, mixed))


def _other_parts(graph: Graph, i: int, numbers: Sequence[HyperDual[float]], source: int) -> Iterator[Event]:
    kind, number = "seed" if graph.ops[i] == INPUT else "tangent", numbers[i]
    told = ("tangent", kind, number.first, source), ("tangent", kind, number.second, None)
    for phase, name, part, by in (*told, ("second", "mixed", number.mixed, source)):
        if part is not None:
            yield Event(phase, name, i, part, by)


def _unit(problem: Problem, i: int) -> list[float]:
    return [float(i == k) for k in range(len(problem.leaves))]


@dataclass(frozen=True, slots=True)
class SecondMode:
    """A way to second order: `product` gives the Hessian times a direction; `traced` ways can be stepped.

    `passes` are those of ways with four parts to a number, input by input: all nodes, made by the pass.

    Where a user's rule makes the Hessian lopsided, ways `by_rows` give the direction times the Hessian.
    """

    name: str
    label: str
    help: str
    product: Callable[[Problem, Direction], list[float]]
    passes: Passes | None = None
    traced: bool = False
    by_rows: bool = False


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
                by_rows=True,
            ),
            SecondMode(
                "forward-over-forward",
                "forward over forward",
                "dual numbers of dual numbers, one pass for each pair of inputs",
                forward_over_forward,
                lambda problem, direction: ([*map(_parts, one)] for one in _nested_passes(problem, direction)),
            ),
            SecondMode(
                "hyper-dual",
                "hyper-dual numbers",
                "numbers with four parts and the second derivative of each rule",
                hyper_dual,
                _hyper_passes,
            ),
        )
    }
)


def hessian(problem: Problem, mode: str = "forward-over-reverse") -> list[list[float]]:
    """One product with a direction for each input. Entry (i, k) says how the slope for input i changes with input k.

    A function with a rule of its own is differentiated by the rule, and the rule by its text. Where there is no first
    derivative, as log has none at -1, there is no second one either, although the formula -1/x**2 gives a number there.
    """
    way, gone = SECOND_MODES[mode], _without_slope(problem)
    products = [way.product(problem, _unit(problem, i)) for i in range(len(problem.leaves))]
    rows = products if way.by_rows else zip(*products, strict=True)
    return [[math.nan if no else x for x, no in zip(*pair, strict=True)] for pair in zip(rows, gone, strict=True)]


def product(problem: Problem, direction: Direction, mode: str = "forward-over-reverse") -> list[float]:
    """The Hessian times a direction, nan where the Hessian is that it needs.

    Raises ADError where the way would give the direction times the Hessian, which a user's rule makes another thing.
    """
    way = SECOND_MODES[mode]
    if way.by_rows:
        check_even(problem)
    return _with_gaps(problem, direction, way.product(problem, direction))


def _with_gaps(problem: Problem, direction: Direction, found: Sequence[float]) -> list[float]:
    """A product, with nan where it needs a number of the Hessian that there is not."""
    gone = _without_slope(problem)
    touched = [any(no and d for no, d in zip(row, direction, strict=True)) for row in gone]
    return [math.nan if no else x for x, no in zip(found, touched, strict=True)]


def check_even(problem: Problem) -> None:
    """Refuse a user's rule that is the slopes of no function, so that its second derivatives depend on their order."""
    graph, varied = problem.graph, problem.graph.varied()
    for i in [i for i, op in enumerate(graph.ops) if op == CUSTOM]:
        bent = _bent(problem, i)
        for j, k in combinations([k for k, a in enumerate(graph.args[i]) if varied[a]], 2):
            one, other = bent[j][k], bent[k][j]
            if abs(one - other) > UNEVEN * (abs(one) + abs(other)):
                custom = graph.customs[int(graph.constants[i] or 0)]
                words = f"The rule for {custom.name} is the slopes of no function: its second derivatives are lopsided."
                hint = "Take forward-over-reverse, or the whole Hessian, which keeps the order."
                raise ADError("custom", words, custom.span, hint)


def _bent(problem: Problem, i: int) -> list[list[float]]:
    """The second derivatives of the operation at a node, by each pair of its arguments."""
    graph, values, floats = problem.graph, problem.recording.values, FloatAlgebra()
    args = [values[a] for a in graph.args[i]]
    rows = second_partials(RuleBook().find(graph, i))
    return [[0.0 if text is None else formula(floats, text, args, values[i]) for text in row] for row in rows]


def _without_slope(problem: Problem) -> list[list[bool]]:
    """Which entries belong to an input without a derivative at a point that has only numbers, and are not zero."""
    n = len(problem.leaves)
    nothing = [[False] * n for _ in range(n)]
    if not math.isnan(problem.outputs[0]) or any(map(math.isnan, problem.leaves)):
        return nothing
    lost = [math.isnan(slope) for slope in vjp(problem, [1.0])]
    meetings = hessian_pattern(problem.graph)
    return [[meet and (lost[i] or lost[j]) for j, meet in enumerate(row)] for i, row in enumerate(meetings)]
