"""Expression swell: the counts of the reference, exactly, and sizes that no memory would hold."""

import ast
import itertools

import numpy as np
import pytest
import sympy

import adcore
from adcore.algebras.floats import FloatAlgebra
from adcore.limits import Limits
from adcore.modes.swell import _count, differentiate, measure, pose_with, sympy_counts
from tests.adcore.reference import assert_close, by_id, read_json, read_lines

REFERENCE = read_json("swell.json")
LOGISTIC = "l = x\nfor i in range(n - 1):\n    l = 4*l*(1 - l)\nl"
SOFTPLUS = "u = x\nfor i in range(n):\n    u = log(1 + exp(u))\nu"
WEIGHTS = [
    ("9/10", "3/10"),
    ("7/5", "-1/5"),
    ("-7/10", "1/2"),
    ("11/10", "1/10"),
    ("4/5", "-2/5"),
    ("13/10", "1/5"),
]
OPERATIONS = (ast.BinOp, ast.UnaryOp, ast.Call)
FAMILIES = {"logistic_map": LOGISTIC, "softplus_compositions": SOFTPLUS}
ROWS = [(family, row) for family in FAMILIES for row in REFERENCE[family]]
NAMES = [f"{family}-{row['n']}" for family, row in ROWS]
CASES = [case for case in read_lines("cases.jsonl") if case["n_in"] <= 4][::9]


def assert_sizes(found, expected):
    for part in ("f", "df"):
        size = getattr(found, part)
        assert {name: getattr(size, name) for name in expected[part]} == expected[part]
    both = expected["f_and_df"]
    assert {name: getattr(found.f_and_df, name) for name in both} == both


@pytest.mark.parametrize(("family", "row"), ROWS, ids=NAMES)
def test_textbook_counts_of_the_reference(family, row):
    found = adcore.swell(FAMILIES[family], "n", [row["n"]], {"x": row["check"]["x"]})[0]
    assert found.count == row["n"]
    assert_sizes(found.textbook, row["textbook"])
    assert_sizes(found.folded, row["textbook_folded"])


@pytest.mark.parametrize(("family", "row"), ROWS, ids=lambda p: str(p)[:20])
def test_sympy_counts_of_the_reference(family, row):
    limits = Limits().changed(symbolic_tree=10_000)
    problem = pose_with(FAMILIES[family], "n", row["n"], {"x": row["check"]["x"]}, limits)
    for found, part in zip(sympy_counts(problem), ("f", "df"), strict=True):
        assert {name: getattr(found, name) for name in row["sympy"][part]} == row["sympy"][part]


@pytest.mark.parametrize("case", **by_id(CASES))
def test_the_textbook_derivative_is_the_derivative(case):
    problem = adcore.record(case["text"], case["point"])
    expected = adcore.jacobian(case["text"], case["point"])
    for j in range(case["n_in"]):
        column = differentiate(problem.graph, FloatAlgebra(), problem.recording.values, j)
        assert_close(column, expected[:, j], 1e-9, 1e-12)


def test_huge_trees_are_numbers():
    rows = adcore.swell(LOGISTIC, "n", [10, 11, 1001], {"x": 0.2})
    assert rows[2].textbook.df.tree_ops > 2**1000
    assert rows[2].textbook.df.dag_ops == rows[0].textbook.df.dag_ops + 10 * 991
    assert rows[2].shared - rows[1].shared == 990 * (rows[1].shared - rows[0].shared)
    assert rows[2].adjoint - rows[1].adjoint == 990 * (rows[1].adjoint - rows[0].adjoint)
    assert rows[2].primal == 3 * 1000


def test_the_adjoint_program_is_about_as_large_as_the_shared_derivative():
    row = adcore.swell(LOGISTIC, "n", [10], {"x": 0.2})[0]
    assert row.primal < row.adjoint <= row.shared < row.folded.df.tree_ops / 100


def test_several_inputs_and_outputs_are_all_counted():
    one, two = (measure(adcore.record(text, {"x": 1.0, "y": 2.0}).graph) for text in ("x*y", "[x*y, x*y]"))
    assert one.df.tree_ops == 2 * 3
    assert two.df.tree_ops == 2 * one.df.tree_ops
    assert two.df.dag_ops == one.df.dag_ops


def test_a_power_is_one_operator_on_two_leaves():
    found = measure(adcore.record("x**3", {"x": 2.0}).graph)
    assert (found.f.tree_nodes, found.f.tree_ops) == (3, 1)
    assert (found.df.tree_nodes, found.df.tree_ops) == (7, 3)


def test_a_function_definition_may_name_the_count():
    source = "def f(x):\n    for i in range(n):\n        x = sin(x)\n    return x"
    assert [row.primal for row in adcore.swell(source, "n", [1, 5], {"x": 1.0})] == [1, 5]


def test_mistakes_are_in_the_place_where_they_were_typed():
    with pytest.raises(adcore.ADError) as caught:
        adcore.swell("for i in range(n):\n    x = x*\nx", "n", [3], {"x": 1.0})
    assert caught.value.span.line == 2
    for name in ("x", "2n", "n = 3; m", ""):
        with pytest.raises(adcore.ADError, match="cannot be the name"):
            adcore.swell("x", name, [1], {"x": 1.0})
    with pytest.raises(adcore.ADError, match="symbolic_tree"):
        sympy_counts(pose_with(LOGISTIC, "n", 12, {"x": 0.2}))


@pytest.mark.parametrize("row", REFERENCE["softplus_weighted"], ids=lambda row: str(row["n"]))
def test_sympy_counts_of_the_reference_with_weights(row):
    """Weights are whole fractions there; in a program of ours they would be doubles."""
    expression = x = sympy.Symbol("x")
    for weight, shift in WEIGHTS[: row["n"]]:
        expression = sympy.log(1 + sympy.exp(sympy.Rational(weight) * expression + sympy.Rational(shift)))
    for formula, part in ((expression, "f"), (sympy.diff(expression, x), "df")):
        counted = _count(sympy, formula)
        assert {name: getattr(counted, name) for name in row["sympy"][part]} == row["sympy"][part]


def test_growth_of_the_reference():
    logistic = adcore.swell(LOGISTIC, "n", range(1, 11), {"x": 0.2})
    softplus = adcore.swell(SOFTPLUS, "n", range(1, 7), {"x": 0.2})
    trees = [each.textbook.df.tree_ops for each in logistic]
    assert REFERENCE["growth"] == {
        "logistic textbook df tree_ops ratio": [round(b / a, 4) for a, b in itertools.pairwise(trees[1:])],
        "logistic textbook df dag_ops increment": increments([each.textbook.df.dag_ops for each in logistic]),
        "logistic textbook_folded df dag_ops increment": increments([each.folded.df.dag_ops for each in logistic]),
        "softplus textbook df dag_ops increment": increments([each.textbook.df.dag_ops for each in softplus]),
    }


def increments(counts):
    return [b - a for a, b in itertools.pairwise(counts)]


@pytest.mark.parametrize("row", REFERENCE["survey_table_1_printed_forms"]["rows"], ids=lambda row: str(row["n"]))
def test_the_forms_of_the_survey_are_derivatives(row):
    for form in ("raw", "simplified"):
        assert (adcore.check(row["f"], {"x": 0.37}, [row[form]]).verdict == "right") == row[f"{form}_is_derivative"]
    nested = LOGISTIC.replace("n - 1", str(row["n"] - 1))
    assert adcore.value(nested, {"x": 0.37}) == pytest.approx(adcore.value(row["f"], {"x": 0.37}), rel=1e-13)
    printed = {form: ast.walk(ast.parse(row[form])) for form in row["ops_python_ast"]}
    counted = {form: sum(isinstance(part, OPERATIONS) for part in parts) for form, parts in printed.items()}
    assert counted == row["ops_python_ast"]


@pytest.mark.parametrize(
    ("name", "kind"), [("for", "name"), ("x", "name"), ("sin", "shadow"), ("__n", "name"), ("n" * 80, "name")]
)
def test_a_name_that_cannot_be_the_count_s(name, kind):
    with pytest.raises(adcore.ADError) as error:
        adcore.swell("x**2", name, [2], {"x": 1.0})
    assert (error.value.kind, error.value.span) == (kind, None)
    assert error.value.hint


@pytest.mark.parametrize("count", [2.5, float("nan"), float("inf"), -3, -1.0, None, "ab", [1]])
def test_a_count_is_a_whole_number(count):
    with pytest.raises(adcore.ADError, match="whole number from 0 on"):
        adcore.swell("x**n", "n", [count], {"x": 1.0})


@pytest.mark.parametrize("counts", [3, 3.0, np.int64(3), [3], range(3, 4), np.array([3])], ids=repr)
def test_one_count_may_stand_alone(counts):
    assert [row.count for row in adcore.swell(LOGISTIC, "n", counts, {"x": 0.2})] == [3]


@pytest.mark.parametrize("at", [None, 0.2, [0.2]])
def test_a_point_is_by_name(at):
    with pytest.raises(adcore.ADError, match="by the names of inputs"):
        adcore.swell(LOGISTIC, "n", [3], at)


def test_the_count_is_no_parameter():
    source = "def g(n):\n    return n\ndef f(x, n):\n    for i in range(n):\n        x = sin(x)\n    return g(x)"
    with pytest.raises(adcore.ADError, match="n is the count") as error:
        adcore.swell(source, "n", [3], {"x": 1.0})
    assert (error.value.span.line, error.value.span.column) == (3, 10)
    assert "parameters of f" in error.value.hint
    free = source.replace("f(x, n)", "f(x)")
    assert [row.primal for row in adcore.swell(free, "n", [3], {"x": 1.0})] == [3]


def test_a_count_written_as_a_float_and_a_pasted_source():
    [found] = adcore.swell("\n  for i in range(n):\n      x = x*x\n  x", "n", [2.0], {"x": 1.0})
    assert (found.count, type(found.count), found.primal) == (2, int, 2)
