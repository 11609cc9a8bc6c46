import math

import pytest

from adcore.errors import ADError
from tests.server.labs.test_labs import ask


def test_a_curve_has_its_derivative_and_tangent():
    answer = ask("slopes", "sin(x)", {"x": 1.0})
    assert answer["slope"] == pytest.approx(math.cos(1))
    assert answer["rate"] == pytest.approx([math.cos(x) for x in answer["x"]])


def test_the_window_is_widened_for_a_point_outside():
    x = ask("slopes", "x**2", {"x": 9.0})["x"]
    assert x[0] == -4
    assert x[-1] == pytest.approx(10)


def test_a_map_has_its_gradient():
    answer = ask("slopes", "x*y", {"x": 2.0, "y": 3.0})
    assert answer["gradient"] == pytest.approx([3, 2])
    field = answer["arrows"]
    assert field["dx"] == pytest.approx(field["y"])
    row, column = 10, 20
    assert answer["z"][row][column] == pytest.approx(answer["x"][column] * answer["y"][row])


def test_a_pole_is_a_gap_and_no_failure():
    assert "inf" in str(ask("slopes", "1/x", {"x": 1.0}, low=-2.0, high=2.0)["y"])


def test_three_inputs_are_too_many():
    with pytest.raises(ADError, match="one or two inputs"):
        ask("slopes", "x + y + z", {"x": 1, "y": 1, "z": 1})


def test_a_window_that_ends_before_it_begins_is_refused():
    with pytest.raises(ADError, match="window"):
        ask("slopes", low=3.0, high=2.0)
