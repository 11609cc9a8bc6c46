"""Rewriting graphs: what the passes do to one operation, and to a whole graph."""

from __future__ import annotations

from collections.abc import Sequence

from adcore.graph import INPUT, Graph, GraphBuilder
from adcore.rules import Rule


def fold(rule: Rule, numbers: Sequence[float]) -> float:
    """The value of an operation on constants."""
    return rule.row.value(*numbers)


def peephole(op: str, constant: float | None, numbers: Sequence[float | None]) -> float | int | tuple[str, int] | None:
    """What an operation amounts to when some arguments are known numbers.

    A float is the result itself, an int says which argument is the result, ("neg", i) that it is minus argument i,
    None that nothing simpler is known. Zero times anything is zero: in a derivative program zeros are structure.
    """
    left, right = (numbers[0] if numbers else None), (numbers[1] if len(numbers) > 1 else None)
    found: dict[str, list[tuple[bool, float | int | tuple[str, int]]]] = {
        "add": [(left == 0, 1), (right == 0, 0)],
        "sub": [(right == 0, 0), (left == 0, ("neg", 1))],
        "mul": [
            (left == 0 or right == 0, 0.0),
            (left == 1, 1),
            (right == 1, 0),
            (left == -1, ("neg", 1)),
            (right == -1, ("neg", 0)),
        ],
        "div": [(right == 1, 0), (left == 0, 0.0), (right == -1, ("neg", 0))],
        "pow": [(right == 1, 0), (right == 0, 1.0)],
        "powi": [(constant == 1, 0), (constant == 0, 1.0)],
        "neg": [(True, ("neg", 0))],
    }
    return next((result for holds, result in found.get(op, []) if holds), None)


def prune(graph: Graph) -> Graph:
    """Without the nodes that no output needs; inputs stay."""
    keep = graph.useful()
    moved: dict[int, int] = {}
    nodes = GraphBuilder()
    for node in graph:
        if keep[node.id] or node.op == INPUT:
            moved[node.id] = nodes.copy(node, tuple(moved[a] for a in node.args))
    return nodes.graph([moved[i] for i in graph.outputs], graph.contexts)


def share(graph: Graph) -> tuple[Graph, dict[int, int]]:
    """Equal operations become one node. Also says where each old node went.

    >>> share(graph_of("x1/x2 + sin(x1/x2)"))  # the second x1/x2 is the first
    """
    known: dict[tuple[str, tuple[int, ...], float | None], int] = {}
    moved: dict[int, int] = {}
    nodes = GraphBuilder()
    for node in graph:
        args = tuple(moved[a] for a in node.args)
        key = (node.op, args, node.constant)
        if node.op == INPUT or key not in known:
            known[key] = nodes.copy(node, args)
        moved[node.id] = known[key]
        nodes.names[known[key]] = nodes.names[known[key]] or node.name
    decisions = [type(d)(moved[d.node], d.taken, d.span) for d in graph.decisions]
    return nodes.graph([moved[i] for i in graph.outputs], graph.contexts, decisions, graph.customs), moved
