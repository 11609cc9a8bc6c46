"""Sweeps laid out in rows compute what `Bound.run`, `carry` and `pull` compute, number by number, at any point."""

import math
import sys

import pytest

import adcore
from adcore.algebras.floats import Numeric
from adcore.modes.forward import carry
from adcore.modes.layouts import Adjoints, Tangents, Values, pick
from adcore.modes.reverse import idle_of, order_of, pull
from adcore.problem import pose
from adcore.trace import Mover
from tests.adcore.reference import read_programs

PROGRAMS = {
    **read_programs("programs.txt"),
    "own rule": "def q(a, b, c):\n    return a*b*c\ndef q_partials(a, b, c):\n    return b*c, a*c, a*b\nq(x, y, x)",
    "constants": "2*x + sqrt(3)*y - 1/x",
    "decisions": "if x > -9:\n    y = y*x\nwhere(x > y, x*y, y)",
    "overflows": "1/exp(x) + y/exp(exp(y))",
}
ODD = [(1.3, 1.7), (0.0, -0.0), (math.inf, 1.0), (math.nan, 2.0), (800.0, -1e-300), (-2.5, 0.0)]
EACH = pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)


def bound(source):
    graph = pose(source, {"x": 1.3, "y": 1.7}).graph
    return graph, Numeric(graph), [[{"x": x, "y": y}[graph.names[i]] for i in graph.inputs] for x, y in ODD]


def words(numbers):
    """With nan and the sign of zero told apart."""
    return [repr(x) for x in numbers]


@EACH
def test_values(source):
    _, numeric, points = bound(source)
    laid_out = Values(numeric)
    for inputs in points:
        assert words(laid_out.run(inputs)) == words(numeric.run(inputs))


@EACH
@pytest.mark.parametrize("seeds", [(1.0, -2.0), (None, 1.0), (None, None)])
def test_tangents(source, seeds):
    graph, numeric, points = bound(source)
    seeds, told = seeds[: len(graph.inputs)], [i % 3 != 1 for i in range(len(graph))]
    laid_out = Tangents(numeric, seeds, told)
    for inputs in points:
        value, partial = [], []
        values, tangents = carry(numeric, inputs, seeds, told, (value.append, partial.append))
        found = laid_out.run(values)
        assert list(map(words, found)) == [
            words(tangents),
            words(0.0 if x is None else x for x in value),
            words(partial),
        ]


@EACH
@pytest.mark.parametrize("weight", [1.0, 0.0])
def test_adjoints(source, weight):
    graph, numeric, points = bound(source)
    seeds = dict.fromkeys(graph.outputs, -1.5) | {graph.outputs[0]: weight}
    order, idle = order_of(graph, seeds), idle_of(graph, seeds)
    laid_out = Adjoints(numeric, seeds, order, idle)
    for inputs in points:
        values, told, found = numeric.run(inputs), ([], []), ([], [])
        pull(numeric, values, seeds, order, idle, tuple(column.append for column in told))
        laid_out.run(values, seeds, tuple(column.append for column in found))
        assert list(map(words, found)) == list(map(words, told))


def test_entries_are_taken_as_a_sequence_however_many_they_are():
    assert [list(pick(ids)([5, 6, 7])) for ids in ((), (1,), (2, 0), (0, 0, 2))] == [[], [6], [7, 5], [5, 5, 7]]


@pytest.mark.parametrize("mode", ["forward", "reverse", "forward-over-reverse"])
def test_small_and_large_traces_move_alike(mode, monkeypatch):
    trace = adcore.trace("a = x/y\nreturn (sin(a) + a - exp(y))*(a - exp(y))", {"x": 1.5, "y": 0.5}, mode)
    small = Mover(trace).changes({"x": 0.25, "y": -2.0}, 5)
    for module in ("adcore.trace", "adcore.modes.forward", "adcore.modes.second"):
        monkeypatch.setattr(sys.modules[module], "FEW", 0)
    assert Mover(trace).changes({"x": 0.25, "y": -2.0}, 5) == small
