"""What modes have in common when they are told as events: values, whole sweeps, the steps of a sweep back, results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from adcore.events import Event
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import Contribution


def tell_values(graph: Graph, values: Iterable[float]) -> Iterator[Event]:
    """The values of all nodes but constants; of a decision what was decided."""
    for i, (kind, value) in enumerate(zip(kinds_of(graph), values, strict=True)):
        if kind is not None:
            yield Event("primal", kind, i, value)


def kinds_of(graph: Graph) -> list[str | None]:
    """As what the value of each node is told; None for constants, which are not."""
    deciding = frozenset(decision.node for decision in graph.decisions)
    kinds = ("branch" if i in deciding else "value" for i in range(len(graph)))
    return [None if op == CONST else kind for op, kind in zip(graph.ops, kinds, strict=True)]


def tell_tangents(
    graph: Graph, tangents: Sequence[float | None], source: int | None = None, arg: int | None = None
) -> Iterator[Event]:
    """What moves in one sweep forward: the seeds of inputs, the tangents of other nodes; None is zero by structure."""
    for i, (kind, tangent) in enumerate(zip(kinds_of(graph), tangents, strict=True)):
        if tangent is not None and kind == "value":
            yield Event("tangent", "seed" if graph.ops[i] == INPUT else "tangent", i, tangent, source, arg)


def tell_adjoints(
    seeds: Mapping[int, float],
    reached: Iterable[int],
    adjoints: Mapping[int, float],
    source: int | None = None,
    arg: int | None = None,
) -> Iterator[Event]:
    """One sweep back: the seeds of outputs, then the adjoints of the nodes that it reached, in its order."""
    yield from (Event("adjoint", "seed", i, seed, source, arg) for i, seed in seeds.items())
    yield from (Event("adjoint", "adjoint", i, adjoints[i], source, arg) for i in reached)


def tell_step(step: Contribution[float], nodes: Sequence[int]) -> Event:
    """One edge, or an adjoint that is complete; `nodes` says what the nodes of the sweep are called."""
    node, target = nodes[step.node], nodes[step.target]
    if step.arg < 0:
        return Event("adjoint", "adjoint", node, step.running)
    return Event("adjoint", "contribution", target, step.running, node, step.arg, step.partial)


def tell_results(phase: str, nodes: Sequence[int], results: Iterable[float]) -> Iterator[Event]:
    """What came out, one number for each of these nodes."""
    return (Event(phase, "result", i, result) for i, result in zip(nodes, results, strict=True))


def tell_jacobian(phase: str, graph: Graph, rows: Iterable[Iterable[float]], operations: int = 0) -> Iterator[Event]:
    """A Jacobian row by row: `node` is the output, `source` the input."""
    for output, row in zip(graph.outputs, rows, strict=True):
        for source, slope in zip(graph.inputs, row, strict=True):
            yield Event(phase, "result", output, slope, source, operations=operations)
