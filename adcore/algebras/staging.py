"""Staged nodes: running a graph over this algebra writes a new graph. Run a derivative, and it is a program.

Four passes tidy the new program, each of which may be switched off so that one sees what it does: sharing equal
operations, folding constants, peephole rules such as x*1 -> x, and dropping what no output needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adcore.graph import CONST, INPUT, Graph, GraphBuilder
from adcore.interpreter import run
from adcore.rules import Rule
from adcore.simplify import fold, peephole, prune


@dataclass(frozen=True, slots=True)
class Passes:
    """Which passes are on."""

    share: bool = True
    fold: bool = True
    peephole: bool = True
    prune: bool = True


ALL_PASSES = Passes()
COMMUTATIVE = ("add", "mul")


class StagingAlgebra:
    """Values are ids of the graph being written."""

    def __init__(self, passes: Passes = ALL_PASSES) -> None:
        self.passes = passes
        self.nodes = GraphBuilder()
        self.operations = 0
        self._known: dict[tuple[str, tuple[int, ...], float | None], int] = {}

    def input(self, name: str) -> int:
        return self.nodes.add(INPUT, name=name)

    def const(self, c: float) -> int:
        return self._add(CONST, (), c)

    def apply(self, rule: Rule, args: Sequence[int]) -> int:
        if rule.written_out and rule.means is not None:
            return run(rule.means, self, args)[rule.means.outputs[0]]
        ids = tuple(args)
        op, constant = rule.row.name, rule.constant
        numbers = [self.number(a) for a in ids]
        if self.passes.fold and None not in numbers:
            return self.const(fold(rule, [n for n in numbers if n is not None]))
        if self.passes.peephole:
            rewritten = peephole(op, constant, numbers)
            if rewritten is not None:
                return self._rewrite(rewritten, ids)
        return self._add(op, ids, constant)

    def number(self, i: int) -> float | None:
        """The number, if the node is a constant."""
        return self.nodes.constants[i] if self.nodes.ops[i] == CONST else None

    def _rewrite(self, rewritten: float | tuple[str, int], ids: tuple[int, ...]) -> int:
        if isinstance(rewritten, float):
            return self.const(rewritten)
        if isinstance(rewritten, int):
            return ids[rewritten]
        op, which = rewritten
        inner = ids[which]
        if op == "neg" and self.nodes.ops[inner] == "neg":
            return self.nodes.args[inner][0]
        return self._add(op, (inner,), None)

    def _add(self, op: str, args: tuple[int, ...], constant: float | None) -> int:
        order = tuple(sorted(args)) if op in COMMUTATIVE else args
        sign = str(constant) if constant == 0 else ""
        key = (op + sign, order, constant)
        if self.passes.share and key in self._known:
            return self._known[key]
        self.operations += op != CONST
        self._known[key] = i = self.nodes.add(op, args, constant)
        return i

    def graph(self, outputs: Sequence[int]) -> Graph:
        """The program written so far that computes `outputs`."""
        graph = self.nodes.graph(outputs)
        return prune(graph) if self.passes.prune else graph


def operations(graph: Graph) -> int:
    """How many operations a program has: its nodes but inputs and constants."""
    return sum(op not in (INPUT, CONST) for op in graph.ops)
