"""Python text of a graph: one line for each operation, in names of our own (v0, v1, ...), never the user's.

def program(v0, v1):
v2 = v0/v1
v3 = sin(v2)
return v2, v3
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from adcore.algebras.text import PLAIN, TextAlgebra, Written
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import RuleBook
from adcore.rows import Row
from adcore.special import polygamma

EMITTED = replace(PLAIN, number=lambda c: repr(c) if c == c and abs(c) != float("inf") else f'float("{c}")')


def emit(graph: Graph) -> str:
    """The program as text: parameters are the inputs, it returns the outputs as a tuple."""
    writer, rules = TextAlgebra(EMITTED), RuleBook()
    pieces: list[Written] = []
    lines: list[str] = []
    for node in graph:
        if node.op == CONST:
            pieces.append(writer.const(node.constant or 0.0))
            continue
        if node.op != INPUT:
            written = writer.apply(rules.find(graph, node.id), [pieces[a] for a in node.args])
            lines.append(f"    v{node.id} = {written.text}")
        pieces.append(Written(f"v{node.id}", simple=True))
    parameters = ", ".join(f"v{i}" for i in graph.inputs)
    results = "".join(f"{pieces[i].text}, " for i in graph.outputs)
    return "\n".join([f"def program({parameters}):", *lines, f"    return ({results})", ""])


def build(text: str, functions: Mapping[str, Callable[..., Any]]) -> Callable[..., tuple[Any, ...]]:
    """Compile text that `emit` made; `functions` are the only names it finds."""
    namespace: dict[str, Any] = {"__builtins__": MappingProxyType({"float": float}), **functions}
    exec(compile(text, "<emitted>", "exec"), namespace)
    program: Callable[..., tuple[Any, ...]] = namespace["program"]
    return program


def functions_of(graph: Graph, pick: Callable[[Row], Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """The functions that the emitted text calls, by the name that the rows' texts use."""
    rules = RuleBook()
    rows = [rules.find(graph, i).row for i, op in enumerate(graph.ops) if op not in (CONST, INPUT)]
    functions = {row.text.partition("(")[0]: pick(row) for row in rows if row.text[:1].isalpha()}
    if "polygamma" in functions:  # its text names the order, which the value of a row already holds
        functions["polygamma"] = pick(replace(rows[0], name="polygamma", value=polygamma, array=None))
    return functions
