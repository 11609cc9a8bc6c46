"""Python text of a graph, in names of our own (v0, v1, ...), never the user's.

    def program(v0, v1):
        try:
            v3 = sin(v0 / v1)
            v4 = v3*v3
            if (v3 + v4)*0.0 == 0.0:
                return v3, v4
        except errors:
            pass
        return otherwise(v0, v1)

A value that is used once stands where it is used, which halves the time and the length of the text. The sum of the
results is a number exactly where all of them are; otherwise, or where a decision changes, `otherwise` answers. Short
text is compiled sooner: `errors` are the exceptions of arithmetic, by one name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
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

USUAL_NUMBERS: Mapping[float, str] = MappingProxyType({c: repr(c) for c in (-1.0, 0.5, *map(float, range(1, 11)))})
"""Numbers that most programs have are written beforehand: the first that Python writes takes as long as ten others."""


def write_number(c: float) -> str:
    """A number as Python reads it."""
    return USUAL_NUMBERS.get(c) or (repr(c) if math.isfinite(c) else f'float("{c}")')


EMITTED = replace(PLAIN, number=write_number)
LONGEST = 160
"""Characters of operations inside one another: more is slower to compile and no faster to run."""
TERMS = 30
"""Results added up by operators; more are added up by a call, which is shorter and no slower."""
SHORT_NAMES = 256
"""Variables that Python's instructions name by themselves."""
SOURCES = (INPUT, CONST)
ERRORS = (ValueError, OverflowError, ZeroDivisionError)
BUILTINS: Mapping[str, Any] = MappingProxyType(
    {"float": float, "sum": sum, "errors": ERRORS} | {kind.__name__: kind for kind in ERRORS}
)
"""What emitted text finds besides the functions that it is given."""
NAME = re.compile(r"(\bv\d+)")
HOLE = re.compile(r"@\w+")
"""Where the text of a row names an argument."""


class Spelling(NamedTuple):
    """How the operation of a row is written: the parts around its arguments, and how tightly it binds.

    `needs` says how tightly each argument must bind; `times` is how often the arguments are named; `calls` is the
    function that the text calls, if it does.
    """

    row: Row
    parts: tuple[str, ...]
    level: int
    needs: tuple[int, ...]
    times: int = 1
    calls: str = ""


class Body(NamedTuple):
    """Statements, and the text that stands for each output."""

    lines: Sequence[str]
    outputs: Sequence[str]
    called: Sequence[Row]
    """The rows whose functions are called."""


def emit_guarded(graph: Graph, taken: Sequence[bool]) -> tuple[str, Sequence[Row]]:
    """The program as text, and the rows that it calls: it takes the inputs and returns the outputs as a tuple.

    The last outputs are tests, and where one is not as `taken` another function answers.
    """
    lines, outputs, called = _reused(body_of(graph))
    parameters, end = ", ".join([f"v{i}" for i in graph.inputs]), len(outputs) - len(taken)
    results = outputs[:end] if taken else outputs
    if len(results) > TERMS:
        answer, total, lines = "r", "sum(r)", [*lines, f"r = ({', '.join(results)})"]
    else:
        answer = ", ".join(results) if len(results) > 1 else f"({', '.join([*results, ''])})"
        changing = [text for text in results if text[0] == "v"]  # the others are constants
        total = f"({' + '.join(dict.fromkeys(changing)) or '0.0'})"
    test = f"{total}*0.0 == 0.0"
    if taken:
        tests = [text if expected else f"not {text}" for text, expected in zip(outputs[end:], taken, strict=True)]
        test = " and ".join([test, *dict.fromkeys(tests)])
    block = "\n        ".join([*lines, f"if {test}:", f"    return {answer}"])
    text = f"""def program({parameters}):
    try:
        {block}
    except errors:
        pass
    return otherwise({parameters})
"""
    return text, called


def body_of(graph: Graph) -> Body:
    """One pass: the text of each node and how tightly it binds, or a variable and a statement that sets it."""
    uses = _uses(graph)
    called: dict[Row, None] = {}
    texts: list[str] = []
    levels: list[int] = []
    lines: list[str] = []
    for i, (op, args) in enumerate(zip(graph.ops, graph.args, strict=True)):
        if args:
            row, parts, level, needs, times, calls = SPELLINGS.get(op) or _spell_node(graph, i)
            if calls:
                text = f"{parts[0]}{', '.join(map(texts.__getitem__, args))})"
                called[row] = None
            elif len(needs) == 2:
                (before, between, after), (left, right), (x, y) = parts, needs, args * times
                first = texts[x] if levels[x] >= left else f"({texts[x]})"
                text = f"{before}{first}{between}{texts[y] if levels[y] >= right else f'({texts[y]})'}{after}"
            else:
                text = _operation(parts, needs, args, texts, levels)
            if uses[i] != 1 or len(text) > LONGEST:
                name = f"v{i}"
                lines.append(f"{name} = {text}")
                text, level = name, ATOM
        else:
            text = f"v{i}" if op == INPUT else write_number(number_of(graph.constants[i]))
            level = SIGN if text[0] == "-" else ATOM
        texts.append(text)
        levels.append(level)
    return Body(lines, [*map(texts.__getitem__, graph.outputs)], [*called])


def _spell_node(graph: Graph, i: int) -> Spelling:
    return spell(find_rule(graph.ops[i], graph.constants[i], len(graph.args[i])).row)


def _operation(
    parts: Sequence[str], needs: Sequence[int], args: Sequence[int], texts: Sequence[str], levels: Sequence[int]
) -> str:
    """The text of an operation, with its arguments in brackets where they bind less tightly than they must."""
    text = parts[0]
    for k, a in enumerate(args):
        text += texts[a] if levels[a] >= needs[k] else f"({texts[a]})"
        text += parts[k + 1]
    return text


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
    return Body(lines, [names.get(text, text) for text in body.outputs], body.called)


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


@lru_cache(maxsize=KEPT)
def spell(row: Row) -> Spelling:
    """How a row is written with its arguments as text.

    The order of rounding is the graph's: what stands on the right binds more tightly than the operation, a + (b + c).
    """
    (before, *behind), calls = HOLE.split(row.text), row.text.partition("(")[0]
    if row.name == "pow":  # Python's operator leaves the real numbers where the base is negative
        return Spelling(row, ("pow(", ", ", ")"), ATOM, (COMPARE, COMPARE), calls="pow")
    if row.text == "@x**2":
        return Spelling(row, ("", "*", ""), PRODUCT, (ATOM, ATOM), 2)
    if row.text[0].isalpha():
        assert behind == [*(", ",) * (len(row.args) - 1), ")"], "a call names its arguments one after the other"
        return Spelling(row, (before, *behind), ATOM, (COMPARE,) * len(row.args), calls=calls)
    needs = row.needs[:1] + tuple([max(need, row.level + 1) for need in row.needs[1:]])
    if row.name in TESTS:  # a number: the sum of two arrays of truth values would be one of truth values
        return Spelling(row, (f"1.0*({before}", *behind[:-1], f"{behind[-1]})"), PRODUCT, needs)
    return Spelling(row, (before, *behind), row.level, needs)


SPELLINGS: Mapping[str, Spelling] = MappingProxyType({name: spell(row) for name, row in ROWS.items()})
"""How each row of the table is written, spelled already; members of families are spelled when they are needed."""


def build(text: str, functions: Mapping[str, Callable[..., Any]]) -> Callable[..., tuple[Any, ...]]:
    """Compile text that we emitted; `functions` are the only names it finds."""
    namespace: dict[str, Any] = {"__builtins__": BUILTINS, **functions}
    exec(compile(text, "<emitted>", "exec", 0, True), namespace)
    program: Callable[..., tuple[Any, ...]] = namespace.pop("program")  # which is kept by nothing that it keeps
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
