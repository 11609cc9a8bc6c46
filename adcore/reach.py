"""What depends on what in a graph, for all nodes at once.

In a graph as it is recorded nearly every operation depends on the inputs and nearly every one is needed: that takes a
few looks at whole columns to see. Where it is not so, `Graph.varied` and `Graph.useful` go from node to node.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from adcore.columns import FEW, Arguments, Flat
from adcore.graph import CONST, INPUT, Graph

Flags = NDArray[np.bool_]
LAYERS = 8
"""How many layers of nodes that nobody needs are taken off before the graph is walked through."""


def varied(graph: Graph) -> Flags:
    """For each node whether it depends on the inputs. Structure, not numbers; of a recorded graph worked out once."""
    if not isinstance(graph.args, Arguments):
        return np.array(graph.varied(), bool)
    columns = graph.flat()
    return columns.keep(varied, lambda: _varied(graph, columns))


def _varied(graph: Graph, columns: Flat) -> Flags:
    if len(graph) > FEW:
        moving = ~columns.is_a(CONST)
        before = np.zeros(len(columns.ids) + 1, np.intc)  # how many arguments move, up to each
        moving.take(columns.ids).cumsum(out=before[1:])
        ends = before.take(columns.first)
        if np.array_equal((ends[1:] > ends[:-1]) | columns.is_a(INPUT), moving):  # by induction
            return moving
    return np.array(graph.varied(), bool)


def useful(graph: Graph, outputs: Sequence[int] | None = None) -> Flags:
    """For each node whether an output (any, unless ids are given) depends on it."""
    if len(graph) <= FEW:
        return np.array(graph.useful(outputs), bool)
    columns = graph.flat()
    ends = np.zeros(len(graph), bool)
    ends[list(graph.outputs if outputs is None else outputs)] = True
    needed = ends.copy()
    needed[columns.ids] = True
    if needed.all():  # each leads on to a later one, and the last to an output
        return needed
    owner = columns.owner
    for _ in range(LAYERS):
        read = ends.copy()
        read[columns.ids[needed.take(owner)]] = True
        if bool((read >= needed).all()):
            return needed
        needed &= read
    return np.array(graph.useful(outputs), bool)


def tests(graph: Graph) -> Flags:
    """For each node whether it only serves to decide a branch; of a recorded graph worked out once."""
    if not graph.decisions:
        return np.zeros(len(graph), bool)
    columns = graph.flat()
    return columns.keep(tests, lambda: _tests(graph, columns))


def _tests(graph: Graph, columns: Flat) -> Flags:
    deciding = useful(graph, [decision.node for decision in graph.decisions])
    return deciding & ~useful(graph) & ~columns.is_a(INPUT, CONST)
