"""Functions with a derivative rule of their own: `f` beside `f_partials`.

    def cube(x):
        return x*x*x
    def cube_partials(x, out):
        return 3*x**2

A call of `cube` becomes one node, whose partial is what the user wrote. It is compared with the function itself, and a
rule that disagrees is warned about (see cautions).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from adcore.errors import ADError, Span
from adcore.graph import Custom, Graph
from adcore.tape import Tape
from adcore.values import Closure, Traced, is_number

RULE_SUFFIX = "_partials"
OUT = "out"


class Runner(Protocol):
    """Who runs functions: the evaluator."""

    tape: Tape

    def enter(self, function: Closure, args: Sequence[Any], words: dict[str, Any], span: Span) -> Any: ...


def rule_of(function: Closure) -> Closure | None:
    """The user's own rule for a function, if one was defined beside it."""
    rule = function.frame.variables.get(function.name + RULE_SUFFIX)
    return rule if isinstance(rule, Closure) else None


def call_custom(runner: Runner, function: Closure, rule: Closure, given: dict[str, Any], span: Span) -> Traced:
    """Record a call of a function with its own rule as one node; `given` are the parameters with their values."""
    args = [given[letter] for letter in function.parameters]
    if not all(map(is_number, args)):
        raise ADError("custom", f"{function.name} has a rule of its own, so it takes numbers.", span)
    numbers = [a.value if isinstance(a, Traced) else float(a) for a in args]
    body, values = _record_apart(runner, function, dict(zip(function.parameters, numbers, strict=True)), span)
    if len(values) != 1:
        raise ADError("custom", f"{function.name} has a rule of its own, so it returns one number.", function.span)
    partials = _record_partials(runner, rule, [*numbers, values[0]], span)
    custom = Custom(function.name, function.parameters, body, partials, rule.span)
    return runner.tape.apply_custom(custom, args, values[0], span)


def _record_partials(runner: Runner, rule: Closure, numbers: Sequence[float], span: Span) -> tuple[Graph, ...]:
    """The user's partials, one graph each, over the parameters and `out`."""
    count = len(numbers) - 1
    if rule.parameters[count:] not in ((), (OUT,)) or len(rule.parameters) < count:
        words = f"{rule.name} takes the {count} parameters of the function, and may take {OUT} after them."
        raise ADError("custom", words, rule.span)
    graph, values = _record_apart(runner, rule, dict(zip(rule.parameters, numbers, strict=False)), span)
    if len(values) != count:
        words = f"{rule.name} gives {len(values)} partials for {count} parameters."
        raise ADError("custom", words, rule.span, "Return one for each parameter, as a list if there are several.")
    return tuple(replace(graph, outputs=(i,)) for i in graph.outputs)


def _record_apart(
    runner: Runner, function: Closure, letters: dict[str, float], span: Span
) -> tuple[Graph, list[float]]:
    """Run a function of plain numbers on a tape of its own: the graph, and the values of its outputs."""
    outside, runner.tape = runner.tape, runner.tape.apart()
    try:
        tape = runner.tape
        result = runner.enter(function, [tape.add_input(name, x) for name, x in letters.items()], {}, span)
        found = [tape.lift(x, span) for x in (result if isinstance(result, list | tuple) else [result])]
        if tape.decisions:
            words = f"{function.name} decides a branch, so it cannot have a rule of its own."
            raise ADError("custom", words, function.span, "Use where(…), max or min instead of if.")
        graph = tape.nodes.graph([x.id for x in found], tape.contexts.rows(), customs=tape.customs)
        return graph, [x.value for x in found]
    finally:
        runner.tape = outside
