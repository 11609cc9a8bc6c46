"""A problem: a checked program, a point, and its recording there. What every mode of differentiation is given."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adcore.algebras.floats import Numeric
from adcore.arguments import as_direction, as_float, check_named
from adcore.errors import ADError
from adcore.evaluator import Evaluator
from adcore.events import json_numbers
from adcore.graph import Graph
from adcore.language import Syntax, check
from adcore.limits import Limits
from adcore.primitives import FUNCTIONS
from adcore.recorder import record
from adcore.simplify import share
from adcore.unfolded import UnfoldedTape
from adcore.values import Input, Recording, plain

Direction = Mapping[str, Any] | Sequence[float]
"""By the names of inputs, or one number for each."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`leaves` are the numbers of the point, flattened in the order of `recording.graph.inputs`."""

    syntax: Syntax
    recording: Recording
    leaves: tuple[float, ...]

    @property
    def graph(self) -> Graph:
        return self.recording.graph

    @property
    def outputs(self) -> list[float]:
        return [self.recording.values[i] for i in self.graph.outputs]

    def evaluate(self, leaves: Sequence[float]) -> list[float]:
        """The outputs at other numbers; the program runs anew where one of its decisions would change."""
        return self.moved(leaves).outputs

    def moved(self, leaves: Sequence[float]) -> Problem:
        """The graph at other numbers; the program is recorded anew where one of its decisions would change."""
        values = Numeric(self.graph).run(leaves)
        if not holds(self.graph, values):
            return repose(self, nest(self.recording.inputs, leaves))
        return replace(self, recording=replace(self.recording, values=tuple(values)), leaves=tuple(leaves))


def pose(source: str, at: Mapping[str, Any], limits: Limits | None = None, shared: bool = False) -> Problem:
    """Check a program and record it at a point; `shared` makes equal sub-expressions one node."""
    syntax = check(source, FUNCTIONS, limits or Limits())
    recording = record(syntax, at)
    if shared:
        graph, moved = share(recording.graph)
        values = dict(sorted((new, recording.values[old]) for old, new in moved.items()))
        recording = replace(recording, graph=graph, values=tuple(values.values()))
    return Problem(syntax, recording, tuple(recording.values[i] for i in recording.graph.inputs))


def pose_unfolded(source: str, at: Mapping[str, Any], limits: Limits | None = None) -> Problem:
    """The same with a graph that holds what is computed from constants alone, operation by operation.

    >>> list(pose_unfolded("x + sqrt(2)", {"x": 1.0}).graph.ops)
    ['input', 'const', 'sqrt', 'add']
    """
    syntax = check(source, FUNCTIONS, limits or Limits())
    recording = record(syntax, at, Evaluator(syntax, UnfoldedTape(syntax.limits)))
    return Problem(syntax, recording, tuple(recording.values[i] for i in recording.graph.inputs))


def pose_formula(text: str, at: Mapping[str, Any], limits: Limits | None = None) -> Problem:
    """A formula of the inputs that `at` gives values to. Errors: as of pose; a name that is none of these inputs.

    >>> pose_formula("3*x**2", {"x": 2.0}).outputs
    [12.0]
    """
    syntax = check(text, FUNCTIONS, limits or Limits())
    free = [name for name in syntax.names.free_ids if name not in at] if syntax.form != "def" else []
    if free:
        names = (node for node in ast.walk(syntax.tree) if isinstance(node, ast.Name) and node.id == free[0])
        hint = f"The inputs are: {', '.join(at)}."
        raise ADError("point", f"{free[0]} is no input.", next(map(syntax.span, names), None), hint)
    recording = record(syntax, at)
    return Problem(syntax, recording, tuple(recording.values[i] for i in recording.graph.inputs))


def inner_problem(problem: Problem, i: int) -> Problem:
    """The body of the user's function that node i calls, at the numbers it is called with."""
    graph, values = problem.graph, problem.recording.values
    custom = graph.customs[int(graph.constants[i] or 0)]
    numbers = tuple(values[a] for a in graph.args[i])
    inputs = tuple(Input(letter, ()) for letter in custom.letters)
    inner = Recording(custom.body, tuple(Numeric(custom.body).run(numbers)), inputs, 0, (custom.name,), (), ())
    return Problem(problem.syntax, inner, numbers)


def repose(problem: Problem, at: Mapping[str, Any]) -> Problem:
    """The same program recorded at another point; not of the body of a function, which is no program of its own."""
    recording = record(problem.syntax, at)
    return Problem(problem.syntax, recording, tuple(recording.values[i] for i in recording.graph.inputs))


def holds(graph: Graph, values: Sequence[float]) -> bool:
    """Whether every recorded decision would be taken again with these node values."""
    return all(bool(values[d.node]) == d.taken for d in graph.decisions)


def nest(inputs: Sequence[Input], leaves: Sequence[float]) -> dict[str, Any]:
    """Flat numbers as a point: by name, in nested lists."""
    remaining = iter(leaves)
    return {given.name: _nested(given.shape, remaining) for given in inputs}


def _nested(shape: tuple[int, ...], remaining: Iterator[float]) -> Any:
    return [_nested(shape[1:], remaining) for _ in range(shape[0])] if shape else next(remaining)


def inputs_json(inputs: Sequence[Input], point: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Name, shape and value of each input, as the page and the command line get them."""
    return [{"name": i.name, "shape": i.shape, "value": json_numbers(point[i.name])} for i in inputs]


def flatten(inputs: Sequence[Input], at: Mapping[str, Any], default: float | None = None) -> list[float]:
    """A point, or a direction, as flat numbers in the order of the inputs; a missing name is `default` throughout."""
    check_named(at)
    leaves: list[float] = []
    for given in inputs:
        value = at.get(given.name, default)
        if value is None and given.name not in at:
            raise ADError("point", f"There is no value for {given.name}.", None, "Give every input a value.")
        if type(value) is list and given.shape == (len(value),) and set(map(type, value)) <= {float}:
            leaves += value  # floats as a slider sends them: there is nothing to convert
        else:
            _collect(plain(value), given.shape, given.name, leaves, default)
    known = {given.name for given in inputs}
    if unknown := [name for name in at if name not in known]:
        names = ", ".join(given.name for given in inputs)
        raise ADError("point", f"{', '.join(unknown)} is no input.", None, f"The inputs are: {names}.")
    return leaves


def read_direction(recording: Recording, given: Direction) -> list[float]:
    """A direction as flat numbers: by name, where what is not named stays at rest, or one for each input number."""
    if isinstance(given, Mapping):
        return flatten(recording.inputs, given, 0.0)
    return as_direction(given, len(recording.graph.inputs))


def _collect(value: Any, shape: tuple[int, ...], name: str, leaves: list[float], default: float | None) -> None:
    if not shape and isinstance(value, int | float):
        leaves.append(as_float(value, name))
    elif shape and value is default and default is not None:
        for _ in range(shape[0]):
            _collect(default, shape[1:], name, leaves, default)
    elif shape and isinstance(value, list | tuple) and len(value) == shape[0]:
        for element in value:
            _collect(element, shape[1:], name, leaves, default)
    else:
        wanted = "a number" if not shape else f"a list of shape {list(shape)}"
        raise ADError("point", f"{name} must be {wanted}.", None, "Give it the shape of the recorded input.")
