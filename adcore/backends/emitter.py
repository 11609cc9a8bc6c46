"""Python text of a graph, in names of our own (v0, v1, ...), never the user's.

    def program(v0, v1):
        try:
            v3 = sin(v0/v1)
            v4 = v3*v3
            s = v3 + v4
            if s*0.0 == 0.0:
                return (v3, v4, )
        except (ValueError, OverflowError, ZeroDivisionError):
            pass
        return otherwise(v0, v1)

A value that is used once stands where it is used, which halves the time and the length of the text. The sum of the
results is a number exactly where all of them are; otherwise, or where a decision changes, `otherwise` answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from adcore.algebras.text import PLAIN, TextAlgebra, Written
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import RuleBook
from adcore.primitives import TESTS
from adcore.rows import ATOM, COMPARE, Row
from adcore.special import polygamma

EMITTED = replace(PLAIN, number=lambda c: repr(c) if c == c and abs(c) != float("inf") else f'float("{c}")')
DEEPEST = 12
"""Operations inside one another on a line: more is slower to compile and no faster to run."""
TERMS = 30
"""Results added up on a line: Python's compiler recurs into long sums."""


@dataclass(frozen=True, slots=True)
class Body:
    """Statements, and the text that stands for each output; `changing` are the outputs that are no constants."""

    lines: tuple[str, ...]
    outputs: tuple[str, ...]
    changing: tuple[str, ...]


def emit_guarded(graph: Graph, taken: Sequence[bool]) -> str:
    """The program as text: it takes the inputs and returns the outputs as a tuple.

    The last outputs are tests, and where one is not as `taken` another function answers.
    """
    body, parameters = _body(graph), _parameters(graph)
    end = len(body.outputs) - len(taken)
    results = body.outputs[:end]
    kept = set(results)
    tests = [text if expected else f"not {text}" for text, expected in zip(body.outputs[end:], taken, strict=True)]
    lines = [*body.lines, *_added_up([text for text in body.changing if text in kept])]
    return "\n".join(
        [
            f"def program({parameters}):",
            "    try:",
            *(f"        {line}" for line in lines),
            f"        if {' and '.join(['s*0.0 == 0.0', *dict.fromkeys(tests)])}:",
            f"            return ({_listed(results)})",
            "    except (ValueError, OverflowError, ZeroDivisionError):",
            "        pass",
            f"    return otherwise({parameters})",
            "",
        ]
    )


def _parameters(graph: Graph) -> str:
    return ", ".join(f"v{i}" for i in graph.inputs)


def _listed(texts: Sequence[str]) -> str:
    return "".join(f"{text}, " for text in texts)


def _added_up(terms: Sequence[str]) -> Iterator[str]:
    """Statements that add up results, some on each line."""
    yield f"s = {' + '.join(terms[:TERMS]) or '0.0'}"
    for first in range(TERMS, len(terms), TERMS):
        yield f"s += {' + '.join(terms[first : first + TERMS])}"


def _body(graph: Graph) -> Body:
    writer, rules, uses = TextAlgebra(EMITTED), RuleBook(), _uses(graph)
    pieces: list[Written] = []
    depths: list[int] = []
    lines: list[str] = []
    for i, (op, args) in enumerate(zip(graph.ops, graph.args, strict=True)):
        depth = 1 + max((depths[a] for a in args), default=-1)
        piece = Written(f"v{i}", simple=True)
        if op == CONST:
            piece = writer.const(graph.constants[i] or 0.0)
        elif op != INPUT:
            text = _operation(writer, rules, graph, i, [pieces[a] for a in args])
            if uses[i] == 1 and depth < DEEPEST:
                piece = text
            else:
                lines.append(f"{piece.text} = {text.text}")
                depth = 0
        pieces.append(piece)
        depths.append(depth)
    changing = dict.fromkeys(pieces[i].text for i in graph.outputs if graph.ops[i] != CONST)
    return Body(tuple(lines), tuple(pieces[i].text for i in graph.outputs), tuple(changing))


def _uses(graph: Graph) -> Counter[int]:
    """How often the text names each node; an output and the base of a square are named more than once."""
    uses = Counter(a for args in graph.args for a in args)
    uses.update(graph.args[i][0] for i in range(len(graph)) if _is_square(graph, i))
    uses.update(i for i in graph.outputs for _ in range(2))
    return uses


def _is_square(graph: Graph, i: int) -> bool:
    return graph.ops[i] == "powi" and graph.constants[i] == 2


def _operation(writer: TextAlgebra, rules: RuleBook, graph: Graph, i: int, args: Sequence[Written]) -> Written:
    """One operation as text that is bracketed wherever it is an operand: the order of rounding is the graph's."""
    if _is_square(graph, i):
        base = args[0].in_place(ATOM, True, "(|)")
        return Written(f"{base}*{base}", COMPARE)
    written = writer.apply(rules.find(graph, i), args)
    if graph.ops[i] in TESTS:  # a number: the sum of two arrays of truth values would be one of truth values
        return Written(f"1.0*({written.text})", COMPARE)
    return written if written.level == ATOM else replace(written, level=COMPARE)


def build(text: str, functions: Mapping[str, Callable[..., Any]]) -> Callable[..., tuple[Any, ...]]:
    """Compile text that we emitted; `functions` are the only names it finds."""
    caught = {kind.__name__: kind for kind in (ValueError, OverflowError, ZeroDivisionError)}
    namespace: dict[str, Any] = {"__builtins__": MappingProxyType({"float": float, **caught}), **functions}
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
