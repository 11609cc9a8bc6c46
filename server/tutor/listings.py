"""Programs that the engine writes from a program of a lesson: its derivative in other forms, as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import adcore
from adcore.algebras.duals import Dual, DualAlgebra
from adcore.algebras.text import PLAIN, TextAlgebra
from adcore.errors import ADError
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import run
from adcore.labels import Labels
from adcore.limits import Limits
from server.tutor.lessons import Sample

Form = Callable[[Sample, Limits], str]
IMPORTS = "import math\n"


def write_list(graph: Graph) -> str:
    """A graph as a list of single operations, with what goes in and what comes out.

    >>> print(write_list(adcore.record("x*y + x", {"x": 2.0, "y": 3.0}).graph))
    given x, y
    v₁ = x · y
    v₂ = v₁ + x
    results v₂
    <BLANKLINE>
    """
    labels = Labels(graph)
    lines = [f"{labels.name(i)} = {labels.text(i)}" for i, op in enumerate(graph.ops) if op not in (CONST, INPUT)]
    given = ", ".join(labels.name(i) for i in graph.inputs)
    results = ", ".join(labels.name(i) for i in graph.outputs)
    return "\n".join([f"given {given}", *lines, f"results {results}", ""])


def _transformed(kind: str) -> Form:
    return lambda program, limits: adcore.transform(program.source, program.point, kind, limits=limits).text


def _written(form: str) -> Form:
    return lambda program, limits: adcore.write(program.source, program.point, form, limits).text


def _tape(program: Sample, limits: Limits) -> str:
    return write_list(adcore.record(program.source, program.point, limits).graph)


def _linear(program: Sample, limits: Limits) -> str:
    return write_list(adcore.linearize(program.source, program.point, limits).graph)


def _transposed(program: Sample, limits: Limits) -> str:
    return write_list(adcore.transpose(adcore.linearize(program.source, program.point, limits)).graph)


def _formula(program: Sample, limits: Limits) -> str:
    """Dual numbers whose parts are texts: every rule is applied as it stands in its row, and nothing is tidied up."""
    graph, writer = adcore.record(program.source, program.point, limits).graph, TextAlgebra(PLAIN)
    if (len(graph.inputs), len(graph.outputs)) != (1, 1):
        raise ADError("lesson", "A derivative is written as a formula for one input and one output.")
    moved = Dual(writer.letter(graph.names[graph.inputs[0]] or ""), writer.const(1.0))
    tangent = run(graph, DualAlgebra(writer), [moved])[graph.outputs[0]].tangent
    return tangent.text if tangent else "0"


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "tape": _tape,
        "derivative by the rules": _formula,
        "tangent program": _transformed("tangent"),
        "adjoint program": _transformed("adjoint"),
        "closures": _written("closure"),
        "continuations": _written("continuation"),
        "linear program": _linear,
        "transposed program": _transposed,
    }
)


def write_form(form: str, program: Sample, limits: Limits) -> str:
    """A program in one of FORMS, without what it imports."""
    return FORMS[form](program, limits).removeprefix(IMPORTS).strip()
