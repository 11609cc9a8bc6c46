"""Optimisers, step by step: known updates, known minima, reasons to stop, a cannon and a small network."""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import BFGS, minimize, rosen, rosen_der

import adcore
from adcore import deferred
from adcore.optimisers import METHODS, STOPS, Tuning
from server.labs.optimise import CANNON, NETWORK

ROSENBROCK = "(1 - x)**2 + 100*(y - x**2)**2"


def run(source, at, method, **tuning):
    return list(adcore.optimise(source, at, method, Tuning(**tuning)))


def test_the_function_is_not_hidden_by_a_module():
    assert callable(adcore.optimise)
    names = {path.stem for path in Path(adcore.__file__).parent.iterdir()}
    assert not names & set(deferred.__all__)


def test_gradient_descent_by_hand():
    steps = run("x**2", {"x": 1.0}, "gradient-descent", rate=0.25, steps=2)
    assert [(s.number, s.point, s.value, s.gradient, s.move, s.stop) for s in steps] == [
        (0, (1.0,), 1.0, (2.0,), (-0.5,), ""),
        (1, (0.5,), 0.25, (1.0,), (-0.25,), ""),
        (2, (0.25,), 0.0625, (0.5,), (0.0,), "steps"),
    ]


def test_momentum_by_hand():
    steps = run("x**2", {"x": 1.0}, "momentum", rate=0.25, decay=0.25, steps=3)
    assert [s.point[0] for s in steps] == [1.0, 0.5, 0.125, -0.03125]


def test_the_first_step_of_adam_is_the_rate_along_every_input():
    first = run("1000*x**2 + 0.001*y**2", {"x": 1.0, "y": -1.0}, "adam", rate=0.1)[0]
    assert first.move == pytest.approx((-0.1, 0.1), rel=1e-4)


def test_newton_needs_one_step_for_a_quadratic():
    steps = run("(x - 3)**2 + 2*(y + x)**2", {"x": 0.0, "y": 5.0}, "newton")
    assert steps[1].point == pytest.approx((3, -3))
    assert steps[-1].stop == "converged"


def test_newton_goes_downhill_where_the_curvature_is_negative():
    steps = run("cos(x)", {"x": 0.1}, "newton")
    assert steps[-1].point[0] == pytest.approx(math.pi)


@pytest.mark.parametrize(("method", "most"), [("newton", 30), ("bfgs", 60)])
def test_rosenbrock(method, most):
    steps = run(ROSENBROCK, {"x": -1.2, "y": 1.0}, method)
    assert steps[-1].stop == "converged"
    assert steps[-1].point == pytest.approx((1, 1), rel=1e-6)
    assert len(steps) <= most
    assert all(after.value < before.value for before, after in pairwise(steps))


def test_bfgs_ends_where_the_library_ends_with_a_gradient_written_by_hand():
    start = [-1.2, 1.0, 0.8]
    wanted = minimize(rosen, start, jac=rosen_der, method="BFGS", options={"gtol": 1e-8})
    source = "sum([100*(x[i + 1] - x[i]**2)**2 + (1 - x[i])**2 for i in range(2)])"
    steps = run(source, {"x": start}, "bfgs")
    assert len(steps) <= 2 * wanted.nit
    assert steps[-1].point == pytest.approx(wanted.x, rel=1e-6)
    for step in steps:
        assert step.value == pytest.approx(rosen(step.point), rel=1e-9, abs=1e-18)
        assert step.gradient == pytest.approx(rosen_der(step.point), rel=1e-9, abs=1e-9)


def test_bfgs_satisfies_the_secant_equation():
    """The move is the inverse Hessian times the gradient, and that takes each change of the gradient to the move."""
    steps = run("x**2 + x*y + 2*y**2 + z**4", {"x": 1.0, "y": -2.0, "z": 1.5}, "bfgs", steps=4)
    learnt = BFGS()
    learnt.initialize(3, "inv_hess")
    for before, after in pairwise(steps[:-1]):
        change = np.subtract(after.gradient, before.gradient)
        learnt.update(np.array(before.move), change)
        assert learnt.dot(change) == pytest.approx(before.move)
        along = -learnt.dot(np.array(after.gradient))
        assert np.array(after.move) / along == pytest.approx([after.move[0] / along[0]] * 3)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_a_bowl_and_moves_as_it_says(method):
    steps = run("(x - 1)**2 + 2*(y + 0.5)**2", {"x": 0.0, "y": 0.0}, method, steps=2000, tolerance=1e-6)
    assert steps[-1].stop == "converged"
    assert steps[-1].point == pytest.approx((1, -0.5), abs=1e-5)
    for before, after in pairwise(steps):
        assert after.point == tuple(x + d for x, d in zip(before.point, before.move, strict=True))


@pytest.mark.parametrize(
    ("source", "start", "method", "tuning", "stop"),
    [
        ("x**2", 1.0, "gradient-descent", {"rate": 1e200}, "not-finite"),
        ("log(x)", 1.0, "gradient-descent", {"rate": 2.0}, "not-finite"),
        ("x**2", 0.0, "bfgs", {}, "converged"),
        ("x**2", 1.0, "adam", {"steps": 0}, "steps"),
        ("abs(x) + x/3", 0.0, "bfgs", {}, "no-descent"),
        ("log(x)", -1.0, "bfgs", {}, "not-finite"),
        ("exp(exp(x))", 700.0, "bfgs", {}, "not-finite"),
        ("x**4", 3.0, "bfgs", {"steps": 2}, "steps"),
        ("-exp(x)", 1.0, "bfgs", {}, "not-finite"),
        ("2*x", 1.0, "bfgs", {"steps": 3}, "steps"),
    ],
)
def test_reasons_to_stop(source, start, method, tuning, stop):
    last = run(source, {"x": start}, method, **tuning)[-1]
    assert last.stop == stop
    assert stop in STOPS


@pytest.mark.parametrize("method", METHODS)
def test_what_overflows_ends_a_run_without_a_warning(method):
    for start in ({"x": -1.2, "y": 1.0}, {"x": 1e160, "y": 1.0}, {"x": 1.0, "y": 1e150}):
        steps = run(ROSENBROCK, start, method, steps=20)
        assert steps[-1].stop in STOPS


def test_a_gradient_whose_square_overflows_still_points_downhill():
    steps = run("1e200*abs(x) + x**2", {"x": 3.0}, "bfgs", steps=1)
    assert steps[1].point == (2.0,)


def test_a_branch_is_taken_anew_at_each_step():
    source = "def f(x):\n    if x > 1:\n        return 10*x\n    return (x - 0.5)**2 + 9.75\n"
    steps = run(source, {"x": 3.0}, "gradient-descent", rate=0.15, steps=100)
    assert steps[0].gradient == (10,)
    assert steps[-1].point == pytest.approx((0.5,))


@pytest.mark.parametrize("method", ["bfgs", "newton"])
def test_the_cannon_hits_its_target(method):
    last = run(CANNON, {"angle": 0.8, "speed": 10.0}, method, tolerance=1e-6)[-1]
    assert last.value < 1e-10


@pytest.mark.parametrize(("method", "tuning"), [("adam", {"rate": 0.05}), ("bfgs", {})])
def test_a_network_of_tanh_learns_exclusive_or(method, tuning):
    wave = [[math.sin(1.7 * i + 2.3 * j + 0.4) for j in range(8)] for i in range(8)]
    at = {"w1": [row[:2] for row in wave], "w2": [[w / 3 for w in row] for row in wave], "w3": wave[3]}
    at |= {"b1": wave[5], "b2": [0.0] * 8, "b3": 0.1}
    steps = run(NETWORK, at, method, steps=60, tolerance=1e-4, **tuning)
    assert len(steps[0].point) == 16 + 64 + 8 + 8 + 8 + 1
    assert steps[0].value > 0.5
    assert steps[-1].value < 0.01


@pytest.mark.parametrize(
    ("source", "method", "tuning", "words"),
    [
        ("x**2", "simplex", {}, "no optimiser"),
        ("[x, x]", "adam", {}, "there are 2"),
        ("x", "adam", {"rate": 0}, "must be positive"),
        ("x", "adam", {"rate": math.inf}, "positive and finite"),
        ("x", "adam", {"rate": "fast"}, "are numbers"),
        ("x", "adam", {"decay": 1}, "below 1"),
        ("x", "adam", {"steps": -1}, "not be negative"),
        ("x", "adam", {"steps": 2.5}, "whole number"),
    ],
)
def test_what_is_refused(source, method, tuning, words):
    with pytest.raises(adcore.ADError, match=words):
        run(source, {"x": 1.0}, method, **tuning)
