"""Rewriting graphs: what the passes do to one operation, and to a whole graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from adcore.columns import number_key
from adcore.graph import INPUT, Graph, GraphBuilder
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
    kept = needed(graph.args, graph.inputs, graph.outputs)
    if len(kept) == len(graph):
        return graph
    args, moved = renumber(graph.args, kept)
    return Graph(
        tuple([graph.ops[i] for i in kept]),
        args,
        tuple([graph.constants[i] for i in kept]),
        tuple([graph.names[i] for i in kept]),
        tuple([graph.spans[i] for i in kept]),
        tuple([graph.in_context[i] for i in kept]),
        tuple([moved[i] for i in graph.inputs]),
        tuple([moved[i] for i in graph.outputs]),
        tuple(graph.contexts),
    )


def needed(args: Sequence[tuple[int, ...]], inputs: Sequence[int], outputs: Sequence[int]) -> Sequence[int]:
    """The inputs, and the nodes that these outputs need, in order; `args` are the arguments of every node.

    Where each node is used or an output, all are needed: each leads on to a later one, and the last to an output.
    """
    if len(set(inputs).union(outputs, *args)) == len(args):
        return range(len(args))
    keep = [False] * len(args)
    for i in (*inputs, *outputs):
        keep[i] = True
    for i in range(len(keep) - 1, -1, -1):
        if keep[i]:
            for a in args[i]:
                keep[a] = True
    return [i for i, is_needed in enumerate(keep) if is_needed]


def renumber(args: Sequence[tuple[int, ...]], kept: Sequence[int]) -> tuple[tuple[tuple[int, ...], ...], Sequence[int]]:
    """The arguments of the kept nodes, which need no others, counted anew, and the new id of each node."""
    if len(kept) == len(args):
        return tuple(args), range(len(args))
    moved = [0] * len(args)
    for new, old in enumerate(kept):
        moved[old] = new
    return tuple([tuple(map(moved.__getitem__, args[i])) for i in kept]), moved


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
