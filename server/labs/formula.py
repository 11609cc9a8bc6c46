"""Formulas that may be too large to write: the outer parts as LaTeX, and boxes that say how much is inside.

They come as pieces that may stand on lines of their own, so that a long formula fills lines as a sentence does.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from adcore.algebras.staging import operations
from adcore.algebras.text import LATEX, Style, TextAlgebra, Written, latex_number, pretty_number
from adcore.algebras.trees import TreeAlgebra
from adcore.columns import number_of
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import RuleBook
from adcore.rows import Row
from adcore.rules import find_rule

BREAK = "\x00"
LONG = 10**12
TINY = 1
"""Parts of up to this many operators are always written: a box would be no shorter."""


def _template(row: Row) -> str:
    """The row's LaTeX with brackets that may stand on different lines, and places to break before an operator."""
    if row.name == "div":
        return f"@x {BREAK}/ {{}} @y"
    text = row.latex.replace(r"\left(", "(").replace(r"\right)", ")")
    for sign in ("+", "-", r"\cdot"):
        text = text.replace(f"@x {sign} @y", f"@x {BREAK}{{}} {sign} {{}} @y")
    return text


RUNNING = Style(_template, LATEX.name, LATEX.number, "(|)", LATEX.closed)


@dataclass(slots=True)
class Part:
    """One place of a formula: the entry that stands there, and the parts it is made of, unless it is in a box."""

    entry: int
    inner: list[int] = field(default_factory=list)
    boxed: bool = False


def write_cut(trees: TreeAlgebra, entry: int, most: int) -> tuple[list[str], int]:
    """A formula as pieces of LaTeX, and how many of its operators they show: at most about `most`.

    The largest part is opened first, until enough is shown; what is left then stands in boxes.
    """
    parts, shown = _open_parts(trees, entry, most)
    writer, texts = TextAlgebra(RUNNING), [Written("")] * len(parts)
    for place in range(len(parts) - 1, -1, -1):
        texts[place] = _write(writer, trees, parts[place], [texts[i] for i in parts[place].inner])
    return _split(texts[0].text), shown


def _open_parts(trees: TreeAlgebra, entry: int, most: int) -> tuple[list[Part], int]:
    """Parts in an order in which each comes before what it is made of."""
    parts, shown = [Part(entry)], 0
    waiting = [(-trees.operators(entry), 0)]
    while waiting:
        size, place = heapq.heappop(waiting)
        part = parts[place]
        inner = trees.entry(part.entry)[2]
        if inner and shown >= most and -size > TINY:
            part.boxed = True
            continue
        shown += bool(inner)
        for each in inner:
            part.inner.append(len(parts))
            heapq.heappush(waiting, (-trees.operators(each), len(parts)))
            parts.append(Part(each))
    return parts, shown


def _write(writer: TextAlgebra, trees: TreeAlgebra, part: Part, inner: Sequence[Written]) -> Written:
    op, constant, args = trees.entry(part.entry)
    if part.boxed:
        return Written(rf"\boxed{{{_count_latex(trees.operators(part.entry))}}}")
    if args:
        return writer.apply(find_rule(op, constant, len(args)), inner)
    return writer.letter(op) if op else writer.const(number_of(constant))


def say_count(count: int) -> str:
    """A count in words, whole or, where it is long, with a power of ten: it may have more digits than can be printed.

    >>> say_count(20736), say_count(2**70)
    ('20,736', '1.18·10²¹')
    """
    return f"{count:,}" if count < LONG else pretty_number(math.inf, _scientific(count))


def _count_latex(count: int) -> str:
    return f"{count:,}".replace(",", "{,}") if count < LONG else latex_number(math.inf, _scientific(count))


def _scientific(count: int) -> str:
    exponent = math.floor(math.log10(count))
    return f"{count // 10 ** (exponent - 2) / 100:.2f}e{exponent}"


def _split(text: str) -> list[str]:
    r"""The pieces between the places to break at; inside braces there are none.

    >>> _split("a \x00+ b^{c \x00+ d}")
    ['a ', '+ b^{c + d}']
    """
    pieces, depth = [""], 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if character != BREAK:
            pieces[-1] += character
        elif not depth:
            pieces.append("")
    return pieces


def write_shared(graph: Graph, letter: str, most: int) -> list[str]:
    r"""A program as one line of LaTeX for each of its first operations: v_{1} = 4\,x."""
    writer, rules = TextAlgebra(LATEX), RuleBook()
    names: list[Written] = []
    lines: list[str] = []
    for i, op in enumerate(graph.ops):
        if op in (INPUT, CONST):
            constant = number_of(graph.constants[i])
            names.append(writer.letter(graph.names[i] or "") if op == INPUT else writer.const(constant))
            continue
        names.append(Written(f"{letter}_{{{len(lines) + 1}}}", simple=True))
        lines.append(f"{names[i].text} = {writer.apply(rules.find(graph, i), [names[a] for a in graph.args[i]]).text}")
    assert len(lines) == operations(graph)
    return lines[:most]
