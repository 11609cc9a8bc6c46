"""Sizes and costs that lessons speak of: operations, programs, tapes, paths, eliminations, steps of an optimiser.

Each takes a program of a lesson first. `name=count` makes an input a vector of so many numbers, 1, 2, 3, and so on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import adcore
from adcore.algebras.staging import ALL_PASSES
from adcore.errors import ADError
from adcore.graph import CONST, INPUT, Graph
from adcore.modes.elimination import ORDERS, Elimination
from adcore.transformed import NO_PASSES, stage_adjoint_program, stage_primal_program
from server.tutor.lessons import Sample

Measure = Callable[..., float]
SWEEPS = ("columns", "rows")
MOST_STEPS = 100
KEPT = 32
"""Graphs, and walks of optimisers, that are kept for the next number: a lesson asks for many of one program."""


def _graph(program: Sample) -> Graph:
    return _record(program.source, json.dumps(dict(program.point)))


@lru_cache(maxsize=KEPT)
def _record(source: str, point: str) -> Graph:
    return adcore.record(source, json.loads(point)).graph


def _sized(measure: Measure) -> Measure:
    """The measure for a program whose vectors may be given as lengths."""

    def sized(program: Sample, *words: Any, **lengths: float) -> float:
        vectors = {name: [float(k) for k in range(1, int(count) + 1)] for name, count in lengths.items()}
        return measure(replace(program, point={**program.point, **vectors}), *words)

    return sized


def inputs(program: Sample) -> float:
    """How many numbers go in."""
    return len(_graph(program).inputs)


def outputs(program: Sample) -> float:
    """How many numbers come out."""
    return len(_graph(program).outputs)


def recorded(program: Sample) -> float:
    """Operations of the function as it is run, with nothing shared."""
    return sum(op not in (INPUT, CONST) for op in _graph(program).ops)


def used(program: Sample, operation: str) -> float:
    """How many of these are operations of one kind, as the engine calls it; there is one at least."""
    count = list(_graph(program).ops).count(operation)
    if not count:
        raise ADError("lesson", f"The program has no operation called {operation}.")
    return count


def operations(program: Sample) -> float:
    """Operations of the function alone, in the shared program."""
    return adcore.trace(program.source, program.point).cost.primal


def cost(program: Sample, mode: str) -> float:
    """Operations of the function with one sweep."""
    return adcore.trace(program.source, program.point, mode).cost.total


def kept(program: Sample) -> float:
    """Values that the reverse sweep keeps."""
    return adcore.trace(program.source, program.point).cost.kept


def held(program: Sample, checkpoints: float) -> float:
    """Values that the sweep holds at most where it keeps so many states of a loop."""
    return adcore.checkpoint(program.source, program.point, int(checkpoints)).peak_values


def repeated(program: Sample, checkpoints: float) -> float:
    """Turns of the loop that are run once more for it."""
    return adcore.checkpoint(program.source, program.point, int(checkpoints)).advanced


def turns(program: Sample) -> float:
    """How often the loops of the program were gone through."""
    return sum(context.kind == "loop" for context in _graph(program).contexts)


def turned(program: Sample, name: str, count: float, size: str) -> float:
    """A size of a derivative where a loop has `count` turns: `formula` and `shared` in operations, or `adjoint`.

    `name` is that of the number of turns, which the program does not define.
    """
    (sizes,) = adcore.swell(program.source, name, [int(count)], program.point)
    return {"formula": sizes.textbook.df.tree_ops, "shared": sizes.shared, "adjoint": sizes.adjoint}[size]


def adjoint_program(program: Sample, optimised: str) -> float:
    """Operations of the adjoint program; `optimised` is `never`, `after` differentiating, or `before` it and after."""
    graph = _graph(program)
    if optimised == "before":
        return stage_adjoint_program(stage_primal_program(graph).graph).operations
    return stage_adjoint_program(graph, {"never": NO_PASSES, "after": ALL_PASSES}[optimised]).operations


def products(program: Sample) -> float:
    """Multiplications of the linear program at the point; its transpose has as many."""
    return adcore.linearize(program.source, program.point).multiplications


def sums(program: Sample, way: str) -> float:
    """Additions of the linear program, `forward`, or of its transpose, `reverse`."""
    linear = adcore.linearize(program.source, program.point)
    return {"forward": linear, "reverse": adcore.transpose(linear)}[way].additions


def edges(program: Sample) -> float:
    """Partial derivatives that are needed: edges of the linearised graph."""
    return len(_eliminated(program).linearised.edges)


def paths(program: Sample) -> float:
    """Ways from an input to an output, counted without walking them: each node adds up those of its arguments."""
    graph = _graph(program)
    ways = [int(op == INPUT) for op in graph.ops]
    for i, args in enumerate(graph.args):
        ways[i] += sum(ways[a] for a in args)
    return sum(ways[i] for i in graph.outputs)


def multiplications(program: Sample, way: str) -> float:
    """What the whole Jacobian takes: by `columns`, by `rows`, or by eliminating in an order of ORDERS."""
    if way not in SWEEPS:
        return _eliminated(program, way).multiplications
    linearised = _eliminated(program).linearised
    return linearised.forward_multiplications if way == "columns" else linearised.reverse_multiplications


def elimination(program: Sample, order: str, number: float) -> float:
    """Multiplications of one elimination (from 1) in an order."""
    return _eliminated(program, order).steps[int(number) - 1].multiplications


def _eliminated(program: Sample, order: str = "forward") -> Elimination:
    if order not in ORDERS:
        raise ADError("lesson", f"There is no order called {order}.")
    return adcore.eliminate(program.source, program.point, order)


def lowered(program: Sample, method: str, count: float, rate: float = 0.1) -> float:
    """The value after so many steps of an optimiser; its name is written with _ for -."""
    return _step(program, method, count, rate).value


def moved(program: Sample, method: str, count: float, name: str, rate: float = 0.1) -> float:
    """An input after so many steps of an optimiser."""
    names = [_graph(program).names[i] for i in _graph(program).inputs]
    return _step(program, method, count, rate).point[names.index(name)]


def _step(program: Sample, method: str, count: float, rate: float) -> adcore.Step:
    """The step of this number, or the last one where it stopped before."""
    steps = _walk(program.source, json.dumps(dict(program.point)), method.replace("_", "-"), rate)
    return steps[min(int(count), len(steps) - 1)]


@lru_cache(maxsize=KEPT)
def _walk(source: str, point: str, method: str, rate: float) -> tuple[adcore.Step, ...]:
    return tuple(adcore.optimise(source, json.loads(point), method, adcore.Tuning(rate=rate, steps=MOST_STEPS)))


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        measure.__name__: _sized(measure)
        for measure in (
            *(inputs, outputs, recorded, used, operations, cost, kept, held, repeated, turns, turned),
            *(adjoint_program, products, sums, edges, paths, multiplications, elimination),
            *(lowered, moved),
        )
    }
)
