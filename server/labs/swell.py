"""Expression swell: a function of its own results, differentiated: the formula explodes, the program does not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import islice
from typing import Any

from adcore.algebras.staging import StagingAlgebra, operations
from adcore.algebras.text import latex_name
from adcore.algebras.trees import TreeAlgebra
from adcore.graph import Graph
from adcore.interpreter import run
from adcore.modes.swell import Swell, count_sizes, differentiate
from server.labs.formula import say_count, write_cut, write_shared
from server.labs.lab import Answer, Asked, Lab, Option, Start, table
from server.labs.turns import repeat

MOST_TURNS = 12
FORMULA_OPERATORS = 150
"""A formula is written up to this many operators; the rest stands in boxes."""
SHARED_LINES = 60
WORK = 12_000
"""Turns are counted while their nodes times the inputs, all together, are at most this: about half a second."""
SYMBOLS_ON_A_PAGE = 3_000
EXACT = 2**53
LARGEST = 2**1023

TEXTBOOK, FOLDED, SHARED = "by the textbook's rules", "zeros and ones dropped", "equal parts named"


def swell(asked: Asked) -> Answer:
    """Sizes of the derivative after 1, 2, ... turns, and after each the derivative, as far as it can be shown."""
    graphs = _turns_within_reach(asked)
    sizes = [count_sizes(count, graph) for count, graph in enumerate(graphs, 1)]
    written = asked.options["written"]
    first = graphs[0]
    names = [first.names[i] or "" for i in first.inputs]
    series = _series(sizes)
    rows = list(zip(range(1, len(sizes) + 1), *(each["y"] for each in series), strict=True))
    heads = ["turns", *(each["label"] for each in series)]
    return {
        "turns": list(range(1, len(sizes) + 1)),
        "series": series,
        "left": _left_side(names),
        "formulas": [_formula(graph, written) for graph in graphs],
        "summary": _who_goes_round(names, len(first.outputs)) + _summary(sizes, len(names) * len(first.outputs)),
        "tables": [table("Operators by the number of turns", heads, rows)],
    }


def _turns_within_reach(asked: Asked) -> list[Graph]:
    """As many turns as can be counted at once; always one."""
    graphs: list[Graph] = []
    work = 0
    for graph in islice(repeat(asked.source, asked.point, asked.limits), MOST_TURNS):
        work += len(graph) * len(graph.inputs)
        if graphs and work > WORK:
            break
        graphs.append(graph)
    return graphs


def _series(sizes: Sequence[Swell]) -> list[dict[str, Any]]:
    """The curves of the picture, largest first."""
    columns = (
        ("textbook", "written out by the textbook's rules", [s.textbook.df.tree_ops for s in sizes]),
        ("folded", "written out, zeros and ones dropped", [s.folded.df.tree_ops for s in sizes]),
        ("dag", "equal parts drawn once", [s.textbook.df.dag_ops for s in sizes]),
        ("shared", "with f, shared and simplified", [s.shared for s in sizes]),
        ("adjoint", "adjoint program, with f", [s.adjoint for s in sizes]),
        ("primal", "f alone, as a program", [s.primal for s in sizes]),
    )
    return [{"name": name, "label": label, "y": [_number(y) for y in counts]} for name, label, counts in columns]


def _number(count: int) -> int | float:
    """A count as JSON can carry it: whole numbers of any length it cannot."""
    if count <= EXACT:
        return count
    return float(count) if count < LARGEST else math.inf


def _left_side(names: Sequence[str]) -> str:
    d = r"\mathrm{d}" if len(names) == 1 else r"\partial"
    return rf"\frac{{{d}}}{{{d} {latex_name(names[0])}}}"


def _formula(graph: Graph, written: str) -> dict[str, Any]:
    """The derivative of the first result by the first input, written as asked, and how much of it is shown."""
    if written == SHARED:
        return _shared_formula(graph)
    trees = TreeAlgebra(written == FOLDED)
    values = run(graph, trees, [trees.letter(graph.names[i] or "") for i in graph.inputs])
    slope = differentiate(graph, trees, values, 0)[0]
    pieces, shown = write_cut(trees, slope, FORMULA_OPERATORS)
    whole = trees.size([slope])
    return {"pieces": pieces, "lines": [], "shown": shown, "whole": _number(whole.tree_ops)} | {
        "words": _cut_words(shown, whole.tree_ops, whole.tree_nodes)
    }


def _cut_words(shown: int, operators: int, symbols: int) -> str:
    if operators < 2:
        return "It has one operator." if operators else "It has no operator."
    if shown == operators:
        return f"All {say_count(operators)} operators are written."
    pages = -(-symbols // SYMBOLS_ON_A_PAGE)
    paper = f", {say_count(pages)} pages" if pages > 1 else ""
    return (
        f"Written are {shown:,} of {say_count(operators)} operators: this lab stops at about {FORMULA_OPERATORS}, and "
        f"a box says how many operators it holds. In full it would be {say_count(symbols)} symbols{paper}."
    )


def _shared_formula(graph: Graph) -> dict[str, Any]:
    staging = StagingAlgebra()
    values = run(graph, staging, [staging.input(graph.names[i] or "") for i in graph.inputs])
    program = staging.graph([differentiate(graph, staging, values, 0)[0]])
    lines, whole = write_shared(program, "v", SHARED_LINES), operations(program)
    left_out = f" The first {len(lines)} are written." if len(lines) < whole else ""
    words = f"{whole:,} operations, each used by name as often as it is needed.{left_out}"
    if not lines:
        words = "Nothing is left to compute: the derivative is a number or an input."
    return {"pieces": [], "lines": lines, "shown": len(lines), "whole": whole, "words": words}


def _who_goes_round(names: Sequence[str], results: int) -> str:
    """Which inputs a turn changes, where there are others."""
    if results == len(names):
        return ""
    moving, still = names[:results], names[results:]
    moves, stays = "go" if len(moving) > 1 else "goes", "stay" if len(still) > 1 else "stays"
    return f"{', '.join(moving)} {moves} round, {', '.join(still)} {stays}. "


def _summary(sizes: Sequence[Swell], entries: int) -> str:
    last = sizes[-1]
    what = "the derivative has" if entries == 1 else f"the {entries} entries of the Jacobian have"
    turns = "1 turn" if last.count == 1 else f"{last.count} turns"
    words = (
        f"After {turns} {what} {say_count(last.textbook.df.tree_ops)} operators written out, "
        f"{last.textbook.df.dag_ops:,} with equal parts drawn once; the adjoint program has {last.adjoint:,}."
    )
    if len(sizes) < 2:
        return words
    before = sizes[-2]
    factor = Fraction(last.textbook.df.tree_ops, max(1, before.textbook.df.tree_ops))
    more = last.adjoint - before.adjoint
    return f"{words} The last turn made the formula {_times(factor)} times as long and added {more:,} to the program."


def _times(factor: Fraction) -> str:
    return f"{float(factor):.3g}" if factor < EXACT else say_count(int(factor))


HENON = "def turn(x, y, a, b):\n    return [1 - a*x**2 + y, b*x]"

LAB = Lab(
    name="swell",
    title="Expression swell",
    idea="What it costs",
    seen="One turn is written, without a loop: the function is applied to its own result again and again, and its "
    "derivative is measured: as a formula that is written out, and as a program in which every part is computed once. "
    "The formula grows by a factor with every turn and the program by a few operations: what swells is the writing, "
    "not the derivative.",
    source="4*x*(1 - x)",
    point={"x": 0.2},
    answer=swell,
    options=(
        Option("turn", "Turns", "whole", 3, 1, MOST_TURNS, asked=False),
        Option("written", "Derivative written", "choice", TEXTBOOK, choices=(TEXTBOOK, FOLDED, SHARED)),
    ),
    starts=(
        Start("a square root by Newton", "(x + a/x)/2", {"x": 1.0, "a": 2.0}),
        Start("layers of a network", "tanh(x*w + b)", {"x": 0.5, "w": 1.2, "b": -0.3}),
        Start("log of one plus exp", "log(1 + exp(x))", {"x": 0.5}),
        Start("two results go round", HENON, {"x": 0.1, "y": 0.1, "a": 1.4, "b": 0.3}),
        Start("a sum, which hardly swells", "x + sin(1)", {"x": 0.5}),
    ),
)
