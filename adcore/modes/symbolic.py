"""Symbolic differentiation by SymPy, of the expression that a recorded graph writes out.

Sizes are checked on the graph before SymPy sees anything: written out, a graph can be larger than it by any factor.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from adcore.algebras.symbols import Expression, SymbolAlgebra
from adcore.algebras.text import latex_name
from adcore.graph import Graph
from adcore.interpreter import run
from adcore.limits import Limits
from adcore.problem import Problem

DIGITS = 30
MOST_DIGITS = 4_000
SAME = 1e-15


@dataclass(frozen=True, slots=True)
class Derived:
    """Formulas (LaTeX) and values of the Jacobian; operations as written out, and with equal parts counted once."""

    formulas: list[list[str]]
    jacobian: list[list[float]]
    operations: int
    shared_operations: int


def derive(problem: Problem, simplify: bool = False) -> Derived:
    """Differentiate every output by every input. Raises ADError where the expression is too large."""
    check_size(problem.graph, problem.syntax.limits)
    algebra = SymbolAlgebra()
    symbols = [algebra.symbol(f"s{j}") for j in range(len(problem.leaves))]
    values = run(problem.graph, algebra, symbols)
    rows = [[algebra.differentiate(values[i], s) for s in symbols] for i in problem.graph.outputs]
    if simplify:
        rows = [[algebra.sympy.simplify(entry) for entry in row] for row in rows]
    return _present(problem, algebra, symbols, rows)


def jacobian(problem: Problem) -> list[list[float]]:
    """Differentiate, then put the numbers in."""
    return derive(problem).jacobian


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


def _present(problem: Problem, algebra: SymbolAlgebra, symbols: list[Any], rows: list[list[Any]]) -> Derived:
    sympy, graph = algebra.sympy, problem.graph
    names = {s: latex_name(graph.names[i] or "") for s, i in zip(symbols, graph.inputs, strict=True)}
    point = {s: sympy.Float(x, DIGITS) for s, x in zip(symbols, problem.leaves, strict=True)}
    flat = [entry for row in rows for entry in row]
    replaced, reduced = sympy.cse(flat)
    shared = sum(sympy.count_ops(part) for _, part in replaced) + sum(sympy.count_ops(part) for part in reduced)
    return Derived(
        [[sympy.latex(entry, symbol_names=names) for entry in row] for row in rows],
        [[_number(algebra.at_powers_of_zero(entry, point), point, sympy) for entry in row] for row in rows],
        int(sum(sympy.count_ops(entry) for entry in flat)),
        int(shared),
    )


def _number(entry: Expression, point: dict[Any, Any], sympy: Any) -> float:
    """The number that more digits do not change; nan where there is none.

    Where parts cancel, 1 - tanh(exp(800))**2, what is left of 30 digits is rounding, and of 4,000 too: it shrinks with
    each digit, until no float is as small.
    """
    before, digits = None, DIGITS
    while digits <= MOST_DIGITS:
        try:
            found = sympy.N(entry, digits, subs=point, maxn=digits)
            if before is not None and _is_settled(before, found):
                return float(found)
        except (TypeError, ValueError, ArithmeticError):  # not a real number, or a pole on the way
            return math.nan
        before, digits = found, 2 * digits
    return math.nan


def _is_settled(before: Expression, found: Expression) -> bool:
    if found == before or float(found) == 0 == float(before):
        return True
    return bool(abs(found - before) <= SAME * abs(found))
