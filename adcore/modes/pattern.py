"""Where a Hessian can be other than zero: found from the graph alone, no number is looked at.

Inputs meet where an operation with a second partial joins them; sums join nothing. For x*y + sin(z) the pattern has
(x, y), (y, x) and (z, z). (Walther, Computing sparse Hessians with automatic differentiation, ACM TOMS 2008.)
"""

from __future__ import annotations

from collections.abc import Iterator

from adcore.algebras.hyperduals import Curvatures, second_partials
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import RuleBook


def hessian_pattern(graph: Graph) -> list[list[bool]]:
    """For each pair of inputs whether the second derivative of an output by both can be other than zero."""
    met = [0] * len(graph.inputs)
    useful, reaches = graph.useful(), inputs_of(graph)
    for left, right in _meetings(graph, reaches, useful):
        for some, others in ((left, right), (right, left)):
            for j in members(some):
                met[j] |= others
    return [[bool(row >> k & 1) for k in range(len(met))] for row in met]


def inputs_of(graph: Graph) -> list[int]:
    """For each node the inputs whose changes reach it, as the bits of a number."""
    rules, reaches = RuleBook(), [0] * len(graph)
    for j, i in enumerate(graph.inputs):
        reaches[i] = 1 << j
    for i, op in enumerate(graph.ops):
        if op in (INPUT, CONST):
            continue
        rule = rules.find(graph, i)
        for k, a in enumerate(graph.args[i]):
            reaches[i] |= 0 if rule.flat[k] else reaches[a]
    return reaches


def _meetings(graph: Graph, reaches: list[int], useful: list[bool]) -> Iterator[tuple[int, int]]:
    """Per operation and pair of its arguments with a second partial, the inputs behind the one and the other."""
    rules, known = RuleBook(), dict[int, Curvatures]()
    for i, args in enumerate(graph.args):
        if not useful[i] or graph.ops[i] in (INPUT, CONST):
            continue
        rule = rules.find(graph, i)
        rows = known.get(id(rule)) or known.setdefault(id(rule), second_partials(rule))
        for a, row in zip(args, rows, strict=True):
            yield from ((reaches[a], reaches[b]) for b, text in zip(args, row, strict=True) if text is not None)


def members(bits: int) -> Iterator[int]:
    """The places of the bits that are set, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
