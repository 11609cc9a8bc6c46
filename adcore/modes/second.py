"""Second order: Hessian-vector products and Hessians, by each of the ways to put one derivative over another.

Each way gives the Hessian of the first output. They differ in what they cost: with a reverse sweep in it, a product
with a direction takes a fixed multiple of one evaluation; without, a pass for each input. (Griewank & Walther 2008,
section 3.2 and chapter 5; Pearlmutter, Fast exact multiplication by the Hessian, 1994.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from adcore.algebras.duals import Dual, DualAlgebra
from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.hyperduals import HyperDual, HyperDualAlgebra
from adcore.algebras.staging import StagingAlgebra
from adcore.errors import ADError
from adcore.events import Event
from adcore.graph import Graph
from adcore.interpreter import Algebra, Contribution, adjoints_of, run, sweep
from adcore.modes.evaluate import OneByOne, operations_at
from adcore.modes.forward import push
from adcore.modes.forward import steps as forward_steps
from adcore.modes.reverse import seeds_of
from adcore.problem import Problem

Direction = Sequence[float]


def forward_over_reverse(problem: Problem, direction: Direction) -> list[float]:
    """The reverse sweep, run over dual numbers: the adjoint of each input has a tangent, and that is the answer."""
    graph, floats = problem.graph, FloatAlgebra()
    algebra = DualAlgebra(floats)
    duals = push(graph, floats, problem.leaves, direction)
    weights = [1.0] + [0.0] * (len(graph.outputs) - 1)
    adjoints = adjoints_of(sweep(graph, algebra, duals, seeds_of(graph, algebra, weights)))
    return [float(adjoints[i].tangent or 0.0) if i in adjoints else 0.0 for i in graph.inputs]


class Steps(OneByOne):
    """Forward over reverse along a direction, at as many points as one likes."""

    def __init__(self, graph: Graph, along: Sequence[float]) -> None:
        super().__init__(graph, lambda algebra, inputs: steps(graph, algebra, push(graph, algebra, inputs, along)))


def steps(graph: Graph, algebra: Algebra[Any], duals: Sequence[Dual[Any]]) -> Iterator[Event]:
    """Forward over reverse, stepped: values and tangents rise, then adjoints fall, and with each its own tangent.

    The tangent of an adjoint has two kinds of summands, for a product has two factors: `contribution`, the partial
    times the tangent of the user's adjoint, and `curvature`, the tangent of the partial times the user's adjoint.
    """
    yield from forward_steps(graph, duals)
    seeds = seeds_of(graph, DualAlgebra(algebra), [1.0])
    for i, seed in seeds.items():
        yield Event("adjoint", "seed", i, float(seed.primal), operations=operations_at(seed.primal))
        yield Event("second", "seed", i, 0.0)
    adjoint, sums = Dual(0.0), dict[int, float]()
    for step in sweep(graph, DualAlgebra(algebra), duals, seeds):
        if step.arg < 0:
            adjoint = step.running
            yield from _complete(step)
        else:
            yield from _edge(step, adjoint, sums)


def _complete(step: Contribution[Any]) -> Iterator[Event]:
    adjoint, tangent = step.running.primal, step.running.tangent
    yield Event("adjoint", "adjoint", step.node, float(adjoint), operations=operations_at(adjoint))
    yield Event("second", "adjoint", step.node, _number(tangent), operations=operations_at(tangent))


def _edge(step: Contribution[Any], adjoint: Dual[Any], sums: dict[int, float]) -> Iterator[Event]:
    """One edge: what it adds to an adjoint, and the terms that it adds to that adjoint's tangent. `sums` are those."""
    local, running, edge = step.partial, step.running, (step.node, step.arg)
    assert local is not None
    partial, done = float(local.primal), operations_at(running.primal)
    yield Event("adjoint", "contribution", step.target, float(running.primal), *edge, partial, done)
    total, count = _number(running.tangent), operations_at(running.tangent)
    if adjoint.tangent is not None:
        passed = sums.get(step.target, 0.0) + float(adjoint.tangent) * partial
        value = total if local.tangent is None else passed
        yield Event("second", "contribution", step.target, value, *edge, partial, count)
    if local.tangent is not None:
        yield Event("second", "curvature", step.target, total, *edge, float(local.tangent), count)
    sums[step.target] = total


def _number(tangent: Any) -> float:
    return 0.0 if tangent is None else float(tangent)


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
    """One product with a direction for each input."""
    product = SECOND_MODES[mode].product
    return [product(problem, _unit(problem, i)) for i in range(len(problem.leaves))]
