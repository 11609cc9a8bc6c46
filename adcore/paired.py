"""Dual numbers over an arithmetic: what `algebras.duals` is over an algebra, for graphs that are bound."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from adcore.bound import Arithmetic, Operation, Slope, bind_text
from adcore.graph import Graph
from adcore.losses import have_no_pole
from adcore.rules import Edge, Rule, find_rule

V = TypeVar("V")


class Pair(NamedTuple, Generic[V]):
    """A primal and its tangent; None is a tangent that is zero by structure.

    `is_endless`: infinite only because floats end. `done` is how many operations there were when the primal was made,
    `finished` how many when the tangent was, where operations are counted.
    """

    primal: V
    tangent: V | None = None
    is_endless: bool = False
    done: int = 0
    finished: int = 0


def pair_up(base: Arithmetic[V], count: Callable[[], int] = int) -> Arithmetic[Pair[V]]:
    """The arithmetic of pairs; `count` says how many operations there are so far."""

    def const(c: float) -> Pair[V]:
        return Pair(base.const(c), None, False, count(), count())

    def function(rule: Rule) -> Callable[..., Pair[V]]:
        return _function(base, base.operation(rule), count)

    def bind(text: Graph, rule: Rule) -> Slope[Pair[V]]:
        return bind_text(text, len(rule.row.args) + 1, const, function)

    def slope(rule: Rule, text: Graph, edge: Edge | None, stated: Slope[V]) -> Slope[Pair[V]]:
        usual = bind(text, rule)
        return _careful(usual, bind(edge.value, rule), stated, base.const(0.0)) if edge else usual

    def operation(rule: Rule) -> Operation[Pair[V]]:
        texts = zip(rule.partials, rule.edges, base.operation(rule).slopes, strict=True)
        return Operation(function(rule), tuple(slope(rule, *text) for text in texts))

    times, plus = (function(find_rule(op, None, 2)) for op in ("mul", "add"))
    return Arithmetic(const, times, plus, operation)


def _careful(usual: Slope[Pair[V]], at_edge: Slope[Pair[V]], stated: Slope[V], zero: V) -> Slope[Pair[V]]:
    """A partial that is differentiated as the row states it where only that is a number, as `DualAlgebra.partial`.

    It has a tangent wherever the formula has one, so that a sweep has the same events at every point.
    """

    def slope(letters: Sequence[Pair[V]]) -> Pair[V]:
        found = usual(letters)
        lost = math.isnan(found.primal)  # type: ignore[arg-type]
        if lost and not math.isnan(stated([letter.primal for letter in letters])):  # type: ignore[arg-type]
            told = at_edge(letters)
            return told if told.tangent is not None or found.tangent is None else told._replace(tangent=zero)
        return found

    return slope


def _function(base: Arithmetic[V], operation: Operation[V], count: Callable[[], int]) -> Callable[..., Pair[V]]:
    def apply(*args: Pair[V]) -> Pair[V]:
        letters = [a.primal for a in args]
        out = operation.function(*letters)
        letters.append(out)
        done, running = count(), None
        for slope, a in zip(operation.slopes, args, strict=True):
            if a.tangent is not None:
                local = slope(letters)
                is_lost = a.is_endless and local == 0 and not math.isinf(out)  # type: ignore[arg-type]
                added = local if is_lost else base.times(local, a.tangent)
                running = added if running is None else base.plus(running, added)
        overflows = operation.overflows
        has_overflowed = overflows is not None and math.isinf(out) and overflows(letters)  # type: ignore[arg-type]
        is_endless = has_overflowed and have_no_pole((a.primal, a.is_endless) for a in args)
        return Pair(out, running, is_endless, done, count())

    return apply
