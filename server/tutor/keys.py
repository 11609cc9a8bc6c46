"""Right answers as they are written in a key: an order that works, a derivative as a formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adcore.algebras.text import PLAIN, TextAlgebra
from adcore.graph import Graph
from adcore.interpreter import run
from adcore.problem import pose
from adcore.simplify import prune
from adcore.staged import stage_reverse
from server.tutor.blanks import Formula, Order

LONGEST_FORMULA = 60
"""Operations, written out, up to which a derivative is a formula that anybody would read."""
ANY_FORMULA = "any formula that has the same values"


def write_order(key: Order) -> str:
    """An order in which every pair is kept: of those that may come next, always the first."""
    left, order = list(key.items), list[str]()
    while left:
        waiting = {later for first, later in key.pairs if first in left}
        chosen = next(item for item in left if item not in waiting)
        order.append(chosen)
        left.remove(chosen)
    return ", ".join(order)


def write_formula(key: Formula) -> str:
    """The derivative as reverse mode works it out, shared work written out; words where that is too long.

    >>> write_formula(Formula("x*sin(x)", {"x": 2.0}, 0))
    'sin(x) + x * cos(x)'
    """
    staged = stage_reverse(pose(key.source, key.at, key.limits).graph)
    alone = prune(replace(staged, outputs=(staged.outputs[1 + key.index],)))
    wanted = alone.outputs[0]
    if _written_out(alone)[wanted] > LONGEST_FORMULA:
        return ANY_FORMULA
    writer = TextAlgebra(PLAIN)
    return run(alone, writer, [writer.letter(name) for name in _names(alone)])[wanted].text


def _names(graph: Graph) -> Sequence[str]:
    return [graph.names[i] or "" for i in graph.inputs]


def _written_out(graph: Graph) -> list[int]:
    """How many operations the formula of every node has where nothing is shared."""
    sizes: list[int] = []
    for args in graph.args:
        sizes.append(sum(sizes[a] for a in args) + 1 if args else 0)
    return sizes
