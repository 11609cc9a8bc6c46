"""Python text of a graph, in names of our own (v0, v1, ...), never the user's.

    def program(v0, v1):
        try:
            v3 = sin(v0 / v1)
            v4 = v3*v3
            if (v3 + v4)*0.0 == 0.0:
                return (v3, v4, )
        except (ValueError, OverflowError, ZeroDivisionError):
            pass
        return otherwise(v0, v1)

A value that is used once stands where it is used, which halves the time and the length of the text. The sum of the
results is a number exactly where all of them are; otherwise, or where a decision changes, `otherwise` answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from adcore.algebras.text import PLAIN
from adcore.columns import number_of
from adcore.graph import CONST, INPUT, Graph
from adcore.primitives import ROWS, TESTS
from adcore.rows import ATOM, COMPARE, PRODUCT, SIGN, Row
from adcore.rules import KEPT, find_rule
from adcore.special import polygamma

EMITTED = replace(PLAIN, number=lambda c: repr(c) if c == c and abs(c) != float("inf") else f'float("{c}")')
LONGEST = 160
"""Characters of operations inside one another: more is slower to compile and no faster to run."""
TERMS = 30
"""Results added up by operators; more are added up by a call, which is shorter and no slower."""
SHORT_NAMES = 256
"""Variables that Python's instructions name by themselves."""
SOURCES = (INPUT, CONST)
BUILTINS: Mapping[str, Any] = MappingProxyType(
    {"float": float, "sum": sum} | {kind.__name__: kind for kind in (ValueError, OverflowError, ZeroDivisionError)}
)
"""What emitted text finds besides the functions that it is given."""
NAME = re.compile(r"(\bv\d+)")


class Spelling(NamedTuple):
    """How an operation is written: a template, how tightly it binds, and how tightly each argument must.

    `times` is how often the arguments are named; `calls` is the function that the template calls, if it does.
    """

    template: str
    level: int
    needs: tuple[int, ...]
    times: int = 1
    calls: str = ""


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
    body, parameters = _reused(body_of(graph)), ", ".join([f"v{i}" for i in graph.inputs])
    end = len(body.outputs) - len(taken)
    results, lines = body.outputs[:end], body.lines
    answer, total = f"({', '.join(results)}{', ' if results else ''})", _sum_of(body, results)
    if len(results) > TERMS:
        answer, total, lines = "r", "sum(r)", (*lines, f"r = {answer}")
    tests = dict.fromkeys(
        [text if expected else f"not {text}" for text, expected in zip(body.outputs[end:], taken, strict=True)]
    )
    return "\n".join(
        [
            f"def program({parameters}):",
            "    try:",
            *[f"        {line}" for line in lines],
            f"        if {' and '.join([f'{total}*0.0 == 0.0', *tests])}:",
            f"            return {answer}",
            "    except (ValueError, OverflowError, ZeroDivisionError):",
            "        pass",
            f"    return otherwise({parameters})",
            "",
        ]
    )


def _sum_of(body: Body, results: Sequence[str]) -> str:
    """The sum of the results that change."""
    kept = set(results)
    return f"({' + '.join([text for text in body.changing if text in kept]) or '0.0'})"


def body_of(graph: Graph) -> Body:
    """One pass: the text of each node and how tightly it binds, or a variable and a statement that sets it."""
    uses, spellings = _uses(graph), dict[tuple[str, float | None, int], Spelling]()
    texts: list[str] = []
    levels: list[int] = []
    lines: list[str] = []
    for op, args, constant in zip(graph.ops, graph.args, graph.constants, strict=True):
        if op in SOURCES:
            text = f"v{len(texts)}" if op == INPUT else EMITTED.number(number_of(constant))
            level = SIGN if text[0] == "-" else ATOM
        else:
            key = (op, constant, len(args))
            spelling = spellings.get(key)
            if spelling is None:
                spelling = spellings[key] = spell(find_rule(*key).row)
            text, level = _operation(spelling, args, texts, levels), spelling.level
            if uses[len(texts)] != 1 or len(text) > LONGEST:
                name = f"v{len(texts)}"
                lines.append(f"{name} = {text}")
                text, level = name, ATOM
        texts.append(text)
        levels.append(level)
    changing = dict.fromkeys([texts[i] for i in graph.outputs if graph.ops[i] != CONST])
    return Body(tuple(lines), tuple([texts[i] for i in graph.outputs]), tuple(changing))


def _operation(spelling: Spelling, args: Sequence[int], texts: Sequence[str], levels: Sequence[int]) -> str:
    """The text of an operation, with its arguments in brackets where they bind less tightly than they must."""
    if len(args) == 2:
        (x, y), (left, right) = args, spelling.needs
        return spelling.template % (
            texts[x] if levels[x] >= left else f"({texts[x]})",
            texts[y] if levels[y] >= right else f"({texts[y]})",
        )
    pieces = [texts[a] if levels[a] >= need else f"({texts[a]})" for a, need in zip(args, spelling.needs, strict=True)]
    return spelling.template % tuple(pieces * spelling.times)


def _reused(body: Body) -> Body:
    """The same in fewer variables where there are many: a name is taken again once nothing reads what it holds.

    Python's instructions name the first 256 variables more quickly than others. (Poletto & Sarkar, Linear scan register
    allocation, 1999, section 2, where nothing branches.)
    """
    if len(body.lines) <= SHORT_NAMES:
        return body
    split = [NAME.split(line) for line in body.lines]  # every other part is a name; the first is set, the others read
    last = {name: k for k, parts in enumerate(split) for name in parts[1::2]}
    last |= dict.fromkeys(body.outputs, len(split))
    names: dict[str, str] = {}
    free: list[str] = []
    for k, parts in enumerate(split):
        target, *read = parts[1::2]
        parts[3::2] = [names.get(name, name) for name in read]
        free += [names[name] for name in dict.fromkeys(read) if last[name] == k and name in names]
        parts[1] = names[target] = free.pop() if free else target
    lines = ["".join(parts) for parts in split]
    outputs, changing = ([names.get(text, text) for text in texts] for texts in (body.outputs, body.changing))
    return Body(tuple(lines), tuple(outputs), tuple(changing))


def _uses(graph: Graph) -> list[int]:
    """How often the text names each node; an output and the base of a square are named more than once."""
    uses = [0] * len(graph.ops)
    for a in graph.ids():
        uses[a] += 1
    if "powi" in graph.ops:
        for op, args, constant in zip(graph.ops, graph.args, graph.constants, strict=True):
            if op == "powi" and constant == 2:
                uses[args[0]] += 1
    for i in graph.outputs:
        uses[i] += 2
    return uses


def spell(row: Row) -> Spelling:
    """How a row is written with its arguments as text; those of the table are spelled already."""
    return SPELLINGS.get(row) or spell_member(row)


@lru_cache(maxsize=KEPT)
def spell_member(row: Row) -> Spelling:
    """The same for any row.

    The order of rounding is the graph's: what stands on the right binds more tightly than the operation, a + (b + c).
    """
    template, calls = row.text.replace("%", "%%"), row.text.partition("(")[0]
    for letter in row.args[::-1]:  # x11 before x1
        template = template.replace(f"@{letter}", "%s")
    if row.name == "pow":  # Python's operator leaves the real numbers where the base is negative
        return Spelling("pow(%s, %s)", ATOM, (COMPARE, COMPARE), calls="pow")
    if row.text == "@x**2":
        return Spelling("%s*%s", PRODUCT, (ATOM,), 2)
    if row.text[0].isalpha():
        return Spelling(template, ATOM, (COMPARE,) * len(row.args), calls=calls)
    needs = row.needs[:1] + tuple([max(need, row.level + 1) for need in row.needs[1:]])
    if row.name in TESTS:  # a number: the sum of two arrays of truth values would be one of truth values
        return Spelling(f"1.0*({template})", PRODUCT, needs)
    return Spelling(template, row.level, needs)


SPELLINGS: Mapping[Row, Spelling] = MappingProxyType({row: spell_member(row) for row in ROWS.values()})


def build(text: str, functions: Mapping[str, Callable[..., Any]]) -> Callable[..., tuple[Any, ...]]:
    """Compile text that we emitted; `functions` are the only names it finds."""
    namespace: dict[str, Any] = {"__builtins__": BUILTINS, **functions}
    exec(compile(text, "<emitted>", "exec"), namespace)
    program: Callable[..., tuple[Any, ...]] = namespace["program"]
    return program


def functions_of(graph: Graph, pick: Callable[[Row], Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """The functions that the text of a graph calls."""
    kinds = dict.fromkeys(zip(graph.ops, graph.constants, map(len, graph.args), strict=True))
    return bind([find_rule(*kind).row for kind in kinds if kind[0] not in SOURCES], pick)


def bind(rows: Iterable[Row], pick: Callable[[Row], Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """The functions that the texts of rows call, by the names that they have there."""
    functions = {name: pick(row) for row in rows if (name := spell(row).calls)}
    if "polygamma" in functions:  # its text names the order, which the value of a row already holds
        functions["polygamma"] = polygamma
    return functions
