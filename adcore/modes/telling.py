"""What modes have in common when they are told as events: values, and the steps of a sweep back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adcore.events import Event
from adcore.graph import CONST, Graph
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


def tell_step(step: Contribution[float], nodes: Sequence[int]) -> Event:
    """One edge, or an adjoint that is complete; `nodes` says what the nodes of the sweep are called."""
    node, target = nodes[step.node], nodes[step.target]
    if step.arg < 0:
        return Event("adjoint", "adjoint", node, step.running)
    return Event("adjoint", "contribution", target, step.running, node, step.arg, step.partial)


def tell_results(phase: str, nodes: Sequence[int], results: Iterable[float]) -> Iterator[Event]:
    """What came out, one number for each of these nodes."""
    return (Event(phase, "result", i, result) for i, result in zip(nodes, results, strict=True))
