"""Symbolic differentiation by SymPy, of the expression that a recorded graph writes out.

Sizes are checked on the graph before SymPy sees anything: written out, a graph can be larger than it by any factor.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from adcore.algebras.formulas import FormulaValues
from adcore.algebras.symbols import Expression, SymbolAlgebra
from adcore.algebras.text import latex_name
from adcore.algebras.typesetting import typesetter
from adcore.errors import ADError
from adcore.graph import Graph
from adcore.interpreter import run
from adcore.limits import Limits
from adcore.problem import Problem

DIGITS = 30
MOST_DIGITS = 4_000
ENOUGH_DIGITS = 900
"""With so many a sum that cancels to 0 is 0, or so small that no float is."""
SAME = 1e-15


@dataclass(frozen=True, slots=True)
class Derived:
    """Formulas (LaTeX) and values of the Jacobian; operations as written out, and with equal parts counted once."""

    formulas: list[list[str]]
    jacobian: list[list[float]]
    operations: int
    shared_operations: int


@dataclass(frozen=True, slots=True)
class Formulas:
    """The entries of a Jacobian, not yet at a point, and the symbols of the inputs."""

    problem: Problem
    algebra: SymbolAlgebra
    symbols: list[Expression]
    rows: list[list[Expression]]


def derive(problem: Problem, simplify: bool = False) -> Derived:
    """Differentiate every output by every input. Raises ADError where the expression is too large or has no formula."""
    with _in_words():
        return _present(_formulas(problem, simplify))


def jacobian(problem: Problem) -> list[list[float]]:
    """Differentiate, then put the numbers in; nan where the output has no value, though its formula may."""
    with _in_words():
        return _numbers(_formulas(problem))


@contextmanager
def _in_words() -> Iterator[None]:
    """Say in words what SymPy raises of poles and intervals, as in max(1/(x - x), x)."""
    try:
        yield
    except (TypeError, ValueError) as error:
        words = "There is no formula for this: a part of it is infinite or has no value anywhere."
        raise ADError("symbolic", words, None, "Forward and reverse mode still give the number.") from error


def _formulas(problem: Problem, simplify: bool = False) -> Formulas:
    check_size(problem.graph, problem.syntax.limits)
    algebra = SymbolAlgebra()
    symbols = [algebra.symbol(f"s{j}") for j in range(len(problem.leaves))]
    values = run(problem.graph, algebra, symbols)
    rows = [[algebra.differentiate(values[i], s) for s in symbols] for i in problem.graph.outputs]
    if simplify:
        rows = [[algebra.sympy.simplify(entry) for entry in row] for row in rows]
    return Formulas(problem, algebra, symbols, rows)


def check_size(graph: Graph, limits: Limits) -> None:
    """Refuse what SymPy could not finish."""
    hint = "Forward and reverse mode do not write the formula out, so they still answer."
    limits.check("symbolic_nodes", len(graph), None, hint)
    sizes: list[int] = []
    for i, op in enumerate(graph.ops):
        sizes.append(1 + sum(sizes[a] for a in graph.args[i]))
        if op == "powi":
            limits.check("symbolic_exponent", int(abs(graph.constants[i] or 0)), graph.spans[i], hint)
    limits.check("symbolic_tree", max((sizes[i] for i in graph.outputs), default=0), None, hint)


def _present(found: Formulas) -> Derived:
    sympy, graph = found.algebra.sympy, found.problem.graph
    names = {s: latex_name(graph.names[i] or "") for s, i in zip(found.symbols, graph.inputs, strict=True)}
    write, flat = typesetter(names), [entry for row in found.rows for entry in row]
    replaced, reduced = sympy.cse(flat)
    shared = sum(sympy.count_ops(part) for _, part in replaced) + sum(sympy.count_ops(part) for part in reduced)
    return Derived(
        [[write(entry) for entry in row] for row in found.rows],
        _numbers(found),
        int(sum(sympy.count_ops(entry) for entry in flat)),
        int(shared),
    )


def _numbers(found: Formulas) -> list[list[float]]:
    point = dict(zip(found.symbols, found.problem.leaves, strict=True))
    first = FormulaValues(point, DIGITS)
    entries = [
        [found.algebra.at_powers_of_zero(entry, lambda part: first.of(part).number) for entry in row]
        for row in found.rows
    ]
    graph, runs = found.problem.graph, {DIGITS: first}
    varied = [graph.varied([i]) for i in graph.inputs]
    return [
        [
            math.nan if math.isnan(y) and by[i] else _number(entry, point, runs)
            for by, entry in zip(varied, row, strict=True)
        ]
        for i, y, row in zip(graph.outputs, found.problem.outputs, entries, strict=True)
    ]


def _number(entry: Expression, point: Mapping[Expression, float], runs: dict[int, FormulaValues]) -> float:
    """The number that more digits do not change; nan where there is none. `runs` are those with each count of digits.

    Where parts cancel, 1 - tanh(exp(800))**2, what is left of 30 digits is rounding, and of 4,000 too: it shrinks with
    each digit, until no float is as small. Where they cancel to 0 that shows only with so many digits.
    """
    before, digits = None, DIGITS
    while digits <= MOST_DIGITS:
        if digits not in runs:
            runs[digits] = FormulaValues(point, digits)
        found, _, is_doubtful = runs[digits].of(entry)
        if not is_doubtful or digits >= ENOUGH_DIGITS:
            if found.imag or math.isnan(found.real):
                return math.nan
            if before is not None and _is_settled(before, found):
                return float(found)
        before, digits = found, 2 * digits
    return math.nan


def _is_settled(before: Any, found: Any) -> bool:
    """Whether another count of digits has given the same, or no float tells either from 0."""
    return bool(abs(found - before) <= SAME * abs(found)) or found == before or float(found) == 0 == abs(float(before))
