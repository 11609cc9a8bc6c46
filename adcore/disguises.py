"""Functions of the table that a program writes out: 1/(1 + exp(-x)) is the logistic function of x.

Who differentiates such a program by a rule learnt by heart, s*(1 - s), makes the mistakes of that rule. A function is
known by its values and slopes at several points, not by how it is written.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from adcore.algebras.floats import FloatAlgebra
from adcore.around import FLAT_PIECES
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import partial as partial_of
from adcore.rules import PRIMITIVES, Rule, find_rule

Disguise = tuple[int, int, Rule]
"""A node, the node of which it is a function of the table, and that function."""
LARGEST = 60
"""Nodes up to which functions that are written out are looked for."""
POWERS = (2.0, 3.0, 4.0, 5.0)


def find_disguises(
    graph: Graph, values: Sequence[Sequence[float]], slopes: Sequence[NDArray[np.float64]]
) -> tuple[Disguise, ...]:
    """The functions that are written out in a graph; `values` and `slopes` are those of its nodes at several points.

    Of 1/(1 + exp(-x)) the last operation is the logistic function of x.
    """
    if len(graph) > LARGEST or len(values) < 2:
        return ()
    likely = _of_value(graph, values[0])
    return tuple(each for each in likely if all(map(_fits, [each] * len(values), values, slopes)))


def _of_value(graph: Graph, values: Sequence[float]) -> Iterator[Disguise]:
    """What has the value of a function at one point."""
    numbers, varied, nodes = np.array(values), graph.varied(), np.arange(len(graph))
    made = np.array([moves and op not in (INPUT, CONST) for moves, op in zip(varied, graph.ops, strict=True)])
    for inner, rule in product([i for i, moves in enumerate(varied) if moves], functions()):
        x = FloatAlgebra().apply(rule, [values[inner]])
        if math.isfinite(x):
            same = np.flatnonzero(made & (nodes > inner) & (np.abs(numbers - x) <= 1e-12 * abs(x))).tolist()
            yield from ((node, inner, rule) for node in same if graph.ops[node] != rule.row.name)


def _fits(disguise: Disguise, values: Sequence[float], slopes: NDArray[np.float64]) -> bool:
    """Whether a node has the value and the slopes of a function at a point."""
    node, inner, rule = disguise
    x, y = values[inner], FloatAlgebra().apply(rule, [values[inner]])
    p = partial_of(FloatAlgebra(), rule, [x], y, 0)
    return bool(np.allclose([y, *(p * slopes[inner])], [values[node], *slopes[node]], 1e-9, 1e-12))


@lru_cache(maxsize=1)
def functions() -> tuple[Rule, ...]:
    """The smooth functions of one number in the table, and small powers."""
    rows = [rule for rule in PRIMITIVES.values() if len(rule.row.args) == 1 and rule.row.name not in FLAT_PIECES]
    plain = [rule for rule in rows if rule.row.name not in ("neg", "powi", "polygamma")]
    return (*plain, *(find_rule("powi", power, 1) for power in POWERS))
