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
ROUNDED, TINY = 1e-15, 1e-30
"""In parts of the size of terms, what the rounding of constants may do; and the rounding of what is worked out here."""


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
    pair = _precise_pair(output, j, given)
    return (float(pair[0]), float(pair[1])) if pair and _is_same(*pair) else None


def refuted(output: Source, j: int, given: Source, size: float) -> tuple[float, float] | None:
    """A number given and the derivative where they differ without rounding; `size` is that of the derivative's terms.

    Floats do not tell in x**20 - x**20 + x at 10. What the rounding of constants, as of 0.1, may do refutes nothing.
    """
    pair = _precise_pair(output, j, given)
    if pair is None or _is_same(*pair):
        return None
    constants = [c for graph in (output.graph, given.graph) for c in graph.constants if c is not None]
    rounding = TINY if all(c == round(c) for c in constants) else ROUNDED
    return (float(pair[0]), float(pair[1])) if abs(pair[0] - pair[1]) > rounding * size else None


def _precise_pair(output: Source, j: int, given: Source) -> tuple[Any, Any] | None:
    """The number given and the derivative without rounding; None where that cannot be told."""
    if not all(map(math.isfinite, [*output.values, *given.values])):
        return None  # also keeps towers of exponentials from what never ends in exact numbers
    algebra = PreciseAlgebra()
    expected = _precise_slope(algebra, output, j)
    written = _precise_values(algebra, given)[given.node]
    return None if any(map(algebra.context.isnan, (expected, written))) else (written, expected)


def _is_same(written: Any, expected: Any) -> bool:
    return bool(abs(written - expected) <= SAME * max(abs(written), abs(expected)))


def _precise_values(algebra: PreciseAlgebra, source: Source) -> list[Any]:
    graph = source.graph
    return run(graph, algebra, [algebra.const(source.values[i]) for i in graph.inputs])


def _precise_slope(algebra: PreciseAlgebra, output: Source, j: int) -> Any:
    values = _precise_values(algebra, output)
    found = adjoints_of(sweep(output.graph, algebra, values, {output.node: algebra.const(1.0)}))
    return found.get(output.graph.inputs[j], algebra.const(0.0))
