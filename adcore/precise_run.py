"""What floats should have given: the values and slopes of a program in hundreds of digits, rounded once at the end.

>>> PreciseRun(pose("tanh(x)", {"x": 20.0})).slopes(1)  # 1 - out**2 is 0 in floats
[1.6993417021166355e-17]
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import cycle
from typing import Any

from adcore.algebras.precise import PreciseAlgebra
from adcore.graph import INPUT
from adcore.interpreter import RuleBook, adjoints_of, run, sweep
from adcore.interpreter import partial as partial_of
from adcore.problem import Problem

ULP = 2.0**-52
MOST_WORK = 4_000
"""Nodes times outputs up to which a program is run precisely unless less is asked for."""
DEAR = ("gamma", "lgamma", "polygamma", "erfinv")
"""Functions that are slow in so many digits; each takes as long as `DEAR_WORK` others."""
DEAR_WORK = 150


class PreciseRun:
    """A recorded program in hundreds of digits. What is not known to so many is nan.

    `nudges`, one for each input, move the inputs by so many parts of 2**-52 of themselves, and by the same, over and
    over, numbers of the program that are not whole: as far as they may have been rounded when they became floats.
    """

    def __init__(self, problem: Problem, nudges: Sequence[float] = ()) -> None:
        self.graph = problem.graph
        self.algebra = _Nudged(nudges) if nudges else PreciseAlgebra()
        exact = [self.algebra.context.mpf(leaf) for leaf in problem.leaves]
        moves = nudges or [0.0] * len(exact)
        self._leaves = [leaf * (1 + nudge * ULP) for leaf, nudge in zip(exact, moves, strict=False)]
        self._rules = RuleBook()

    @cached_property
    def values(self) -> list[Any]:
        """The value of every node."""
        return run(self.graph, self.algebra, self._leaves)

    def adjoints(self, output: int) -> dict[int, Any]:
        """The adjoint of every node that a sweep from the node `output` reaches."""
        return adjoints_of(sweep(self.graph, self.algebra, self.values, {output: self.algebra.const(1.0)}))

    def slopes(self, output: int) -> list[float]:
        """The derivatives of the node `output` by all inputs, rounded to floats."""
        adjoints = self.adjoints(output)
        return [float(adjoints.get(i, 0.0)) for i in self.graph.inputs]

    def partial(self, i: int, k: int) -> float:
        """The partial of node i for argument k, rounded to a float."""
        values, args = self.values, self.graph.args[i]
        rule = self._rules.find(self.graph, i)
        return float(partial_of(self.algebra, rule, [values[a] for a in args], values[i], k))

    def rule_partial(self, i: int, k: int, args: Sequence[float]) -> float:
        """The same where the arguments are these floats: what the rule should give for what it is given."""
        rule, given = self._rules.find(self.graph, i), [self.algebra.context.mpf(a) for a in args]
        return float(partial_of(self.algebra, rule, given, self.algebra.apply(rule, given), k))


def run_precisely(problem: Problem, most: int = MOST_WORK) -> PreciseRun | None:
    """The program in hundreds of digits; None where that would take too long."""
    return None if why_not_precisely(problem, most) else PreciseRun(problem)


def why_not_precisely(problem: Problem, most: int = MOST_WORK) -> str:
    """Why a program is not run in hundreds of digits, in words; empty if it is."""
    graph = problem.graph
    work = len(graph) + DEAR_WORK * sum(op in DEAR for op in graph.ops)
    if work * len(graph.outputs) > most:
        return "the program is too large"
    nodes = zip(graph.ops, graph.useful(), problem.recording.values, strict=True)
    numbers = [x for op, is_useful, x in nodes if is_useful or op != INPUT]
    if any(map(math.isnan, numbers)):
        return "a number in it is nan"
    return "a number in it is infinite" if any(map(math.isinf, numbers)) else ""


class _Nudged(PreciseAlgebra):
    """The same numbers, but for those of a program that are not whole: 0.1 is rounded, 2 is not."""

    def __init__(self, nudges: Sequence[float]) -> None:
        super().__init__()
        self._nudges = cycle(nudges)

    def const(self, c: float) -> Any:
        exact = super().const(c)
        return exact if not math.isfinite(c) or c.is_integer() else exact * (1 + next(self._nudges) * ULP)
