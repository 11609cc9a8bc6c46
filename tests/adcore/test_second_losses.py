"""Second order where a chain ends: at steps, comparisons and what has levelled off, by every way, in code and stepped.

The Hessians are limits, worked out by hand: nothing comes through a step or a comparison, not even nan, and 1/(1 +
exp(x)) has levelled off long before exp(x) leaves the floats.
"""

import math

import numpy as np
import pytest

import adcore
from adcore.algebras.floats import FloatAlgebra
from adcore.modes import forward, second
from tests.adcore.stepwise import second_events

INF = math.inf
CASES = [
    ("x*where(asin(x) < 2, y, x*x)", {"x": -2.0, "y": 3.0}, [[-12, 0], [0, 0]]),
    ("x*where(log(x) > 0, 1, x)", {"x": -2.0}, [[2]]),
    ("x*x*(sqrt(x) > 1)", {"x": 0.0}, [[0]]),
    ("sqrt(where(x > 1, 1, x))", {"x": 0.0}, [[-INF]]),
    ("floor(x)*sqrt(y)", {"x": 1.5, "y": 0.0}, [[0, 0], [0, -INF]]),
    ("floor(sqrt(x))*y", {"x": 0.0, "y": 2.0}, [[0, 0], [0, 0]]),
    ("x**3*sign(sqrt(y))", {"x": 2.0, "y": 0.0}, [[0, 0], [0, 0]]),
    ("ceil(asin(x))*y*y", {"x": 1.0, "y": 2.0}, [[0, 0], [0, 4]]),
    ("1/(1 + exp(x))", {"x": 800.0}, [[0]]),
    ("x*x*(1 + 1/(1 + exp(x)))", {"x": 800.0}, [[2]]),
    ("1/(1 + hypot(x*x, 1))", {"x": 1e200}, [[0]]),
    ("tanh(exp(x))*x*x", {"x": 800.0}, [[2]]),
    ("exp(-exp(x)) + x**3", {"x": 800.0}, [[4800]]),
    ("atan(x)", {"x": INF}, [[0]]),
    ("cbrt(x) + asinh(x)", {"x": INF}, [[0]]),
    ("asec(x) - acsch(x)", {"x": 1e300}, [[0]]),
    ("1/x + exp(-x)", {"x": INF}, [[0]]),
]


@pytest.mark.parametrize(("source", "at", "expected"), CASES, ids=[case[0] for case in CASES])
@pytest.mark.parametrize("way", [*second.SECOND_MODES, "python", "numpy", "llvm"])
def test_the_hessian_is_the_limit_in_every_way(way, source, at, expected):
    if way in second.SECOND_MODES:
        found = adcore.hessian(source, at, way)
    else:
        pytest.importorskip("llvmlite" if way == "llvm" else "numpy")
        found = adcore.compile(source, at, way, order=2).hessian(*at.values())
    assert np.array_equal(found, expected)


@pytest.mark.parametrize(("source", "at", "expected"), CASES, ids=[case[0] for case in CASES])
def test_the_steps_lead_there_and_are_a_sweep_over_duals(source, at, expected):
    problem, floats = adcore.record(source, at), FloatAlgebra()
    graph, along = problem.graph, [1.0] + [0.0] * (len(at) - 1)
    events = list(second.Steps(graph, along).start(problem.recording.values))
    complete = {event.node: event.value for event in events if (event.phase, event.kind) == ("second", "adjoint")}
    assert [complete.get(i, 0.0) for i in graph.inputs] == [row[0] for row in expected]
    defined = list(second_events(graph, floats, forward.push(graph, floats, problem.leaves, along)))
    told = [(event.phase, event.kind, event.node, event.value) for event in events[:-1]]
    same = [(event.phase, event.kind, event.node, event.value) for event in defined]
    assert repr(told).replace("-0.0", "0.0") == repr(same).replace("-0.0", "0.0")


def test_what_has_not_levelled_off_has_no_second_derivative():
    for way in second.SECOND_MODES:
        assert np.isnan(adcore.hessian("log(1 + exp(x))", {"x": 800.0}, way))
