import math

import numpy as np
import pytest

import adcore
from adcore.modes.second import SECOND_MODES
from server.labs import LABS
from tests.server.labs.test_labs import ask

LAB = LABS["second-order"]


@pytest.mark.parametrize("mode", SECOND_MODES)
def test_the_product_is_the_hessian_times_the_direction(mode):
    for start in (LAB, *LAB.starts):
        answer = ask("second-order", start.source, dict(start.point), mode=mode)
        hessian = np.array(answer["hessian"])
        assert hessian == pytest.approx(adcore.hessian(start.source, start.point), rel=1e-9, abs=1e-12)
        assert hessian @ answer["direction"] == pytest.approx(answer["product"], rel=1e-9, abs=1e-12)
        assert answer["spread"] < 1e-9


def test_the_axes_are_directions_that_the_hessian_does_not_turn():
    answer = ask("second-order")
    for curvature, axis in zip(answer["curvatures"], answer["axes"], strict=True):
        assert np.array(answer["hessian"]) @ axis == pytest.approx(curvature * np.array(axis))


def test_nodes_carry_the_parts_of_hyper_dual_numbers():
    rows = ask("second-order", "sin(x)", {"x": 1.0}, mode="hyper-dual")["nodes"]["rows"]
    assert rows[-1][2:] == pytest.approx([math.sin(1), math.cos(1), math.cos(1), -math.sin(1)])


def test_nodes_carry_adjoints_and_their_tangents():
    rows = ask("second-order", "x**3", {"x": 2.0})["nodes"]["rows"]
    assert rows[0][2:] == [2, 1, 12, 12]


def test_the_model_touches_and_curves_as_the_function_does():
    picture = ask("second-order", "exp(x)", {"x": 0.0}, reach=0.01)["picture"]
    gaps = np.abs(np.array(picture["values"]) - picture["model"])
    assert gaps.max() < 2e-7
    assert gaps.max() > 1e-8


@pytest.mark.parametrize(
    ("source", "words"),
    [("x**2 + y**2", "minimum"), ("-x**2 - y**2", "maximum"), ("x*y", "saddle"), ("x + y", "does not curve")],
)
def test_the_summary_names_the_shape(source, words):
    assert words in ask("second-order", source, {"x": 1.0, "y": 1.0})["summary"]


def test_no_finite_hessian_is_said_and_not_drawn():
    answer = ask("second-order", "sqrt(x)", {"x": 0.0})
    assert "no finite Hessian" in answer["summary"]
    assert answer["picture"] is None
