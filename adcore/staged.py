"""Derivatives as programs: the function, its columns or its rows, written by running a graph over staged nodes."""

from __future__ import annotations

from adcore.algebras.duals import Dual, DualAlgebra
from adcore.algebras.staging import StagingAlgebra
from adcore.graph import Graph
from adcore.interpreter import adjoints_of, run, sweep


def stage_function(graph: Graph) -> Graph:
    """The program of the function alone: shared, folded, without what no output needs."""
    staging, inputs = _begin(graph)
    values = staging.write(graph, inputs)
    return staging.graph([values[i] for i in graph.outputs])


def stage_forward(graph: Graph) -> Graph:
    """The program whose outputs are the function's, then its Jacobian column by column, by forward mode."""
    staging, inputs = _begin(graph)
    values = staging.write(graph, inputs)
    wanted = [values[i] for i in graph.outputs]
    for j in range(len(inputs)):
        seeded = [Dual(x, staging.const(1.0) if i == j else None) for i, x in enumerate(inputs)]
        duals = run(graph, DualAlgebra(staging), seeded)
        tangents = [duals[i].tangent for i in graph.outputs]
        wanted += [staging.const(0.0) if tangent is None else tangent for tangent in tangents]
    return staging.graph(wanted)


def stage_reverse(graph: Graph, calls: bool = False) -> Graph:
    """The program whose outputs are the function's, then its Jacobian row by row, then the tests of its decisions.

    To be differentiated again, it keeps the `calls` of functions with rules of their own.
    """
    staging, inputs = _begin(graph, calls)
    values = staging.write(graph, inputs)
    wanted = [values[i] for i in graph.outputs]
    for i in graph.outputs:
        adjoints = adjoints_of(sweep(graph, staging, values, {i: staging.const(1.0)}))
        wanted += [adjoints[k] if k in adjoints else staging.const(0.0) for k in graph.inputs]
    return staging.graph([*wanted, *(values[d.node] for d in graph.decisions)])


def _begin(graph: Graph, calls: bool = False) -> tuple[StagingAlgebra, list[int]]:
    staging = StagingAlgebra(calls=calls)
    return staging, [staging.input(graph.names[i] or "") for i in graph.inputs]
