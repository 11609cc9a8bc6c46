"""The numbers of a lesson: a closed set of functions of its programs, computed by the engine when it is rendered.

    value(square)   value(square, x=3.1)   derivative(square, x) - secant(square, x, 0.1)

An expression is a number, a call of one of FUNCTIONS, or several with + - * / between them. The first argument of a
call names a program of the lesson, further ones an input, a variable, a word or a number; `name=number` moves an input.
Sizes and costs are in `measures`.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import adcore
from adcore.errors import ADError
from adcore.graph import Graph
from server.tutor.lessons import Sample
from server.tutor.measures import MEASURES

Quantity = Callable[..., float]
SHOWN = 6
SUPERSCRIPTS: Mapping[str, str] = MappingProxyType(dict(zip("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True)))

OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = MappingProxyType(
    {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
)


def value(program: Sample, **moved: float) -> float:
    """The value of the program."""
    return float(adcore.value(program.source, {**program.point, **moved}))


def derivative(program: Sample, name: str, **moved: float) -> float:
    """The derivative by one input number: `x`, or `v[0]`."""
    problem = adcore.record(program.source, {**program.point, **moved})
    return float(adcore.MODES["reverse"].jacobian(problem)[0][_leaf(problem.graph, name)])


def entry(program: Sample, row: float, column: float, **moved: float) -> float:
    """An entry of the Jacobian; rows and columns count from 1."""
    return float(adcore.jacobian(program.source, {**program.point, **moved})[int(row) - 1][int(column) - 1])


def secant(program: Sample, name: str, h: float, formula: str = "forward") -> float:
    """The difference quotient with step h, by a row of DIFFERENCES."""
    problem = adcore.record(program.source, program.point)
    rows = adcore.jacobian(program.source, program.point, "numerical", formula=formula, h=h)
    return float(rows[0][_leaf(problem.graph, name)])


def curvature(program: Sample, first: str, second: str) -> float:
    """An entry of the Hessian."""
    graph = adcore.record(program.source, program.point).graph
    return float(adcore.hessian(program.source, program.point)[_leaf(graph, first)][_leaf(graph, second)])


def jvp(program: Sample, row: float, **direction: float) -> float:
    """One entry (from 1) of the Jacobian times a direction."""
    return float(adcore.jvp(program.source, program.point, direction)[int(row) - 1])


def vjp(program: Sample, column: float, *weights: float) -> float:
    """One entry (from 1) of output weights times the Jacobian."""
    return float(adcore.vjp(program.source, program.point, weights)[int(column) - 1])


def hvp(program: Sample, column: float, **direction: float) -> float:
    """One entry (from 1) of the Hessian times a direction."""
    return float(adcore.hvp(program.source, program.point, direction)[int(column) - 1])


def higher(program: Sample, order: float) -> float:
    """The derivative of any order, of a program of one input."""
    return float(adcore.derivatives(program.source, program.point, int(order))[int(order)])


def deviation(program: Sample, **deviations: float) -> float:
    """The standard deviation of the result, to first order, for independent inputs; those not named are exact."""
    (found,) = adcore.propagate(program.source, program.point, deviations)
    return float(found.deviation)


def primal(program: Sample, name: str) -> float:
    """The value of a variable of the program."""
    recording = adcore.record(program.source, program.point).recording
    return float(recording.values[_node(recording.graph, name)])


def tangent(program: Sample, name: str, **direction: float) -> float:
    """The tangent of a variable, along a direction."""
    return _swept(program, "forward", name, direction)


def adjoint(program: Sample, name: str) -> float:
    """The adjoint of a variable."""
    return _swept(program, "reverse", name, None)


NUMBERS: tuple[Quantity, ...] = (
    *(value, derivative, entry, secant, curvature, jvp, vjp, hvp, higher, deviation),
    *(primal, tangent, adjoint),
)
FUNCTIONS: Mapping[str, Quantity] = MappingProxyType(
    {function.__name__: function for function in NUMBERS} | {**MEASURES}
)


def evaluate(text: str, programs: Mapping[str, Sample]) -> float:
    """The number that an expression means. Errors: `lesson`, an expression of another form, or unknown names."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise _mistake(text) from error
    return _number(tree, text, programs)


def _number(node: ast.expr, text: str, programs: Mapping[str, Sample]) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_number(node.operand, text, programs)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_number(node.left, text, programs), _number(node.right, text, programs))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _call(node, node.func.id, text, programs)
    raise _mistake(text)


def _call(node: ast.Call, name: str, text: str, programs: Mapping[str, Sample]) -> float:
    if name == "abs" and len(node.args) == 1:
        return abs(_number(node.args[0], text, programs))
    of = node.args[0] if node.args else None
    if name not in FUNCTIONS or not isinstance(of, ast.Name) or of.id not in programs:
        raise _mistake(text)
    read = partial(_argument, text=text, programs=programs)
    moved = {keyword.arg: read(keyword.value) for keyword in node.keywords if keyword.arg}
    try:
        return FUNCTIONS[name](programs[of.id], *map(read, node.args[1:]), **moved)
    except (TypeError, KeyError, IndexError, ValueError) as error:
        raise _mistake(text) from error


def _argument(node: ast.expr, text: str, programs: Mapping[str, Sample]) -> Any:
    """A name, `v[0]`, or a number."""
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Subscript) else _number(node, text, programs)


def _mistake(text: str) -> ADError:
    return ADError("lesson", f"This is no number of the lesson: {text}", None, f"There are: {', '.join(FUNCTIONS)}.")


def _leaf(graph: Graph, name: str) -> int:
    return [graph.names[i] for i in graph.inputs].index(_named(graph, name))


def _node(graph: Graph, name: str) -> int:
    return max(i for i, given in enumerate(graph.names) if given == _named(graph, name))


def _named(graph: Graph, name: str) -> str:
    if name not in graph.names:
        raise ADError("lesson", f"The program has nothing called {name}.")
    return name


def _swept(program: Sample, mode: str, name: str, direction: Mapping[str, float] | None) -> float:
    """The last number that a sweep gives a variable."""
    trace = adcore.trace(program.source, program.point, mode, seed=direction or None)
    node, kinds = _node(trace.graph, name), ("seed", "tangent", "adjoint")
    found = [event.value for event in trace.events if event.node == node and event.kind in kinds]
    return float(found[-1] or 0.0) if found else 0.0


def write(number: float, digits: int = SHOWN) -> str:
    """A number as prose has it: `−0.5`, `1.2 × 10⁻⁸`.

    >>> write(-1.25e-8, 2)
    '−1.2 × 10⁻⁸'
    """
    mantissa, exponent = _digits(number, digits)
    power = f" × 10{''.join(SUPERSCRIPTS[sign] for sign in exponent)}" if exponent else ""
    return mantissa.replace("-", "−") + power


def write_latex(number: float, digits: int = SHOWN) -> str:
    """A number inside a formula."""
    mantissa, exponent = _digits(number, digits)
    return mantissa + (rf" \times 10^{{{exponent}}}" if exponent else "")


def _digits(number: float, digits: int) -> tuple[str, str]:
    """The mantissa, and the exponent of ten where one is needed. Whole numbers keep all their digits."""
    if math.isfinite(number) and number == int(number) and abs(number) < 1e12:
        return str(int(number)), ""
    mantissa, _, exponent = f"{number:.{digits}g}".partition("e")
    return mantissa, str(int(exponent)) if exponent else ""
