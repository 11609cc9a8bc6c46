"""A program and a point become a recording: the program is run once, and every operation becomes a node."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, TypeGuard

import numpy as np

from adcore.arguments import as_float, check_named
from adcore.columns import coded
from adcore.errors import ADError, Caution, Span
from adcore.evaluator import Evaluator
from adcore.graph import Graph
from adcore.language import Syntax
from adcore.reach import varied
from adcore.tape import Tape
from adcore.values import Closure, Input, Recording, Returned, Traced, describe, plain

DEEPEST_RESULT = 3
OUTPUT_LETTERS = ("y", "f", "g", "out", "result")


def record(syntax: Syntax, at: Mapping[str, Any], runner: Evaluator | None = None) -> Recording:
    """Run a checked program at a point. `at` maps input names to numbers or nested lists; a `runner` may be given.

    Raises ADError for a point that does not fit, and for whatever goes wrong while the program runs.
    """
    check_named(at)
    evaluator = runner or Evaluator(syntax, Tape(syntax.limits))
    tape = evaluator.tape
    given = {name: plain(at[name]) for name in input_names(syntax, at)}
    inputs = tuple(Input(name, shape_of(value, name, syntax)) for name, value in given.items())
    traced = {name: _add_leaves(tape, name, value) for name, value in given.items()}
    try:
        end = _run(evaluator, syntax, traced)
    except RecursionError as error:
        raise ADError("limit", "The calls are nested too deeply (call_depth).", None, "Use a loop.") from error
    template, leaves = _flatten(end, tape, syntax)
    if runner is None:
        evaluator.top.variables.clear()  # functions hold the frame that they stand in: nobody else lets go of either
    graph = tape.nodes.graph(leaves, tape.contexts.rows(), tape.decisions, tape.customs)
    if not varied(graph)[list(graph.outputs)].any():
        tape.cautions.append(Caution("constant", "The result does not depend on any input.", end.span))
    cautions = (*syntax.cautions, *tape.cautions)
    output_names = _output_names(graph, template)
    return Recording(graph, tuple(tape.values), inputs, template, output_names, cautions, tuple(tape.folded))


def input_names(syntax: Syntax, at: Mapping[str, Any]) -> list[str]:
    """The inputs in order: of the signature for a def, of `at` otherwise. Missing and unknown names are errors."""
    if syntax.form == "def":
        entry = entry_point(syntax)
        needed = list(entry.parameters[: len(entry.parameters) - entry.optional])
        unknown = [name for name in at if name not in entry.parameters]
        missing = [name for name in needed if name not in at]
        names = [name for name in entry.parameters if name in at]
    else:
        needed = list(syntax.names.free_ids)
        unknown = []
        missing = [name for name in needed if name not in at]
        names = list(at)
    if missing or unknown:
        words = [f"no value for {', '.join(missing)}"] * bool(missing) + [f"{', '.join(unknown)} is no input"] * bool(
            unknown
        )
        expected = ", ".join(needed) or "none"
        extra = [name for name in at if name not in needed]
        hint = f"The inputs are: {expected}." + (f" Not used: {', '.join(extra)}." if extra else "")
        raise ADError("point", "The point does not fit: " + "; ".join(words) + ".", None, hint)
    syntax.limits.check("inputs", len(names))
    return names


class _Entry:
    """The signature of the last top-level def."""

    def __init__(self, syntax: Syntax) -> None:
        self.definition = syntax.definitions[-1]
        self.parameters = tuple(arg.arg for arg in self.definition.args.args)
        self.optional = len(self.definition.args.defaults)


def entry_point(syntax: Syntax) -> _Entry:
    """The function that a `def` program differentiates: its last top-level def."""
    return _Entry(syntax)


def shape_of(value: Any, name: str, syntax: Syntax) -> tuple[int, ...]:
    """() for a number, (n,) for a list, (n, m) for rows of equal length; errors name the input."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return ()
    if not isinstance(value, list | tuple) or not value:
        raise ADError("point", f"{name} must be a number or a list of numbers.", None, "For example 1.5 or [1, 2].")
    shapes = [shape_of(element, name, syntax) for element in value]
    if any(shape != shapes[0] for shape in shapes):
        raise ADError("point", f"The rows of {name} differ in length.", None, "Give every row as many numbers.")
    shape = (len(value), *shapes[0])
    syntax.limits.check("matrix_side" if shapes[0] else "vector_length", max(shape))
    return shape


def _add_leaves(tape: Tape, name: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_add_leaves(tape, f"{name}[{i}]", element) for i, element in enumerate(value)]
    return tape.add_input(name, as_float(value, name))


def _run(evaluator: Evaluator, syntax: Syntax, traced: dict[str, Any]) -> Returned:
    body = syntax.tree.body
    if syntax.form == "def":
        end = evaluator.block(body)
        function = evaluator.top.variables[entry_point(syntax).definition.name]
        assert isinstance(function, Closure)
        return Returned(evaluator.call(function, [], traced, function.span), function.span)
    evaluator.top.variables.update(traced)
    last = body[-1]
    end = evaluator.block(body if not _is_expression(last) else body[:-1])
    if end is None and _is_expression(last):
        return Returned(evaluator.value(last.value), evaluator.span(last))
    if not isinstance(end, Returned):
        raise _no_output(syntax)
    return end


def _is_expression(statement: ast.stmt) -> TypeGuard[ast.Expr]:
    return isinstance(statement, ast.Expr)


def _no_output(syntax: Syntax) -> ADError:
    """A program without a result; what was meant may be an expression inside a loop, or the last name assigned."""
    last = syntax.tree.body[-1]
    named = last.targets[0] if isinstance(last, ast.Assign) else None
    hint = f"Add a last line: {named.id}" if isinstance(named, ast.Name) else "End with the result, or return it."
    inner: ast.AST = last
    while isinstance(inner, ast.For | ast.While | ast.If):
        inner = inner.body[-1]
    if isinstance(last, ast.Assign) and isinstance(last.value, ast.Lambda):
        inner = last.value
    place = inner if isinstance(inner, ast.Expr | ast.Lambda) else last
    return ADError("output", "The program gives nothing back.", syntax.span(place), hint)


def _flatten(end: Returned, tape: Tape, syntax: Syntax) -> tuple[Any, list[int]]:
    """The returned value as a template of positions, and the nodes at these positions."""
    leaves: list[int] = []
    template = _positions(end.value, end.span, tape, leaves)
    if isinstance(end.value, tuple | list):
        syntax.limits.check("outputs" if isinstance(end.value, tuple) else "vector_length", len(leaves), end.span)
    if isinstance(end.value, bool) or (isinstance(end.value, Traced) and tape.is_test(end.value)):
        tape.cautions.append(Caution("truth", "The result is a condition: 1 where it holds, else 0.", end.span))
    return template, leaves


def _positions(value: Any, span: Span, tape: Tape, leaves: list[int], depth: int = 0) -> Any:
    """A value as a template; its numbers are added to the `leaves`."""
    if depth > DEEPEST_RESULT or len(leaves) > tape.limits["vector_length"]:
        tape.limits.refuse("vector_length", span, "Return fewer numbers, in lists at most three deep.")
    if isinstance(value, list | tuple):
        if not value:
            raise ADError("output", "The result is an empty list.", span, "Return at least one number.")
        return [_positions(element, span, tape, leaves, depth + 1) for element in value]
    if isinstance(value, bool | int | float | Traced):
        leaves.append(tape.lift(value, span).id)
        return len(leaves) - 1
    hint = "Return a number or a list of numbers" + (', as [p["w"], p["b"]].' if isinstance(value, dict) else ".")
    raise ADError("output", f"The result is {describe(value)}.", span, hint)


def _output_names(graph: Graph, template: Any) -> tuple[str, ...]:
    """y, or y[0], y[1], ...; another letter where the program calls something else y."""
    outputs = frozenset(graph.outputs)
    codes, table = coded(graph.names)
    counts = np.bincount(codes, minlength=len(table)) - np.bincount(codes[[*outputs]], minlength=len(table))
    names = {name for name, count in zip(table, counts.tolist(), strict=True) if name and count}
    taken = {name.partition("[")[0] for name in names} | {
        (graph.names[i] or "").partition("[")[0] for i in graph.inputs
    }
    letter = next((letter for letter in OUTPUT_LETTERS if letter not in taken), OUTPUT_LETTERS[-1])
    if not isinstance(template, list):
        return (letter,)
    return tuple(f"{letter}[{i}]" for i in range(len(graph.outputs)))
