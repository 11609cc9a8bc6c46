"""Staged nodes: running a graph over this algebra writes a new graph. Run a derivative, and it is a program.

Four passes tidy the new program, each of which may be switched off so that one sees what it does: sharing equal
operations, folding constants, peephole rules such as x*1 -> x, and dropping what no output needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from adcore.columns import number_key, number_of
from adcore.errors import Span
from adcore.graph import CONST, CUSTOM, INPUT, Graph
from adcore.interpreter import custom_rule, run
from adcore.rules import Rule, find_rule
from adcore.simplify import fold, needed, peephole, renumber


@dataclass(frozen=True, slots=True)
class Passes:
    """Which passes are on."""

    share: bool = True
    fold: bool = True
    peephole: bool = True
    prune: bool = True


ALL_PASSES = Passes()
COMMUTATIVE = ("add", "mul")
NOWHERE = (None, 0)
UNITS = (0, 1, -1)
"""The numbers that make an operation simpler."""


@dataclass(slots=True, eq=False)
class Kind:
    """What nodes of one program have in common: the operation, with its exponent if it has one.

    `known` says what it gave for which arguments. An input, a constant or a loop has no rule.
    """

    op: str
    constant: float | None = None
    rule: Rule | None = None
    arity: int = 0
    commutes: bool = False
    simplifies: bool = False
    """Whether it may be rewritten whatever its arguments are."""
    known: dict[tuple[int, ...], int] = field(default_factory=dict)


class StagingAlgebra:
    """Values are ids of the graph being written; `kinds` and `args` say of each node what it is.

    If it is to be `exact`, a zero times what may be infinite stays, as in code that gives the interpreter's numbers.
    """

    def __init__(self, passes: Passes = ALL_PASSES, exact: bool = False) -> None:
        self.passes = passes
        self.exact = exact
        self.kinds: list[Kind] = []
        self.args: list[tuple[int, ...]] = []
        self.inputs: list[int] = []
        self.names: dict[int, str] = {}
        self.places: dict[int, tuple[Span | None, int]] = {}
        """Spans and contexts, where somebody says what they are."""
        self.numbers: dict[int, float] = {}
        """The constants so far by id."""
        self._kinds: dict[tuple[str, float | None, int], Kind] = {}
        self._constants: dict[float | str, int] = {}
        self._units: dict[int, float] = {}
        self._share = passes.share

    @property
    def operations(self) -> int:
        """How many nodes there are but inputs and constants."""
        return len(self.args) - len(self.inputs) - len(self.numbers)

    def input(self, name: str) -> int:
        i = self.add(Kind(INPUT), ())
        self.inputs.append(i)
        self.names[i] = name
        return i

    def const(self, c: float) -> int:
        key = c or number_key(c)
        i = self._constants.get(key)
        if i is None or not self._share:
            self._constants[key] = i = self.add(Kind(CONST, c), ())
            self.numbers[i] = c
            if c in UNITS:
                self._units[i] = c
        return i

    def apply(self, rule: Rule, args: Sequence[int]) -> int:
        if rule.written_out and rule.means is not None:
            return run(rule.means, self, args)[rule.means.outputs[0]]
        return self.operate(self.kind(rule, len(args)), tuple(args))

    def number(self, i: int) -> float | None:
        """The number, if the node is a constant."""
        return self.numbers.get(i)

    def kind(self, rule: Rule, arity: int) -> Kind:
        """What `operate` takes; each is made once, so that a long program pays for it once."""
        op, constant = rule.row.name, rule.constant
        kind = self._kinds.get((op, constant, arity))
        if kind is None:
            simplifies = op == "neg" or (op == "powi" and constant in (0, 1))
            kind = self._kinds[op, constant, arity] = Kind(op, constant, rule, arity, op in COMMUTATIVE, simplifies)
        return kind

    def kind_of(self, op: str, arity: int, constant: float | None = None) -> Kind:
        """The same by name."""
        return self._kinds.get((op, constant, arity)) or self.kind(find_rule(op, constant, arity), arity)

    def operate(self, kind: Kind, args: tuple[int, ...]) -> int:
        """One operation; the same again if it is known already."""
        i = kind.known.get(args)
        return self._write(kind, args) if i is None else i

    def function(self, kind: Kind) -> Callable[..., int]:
        """`operate` for one kind, as a function of the arguments."""
        known, write = kind.known, self._write

        def apply(*args: int) -> int:
            found = known.get(args)
            return write(kind, args) if found is None else found

        return apply

    def write(self, graph: Graph, inputs: Sequence[int]) -> list[int]:
        """What `run` gives over this algebra, sooner: each kind of node is looked up once."""
        values: list[int] = []
        codes, ops, constants = graph.coded()
        given, ids, found = iter(inputs), graph.ids(), dict[int, Kind | int]()
        for code in codes:
            kind = found.get(code)
            if isinstance(kind, Kind):
                if kind.arity == 2:
                    args: tuple[int, ...] = (values[next(ids)], values[next(ids)])
                else:
                    args = tuple(map(values.__getitem__, islice(ids, kind.arity)))
                known = kind.known.get(args)
                values.append(self._write(kind, args) if known is None else known)
            elif kind is not None:
                values.append(kind)
            elif ops[code] == INPUT:
                values.append(next(given))
            else:
                args = tuple(map(values.__getitem__, islice(ids, len(graph.args[len(values)]))))
                value, again = self._write_first(graph, ops[code], constants[code], args)
                values.append(value)
                if again is not None:
                    found[code] = again
        return values

    def _write_first(
        self, graph: Graph, op: str, constant: float | None, args: tuple[int, ...]
    ) -> tuple[int, Kind | int | None]:
        """A node, and what others of its kind are: that very node, or by a rule an operation."""
        if op == CONST:
            value = self.const(number_of(constant))
            return value, value if self._share else None
        if op == CUSTOM:
            return self.apply(custom_rule(graph.customs[int(constant or 0)]), args), None
        kind = self.kind_of(op, len(args), constant)
        return self.operate(kind, args), kind

    def _write(self, kind: Kind, args: tuple[int, ...]) -> int:
        """An operation that is not known yet; what can be simpler has one or two arguments."""
        i, numbers, units, share = None, self.numbers, self._units, self._share
        first, last = args[0], args[-1]
        if kind.simplifies or first in units or last in units or (first in numbers and last in numbers):
            i = self._simplify(kind, args)
        if i is None:
            i = len(self.args)
            self.kinds.append(kind)
            self.args.append(args)
            if kind.commutes and share:
                kind.known[last, first] = i
        if share:
            kind.known[args] = i
        return i

    def _simplify(self, kind: Kind, args: tuple[int, ...]) -> int | None:
        """An operation on some number that may make it simpler."""
        numbers = [self.numbers.get(a) for a in args]
        if self.passes.fold and kind.rule is not None and None not in numbers:
            return self.const(fold(kind.rule, [n for n in numbers if n is not None]))
        rewritten = peephole(kind.op, kind.constant, numbers, self.exact) if self.passes.peephole else None
        if rewritten is None or isinstance(rewritten, float):
            return None if rewritten is None else self.const(rewritten)
        if isinstance(rewritten, int):
            return args[rewritten]
        op, which = rewritten
        inner = args[which]
        if op == "neg" and self.kinds[inner].op == "neg":
            return self.args[inner][0]
        return None if kind.op == op else self.operate(self.kind_of(op, 1), (inner,))

    def add(self, kind: Kind, args: tuple[int, ...]) -> int:
        """A new node."""
        self.kinds.append(kind)
        self.args.append(args)
        return len(self.args) - 1

    def graph(self, outputs: Sequence[int]) -> Graph:
        """The program written so far that computes `outputs`."""
        kinds, places, count = self.kinds, self.places, len(self.kinds)
        kept = needed(self.args, self.inputs, outputs) if self.passes.prune else range(count)
        args, moved = renumber(self.args, kept)
        if len(kept) < count:
            kinds = [kinds[i] for i in kept]
        return Graph(
            tuple([kind.op for kind in kinds]),
            args,
            tuple([kind.constant for kind in kinds]),
            tuple(map(self.names.get, kept)),
            tuple([places.get(i, NOWHERE)[0] for i in kept]) if places else (None,) * len(kept),
            tuple([places.get(i, NOWHERE)[1] for i in kept]) if places else (0,) * len(kept),
            tuple([moved[i] for i in self.inputs]),
            tuple([moved[i] for i in outputs]),
        )


def operations(graph: Graph) -> int:
    """How many operations a program has: its nodes but inputs and constants."""
    return sum(op not in (INPUT, CONST) for op in graph.ops)
