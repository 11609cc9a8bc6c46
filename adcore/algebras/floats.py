"""Numbers: the algebra of evaluation. IEEE 754 throughout; nothing raises."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from functools import partial

from adcore.bound import Arithmetic, Bound, Operation, Slope, bind_text
from adcore.graph import Graph
from adcore.rules import Rule, keep_with_rule


class FloatAlgebra:
    """Python floats."""

    def const(self, c: float) -> float:
        return c

    def apply(self, rule: Rule, args: Sequence[float]) -> float:
        return rule.row.value(*args)

    def overflowed(self, rule: Rule, args: Sequence[float], out: float) -> bool:
        """Whether a value is infinite only because floats end: exp(800), not 1/0."""
        return math.isinf(out) and overflows(rule, (*args, out))

    def partial(self, rule: Rule, args: Sequence[float], out: float, i: int) -> float:
        """The partial for argument i, as `slopes_of` gives it."""
        return slopes_of(rule)[i]((*args, out))


class Numeric(Bound[float]):
    """A graph ready for floats."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph, FLOATS)


@keep_with_rule
def slopes_of(rule: Rule) -> tuple[Slope[float], ...]:
    """The partials of a rule as functions of numbers: the arguments, then the value.

    >>> by_x, by_y = slopes_of(find_rule("div", None, 2))
    >>> by_y((6.0, 2.0, 3.0))  # -out/y
    -1.5
    """
    return tuple(_careful(rule, k, _numeric(rule, text)) for k, text in enumerate(rule.partials))


def _numeric(rule: Rule, text: Graph) -> Slope[float]:
    return bind_text(text, len(rule.row.args) + 1, _const, lambda inner: inner.row.value)


def _careful(rule: Rule, k: int, slope: Slope[float]) -> Slope[float]:
    """A partial with two cares that formulas lack.

    Outside the domain there is no derivative, though the formula may give a number: log(-1) is nan, and 1/x there
    is -1. And at an edge the row may state the value: 0**y has slope 0 in y, where out*log(x) is 0 times infinity.
    """
    edge = rule.edges[k]
    if rule.domain is None and edge is None:
        return slope
    at_edge = _numeric(rule, edge.value) if edge else slope

    def careful(numbers: Sequence[float]) -> float:
        if numbers[-1] != numbers[-1] and rule.domain is not None and not any(map(math.isnan, numbers[:-1])):
            return math.nan
        local = slope(numbers)
        if edge is not None and not math.isfinite(local) and edge.condition.holds(numbers):
            return at_edge(numbers)
        return local

    return careful


def _operation(rule: Rule) -> Operation[float]:
    return Operation(rule.row.value, slopes_of(rule), partial(overflows, rule), lambda k: rule.flat[k], rule.compares)


def overflows(rule: Rule, letters: Sequence[float]) -> bool:
    """Whether arguments whose value, the last letter, is infinite lie in the domain: then floats end, not the function.

    A quotient of numbers is infinite next to its pole, where slopes are larger still: of 1/(x/y) at y = 1e-310 nothing
    would be left of the slope 1. One of what is infinite already is as endless as that.

    >>> overflows(find_rule("exp", None, 1), (800.0, math.inf))
    True
    >>> overflows(find_rule("div", None, 2), (1.0, 1e-310, math.inf))
    False
    """
    if rule.row.name == "div" and not math.isinf(letters[0]):
        return False
    return rule.domain is None or rule.domain.holds(letters)


def _const(c: float) -> float:
    return c


FLOATS = Arithmetic(_const, operator.mul, operator.add, _operation)
"""Python floats as they are."""
