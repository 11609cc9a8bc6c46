"""What programs mean: each is run by Python too, and must have the same value and the slopes of Python's values."""

import pytest

import adcore
from tests.adcore.plain_python import flatten, run_python, slopes
from tests.adcore.reference import read_programs

PROGRAMS = read_programs("programs.txt")
POINT = {"x": 1.3, "y": 1.7}


@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_means_what_it_means_in_python(source):
    value = adcore.value(source, POINT)
    assert flatten(value) == pytest.approx(flatten(run_python(source, POINT)), rel=1e-14)


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)
def test_its_derivative_is_the_slope_of_python_s_values(source, mode):
    expected = slopes(source, POINT)
    found = adcore.jacobian(source, POINT, mode)
    assert found.shape == (len(expected), 2)
    for mine, theirs in zip(found, expected, strict=True):
        assert mine == pytest.approx(theirs, rel=1e-6, abs=1e-6)


def test_at_a_tie_sorting_keeps_the_order():
    point = {"x": 2.0, "y": 2.0}
    assert adcore.jacobian("sorted([y, x])", point).tolist() == [[0, 1], [1, 0]]
    assert "branch" in {w.kind for w in adcore.trace("sorted([y, x])", point).warnings}


@pytest.mark.parametrize(
    ("source", "shape"),
    [("x", 0.5), ("[x]", [0.5]), ("(x, [x, x])", [0.5, [0.5, 0.5]]), ("[[x, x]]", [[0.5, 0.5]]), ("x,", [0.5])],
)
def test_a_value_has_the_shape_of_what_is_returned(source, shape):
    assert adcore.value(source, {"x": 0.5}) == shape


def test_vectors_and_matrices_are_inputs():
    source = "def f(W, x):\n    return [sum([w*a for w, a in zip(row, x)]) for row in W]"
    point = {"x": [5.0, 6.0], "W": [[1.0, 2.0], [3.0, 4.0]]}
    assert adcore.value(source, point) == [17.0, 39.0]
    assert adcore.jacobian(source, point).tolist() == [[5, 6, 0, 0, 1, 2], [0, 0, 5, 6, 3, 4]]


def test_an_expression_s_columns_follow_the_point():
    assert adcore.gradient("x*y", {"y": 3.0, "z": 9.0, "x": 2.0}).tolist() == [2, 0, 3]


def test_a_parameter_with_a_default_is_an_input_where_it_is_given():
    source = "def f(x, k=2):\n    return k*x"
    assert adcore.gradient(source, {"x": 3.0}).tolist() == [2]
    assert adcore.gradient(source, {"k": 5.0, "x": 3.0}).tolist() == [5, 3]
