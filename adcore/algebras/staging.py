"""Staged nodes: running a graph over this algebra writes a new graph. Run a derivative, and it is a program.

Four passes tidy the new program, each of which may be switched off so that one sees what it does: sharing equal
operations, folding constants, peephole rules such as x*1 -> x, and dropping what no output needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adcore.columns import number_key, number_of
from adcore.graph import CONST, INPUT, Graph, GraphBuilder
from adcore.interpreter import RuleBook, run
from adcore.primitives import COUNTED_BY_ARGUMENTS
from adcore.rules import Rule, find_rule
from adcore.simplify import fold, needed, peephole, restrict


@dataclass(frozen=True, slots=True)
class Passes:
    """Which passes are on."""

    share: bool = True
    fold: bool = True
    peephole: bool = True
    prune: bool = True


ALL_PASSES = Passes()
COMMUTATIVE = ("add", "mul")
UNITS = (0, 1, -1)
"""The numbers that make an operation simpler."""


@dataclass(slots=True, eq=False)
class Kind:
    """One operation, with its exponent if it has one, in one program: `known` says what it gave for which arguments."""

    rule: Rule
    op: str
    constant: float | None
    commutes: bool
    simplifies: bool
    """Whether it may be rewritten whatever its arguments are."""
    known: dict[tuple[int, ...], int] = field(default_factory=dict)


class StagingAlgebra:
    """Values are ids of the graph being written; `kinds` says of each operation in it what it is.

    If it is to be `exact`, a zero times what may be infinite stays, as in code that gives the interpreter's numbers.
    """

    def __init__(self, passes: Passes = ALL_PASSES, exact: bool = False) -> None:
        self.passes = passes
        self.exact = exact
        self.nodes = GraphBuilder()
        self.operations = 0
        self.kinds: dict[int, Kind] = {}
        self._kinds: dict[tuple[str, float | None, int], Kind] = {}
        self._numbers: dict[int, float] = {}
        self._constants: dict[float | str, int] = {}

    def input(self, name: str) -> int:
        return self.nodes.add(INPUT, name=name)

    def const(self, c: float) -> int:
        key = number_key(c)
        i = self._constants.get(key)
        if i is None or not self.passes.share:
            self._constants[key] = i = self.nodes.add(CONST, (), c)
            self._numbers[i] = c
        return i

    def apply(self, rule: Rule, args: Sequence[int]) -> int:
        if rule.written_out and rule.means is not None:
            return run(rule.means, self, args)[rule.means.outputs[0]]
        return self.operate(self.kind(rule, len(args)), tuple(args))

    def number(self, i: int) -> float | None:
        """The number, if the node is a constant."""
        return self._numbers.get(i)

    def kind(self, rule: Rule, arity: int) -> Kind:
        """What `operate` takes; each is made once, so that a long program pays for it once."""
        op, constant = rule.row.name, rule.constant
        kind = self._kinds.get((op, constant, arity))
        if kind is None:
            simplifies = op == "neg" or (op == "powi" and constant in (0, 1))
            kind = Kind(rule, op, constant, op in COMMUTATIVE, simplifies)
            self._kinds[op, constant, arity] = kind
        return kind

    def operate(self, kind: Kind, args: tuple[int, ...]) -> int:
        """One operation; the same again if it is known already."""
        i = kind.known.get(args)
        return self._write(kind, args) if i is None else i

    @property
    def numbers(self) -> Mapping[int, float]:
        """The constants so far by id."""
        return self._numbers

    def write(self, graph: Graph, inputs: Sequence[int]) -> list[int]:
        """What `run` gives over this algebra, sooner: each kind of operation is looked up once."""
        values: list[int] = []
        given, rules, kinds = iter(inputs), RuleBook(), dict[tuple[str, float | None], Kind]()
        for i, (op, args, constant) in enumerate(zip(graph.ops, graph.args, graph.constants, strict=True)):
            kind = kinds.get((op, constant))
            if kind:
                ids = tuple([values[a] for a in args])
                known = kind.known.get(ids)
                values.append(self._write(kind, ids) if known is None else known)
            elif op == INPUT:
                values.append(next(given))
            elif op == CONST:
                values.append(self.const(number_of(constant)))
            else:
                rule = rules.find(graph, i)
                values.append(self.apply(rule, [values[a] for a in args]))
                if not rule.written_out and op not in COUNTED_BY_ARGUMENTS:
                    kinds[op, constant] = self.kind(rule, len(args))
        return values

    def _write(self, kind: Kind, args: tuple[int, ...]) -> int:
        i, numbers, known = None, self._numbers, 0
        for a in args:
            if a in numbers:
                known += 1
                if numbers[a] in UNITS:
                    known = len(args)
        if known >= len(args) or kind.simplifies:
            i = self._simplify(kind, args)
        if i is None:
            i = self.add(kind, args)
        elif self.passes.share:
            kind.known[args] = i
        return i

    def _simplify(self, kind: Kind, args: tuple[int, ...]) -> int | None:
        numbers = [self._numbers.get(a) for a in args]
        if self.passes.fold and None not in numbers:
            return self.const(fold(kind.rule, [n for n in numbers if n is not None]))
        rewritten = peephole(kind.op, kind.constant, numbers, self.exact) if self.passes.peephole else None
        if rewritten is None or isinstance(rewritten, float):
            return None if rewritten is None else self.const(rewritten)
        if isinstance(rewritten, int):
            return args[rewritten]
        op, which = rewritten
        inner = args[which]
        if op == "neg" and self.nodes.ops[inner] == "neg":
            return self.nodes.args[inner][0]
        return None if kind.op == op else self.apply(find_rule(op, None, 1), [inner])

    def add(self, kind: Kind, args: tuple[int, ...]) -> int:
        """One operation that is not known yet and needs no simplifying."""
        known, nodes = kind.known, self.nodes
        if kind.commutes:
            i = known.get(args[::-1])
            if i is not None:
                return i
        i = len(nodes.ops)
        if self.passes.share:
            known[args] = i
        nodes.ops.append(kind.op)
        nodes.args.append(args)
        nodes.constants.append(kind.constant)
        nodes.names.append(None)
        nodes.spans.append(None)
        nodes.in_context.append(0)
        self.kinds[i] = kind
        self.operations += 1
        return i

    def graph(self, outputs: Sequence[int]) -> Graph:
        """The program written so far that computes `outputs`."""
        nodes = self.nodes
        return restrict(nodes, needed(nodes, outputs), outputs) if self.passes.prune else nodes.graph(outputs)


def operations(graph: Graph) -> int:
    """How many operations a program has: its nodes but inputs and constants."""
    return sum(op not in (INPUT, CONST) for op in graph.ops)
