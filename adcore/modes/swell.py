"""Expression swell: how large a derivative is as a formula, as a formula with shared parts, and as an adjoint program.

Differentiated by the rules of the textbook and written out, the derivative of a program with n turns may grow like
2**n; the growth is of the writing. Shared parts, or an adjoint program, grow like n. The logistic map l = 4*l*(1 - l):

    turns          1    2    3     9
    written out    9   36  108  20736 operators
    shared         9   19   29     89 operators

(Griewank & Walther 2008, section 1.2; Laue 2019, arXiv:1904.02990.)
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from keyword import iskeyword
from types import MappingProxyType
from typing import Any, TypeVar

from adcore.algebras.staging import StagingAlgebra, operations
from adcore.algebras.symbols import SymbolAlgebra
from adcore.algebras.trees import Size, TreeAlgebra
from adcore.arguments import as_turns, check_named, one_or_more
from adcore.errors import ADError, Span
from adcore.events import Event
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import Algebra, RuleBook, partial, run
from adcore.language import check
from adcore.limits import Limits
from adcore.modes.symbolic import check_size
from adcore.modes.telling import tell_jacobian
from adcore.primitives import FUNCTIONS
from adcore.problem import Problem, pose
from adcore.row_texts import record_text
from adcore.rules import Rule, find_rule
from adcore.staged import stage_function, stage_reverse

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Formulas:
    """Sizes of the function, of its derivatives (all entries of the Jacobian), and of both together."""

    f: Size
    df: Size
    f_and_df: Size


@dataclass(frozen=True, slots=True)
class Swell:
    """One number of turns.

    textbook   differentiated by the rules, nothing simplified; `folded`: zeros and ones dropped while writing
    shared     operations of f and the derivative after sharing and simplifying
    primal, adjoint   operations of the program, and of the adjoint program with its values
    """

    count: int
    textbook: Formulas
    folded: Formulas
    shared: int
    primal: int
    adjoint: int


@dataclass(frozen=True, slots=True)
class SympyCounts:
    """How large SymPy's expression is: written out, shared, and after its search for common parts."""

    tree_nodes: int
    tree_ops: int
    dag_nodes: int
    dag_ops: int
    cse_ops: int
    cse_temporaries: int


def _textbook(text: str, letters: str) -> Graph:
    return record_text(text, letters.split())


TEXTBOOK: Mapping[str, Graph] = MappingProxyType(
    {
        "add": _textbook("dx + dy", "x y dx dy"),
        "sub": _textbook("dx - dy", "x y dx dy"),
        "mul": _textbook("dx*y + x*dy", "x y dx dy"),
        "div": _textbook("(dx*y - x*dy)/(y*y)", "x y dx dy"),
        "neg": _textbook("-dx", "x dx"),
    }
)
"""The rules of arithmetic as a textbook writes them; all others are the row's partial times the inner derivative."""


def measure(graph: Graph, folded: bool = False) -> Formulas:
    """The sizes of the formulas, which are never built."""
    trees = TreeAlgebra(folded)
    letters = [trees.letter(f"x{j}") for j in range(len(graph.inputs))]
    values = run(graph, trees, letters)
    ends = [values[i] for i in graph.outputs]
    slopes = [d for j in range(len(letters)) for d in differentiate(graph, trees, values, j)]
    return Formulas(trees.size(ends), trees.size(slopes), trees.size([*ends, *slopes]))


def differentiate(graph: Graph, algebra: Algebra[V], values: Sequence[V], j: int) -> list[V]:
    """Every output differentiated by input j with the rules of the textbook, over any algebra; nothing is left out."""
    slopes = _slopes(graph, algebra, values, j)
    return [slopes[i] for i in graph.outputs]


def _slopes(graph: Graph, algebra: Algebra[V], values: Sequence[V], j: int) -> list[V]:
    """The same of every node."""
    rules, slopes = RuleBook(), [algebra.const(0.0)] * len(graph)
    slopes[graph.inputs[j]] = algebra.const(1.0)
    for i, op in enumerate(graph.ops):
        if op not in (INPUT, CONST):
            args = graph.args[i]
            inner, primals = [slopes[a] for a in args], [values[a] for a in args]
            slopes[i] = _slope(algebra, rules.find(graph, i), primals, inner, values[i])
    return slopes


def steps(graph: Graph, folded: bool = False) -> Iterator[Event]:
    """Differentiation by the rules as events: how many operators the formula of each node has, written out in full.

    First of the nodes themselves; then, input by input, of their derivatives by it, which is the `source`; results are
    those of the outputs. What no float holds is infinite. For x*y, whose derivative by x is 1*y + x*0:

        x: 0, y: 0, x*y: 1;   by x  x: 0, y: 0, x*y: 3;   by y  x: 0, y: 0, x*y: 3;   results 3, 3
    """
    trees, columns = TreeAlgebra(folded), list[list[float]]()
    values = run(graph, trees, [trees.letter(f"x{j}") for j in range(len(graph.inputs))])
    yield from _tell_sizes(graph, [_float(trees.operators(entry)) for entry in values])
    for j, source in enumerate(graph.inputs):
        sizes = [_float(trees.operators(entry)) for entry in _slopes(graph, trees, values, j)]
        yield from _tell_sizes(graph, sizes, source)
        columns.append([sizes[i] for i in graph.outputs])
    yield from tell_jacobian("formula", graph, ([column[k] for column in columns] for k in range(len(graph.outputs))))


def _tell_sizes(graph: Graph, sizes: Sequence[float], source: int | None = None) -> Iterator[Event]:
    pairs = enumerate(zip(graph.ops, sizes, strict=True))
    return (Event("formula", "size", i, size, source) for i, (op, size) in pairs if op != CONST)


def _float(count: int) -> float:
    """A whole number of any size; infinite beyond all floats."""
    return float(count) if count.bit_length() <= sys.float_info.max_exp - 1 else math.inf


def _slope(algebra: Algebra[V], rule: Rule, primals: list[V], inner: list[V], out: V) -> V:
    if rule.row.name in TEXTBOOK:
        text = TEXTBOOK[rule.row.name]
        return run(text, algebra, [*primals, *inner])[text.outputs[0]]
    times, plus = find_rule("mul", None, 2), find_rule("add", None, 2)
    terms = [algebra.apply(times, [partial(algebra, rule, primals, out, k), d]) for k, d in enumerate(inner)]
    total = terms[0]
    for term in terms[1:]:
        total = algebra.apply(plus, [total, term])
    return total


def shared_operations(graph: Graph) -> int:
    """Operations of the function and its textbook derivatives once equal parts are one and zeros and ones are gone."""
    staging = StagingAlgebra()
    values = run(graph, staging, [staging.input(graph.names[i] or "") for i in graph.inputs])
    slopes = [d for j in range(len(graph.inputs)) for d in differentiate(graph, staging, values, j)]
    return operations(staging.graph([values[i] for i in graph.outputs] + slopes))


def swell(
    source: str, name: str, counts: Sequence[int] | int, at: Mapping[str, Any], limits: Limits | None = None
) -> tuple[Swell, ...]:
    r"""Sizes for each number of turns that `name`, which the source names without defining it, may be.

    `counts` are whole numbers from 0 on, or one. The name is no input: a `def` has it in its body alone.

    >>> swell("for i in range(n):\n    l = 4*l*(1 - l)\nl", "n", [1, 9], {"l": 0.2})[1].textbook.df.tree_ops
    20736
    """
    return tuple(count_sizes(count, pose_with(source, name, count, at, limits).graph) for count in one_or_more(counts))


def count_sizes(count: int, graph: Graph) -> Swell:
    """The sizes of one graph, which has `count` turns."""
    primal, adjoint = operations(stage_function(graph)), operations(stage_reverse(graph))
    return Swell(int(count), measure(graph), measure(graph, True), shared_operations(graph), primal, adjoint)


def pose_with(source: str, name: str, count: int, at: Mapping[str, Any], limits: Limits | None = None) -> Problem:
    """The problem in which a whole number has a name. Raises ADError for a name or a number that cannot be one."""
    check_named(at)
    turns = as_turns(count)
    if not (isinstance(name, str) and name.isascii() and name.isidentifier()) or iskeyword(name) or name in at:
        raise ADError("name", f"{name} cannot be the name of the count.", None, "Take a name that no input has.")
    indent = source[: len(source) - len(source.lstrip())].rpartition("\n")[2]
    counted = f"{indent}{name} = {turns}\n{source}"
    try:
        _check_free(counted, name, limits or Limits())
        return pose(counted, at, limits)
    except ADError as error:
        if error.span and error.span.line == 1:  # the line that the user did not write
            raise ADError(error.kind, error.message, None, error.hint) from error
        span = error.span and Span(
            error.span.line - 1, error.span.column, error.span.end_line - 1, error.span.end_column
        )
        raise ADError(error.kind, error.message, span, error.hint) from error


def _check_free(source: str, name: str, limits: Limits) -> None:
    """Refuse a function that takes the count from its caller: it would be an input."""
    syntax = check(source, FUNCTIONS, limits)
    for entry in syntax.definitions[-1:]:
        for parameter in entry.args.args:
            if parameter.arg == name:
                words = f"{name} is the count, and cannot be an input of {entry.name} as well."
                hint = f"Leave {name} out of the parameters of {entry.name}; its body may name it all the same."
                raise ADError("name", words, syntax.span(parameter), hint)


def sympy_counts(problem: Problem) -> tuple[SympyCounts, SympyCounts]:
    """The sizes of the first output and of its derivative by the first input as SymPy keeps them."""
    check_size(problem.graph, problem.syntax.limits)
    algebra = SymbolAlgebra()
    symbols = [algebra.symbol(f"s{j}") for j in range(len(problem.leaves))]
    f = run(problem.graph, algebra, symbols)[problem.graph.outputs[0]]
    return _count(algebra.sympy, f), _count(algebra.sympy, algebra.sympy.diff(f, symbols[0]))


def _count(sympy: Any, expression: Any) -> SympyCounts:
    parts = list(sympy.preorder_traversal(expression))
    distinct = set(parts)
    weights = (len(p.args) - 1 if p.is_Add or p.is_Mul else 1 for p in distinct if p.args)
    replaced, reduced = sympy.cse([expression])
    cse = sum(sympy.count_ops(part) for _, part in replaced) + sum(sympy.count_ops(part) for part in reduced)
    return SympyCounts(
        len(parts), int(sympy.count_ops(expression)), len(distinct), sum(weights), int(cse), len(replaced)
    )
