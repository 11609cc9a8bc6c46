"""Linearise, then transpose: reverse mode in two steps, each of them a program.

At a point, a function's change is a linear program: every edge of the graph multiplies a change by a number. Read
backwards, every product with a number stays one, a sum becomes a copy and a copy a sum: that is the transpose, and it
is the reverse sweep, operation by operation. For z = x*y + x at (2, 3):

    linearised      a = 3*dx;  b = 2*dy;  c = a + b;  d = 1*c;  e = 1*dx;  dz = d + e
    transposed      c' = 1*z';  x' = 1*z';  x' = x' + 3*c';  y' = 2*c'

(Radul, Paszke, Frostig, Johnson & Maclaurin, You Only Linearize Once, 2023; Griewank & Walther 2008, section 3.3.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, TypeVar

from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.staging import Passes, StagingAlgebra
from adcore.arguments import as_numbers
from adcore.columns import number_of
from adcore.events import Event
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import Algebra, Contribution, adjoints_of, run, sweep
from adcore.modes.edges import edges
from adcore.modes.forward import push
from adcore.modes.telling import tell_results, tell_step
from adcore.problem import Problem
from adcore.rules import Rule, find_rule

V = TypeVar("V")
AS_WRITTEN = Passes(share=False, fold=False, peephole=False, prune=True)


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear program: its inputs are changes, and it only adds and multiplies by numbers."""

    graph: Graph

    @property
    def multiplications(self) -> int:
        return sum(op == "mul" for op in self.graph.ops)

    @property
    def additions(self) -> int:
        return sum(op == "add" for op in self.graph.ops)

    def apply(self, changes: Sequence[float]) -> list[float]:
        """The changes of the outputs that these changes of the inputs, one for each, cause."""
        values = run(self.graph, FloatAlgebra(), as_numbers(changes, len(self.graph.inputs), "input numbers"))
        return [values[i] for i in self.graph.outputs]

    def matrix(self) -> list[list[float]]:
        """What it multiplies by: rows are outputs, columns inputs. What an input does not reach is 0, and never nan."""
        n = len(self.graph.inputs)
        columns = [push(self.graph, FloatAlgebra(), [0.0] * n, [float(i == j) for i in range(n)]) for j in range(n)]
        return [[column[i].tangent or 0.0 for column in columns] for i in self.graph.outputs]


def linearize(problem: Problem) -> Linear:
    """The linear program at the point of a problem: a product for each edge of its graph that lies on a way."""
    graph, staging = problem.graph, StagingAlgebra(AS_WRITTEN)
    times, plus = find_rule("mul", None, 2), find_rule("add", None, 2)
    changes = {i: staging.input(f"d{graph.names[i]}") for i in graph.inputs}
    travelled = edges(graph, FloatAlgebra(), problem.recording.values)
    for target, arriving in groupby(travelled, key=lambda edge: edge.target):
        # The last product first: read backwards, the first argument then gets its share first, as in a sweep.
        products = [
            staging.apply(times, [staging.const(edge.partial), changes[edge.source]])
            for edge in reversed(list(arriving))
        ]
        total = products.pop()
        while products:
            total = staging.apply(plus, [total, products.pop()])
        changes[target] = total
    return Linear(staging.graph([changes[i] if i in changes else staging.const(0.0) for i in graph.outputs]))


def transpose(linear: Linear) -> Linear:
    """The transposed program: a sweep over the linear program that writes what it does.

    Its matrix is the transposed matrix; its operations are those of the reverse sweep.
    """
    graph, staging = linear.graph, StagingAlgebra(AS_WRITTEN)
    backwards = _Transposing(graph, staging)
    seeds = backwards.start([staging.input(f"w{k}") for k in range(len(graph.outputs))])
    adjoints = adjoints_of(backwards.sweep(seeds))
    return Linear(staging.graph([adjoints[i] if i in adjoints else staging.const(0.0) for i in graph.inputs]))


def steps(linear: Linear, direction: Sequence[float], weights: Sequence[float]) -> Iterator[Event]:
    """Both programs as events, run statement by statement; nodes are those of the linear program.

    First the changes along a direction, from the inputs to the outputs. Then what the transposed program does to the
    weights of the outputs: a `contribution` is a product with the number of the statement, or, back through a sum, a
    copy, of `partial` 1. Results are the changes of the outputs, then the adjoints of the inputs. For x*y at (2, 3):

        dx: 1, dy: 0, 3*dx: 3, 2*dy: 0, sum: 3;   sum: 1, copied to 2*dy and 3*dx; dy: 2*1, dx: 3*1;   results 3, 3, 2
    """
    graph = linear.graph
    changes = run(graph, FloatAlgebra(), direction)
    for i, op in enumerate(graph.ops):
        if op != CONST:
            yield Event("tangent", "seed" if op == INPUT else "tangent", i, changes[i])
    backwards, adjoints = _Transposing(graph, FloatAlgebra()), dict[int, float]()
    seeds = backwards.start(weights)
    yield from (Event("adjoint", "seed", i, seed) for i, seed in seeds.items())
    for step in backwards.sweep(seeds):
        adjoints[step.target] = step.running
        yield tell_step(step._replace(partial=1.0) if backwards.copies(step) else step, range(len(graph)))
    yield from tell_results("tangent", graph.outputs, [changes[i] for i in graph.outputs])
    yield from tell_results("adjoint", graph.inputs, [adjoints.get(i, 0.0) for i in graph.inputs])


class _Transposing(Generic[V]):
    """The sweep back over what is linear, in an algebra: what a sum passes back is a copy, which is no operation."""

    def __init__(self, graph: Graph, algebra: Algebra[V]) -> None:
        self._graph, self._algebra = graph, algebra
        self._copy: Any = object()
        pairs = zip(graph.ops, graph.constants, strict=True)
        self._numbers: list[Any] = [algebra.const(number_of(c)) if op == CONST else None for op, c in pairs]

    def start(self, weights: Sequence[V]) -> dict[int, V]:
        """The adjoints of the outputs; one that is returned twice starts with a sum."""
        seeds: dict[int, V] = {}
        plus = find_rule("add", None, 2)
        for i, weight in zip(self._graph.outputs, weights, strict=True):
            seeds[i] = self._algebra.apply(plus, [seeds[i], weight]) if i in seeds else weight
        return seeds

    def sweep(self, seeds: Mapping[int, V]) -> Iterator[Contribution[V]]:
        """Each statement of the transposed program; the partial of a sum is no number."""
        return sweep(self._graph, self, self._numbers, seeds)

    def copies(self, step: Contribution[V]) -> bool:
        return step.partial is self._copy

    def const(self, c: float) -> V:
        return self._algebra.const(c)

    def partial(self, rule: Rule, args: Sequence[V], out: V, i: int) -> V:
        return self._copy if rule.row.name == "add" else args[1 - i]

    def apply(self, rule: Rule, args: Sequence[V]) -> V:
        return args[0] if args[1] is self._copy else self._algebra.apply(rule, args)
