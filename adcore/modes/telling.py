"""What modes have in common when they are told as events: values, and the steps of a sweep back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adcore.events import Event
from adcore.graph import CONST, Graph
from adcore.interpreter import Contribution


def tell_values(graph: Graph, values: Iterable[float]) -> Iterator[Event]:
    """The values of all nodes but constants; of a decision what was decided."""
    deciding = frozenset(decision.node for decision in graph.decisions)
    for i, (op, value) in enumerate(zip(graph.ops, values, strict=True)):
        if op != CONST:
            yield Event("primal", "branch" if i in deciding else "value", i, value)


def tell_step(step: Contribution[float], nodes: Sequence[int]) -> Event:
    """One edge, or an adjoint that is complete; `nodes` says what the nodes of the sweep are called."""
    node, target = nodes[step.node], nodes[step.target]
    if step.arg < 0:
        return Event("adjoint", "adjoint", node, step.running)
    return Event("adjoint", "contribution", target, step.running, node, step.arg, step.partial)


def tell_results(phase: str, nodes: Sequence[int], results: Iterable[float]) -> Iterator[Event]:
    """What came out, one number for each of these nodes."""
    return (Event(phase, "result", i, result) for i, result in zip(nodes, results, strict=True))
