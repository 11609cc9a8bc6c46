"""A graph cut into the turns of its loop: the part before, one part for each turn, and the part after.

Each part is a graph of its own. Its inputs are the values that it takes over, its outputs those that it hands on, so
that running part after part is running the whole, and sweeping back part after part is one reverse sweep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from adcore.errors import ADError
from adcore.graph import CONST, INPUT, Graph, GraphBuilder

HINT = "Write the steps as a loop that takes at least one turn at this point."


@dataclass(frozen=True, slots=True)
class Part:
    """`taken` and `given` are the nodes of the whole graph that `graph.inputs` and `graph.outputs` stand for.

    `nodes` are those that all nodes of `graph` stand for; those before `start` were made by earlier parts.
    """

    graph: Graph
    taken: tuple[int, ...]
    given: tuple[int, ...]
    nodes: tuple[int, ...]
    start: int


@dataclass(frozen=True, slots=True)
class Chain:
    """The whole graph in parts, in the order in which they run."""

    before: Part
    turns: tuple[Part, ...]
    after: Part


def cut(graph: Graph) -> Chain:
    """Cut a graph at the turns of its largest outermost loop. Raises ADError where there is no loop."""
    starts, past = _turn_starts(graph)
    bounds = [0, *starts, past, len(graph)]
    last_use = _last_uses(graph)
    parts: list[Part] = []
    for start, end in pairwise(bounds):
        parts.append(_part(graph, last_use, parts[-1].given if parts else (), start, end))
    return Chain(parts[0], tuple(parts[1:-1]), parts[-1])


def _turn_starts(graph: Graph) -> tuple[list[int], int]:
    """The first node of each turn, and the first node after the loop. What stands between turns ends the earlier."""
    outermost: list[int | None] = []
    for k, context in enumerate(graph.contexts):
        above = None if context.parent is None else outermost[context.parent]
        outermost.append(k if above is None and context.kind == "loop" else above)
    loops: dict[tuple[object, object], list[int]] = {}
    for i, context_id in enumerate(graph.in_context):
        turn = outermost[context_id]
        if turn is not None:
            loops.setdefault((graph.contexts[turn].parent, graph.contexts[turn].span), []).append(i)
    if not loops:
        words = "There is no loop here whose turns compute with the inputs, so there is no state to store."
        raise ADError("loop", words, None, HINT)
    nodes = max(loops.values(), key=len)
    turn_of = [outermost[graph.in_context[i]] for i in nodes]
    starts = [i for i, turn, previous in zip(nodes, turn_of, [None, *turn_of], strict=False) if turn != previous]
    return starts, nodes[-1] + 1


def _last_uses(graph: Graph) -> list[int]:
    """For each node the last that reads it. Constants are never handed on."""
    return [-1 if op == CONST else use for op, use in zip(graph.ops, graph.last_uses(), strict=True)]


def _part(graph: Graph, last_use: Sequence[int], handed_on: Sequence[int], start: int, end: int) -> Part:
    """The nodes from `start` up to `end` as a graph; what it only passes on goes straight through."""
    nodes, taken = GraphBuilder(), list(handed_on)
    moved = {i: nodes.add(INPUT, name=graph.names[i]) for i in taken}
    for node in (graph[i] for i in range(start, end)):
        for a in node.args:
            if a not in moved:  # a constant of an earlier part
                moved[a] = nodes.copy(graph[a], ())
        moved[node.id] = nodes.copy(node, tuple(moved[a] for a in node.args))
        taken += [node.id] * (node.op == INPUT)
    given = [i for i in moved if last_use[i] >= end]
    part = nodes.graph([moved[i] for i in given], graph.contexts, (), graph.customs)
    return Part(part, tuple(taken), tuple(given), tuple(moved), start)
