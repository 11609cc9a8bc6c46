"""Graphs bound to an arithmetic: what an operation does is looked up once for each kind of operation, not at each node.

`interpreter.run` and `sweep` say what is computed over an algebra. Here the same is computed for an arithmetic whose
values are plain, floats or ids of staged nodes, as often as one likes and without asking an algebra at every node.
Tests compare the two.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar

from adcore.columns import number_of
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import RuleBook
from adcore.losses import Losses
from adcore.rules import Rule

V = TypeVar("V")
Slope = Callable[[Sequence[V]], V]
"""A partial as a function of a rule's letters: the arguments, then the value."""
Note = Callable[[Any], None]


def forget(value: object) -> None:
    """Note nothing."""


Notes = tuple[Note, Note]
"""Who is told of the steps of a sweep: one of the value or the sum so far, one of the partial or None."""
SILENCE: Notes = (forget, forget)


class Operation(NamedTuple, Generic[V]):
    """What a rule does: its function and its partials.

    Where values are numbers: whether letters whose last is infinite are an overflow, which partials are 0 everywhere,
    and whether it compares.
    """

    function: Callable[..., V]
    slopes: tuple[Slope[V], ...]
    overflows: Callable[[Sequence[V]], bool] | None = None
    is_flat: Callable[[int], bool] | None = None
    compares: bool = False


class Arithmetic(Generic[V]):
    """What values are: how a number becomes one, the product and the sum of two, and what each rule does."""

    def __init__(
        self,
        const: Callable[[float], V],
        times: Callable[[V, V], V],
        plus: Callable[[V, V], V],
        operation: Callable[[Rule], Operation[V]],
    ) -> None:
        self.const, self.times, self.plus, self.operation = const, times, plus, operation


class Bound(Generic[V]):
    """A graph ready for an arithmetic. `operations[i]` is None for an input or a constant."""

    def __init__(self, graph: Graph, arithmetic: Arithmetic[V]) -> None:
        self.graph, self.arithmetic = graph, arithmetic
        self.args = list(graph.args)
        columns, rules = graph.flat(), RuleBook()
        operations = [
            None if kind[0] in (INPUT, CONST) else arithmetic.operation(rules.of_kind(graph, kind))
            for kind in columns.kinds
        ]
        self.operations: list[Operation[V] | None] = [operations[code] for code in columns.kind.tolist()]

    def losses(self, idle: Collection[int] = ()) -> Losses[V]:
        """The edges of a sweep that hand on nothing at one point; `idle` nodes have nothing to hand on."""
        return Losses(self.args, self._overflowed, self._is_flat, self._compares, idle)

    def _is_flat(self, i: int, k: int) -> bool:
        operation = self.operations[i]
        return operation is not None and operation.is_flat is not None and operation.is_flat(k)

    def _compares(self, i: int) -> bool:
        operation = self.operations[i]
        return operation is not None and operation.compares

    def _overflowed(self, i: int, values: Sequence[V]) -> bool:
        operation = self.operations[i]
        assert operation is not None
        assert operation.overflows is not None
        return operation.overflows([*[values[a] for a in self.args[i]], values[i]])

    def run(self, inputs: Sequence[V], note: Note | None = None) -> list[V]:
        """The value of every node, in order; `note` is told of each."""
        graph, const, values, given = self.graph, self.arithmetic.const, list[V](), iter(inputs)
        for operation, args, constant in zip(self.operations, self.args, graph.constants, strict=True):
            if operation is not None:
                value = operation.function(*[values[a] for a in args])
            else:
                value = next(given) if constant is None else const(constant)
            values.append(value)
            if note is not None:
                note(value)
        return values


def bind_text(
    text: Graph, count: int, const: Callable[[float], V], function: Callable[[Rule], Callable[..., V]]
) -> Slope[V]:
    """A row's text as a function of its `count` letters. Besides these its graph has constants, and `nan` by name.

    A user's own rule may have no use for the last of them, the value.
    """
    target, rules, count = text.outputs[0], RuleBook(), min(count, len(text.inputs))
    if target < count:
        return itemgetter(target)
    if text.ops[target] == CONST:
        number = const(number_of(text.constants[target]))
        return lambda letters: number
    named = {INPUT: float("nan")}
    rest: list[Any] = [
        const(named.get(op, number_of(constant))) if not args else None
        for op, constant, args in zip(text.ops, text.constants, text.args, strict=True)
    ][count:]
    steps = [(i, function(rules.find(text, i)), text.args[i]) for i in range(count, len(text)) if text.args[i]]
    if len(steps) == 1 and max(text.args[target]) < count:
        return _bind_step(steps[0][1], text.args[target])

    def slope(letters: Sequence[V]) -> V:
        values: list[V] = [*letters[:count], *rest]
        for i, apply, args in steps:
            values[i] = apply(*[values[a] for a in args])
        return values[target]

    return slope


def _bind_step(apply: Callable[..., V], args: Sequence[int]) -> Slope[V]:
    """One operation on letters: cos(x), -out."""
    first = args[0]
    if len(args) == 1:
        return lambda letters: apply(letters[first])
    return lambda letters: apply(*[letters[a] for a in args])
