"""Linearise, then transpose: reverse mode in two steps, each of them a program.

At a point, a function's change is a linear program: every edge of the graph multiplies a change by a number. Read
backwards, every product with a number stays one, a sum becomes a copy and a copy a sum: that is the transpose, and it
is the reverse sweep, operation by operation. For z = x*y + x at (2, 3):

    linearised      a = 3*dx;  b = 2*dy;  c = a + b;  d = 1*c;  e = 1*dx;  dz = d + e
    transposed      c' = 1*z';  x' = 1*z';  x' = x' + 3*c';  y' = 2*c'

(Radul, Paszke, Frostig, Johnson & Maclaurin, You Only Linearize Once, 2023; Griewank & Walther 2008, section 3.3.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.staging import Passes, StagingAlgebra
from adcore.arguments import as_numbers
from adcore.columns import number_of
from adcore.graph import CONST, Graph
from adcore.interpreter import adjoints_of, run, sweep
from adcore.modes.edges import edges
from adcore.modes.forward import push
from adcore.problem import Problem
from adcore.rules import Rule, find_rule

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
    graph, staging = linear.graph, _Transposing()
    numbers = [
        staging.const(number_of(c)) if op == CONST else -1 for op, c in zip(graph.ops, graph.constants, strict=True)
    ]
    seeds: dict[int, int] = {}
    plus = find_rule("add", None, 2)
    for k, i in enumerate(graph.outputs):
        seed = staging.input(f"w{k}")
        seeds[i] = staging.apply(plus, [seeds[i], seed]) if i in seeds else seed
    adjoints = adjoints_of(sweep(graph, staging, numbers, seeds))
    return Linear(staging.graph([adjoints[i] if i in adjoints else staging.const(0.0) for i in graph.inputs]))


class _Transposing(StagingAlgebra):
    """Staging of what is linear: what a sum passes back is a copy, which is no operation."""

    def __init__(self) -> None:
        super().__init__(AS_WRITTEN)
        self._copy = -1

    def partial(self, rule: Rule, args: Sequence[int], out: int, i: int) -> int:
        return self._copy if rule.row.name == "add" else args[1 - i]

    def apply(self, rule: Rule, args: Sequence[int]) -> int:
        return args[0] if args[1] == self._copy else super().apply(rule, args)
