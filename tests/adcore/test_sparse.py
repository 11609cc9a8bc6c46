"""Sparse Jacobians: patterns, colourings, and the exact entries of forward mode."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import adcore
from adcore.modes.sparse import colour, pattern_of
from tests.adcore.generated import points, programs
from tests.adcore.reference import by_id, read_lines
from tests.adcore.test_modes import RANDOM

CASES = [case for case in read_lines("cases.jsonl") if case["n_out"] > 1]
TRIDIAGONAL = """
def f(x):
    n = len(x)
    y = [0]*n
    for i in range(n):
        y[i] = (3 - 2*x[i])*x[i] + 1
        if i > 0:
            y[i] = y[i] - x[i - 1]
        if i < n - 1:
            y[i] = y[i] - 2*x[i + 1]*x[i]
    return y
"""


def broyden_slopes(x):
    """The tridiagonal Jacobian, by hand."""
    n = len(x)
    full = np.diag(3 - 4 * x)
    full -= np.diag(np.ones(n - 1), -1)
    full[range(n - 1), range(n - 1)] -= 2 * x[1:]
    full[range(n - 1), range(1, n)] -= 2 * x[:-1]
    return full


def test_a_thousand_columns_in_three_passes():
    x = np.linspace(-1, 1, 1000)
    found = adcore.sparse_jacobian(TRIDIAGONAL, {"x": x.tolist()})
    assert found.passes == 3
    assert found.shape == (1000, 1000)
    assert found.pattern[0] == (0, 1)
    assert found.pattern[500] == (499, 500, 501)
    assert found.colours[:7] == (0, 1, 2, 0, 1, 2, 0)
    np.testing.assert_allclose(found.dense(), broyden_slopes(x), rtol=0, atol=1e-14)


@pytest.mark.parametrize("case", **by_id(CASES))
def test_entries_are_those_of_forward_mode(case):
    found = adcore.sparse_jacobian(case["text"], case["point"])
    np.testing.assert_array_equal(found.dense(), adcore.jacobian(case["text"], case["point"], "forward"))
    assert found.passes <= case["n_in"]


@pytest.mark.parametrize("case", **by_id(CASES))
def test_by_rows_they_are_those_of_reverse_mode(case):
    found = adcore.sparse_jacobian(case["text"], case["point"], "rows")
    np.testing.assert_array_equal(found.dense(), adcore.jacobian(case["text"], case["point"], "reverse"))
    assert found.passes <= case["n_out"]


@RANDOM
@given(programs(), points)
def test_random_programs(source, point):
    for by, mode in (("columns", "forward"), ("rows", "reverse")):
        found = adcore.sparse_jacobian(source, point, by)
        np.testing.assert_array_equal(found.dense(), adcore.jacobian(source, point, mode))


def test_a_full_row_wants_rows_and_a_full_column_columns():
    full_row = "y = [a*a for a in x]\ny[0] = sum(y)\nreturn y"
    full_column = "[a*x[0] for a in x]"
    at = {"x": [1.0, 2.0, 3.0, 4.0, 5.0]}
    passes = {
        (name, by): adcore.sparse_jacobian(source, at, by).passes
        for name, source in (("row", full_row), ("column", full_column))
        for by in ("columns", "rows")
    }
    assert passes == {("row", "columns"): 5, ("row", "rows"): 2, ("column", "columns"): 2, ("column", "rows"): 5}
    with pytest.raises(adcore.ADError, match="not compressed by diagonals"):
        adcore.sparse_jacobian(full_row, at, "diagonals")


@RANDOM
@given(st.lists(st.sets(st.integers(0, 11)).map(sorted).map(tuple), max_size=12).map(tuple))
def test_no_row_has_a_colour_twice(pattern):
    colours = colour(pattern, 12)
    assert all(len({colours[column] for column in row}) == len(row) for row in pattern)
    assert max(colours) + 1 <= max(1, sum(len(row) for row in pattern))


def test_an_arrow_takes_every_colour_and_a_diagonal_one():
    n = 6
    assert len(set(colour(tuple((0, i) for i in range(1, n)), n))) == 2
    assert len(set(colour((tuple(range(n)),), n))) == n
    assert set(colour(tuple((i,) for i in range(n)), n)) == {0}


def test_the_fullest_column_first_where_that_is_better():
    pattern = ((0, 2), (1, 3), (2, 3))  # a path 0-2-3-1: the given order takes three colours
    assert len(set(colour(pattern, 4))) == 2


def test_patterns_are_structure():
    graph = adcore.record("[x*0 + y, floor(x)*z, where(x > y, y, z), 3]", {"x": 1.0, "y": 0.5, "z": 2.0}).graph
    assert pattern_of(graph)[1:] == ((2,), (1, 2), ())
    assert 1 in pattern_of(graph)[0]


def test_nothing_to_do():
    found = adcore.sparse_jacobian("[1, 2]", {})
    assert (found.passes, found.shape, found.dense().shape) == (0, (2, 0), (2, 0))
