"""Where a Hessian can be other than zero: found from the graph alone, no number is looked at.

Inputs meet where an operation with a second partial joins them; sums join nothing. For x*y + sin(z) the pattern has
(x, y), (y, x) and (z, z). (Walther, Computing sparse Hessians with automatic differentiation, ACM TOMS 2008.)
"""

from __future__ import annotations

from collections.abc import Iterator

from adcore.algebras.hyperduals import Curvatures, second_partials
from adcore.events import Event
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import RuleBook


def hessian_pattern(graph: Graph) -> list[list[bool]]:
    """For each pair of inputs whether the second derivative of an output by both can be other than zero."""
    met = [0] * len(graph.inputs)
    useful, reaches = graph.useful(), inputs_of(graph)
    for _, left, right in _meetings(graph, reaches, useful):
        _join(met, left, right)
    return _rows(met)


def _rows(met: list[int]) -> list[list[bool]]:
    return [[bool(row >> k & 1) for k in range(len(met))] for row in met]


def steps(graph: Graph) -> Iterator[Event]:
    """The pattern of a Hessian as events: operations where inputs meet, with the entries that they add; then the rows.

    A result is 1 where the second derivative by `node` and `source` can be other than zero, else 0. For x*y:

        x*y: entry (x, y), entry (y, x);   results 0, 1, 1, 0
    """
    met, inputs, told = [0] * len(graph.inputs), graph.inputs, -1
    for i, left, right in _meetings(graph, inputs_of(graph), graph.useful()):
        for j, fresh in _join(met, left, right):
            if i != told:
                told = i
                yield Event("pattern", "meeting", i)
            yield from (Event("pattern", "nonzero", inputs[j], None, inputs[k]) for k in members(fresh))
    for i, row in zip(inputs, _rows(met), strict=True):
        yield from (Event("pattern", "result", i, float(entry), k) for k, entry in zip(inputs, row, strict=True))


def _join(met: list[int], left: int, right: int) -> list[tuple[int, int]]:
    """Let the inputs on both sides meet; for each those that it had not met, as bits."""
    found: list[tuple[int, int]] = []
    for some, others in ((left, right), (right, left)) if left != right else ((left, right),):
        for j in members(some):
            fresh = others & ~met[j]
            if fresh:
                met[j] |= fresh
                found.append((j, fresh))
    return found


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


def _meetings(graph: Graph, reaches: list[int], useful: list[bool]) -> Iterator[tuple[int, int, int]]:
    """Per operation and pair of its arguments with a second partial: it, the inputs behind the one and the other."""
    rules, known = RuleBook(), dict[int, Curvatures]()
    for i, args in enumerate(graph.args):
        if not useful[i] or graph.ops[i] in (INPUT, CONST):
            continue
        rule = rules.find(graph, i)
        rows = known.get(id(rule)) or known.setdefault(id(rule), second_partials(rule))
        for a, row in zip(args, rows, strict=True):
            yield from ((i, reaches[a], reaches[b]) for b, text in zip(args, row, strict=True) if text is not None)


def members(bits: int) -> Iterator[int]:
    """The places of the bits that are set, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
