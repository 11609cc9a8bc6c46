"""Dual numbers over an arithmetic: what `algebras.duals` is over an algebra, for graphs that are bound."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from adcore.bound import Arithmetic, Bound, Operation, Slope, bind_text
from adcore.graph import Graph
from adcore.losses import Losses, have_no_pole
from adcore.rules import Edge, Rule, find_rule

V = TypeVar("V")


class Pair(NamedTuple, Generic[V]):
    """A primal and its tangent; None is a tangent that is zero by structure.

    `is_endless`: infinite only because floats end; `is_still`: its tangent is 0 whatever that is multiplied with, as of
    `Dual`. `done` is how many operations there were when the primal was made,
    `finished` how many when the tangent was, where operations are counted.
    """

    primal: V
    tangent: V | None = None
    is_endless: bool = False
    is_still: bool = False
    done: int = 0
    finished: int = 0

    def __bool__(self) -> bool:
        """Whether it is another number than 0, as of floats."""
        return bool(self.primal)

    def __float__(self) -> float:
        return float(self.primal)  # type: ignore[arg-type]

    def at_rest(self, zero: Pair[V]) -> Pair[V]:
        """The primal of `zero`, with a tangent of 0 where this has one."""
        tangent = None if self.tangent is None else 0.0
        return self._replace(primal=zero.primal, tangent=tangent, is_still=True)  # type: ignore[arg-type]


def pair_up(base: Arithmetic[V], count: Callable[[], int] = int) -> Arithmetic[Pair[V]]:
    """The arithmetic of pairs; `count` says how many operations there are so far."""

    def const(c: float) -> Pair[V]:
        return Pair(base.const(c), None, math.isinf(c), False, count(), count())

    def function(rule: Rule) -> Callable[..., Pair[V]]:
        return _function(base, base.operation(rule), count)

    def bind(text: Graph, rule: Rule) -> Slope[Pair[V]]:
        return bind_text(text, len(rule.row.args) + 1, const, function)

    def slope(rule: Rule, text: Graph, edge: Edge | None, stated: Slope[V]) -> Slope[Pair[V]]:
        usual = bind(text, rule)
        return _careful(usual, bind(edge.value, rule), stated, base.const(0.0)) if edge else usual

    def operation(rule: Rule) -> Operation[Pair[V]]:
        own = base.operation(rule)
        slopes = tuple(slope(rule, *text) for text in zip(rule.partials, rule.edges, own.slopes, strict=True))
        return Operation(function(rule), slopes, _overflows(own), own.is_flat, own.compares)

    times, plus = (function(find_rule(op, None, 2)) for op in ("mul", "add"))
    return Arithmetic(const, times, plus, operation)


def pair(bound: Bound[V], values: Sequence[V], tangents: Sequence[V | None]) -> list[Pair[V]]:
    """The nodes of a graph with their tangents."""
    known, rising = bound.losses(), list[Pair[V]]()
    for i, (value, tangent) in enumerate(zip(values, tangents, strict=True)):
        is_still = tangent == 0 and bound.operations[i] is not None and _is_still(i, rising, known, values)
        rising.append(Pair(value, tangent, known.is_endless(i, values), is_still))
    return rising


def _is_still(i: int, rising: Sequence[Pair[V]], known: Losses[V], values: Sequence[V]) -> bool:
    """Whether nothing has come through to a node, whose tangent is 0."""
    args = [(k, rising[a]) for k, a in enumerate(known.args[i])]
    return all(a.tangent is None or a.is_still or known.cuts((i, k), values) for k, a in args)


def _overflows(operation: Operation[V]) -> Callable[[Sequence[Pair[V]]], bool] | None:
    overflows = operation.overflows
    return None if overflows is None else lambda letters: overflows([letter.primal for letter in letters])


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
    overflows, is_flat, arity = operation.overflows, operation.is_flat, range(len(operation.slopes))
    flat, zero = [is_flat is not None and (operation.compares or is_flat(k)) for k in arity], base.const(0.0)

    def apply(*args: Pair[V]) -> Pair[V]:
        letters = [a.primal for a in args]
        out = operation.function(*letters)
        letters.append(out)
        done, running, is_still = count(), None, overflows is not None
        for slope, a, is_step in zip(operation.slopes, args, flat, strict=True):
            if a.tangent is not None:
                local = slope(letters)
                is_lost = is_step and (operation.compares or not math.isnan(a.tangent))  # type: ignore[arg-type]
                is_lost |= a.is_still or (a.is_endless and local == 0 and math.isfinite(out))  # type: ignore[arg-type]
                added = zero if is_lost else base.times(local, a.tangent)
                running = added if running is None else base.plus(running, added)
                is_still &= is_lost
        has_overflowed = overflows is not None and math.isinf(out) and overflows(letters)  # type: ignore[arg-type]
        is_endless = has_overflowed and have_no_pole((a.primal, a.is_endless) for a in args)
        return Pair(out, running, is_endless, is_still, done, count())

    return apply
