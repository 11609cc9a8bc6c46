"""What a tape writes in: nodes as a program makes them, and the contexts that they are made in, in flat columns."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from adcore.columns import CODE, Arguments, Column, Ids, Made, as_array, number_key
from adcore.errors import Span
from adcore.graph import CONST, INPUT, ROOT, Context, Custom, Decision, Graph


class Ledger:
    """Collects nodes in order; `graph(...)` freezes them.

    `kinds[i]` is the kind of node i, its arguments begin at `first[i]` of `ids`; names and spans are codes too.
    """

    def __init__(self) -> None:
        self.kinds, self.first, self.ids = array(CODE), array(CODE, [0]), array(CODE)
        self.name_codes, self.span_codes, self.in_context = array(CODE), array(CODE), array(CODE)
        self._operations: list[str] = []
        self._constants: list[float | None] = []
        self._names: list[str | None] = [None]
        self._spans: list[Span | None] = [None]
        self._kind_of: dict[tuple[str, float | None, int], int] = {}
        self._number_of: dict[float | str, int] = {}
        self._name_of: dict[str | None, int] = {None: 0}
        self._span_of: dict[int, int] = {id(None): 0}

    def __len__(self) -> int:
        return len(self.kinds)

    def kind(self, op: str, constant: float | None, arity: int) -> int:
        """The code of a kind of node."""
        code = self._kind_of.get((op, constant, arity))
        if code is None:
            code = self._kind_of[op, constant, arity] = self._new_kind(op, constant)
        return code

    def constant(self, number: float) -> int:
        """The code of the kind of a constant; 0.0 is not -0.0."""
        key = number_key(number)
        code = self._number_of.get(key)
        if code is None:
            code = self._number_of[key] = self._new_kind(CONST, number)
        return code

    def _new_kind(self, op: str, constant: float | None) -> int:
        self._operations.append(op)
        self._constants.append(constant)
        return len(self._operations) - 1

    def write(self, kind: int, args: Sequence[int], span: Span | None, context: int) -> None:
        """Write a node down: every column gets an entry."""
        code = self._span_of.get(id(span))
        if code is None:
            code = self._span(span)
        self.kinds.append(kind)
        self.ids.extend(args)
        self.first.append(len(self.ids))
        self.name_codes.append(0)
        self.span_codes.append(code)
        self.in_context.append(context)

    def write_turns(self, steps: Sequence[tuple[int, int, Span | None, str]], ids: Ids, contexts: range) -> None:
        """Write the same nodes down for each of the contexts.

        `steps` are kind, number of arguments, place and name of each node; `ids` has a row of arguments for each turn.
        """
        turns = len(contexts)
        kinds, arities, spans, names = zip(*steps, strict=True)
        ends = ids.shape[1] * np.arange(turns)[:, None] + np.cumsum(arities) + len(self.ids)
        for column, entries in (
            (self.kinds, kinds),
            (self.span_codes, [self._span(span) for span in spans]),
            (self.name_codes, [self._name(name) if name else 0 for name in names]),
        ):
            column.extend(array(CODE, entries) * turns)
        for column, numbers in (
            (self.first, ends),
            (self.ids, ids),
            (self.in_context, np.arange(contexts.start, contexts.stop).repeat(len(steps))),
        ):
            column.frombytes(numbers.astype(np.intc).tobytes())

    def call(self, node: int, name: str) -> None:
        """Give a node a name, if it has none yet."""
        if not self.name_codes[node]:
            self.name_codes[node] = self._name(name)

    def _name(self, name: str) -> int:
        code = self._name_of.setdefault(name, len(self._names))
        if code == len(self._names):
            self._names.append(name)
        return code

    def _span(self, span: Span | None) -> int:
        code = self._span_of.setdefault(id(span), len(self._spans))
        if code == len(self._spans):
            self._spans.append(span)  # which keeps its id its own
        return code

    @property
    def ops(self) -> Column[str]:
        return Column(self.kinds, self._operations)

    @property
    def constants(self) -> Column[float | None]:
        return Column(self.kinds, self._constants)

    @property
    def names(self) -> Column[str | None]:
        return Column(self.name_codes, self._names)

    @property
    def spans(self) -> Column[Span | None]:
        return Column(self.span_codes, self._spans)

    @property
    def args(self) -> Arguments:
        return Arguments(self.first, self.ids)

    def graph(
        self,
        outputs: Sequence[int],
        contexts: Sequence[Context] = (ROOT,),
        decisions: Sequence[Decision] = (),
        customs: Sequence[Custom] = (),
    ) -> Graph:
        """The frozen graph of all nodes so far; `decisions` are the branches it is valid for."""
        kinds, inputs = self.kinds[:], self._kind_of.get((INPUT, None, 0), -1)
        return Graph(
            Column(kinds, tuple(self._operations)),
            Arguments(self.first[:], self.ids[:]),
            Column(kinds, tuple(self._constants)),
            Column(self.name_codes[:], tuple(self._names)),
            Column(self.span_codes[:], tuple(self._spans)),
            Column(self.in_context[:], range(len(contexts))),
            inputs=tuple(np.flatnonzero(as_array(kinds) == inputs).tolist()),
            outputs=tuple(outputs),
            contexts=contexts,
            decisions=tuple(decisions),
            customs=tuple(customs),
        )


class Place(NamedTuple):
    """What the turns of one loop, or the calls at one place, have in common."""

    kind: str
    label: str
    span: Span | None


class Contexts:
    """Collects contexts in columns: a loop of a thousand turns has a thousand."""

    def __init__(self) -> None:
        self.parents, self.turns, self.places = array(CODE, [-1]), array(CODE, [0]), array(CODE, [0])
        self._places = [Place(ROOT.kind, ROOT.label, ROOT.span)]
        self._place_of: dict[tuple[str, str, int], int] = {}

    def add(self, parent: int, kind: str, label: str, turn: int, span: Span) -> int:
        """One more context; its number."""
        self.parents.append(parent)
        self.turns.append(turn)
        self.places.append(self._place(kind, label, span))
        return len(self.parents) - 1

    def add_turns(self, parent: int, label: str, first: int, turns: int, span: Span) -> range:
        """Contexts for turns of a loop from number `first` on; their numbers."""
        start = len(self.parents)
        self.parents.extend(array(CODE, [parent]) * turns)
        self.turns.frombytes(np.arange(first, first + turns, dtype=np.intc).tobytes())
        self.places.extend(array(CODE, [self._place("loop", label, span)]) * turns)
        return range(start, start + turns)

    def _place(self, kind: str, label: str, span: Span) -> int:
        key = (kind, label, id(span))
        code = self._place_of.get(key)
        if code is None:
            code = self._place_of[key] = len(self._places)
            self._places.append(Place(kind, label, span))
        return code

    def rows(self) -> Made[Context]:
        """All of them so far."""
        places = Column(self.places[:], tuple(self._places))
        return Made(_context, (self.parents[:], places, self.turns[:]))


def _context(parent: int, place: Place, turn: int) -> Context:
    return Context(None if parent < 0 else parent, place.kind, place.label, turn, place.span)
