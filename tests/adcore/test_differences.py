"""Difference quotients: errors, best steps and orders as the reference has them, in 300-digit arithmetic."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import pytest

import adcore
from adcore.modes import numerical
from tests.adcore.reference import read_json

REFERENCE = read_json("fd.json")
EXAMPLES = {example["id"]: example for example in REFERENCE["examples"]}
QUOTIENTS: Mapping[str, Callable[..., list[float]]] = MappingProxyType(
    {
        "forward": lambda problem, h: numerical.column(problem, 0, "forward", h),
        "central": lambda problem, h: numerical.column(problem, 0, "central", h),
        "complex": lambda problem, h: numerical.complex_column(problem, 0, h),
        "forward2": lambda problem, h: numerical.curvatures(problem, 0, "forward", h),
        "central2": lambda problem, h: numerical.curvatures(problem, 0, "central", h),
        "complex2": lambda problem, h: numerical.complex_curvatures(problem, 0, h),
    }
)
CURVES = [(name, formula) for name in EXAMPLES for formula in QUOTIENTS]
CLEAR = 0.01
"""Where the error is the truncation but for this part of it, rounding does not show."""
FACTOR = 30
"""What rounding depends on the order of operations and the C library by."""


def exact(example, formula) -> float:
    return example["d2f" if formula.endswith("2") else "df"]


def error(example, formula, h) -> float:
    problem = adcore.record(example["expr"], {"x": example["x0"]})
    return abs(QUOTIENTS[formula](problem, h)[0] - exact(example, formula))


def test_every_formula_of_the_reference_is_there():
    assert set(QUOTIENTS) == set(REFERENCE["meta"]["formulas"])
    assert all(set(example["series"]) == set(QUOTIENTS) for example in EXAMPLES.values())


@pytest.mark.parametrize(("name", "formula"), CURVES)
def test_errors_are_those_of_the_reference(name, formula):
    example = EXAMPLES[name]
    size, compared = abs(exact(example, formula)), 0
    for row in example["series"][formula]:
        if not all(math.isfinite(row[field]) for field in ("abs_err", "truncation")):
            continue
        found = error(example, formula, row["h"])
        if abs(row["abs_err"] - row["truncation"]) <= CLEAR * row["truncation"] and row["truncation"] > 1e-9 * size:
            assert found == pytest.approx(row["truncation"], rel=2 * CLEAR), row
            compared += 1
        else:
            assert found <= FACTOR * max(row["abs_err"], size * numerical.EPSILON), row
    assert compared >= 5


@pytest.mark.parametrize(("name", "formula"), CURVES)
def test_the_best_step_is_near_that_of_the_reference(name, formula):
    example = EXAMPLES[name]
    steps = [row["h"] for row in example["series"][formula] if math.isfinite(row["abs_err"])]
    errors = [error(example, formula, h) for h in steps]
    best, summary = min(errors), example["summary"][formula]
    floor = abs(exact(example, formula)) * numerical.EPSILON
    assert best <= FACTOR * max(summary["best_abs_err"], floor)
    if formula != "complex":  # which has no best step: every small one is as good
        assert abs(math.log10(steps[errors.index(best)] / summary["best_h"])) <= 1


@pytest.mark.parametrize(("name", "formula"), CURVES)
def test_the_slope_of_the_truncation_is_the_order(name, formula):
    example = EXAMPLES[name]
    first, last = example["summary"][formula]["truncation_k"]
    ends = [row["h"] for row in example["series"][formula] if row["k"] in (first, last)]
    errors = [error(example, formula, h) for h in ends]
    slope = math.log(errors[0] / errors[1]) / math.log(ends[0] / ends[1])
    assert slope == pytest.approx(example["summary"][formula]["slope_truncation"], abs=0.25)


@pytest.mark.parametrize(("name", "formula"), [pair for pair in CURVES if pair[1] in ("forward", "central")])
def test_a_step_that_is_lost_gives_zero(name, formula):
    example = EXAMPLES[name]
    last = example["series"][formula][-1]
    assert last["h"] < 1e-20
    assert error(example, formula, last["h"]) == example["summary"][formula]["err_at_smallest_h"] == abs(example["df"])


def test_a_published_central_difference():
    published = REFERENCE["autograd_readme"]
    problem = adcore.record("tanh(x)", {"x": 1.0})
    assert numerical.column(problem, 0, "central", 1e-4)[0] == pytest.approx(published["here"], abs=1e-12)
    assert adcore.gradient("tanh(x)", {"x": 1.0})[0] == pytest.approx(published["exact"], rel=1e-14)


@pytest.mark.parametrize("table", [numerical.DIFFERENCES, numerical.SECOND_DIFFERENCES])
def test_the_weights_cancel_what_they_should(table):
    """By Taylor, the sum of weight * offset**m is m! for the derivative's own m and 0 for all others."""
    for name, row in table.items():
        assert row.name == name
        for m in range(row.order + row.derivative):
            moment = math.fsum(weight * offset**m for offset, weight in row.points)
            assert moment == pytest.approx(math.factorial(m) if m == row.derivative else 0.0, abs=1e-14), (name, m)


@pytest.mark.parametrize("formula", numerical.SECOND_DIFFERENCES)
def test_second_derivatives_of_every_output(formula):
    problem = adcore.record("x**2*y, sin(y)", {"x": 1.5, "y": 0.5})
    assert numerical.curvatures(problem, 0, formula) == pytest.approx([1.0, 0.0], abs=1e-4)
    assert numerical.curvatures(problem, 1, formula) == pytest.approx([0.0, -math.sin(0.5)], abs=1e-4)
    assert numerical.complex_curvatures(problem, 1) == pytest.approx([0.0, -math.sin(0.5)], abs=1e-6)
