"""What a program computes from constants alone is written down operation by operation, and so enclosed."""

import mpmath as mp
import pytest

import adcore
from adcore.problem import pose, pose_unfolded


def test_the_graph_holds_what_is_computed_from_constants():
    assert list(pose("x + sqrt(2)", {"x": 1.0}).graph.ops) == ["input", "const", "add"]
    assert list(pose_unfolded("x + sqrt(2)", {"x": 1.0}).graph.ops) == ["input", "const", "sqrt", "add"]


@pytest.mark.parametrize(
    ("source", "x", "exact"),
    [
        ("x + (1e16 + 1 - 1e16)", 0.0, "1"),
        ("x + (10**16 + 1) - 10**16", 0.0, "1"),
        ("x + sqrt(2)", 0.0, "1.414213562373095048801688724209698078570"),
        ("x*(1/3)", 1.0, "0.3333333333333333333333333333333333333333"),
        ("(4*x)**(1/3)", 2.0, "2"),
        ("t = 0.0\nfor i in range(100):\n    t = t + 1/3\nx*t", 3.0, "100"),
        ("c = sqrt(2)\ndef f(u):\n    return c*u*c\ndef f_partials(u):\n    return c*c\nf(x)", 1.0, "2"),
        ("v = sorted([1/3, x])\nv[0]*3", 1.0, "1"),
        ("{1/2: 1/3}[0.5]*3*x", 1.0, "1"),
    ],
)
def test_what_constants_alone_come_to_is_enclosed(source, x, exact):
    [value] = adcore.enclose(source, {"x": x}).values
    with mp.workdps(40):
        assert value.low <= mp.mpf(exact) - mp.mpf("1e-38")
        assert mp.mpf(exact) + mp.mpf("1e-38") <= value.high
    assert value.high - value.low <= max(1e-13 * abs(value.high), 4.0 * ("16" in source))


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("x + 0.5 + 0.25", 1.75),
        ("x + 2 + 10**20*0", 3.0),
        ("t = 0.0\nwhile t < 1:\n    t = t + 0.25\nx*t", 1.0),
        ("x if 0.1 < 0.2 else 2*x", 1.0),
        ("[x, 7][4//2 - 1]", 7.0),
    ],
)
def test_exact_constants_stay_points(source, value):
    assert adcore.enclose(source, {"x": 1.0}).values == ((value, value),)


@pytest.mark.parametrize("condition", ["1/3*3 < 1", "0.1 + 0.2 - 0.3", "not 0.1 + 0.2 == 0.3"])
def test_a_branch_that_rounding_leaves_open_is_refused_at_its_place(condition):
    with pytest.raises(adcore.ADError, match="Rounding leaves open") as error:
        adcore.enclose(f"x if {condition} else 2*x", {"x": 1.0})
    assert error.value.kind == "branch"
    assert error.value.span.column >= 6
