"""A function applied to its own results: what it returns becomes its first inputs, turn after turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adcore.algebras.staging import Passes, StagingAlgebra
from adcore.errors import ADError
from adcore.graph import Graph
from adcore.interpreter import run
from adcore.limits import Limits
from adcore.problem import Problem, nest, pose, repose

AS_WRITTEN = Passes(share=False, fold=False, peephole=False, prune=False)


def repeat(source: str, at: Mapping[str, Any], limits: Limits) -> Iterator[Graph]:
    """The list of one turn, of two turns, and so on; each turn is recorded at the point that it starts from.

    Inputs after the first few keep their values: of r*x*(1 - x) with x before r, x goes round and r stays.
    """
    problem = pose(source, at, limits)
    names, results = [problem.graph.names[i] or "" for i in problem.graph.inputs], len(problem.graph.outputs)
    if not 1 <= results <= len(names):
        words = f"The results go in again as the first inputs, but there are {results} results and {len(names)} inputs."
        raise ADError("shape", words, None, "Return one number, of one input or more.")
    staging = StagingAlgebra(AS_WRITTEN)
    ids = [staging.input(name) for name in names]
    while True:
        values = run(problem.graph, staging, ids)
        ids[:results] = [values[i] for i in problem.graph.outputs]
        yield staging.graph(ids[:results])
        problem = _again(problem)


def _again(problem: Problem) -> Problem:
    leaves = [*problem.outputs, *problem.leaves[len(problem.graph.outputs) :]]
    return repose(problem, nest(problem.recording.inputs, leaves))
