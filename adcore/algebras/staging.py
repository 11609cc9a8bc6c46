"""Staged nodes: running a graph over this algebra writes a new graph. Run a derivative, and it is a program.

Four passes tidy the new program, each of which may be switched off so that one sees what it does: sharing equal
operations, folding constants, peephole rules such as x*1 -> x, and dropping what no output needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from types import MappingProxyType

from adcore.columns import number_key, number_of
from adcore.errors import Span
from adcore.graph import CONST, CUSTOM, INPUT, Custom, Graph
from adcore.interpreter import custom_rule, run
from adcore.rules import KEPT, Rule, find_rule
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
SUMS = ("add", "sub")
NOWHERE = (None, 0)
UNKNOWN = -1
"""The node of a constant that is not written yet."""
UNITS = (0, 1, -1)
"""The numbers that make an operation simpler."""
SMALL, LARGE = 1e-100, 1e100
"""Numbers beyond these make a program extreme."""


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What nodes have in common: the operation, with its exponent if it has one.

    An input, a constant or a loop has no rule.
    """

    op: str
    constant: float | None = None
    rule: Rule | None = None
    arity: int = 0
    commutes: bool = False
    is_sum: bool = False
    """Whether only a zero makes it simpler; 1 and -1 do so for others."""
    simplifies: bool = False
    """Whether it may be rewritten whatever its arguments are."""


@lru_cache(maxsize=KEPT)
def find_kind(op: str, constant: float | None, arity: int) -> Kind:
    """The kind of an operation by name."""
    simplifies = op == "powi" and constant in (0, 1)
    return Kind(op, constant, find_rule(op, constant, arity), arity, op in COMMUTATIVE, op in SUMS, simplifies)


INPUT_KIND = Kind(INPUT)
USUAL: Mapping[str, Kind] = MappingProxyType(
    {op: find_kind(op, None, 2) for op in ("add", "sub", "mul", "div")}
    | {op: find_kind(op, None, 1) for op in ("neg", "exp", "log", "sqrt", "sin", "cos", "tanh")}
)
"""The kinds that nearly every program uses."""


class StagingAlgebra:
    """Values are ids of the graph being written; `kinds` and `args` say of each node what it is.

    If it is to be `exact`, a zero times what may be infinite stays, as in code that gives the interpreter's numbers. If
    it keeps `calls` of functions with rules of their own, the program can be differentiated again by these rules; else
    the bodies are written out, whose slopes may be others.
    """

    def __init__(self, passes: Passes = ALL_PASSES, exact: bool = False, calls: bool = False) -> None:
        self.passes = passes
        self.exact = exact
        self.calls = calls
        self.customs: list[Custom] = []
        self._called: dict[int, Kind] = {}
        """The calls' kinds by the identity of the function, which the kind's rule keeps alive."""
        self.kinds: list[Kind] = []
        self.args: list[tuple[int, ...]] = []
        self.inputs: list[int] = []
        self.names: dict[int, str] = {}
        self.places: dict[int, tuple[Span | None, int]] = {}
        """Spans and contexts, where somebody says what they are."""
        self.numbers: dict[int, float] = {}
        """The constants so far by id."""
        self._known: dict[tuple[Kind | int, ...], int] = {}
        """What an operation, before its arguments, gave."""
        self._constants: dict[float | str, int] = {}
        self.is_extreme = False
        """Whether there is a number so far from 1 that products with it may not be reordered."""
        self._units: dict[int, float] = {}
        self._zeros: dict[int, float] = {}
        self._share = passes.share

    @property
    def operations(self) -> int:
        """How many nodes there are but inputs and constants."""
        return len(self.args) - len(self.inputs) - len(self.numbers)

    def input(self, name: str) -> int:
        i = len(self.args)
        self.kinds.append(INPUT_KIND)
        self.args.append(())
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
            if not c:
                self._zeros[i] = c
            elif abs(c) < SMALL or abs(c) > LARGE:
                self.is_extreme = True
        return i

    def apply(self, rule: Rule, args: Sequence[int]) -> int:
        if rule.custom is not None and self.calls:
            return self.operate(self._call(rule, rule.custom), tuple(args))
        if rule.written_out and rule.means is not None:
            return run(rule.means, self, args)[rule.means.outputs[0]]
        return self.operate(self.kind(rule, len(args)), tuple(args))

    def _call(self, rule: Rule, custom: Custom) -> Kind:
        """The kind of a call that is kept."""
        found = self._called.get(id(custom))
        if found is None:
            position = float(len(self.customs))
            found = self._called[id(custom)] = Kind(CUSTOM, position, rule, len(custom.letters))
            self.customs.append(custom)
        return found

    def number(self, i: int) -> float | None:
        """The number, if the node is a constant."""
        return self.numbers.get(i)

    def kind(self, rule: Rule, arity: int) -> Kind:
        """What `operate` takes."""
        return find_kind(rule.row.name, rule.constant, arity)

    def operate(self, kind: Kind, args: tuple[int, ...]) -> int:
        """One operation; the same again if it is known already."""
        i = self._known.get((kind, *args))
        return self._write(kind, args) if i is None else i

    def function(self, kind: Kind) -> Callable[..., int]:
        """`operate` for one kind, as a function of the arguments."""
        operate = self.operate

        def apply(*args: int) -> int:
            return operate(kind, args)

        return apply

    def on_two(self) -> Callable[[Kind, int, int], int]:
        """`operate` for two arguments, in the fewest steps: this is what most of a program is written by."""
        if not self._share:
            return lambda kind, x, y: self._write(kind, (x, y))
        known, kinds, columns, numbers, write = self._known, self.kinds, self.args, self.numbers, self._write
        zeros, units = self._zeros, self._units

        def apply(kind: Kind, x: int, y: int) -> int:
            key = kind, x, y
            i = known.get(key)
            if i is not None:
                return i
            if x in numbers or y in numbers:
                special = zeros if kind.is_sum else units
                if x in special or y in special or (x in numbers and y in numbers):
                    return write(kind, (x, y))
            known[key] = i = len(columns)
            kinds.append(kind)
            columns.append((x, y))
            if kind.commutes:
                known[kind, y, x] = i
            return i

        return apply

    def write(self, graph: Graph, inputs: Sequence[int]) -> list[int]:
        """What `run` gives over this algebra, sooner: each kind of node is looked up once."""
        values: list[int] = []
        codes, ops, constants = graph.coded()
        given, operands, apply = iter(inputs), map(values.__getitem__, graph.ids()), self.on_two()
        operate = self.operate
        kinds: list[Kind | None] = [None] * len(ops)
        ids = [UNKNOWN] * len(ops)
        for code in codes:
            kind, i = kinds[code], ids[code]
            if kind is None and i < 0:
                op, constant = ops[code], constants[code]
                if op == INPUT:
                    i = next(given)
                elif op == CONST:
                    i = self.const(number_of(constant))
                    ids[code] = i if self._share else UNKNOWN
                elif op == CUSTOM:
                    i = self._write_custom(graph.customs[int(constant or 0)], operands)
                else:
                    kind = kinds[code] = USUAL.get(op) or find_kind(op, constant, len(graph.args[len(values)]))
            if kind is not None:
                arity = kind.arity
                if arity == 2:
                    i = apply(kind, next(operands), next(operands))
                elif arity == 1:
                    i = operate(kind, (next(operands),))
                else:
                    i = operate(kind, tuple(islice(operands, arity)))
            values.append(i)
        return values

    def _write_custom(self, custom: Custom, operands: Iterator[int]) -> int:
        return self.apply(custom_rule(custom), tuple(islice(operands, len(custom.letters))))

    def _write(self, kind: Kind, args: tuple[int, ...]) -> int:
        """An operation that is not known yet; what can be simpler has one or two arguments."""
        i, numbers, units = None, self.numbers, self._zeros if kind.is_sum else self._units
        first, last = args[0], args[-1]
        if (
            (first in units or last in units or (first in numbers and last in numbers))
            or kind.simplifies
            or (kind.op == "neg" and self.kinds[first].op == "neg")
        ):
            i = self._simplify(kind, args)
        if i is None:
            i = len(self.args)
            self.kinds.append(kind)
            self.args.append(args)
        if self._share:
            self._known[(kind, *args)] = i
            if kind.commutes:
                self._known[kind, last, first] = i
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
        return None if kind.op == op else self.operate(find_kind(op, None, 1), (inner,))

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
            tuple(map(moved.__getitem__, self.inputs)),
            tuple(map(moved.__getitem__, outputs)),
            customs=tuple(self.customs),
        )


def operations(graph: Graph) -> int:
    """How many operations a program has: its nodes but inputs and constants."""
    return sum(op not in (INPUT, CONST) for op in graph.ops)
