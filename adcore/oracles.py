"""What a gradient is held against: a second way to the same numbers, and numbers that do not round.

A second way tells whether reverse mode can be trusted at a point. Four hundred digits tell whether a number that
differs is wrong, or right but for what floats did to it: exp(2*x)/exp(x) is 0 in floats at x = -400, tanh'(30) is 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from adcore.algebras.complexes import ComplexAlgebra
from adcore.algebras.precise import PreciseAlgebra
from adcore.errors import ADError
from adcore.graph import Graph
from adcore.interpreter import adjoints_of, run, sweep
from adcore.modes.numerical import DIFFERENCES, complex_slopes

SAME = 1e-9
"""In parts of its size, how far two precise numbers are apart that count as the same."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from: a node of a graph, with the value of every node."""

    graph: Graph
    values: Sequence[float]
    node: int


def oracle_name(graph: Graph) -> str:
    """The complex step where every operation allows it."""
    try:
        run(graph, ComplexAlgebra(), [complex(0.5)] * len(graph.inputs))
    except ADError:
        return "central difference"
    return "complex step"


def second_gradient(graph: Graph, leaves: Sequence[float], evaluate: Callable[[Sequence[float]], float]) -> list[float]:
    """The gradient by the oracle that `oracle_name` names; `evaluate` gives the output at other numbers."""
    rows = DIFFERENCES["richardson"]
    found = []
    stepped = oracle_name(graph) == "complex step"
    for j, x in enumerate(leaves):
        if stepped:
            found.append(complex_slopes(graph, leaves, j)[0])
            continue
        h = rows.step(x)
        moved = [([*leaves[:j], x + offset * h, *leaves[j + 1 :]], weight) for offset, weight in rows.points]
        found.append(sum(weight * evaluate(point) for point, weight in moved) / h)
    return found


def unrounded(output: Source, j: int, given: Source) -> tuple[float, float] | None:
    """The number given and the derivative of the output by input j, where without rounding they are the same.

    None where they are not, or where it cannot be told: a value is infinite on the way, or has no precise form.
    """
    if not all(map(math.isfinite, [*output.values, *given.values])):
        return None  # also keeps towers of exponentials from what never ends in exact numbers
    algebra = PreciseAlgebra()
    expected = _precise_slope(algebra, output, j)
    written = _precise_values(algebra, given)[given.node]
    if any(map(algebra.context.isnan, (expected, written))):
        return None
    if abs(written - expected) > SAME * max(abs(written), abs(expected)):
        return None
    return float(written), float(expected)


def _precise_values(algebra: PreciseAlgebra, source: Source) -> list[Any]:
    graph = source.graph
    return run(graph, algebra, [algebra.const(source.values[i]) for i in graph.inputs])


def _precise_slope(algebra: PreciseAlgebra, output: Source, j: int) -> Any:
    values = _precise_values(algebra, output)
    found = adjoints_of(sweep(output.graph, algebra, values, {output.node: algebra.const(1.0)}))
    return found.get(output.graph.inputs[j], algebra.const(0.0))
