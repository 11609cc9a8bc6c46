"""Rewriting graphs: what the passes do to one operation, and to a whole graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from adcore.columns import number_key
from adcore.graph import INPUT, ROOT, Context, Graph, GraphBuilder
from adcore.rules import Rule


def fold(rule: Rule, numbers: Sequence[float]) -> float:
    """The value of an operation on constants."""
    return rule.row.value(*numbers)


Result = float | int | tuple[str, int] | None
"""A float is the result itself, an int says which argument is the result, ("neg", i) that it is minus argument i."""


def _add(left: float | None, right: float | None, constant: float | None) -> Result:
    return 1 if left == 0 else 0 if right == 0 else None


def _sub(left: float | None, right: float | None, constant: float | None) -> Result:
    return 0 if right == 0 else ("neg", 1) if left == 0 else None


def _mul(left: float | None, right: float | None, constant: float | None) -> Result:
    if left == 0 or right == 0:
        return 0.0
    if left in (1, -1):
        return 1 if left == 1 else ("neg", 1)
    return 0 if right == 1 else ("neg", 0) if right == -1 else None


def _div(left: float | None, right: float | None, constant: float | None) -> Result:
    return 0 if right == 1 else 0.0 if left == 0 else ("neg", 0) if right == -1 else None


def _pow(left: float | None, right: float | None, constant: float | None) -> Result:
    return 0 if right == 1 else 1.0 if right == 0 else None


def _powi(left: float | None, right: float | None, constant: float | None) -> Result:
    return 0 if constant == 1 else 1.0 if constant == 0 else None


def _neg(left: float | None, right: float | None, constant: float | None) -> Result:
    return "neg", 0


_PEEPHOLES: Mapping[str, Callable[[float | None, float | None, float | None], Result]] = MappingProxyType(
    {"add": _add, "sub": _sub, "mul": _mul, "div": _div, "pow": _pow, "powi": _powi, "neg": _neg}
)


def peephole(op: str, constant: float | None, numbers: Sequence[float | None], exact: bool = False) -> Result:
    """What an operation amounts to when some arguments are known numbers; None if nothing simpler is known.

    Zero times anything is zero: in a derivative program zeros are structure. But if it is to be `exact`, what zero is
    multiplied with may be infinite, and is not lost, nor is x of x**0; then only the sign of a zero may differ.
    """
    look = _PEEPHOLES.get(op)
    found = look(numbers[0], numbers[-1], constant) if look else None
    return None if exact and isinstance(found, float) else found


def prune(graph: Graph) -> Graph:
    """Without the nodes that no output needs; inputs stay."""
    kept = needed(graph, graph.outputs)
    return graph if len(kept) == len(graph) else restrict(graph, kept, graph.outputs, graph.contexts)


def needed(nodes: Graph | GraphBuilder, outputs: Sequence[int]) -> list[int]:
    """The inputs, and the nodes that these outputs need, in order."""
    keep, args = [op == INPUT for op in nodes.ops], nodes.args
    for i in outputs:
        keep[i] = True
    for i in range(len(keep) - 1, -1, -1):
        if keep[i]:
            for a in args[i]:
                keep[a] = True
    return [i for i, is_needed in enumerate(keep) if is_needed]


def restrict(
    nodes: Graph | GraphBuilder, kept: Sequence[int], outputs: Sequence[int], contexts: Sequence[Context] = (ROOT,)
) -> Graph:
    """Only these nodes, which need no others."""
    moved = [0] * len(nodes.ops)
    for new, old in enumerate(kept):
        moved[old] = new
    args, ops = nodes.args, tuple([nodes.ops[i] for i in kept])
    return Graph(
        ops,
        tuple([tuple([moved[a] for a in args[i]]) for i in kept]),
        tuple([nodes.constants[i] for i in kept]),
        tuple([nodes.names[i] for i in kept]),
        tuple([nodes.spans[i] for i in kept]),
        tuple([nodes.in_context[i] for i in kept]),
        tuple([new for new, op in enumerate(ops) if op == INPUT]),
        tuple([moved[i] for i in outputs]),
        tuple(contexts),
    )


def share(graph: Graph) -> tuple[Graph, dict[int, int]]:
    """Equal operations become one node. Also says where each old node went.

    >>> share(graph_of("x1/x2 + sin(x1/x2)"))  # the second x1/x2 is the first
    """
    known: dict[tuple[str, tuple[int, ...], float | str], int] = {}
    moved: dict[int, int] = {}
    nodes = GraphBuilder()
    for node in graph:
        args = tuple(moved[a] for a in node.args)
        key = (node.op, args, number_key(node.constant))
        if node.op == INPUT or key not in known:
            known[key] = nodes.copy(node, args)
        moved[node.id] = known[key]
        nodes.names[known[key]] = nodes.names[known[key]] or node.name
    decisions = [type(d)(moved[d.node], d.taken, d.span) for d in graph.decisions]
    return nodes.graph([moved[i] for i in graph.outputs], graph.contexts, decisions, graph.customs), moved
