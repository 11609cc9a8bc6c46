"""Numbers: the algebra of evaluation. IEEE 754 throughout; nothing raises."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import RuleBook
from adcore.rules import KEPT, Rule

Slope = Callable[[Sequence[float]], float]


class FloatAlgebra:
    """Python floats."""

    def const(self, c: float) -> float:
        return c

    def apply(self, rule: Rule, args: Sequence[float]) -> float:
        return rule.row.value(*args)

    def overflowed(self, rule: Rule, out: float) -> bool:
        """Whether a value is infinite only because floats end: exp(800), not 1/0."""
        return math.isinf(out) and rule.domain is None

    def partial(self, rule: Rule, args: Sequence[float], out: float, i: int) -> float:
        """The partial for argument i, as `slopes_of` gives it."""
        return slopes_of(rule)[i]((*args, out))


class Ready(NamedTuple):
    """What numbers need of a rule: its function, its partials, and whether it has a value everywhere."""

    function: Callable[..., float]
    slopes: tuple[Slope, ...]
    everywhere: bool


class Numeric:
    """A graph made ready for floats, to be run at many points: `ready[i]` is None for an input or a constant."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        rules, known = RuleBook(), dict[tuple[str, float | None, int], Ready]()
        self.ready: list[Ready | None] = []
        for i, key in enumerate(zip(graph.ops, graph.constants, map(len, graph.args), strict=True)):
            found = known.get(key)
            if found is None and key[0] not in (INPUT, CONST):
                rule = rules.find(graph, i)
                found = known[key] = Ready(rule.row.value, slopes_of(rule), rule.domain is None)
            self.ready.append(found)

    def run(self, inputs: Sequence[float]) -> list[float]:
        """The value of every node: `interpreter.run` over floats, without its detours."""
        graph, values, given = self.graph, list[float](), iter(inputs)
        for ready, args, constant in zip(self.ready, graph.args, graph.constants, strict=True):
            if ready is not None:
                values.append(ready.function(*[values[a] for a in args]))
            else:
                values.append(next(given) if constant is None else constant)
        return values


@lru_cache(maxsize=KEPT)
def slopes_of(rule: Rule) -> tuple[Slope, ...]:
    """The partials of a rule as functions of numbers: the arguments, then the value.

    >>> by_x, by_y = slopes_of(find_rule("div", None, 2))
    >>> by_y((6.0, 2.0, 3.0))  # -out/y
    -1.5
    """
    return tuple(_careful(rule, k, _numeric(text, len(rule.row.args) + 1)) for k, text in enumerate(rule.partials))


def _careful(rule: Rule, k: int, slope: Slope) -> Slope:
    """A partial with two cares that formulas lack.

    Outside the domain there is no derivative, though the formula may give a number: log(-1) is nan, and 1/x there
    is -1. And at an edge the row may state the value: 0**y has slope 0 in y, where out*log(x) is 0 times infinity.
    """
    edge = rule.edges[k]
    if rule.domain is None and edge is None:
        return slope
    at_edge = _numeric(edge.value, len(rule.row.args) + 1) if edge else slope

    def careful(numbers: Sequence[float]) -> float:
        if numbers[-1] != numbers[-1] and rule.domain is not None and not any(map(math.isnan, numbers[:-1])):
            return math.nan
        local = slope(numbers)
        if edge is not None and not math.isfinite(local) and edge.condition.holds(numbers):
            return at_edge(numbers)
        return local

    return careful


def _numeric(text: Graph, count: int) -> Slope:
    """A row's text as a function of `count` numbers. Besides these its graph has constants, and `nan` by name.

    A user's own rule may have no use for the last of them, the value.
    """
    target, rules, count = text.outputs[0], RuleBook(), min(count, len(text.inputs))
    if target < count:
        return itemgetter(target)
    rest = [math.nan if op == INPUT else constant for op, constant in zip(text.ops, text.constants, strict=True)][
        count:
    ]
    if text.ops[target] == CONST:
        number = rest[target - count] or 0.0
        return lambda numbers: number
    steps = [(i, rules.find(text, i).row.value, text.args[i]) for i in range(count, len(text)) if text.args[i]]

    def slope(numbers: Sequence[float]) -> float:
        values = [*numbers[:count], *rest]
        for i, value, args in steps:
            values[i] = value(*[values[a] for a in args])
        return values[target]  # type: ignore[return-value]

    return slope
