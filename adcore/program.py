"""A program as `parse` gives it: its inputs and outputs, how it was read, and how it looks as mathematics."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adcore.arguments import check_named
from adcore.cautions import cautions_of
from adcore.errors import ADError, Caution
from adcore.labels import program_latex
from adcore.language import Syntax, check
from adcore.limits import Limits
from adcore.primitives import FUNCTIONS
from adcore.problem import inputs_json
from adcore.recorder import entry_point, record
from adcore.values import Input, plain

LIST_FUNCTIONS = ("len", "sum", "zip", "enumerate", "sorted", "reversed")
PROPOSED = 1.0
"""The value proposed for an input that was given none."""


@dataclass(frozen=True, slots=True)
class Program:
    """`inputs` have the shapes of the point, or guessed ones; `latex` is empty if the program needs a better point."""

    source: str
    form: str
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    normalized: str
    latex: str
    warnings: tuple[Caution, ...]
    point: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {
            "form": self.form,
            "inputs": inputs_json(self.inputs, self.point),
            "outputs": list(self.outputs),
            "normalized": self.normalized,
            "rewritten": self.normalized != self.source,
            "latex": self.latex,
            "warnings": [warning.to_json() for warning in self.warnings],
        }


def parse(source: str, at: Mapping[str, Any] | None = None, limits: Limits | None = None) -> Program:
    """Read a program. Inputs that `at` does not give get a proposed value, of a shape guessed from how they are used.

    Raises ADError for whatever is wrong with the text, and for what goes wrong in a run at the point.
    """
    syntax = check(source, FUNCTIONS, limits or Limits())
    names = _wanted(syntax)
    shapes = _guess_shapes(syntax, names)
    check_named(at or {})
    point = {name: plain((at or {}).get(name, shapes[name])) for name in names}
    guessed = any(isinstance(point[name], list) for name in names if name not in (at or {}))
    inputs = tuple(Input(name, _shape(point[name])) for name in names)
    try:
        recording = record(syntax, point)
    except ADError as error:
        if not guessed or error.kind in ("output", "name", "call", "order"):
            raise
        return Program(source, syntax.form, inputs, (), syntax.spelling.text, "", syntax.cautions, point)
    names_out = recording.output_names
    latex = program_latex(recording.graph, names_out)
    warnings = cautions_of(recording, recording.values)
    return Program(source, syntax.form, recording.inputs, names_out, syntax.spelling.text, latex, warnings, point)


def propose(source: str, limits: Limits | None = None) -> dict[str, Any]:
    """A proposed value for every input, of a shape guessed from how it is used, without running the program."""
    syntax = check(source, FUNCTIONS, limits or Limits())
    return _guess_shapes(syntax, _wanted(syntax))


def _wanted(syntax: Syntax) -> list[str]:
    if syntax.form != "def":
        return list(syntax.names.free_ids)
    entry = entry_point(syntax)
    return list(entry.parameters[: len(entry.parameters) - entry.optional])


def _shape(value: Any) -> tuple[int, ...]:
    return (len(value), *_shape(value[0])) if isinstance(value, list | tuple) and value else ()


def _guess_shapes(syntax: Syntax, names: list[str]) -> dict[str, Any]:
    """A proposed value for each input: a number, or lists as large as its largest written index asks for."""
    depth: dict[str, list[int]] = {name: [] for name in names}
    for node in ast.walk(syntax.tree):
        for indices, base in _indices(node):
            if isinstance(base, ast.Name) and base.id in depth:
                _deepen(depth[base.id], indices)
    return {name: _filled(depth[name]) for name in names}


def _deepen(known: list[int], indices: list[int]) -> None:
    """Make a known size at each level large enough for these indices."""
    known.extend([2] * (len(indices) - len(known)))
    for level, index in enumerate(indices):
        known[level] = max(known[level], index + 1)


def _indices(node: ast.AST) -> list[tuple[list[int], ast.AST]]:
    """The written indices of `x[0][i]`, outermost first (an unknown one counts as 1), and what is indexed.

    A loop over x, and len(x), index it once; zip(u, v) does so to both. A key in quotes is of no list.
    """
    if isinstance(node, ast.For | ast.comprehension):
        return [([1], node.iter)]
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and (node.func.id in LIST_FUNCTIONS or (node.func.id in ("max", "min") and len(node.args) == 1))
    ):
        return [([1], argument) for argument in node.args]
    indices: list[int] = []
    while isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return []
        whole = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int)
        indices.insert(0, node.slice.value if whole else 1)  # type: ignore[attr-defined]
        node = node.value
    return [(indices, node)] if indices else []


def _filled(sizes: list[int]) -> Any:
    return [_filled(sizes[1:]) for _ in range(min(sizes[0], 64))] if sizes else PROPOSED
