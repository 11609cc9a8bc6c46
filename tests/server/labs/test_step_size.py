"""Step size: errors as the reference has them, the engine's own quotients, and predictions worked out by hand."""

import math

import numpy as np
import pytest

import adcore
from adcore.errors import ADError
from adcore.limits import Limits
from adcore.modes.numerical import DIFFERENCES
from server.labs import LABS
from server.labs.lab import Asked
from server.labs.rounding import draw_curve
from server.labs.step_size import COMPLEX, quotient
from tests.adcore.reference import read_json
from tests.server.labs.test_labs import ask

EXAMPLES = {example["id"]: example for example in read_json("fd.json")["examples"]}
CURVES = [(name, formula) for name in EXAMPLES for formula in ("forward", "central", "complex")]
EPSILON = 2.0**-52


def series(answer, name):
    [found] = [each for each in answer["series"] if each["name"] == name]
    return found


def curve_of(source, at, single, j=0):
    return draw_curve(adcore.compile(source, at, "numpy"), adcore.record(source, at), j, 0, single)


@pytest.mark.parametrize(("name", "formula"), CURVES)
def test_errors_are_those_of_the_reference(name, formula):
    example = EXAMPLES[name]
    answer = ask("step-size", example["expr"], {"x": example["x0"]})
    errors = series(answer, COMPLEX if formula == "complex" else formula)["errors"]
    compared = 0
    for row in example["series"][formula]:
        if row["k"] > 36 or math.isnan(row["rel_err"]):
            continue
        h, error = answer["h"][2 * row["k"]], errors[2 * row["k"]]
        assert h == pytest.approx(row["h"])
        truncation = row["truncation"] / abs(example["df"])
        if truncation > 1e-3 and truncation > 100 * abs(row["rel_err"] - truncation):
            assert error == pytest.approx(truncation, rel=0.02)
            compared += 1
        elif row["rel_err"] > 30 * EPSILON:
            assert error < 30 * row["rel_err"] + 30 * EPSILON
    assert compared


@pytest.mark.parametrize("formula", DIFFERENCES)
@pytest.mark.parametrize("h", [0.5, 1e-3, 1e-6])
def test_quotients_are_the_engines(formula, h):
    source, at = "x**2*sin(y) + x/y", {"x": 1.2, "y": 0.7}
    found = quotient(DIFFERENCES[formula], curve_of(source, at, False, 1), 0.7, np.array([h]))
    expected = adcore.jacobian(source, at, "numerical", formula=formula, h=h)[0, 1]
    assert found[0] == pytest.approx(expected, rel=20 * EPSILON / h)


def test_the_best_step_of_an_exponential_is_predicted():
    answer = ask("step-size", "exp(x)", {"x": 0.0}, formula="forward")
    u = EPSILON / 2
    predicted = series(answer, "forward")["predicted"]
    assert predicted["h"] == pytest.approx(math.sqrt(2 * u / (1 / 2)))
    assert predicted["error"] == pytest.approx(2 * math.sqrt(2 * u / 2))
    central = series(answer, "central")["predicted"]
    assert central["h"] == pytest.approx((u / (2 / 6)) ** (1 / 3))


def test_the_parts_are_lines_that_cross_at_the_right_slopes():
    parts = ask("step-size", "exp(x)", {"x": 0.0}, formula="central")["parts"]
    assert parts["power"] == 2
    assert parts["truncation"][0] == pytest.approx(1 / 6)
    assert parts["truncation"][4] == pytest.approx(1 / 600)
    assert parts["rounding"][4] == pytest.approx(10 * EPSILON / 2)


@pytest.mark.parametrize("source", ["exp(x)/sqrt(sin(x)**3 + cos(x)**3)", "x*sin(x)", "tanh(x) + x**5"])
def test_the_prediction_is_near_the_best_that_is_found(source):
    answer = ask("step-size", source, {"x": 1.1})
    for name in DIFFERENCES:
        best, predicted = series(answer, name)["best"], series(answer, name)["predicted"]
        assert abs(math.log10(best["h"]) - math.log10(predicted["h"])) < 2.2


def test_no_truncation_is_left_of_a_parabola():
    answer = ask("step-size", "x**2", {"x": 1.0}, formula="central")
    assert answer["parts"]["truncation"] is None
    assert series(answer, "central")["predicted"] is None
    assert series(answer, "forward")["predicted"]["h"] == pytest.approx(math.sqrt(EPSILON / 2 * 2 * 3), rel=1e-6)


def test_single_precision_is_computed_in_single_precision():
    x, h = np.float32(1.1), np.float32(1e-3)
    curve = curve_of("x*x*x", {"x": float(x)}, True)
    found = quotient(DIFFERENCES["forward"], curve, float(x), np.array([h]))
    there = x + h
    expected = (there * there * there - x * x * x) / h
    assert found.dtype == np.float32
    assert found[0] == expected
    least = series(ask("step-size", "x*x*x", {"x": 1.1}, single=True), "forward")["best"]["error"]
    assert 1e-6 < least < 1e-2


def test_a_branch_that_is_left_is_a_gap_in_single_precision():
    source, at = "x if x > 1 else 2*x", {"x": 1.5}
    found = curve_of(source, at, True)(np.array([1.25, 0.5], dtype=np.float32))
    assert found[0] == 1.25
    assert math.isnan(found[1])
    assert curve_of(source, at, False)(np.array([0.5]))[0] == 1.0


def test_a_difference_without_any_error_has_error_zero():
    assert min(series(ask("step-size", "x**2", {"x": 1.0}), COMPLEX)["errors"]) == 0


def test_an_input_and_an_output_are_chosen():
    at = {"x": 2.0, "y": 3.0}
    answer = ask("step-size", "x*y, x**2*y**3", at, input=1, output=1)
    assert (answer["input"], answer["slope"]) == ("y", pytest.approx(3 * 4 * 9))
    assert ask("step-size", "x*y", at, input=9, output=9)["slope"] == 2.0


def test_a_lost_step_gives_nothing():
    answer = ask("step-size", "x**2", {"x": 1.0}, digits=17)
    assert answer["zoom"]["quotient"] == 0
    assert set(answer["zoom"]["change"]) == {0}
    assert answer["zoom"]["error"] == 1


def test_where_complex_numbers_cannot_go_is_said():
    answer = ask("step-size", "atan2(x, 2)", {"x": 1.0})
    assert "atan2" in answer["notes"][0]
    assert [each["name"] for each in answer["series"]] == list(DIFFERENCES)


@pytest.mark.parametrize(("source", "x"), [("log(x)", -1.0), ("1/x", 0.0), ("sqrt(x)", 0.0)])
def test_nothing_is_compared_with_a_derivative_that_is_no_number(source, x):
    with pytest.raises(ADError, match="nothing to compare"):
        ask("step-size", source, {"x": x})


def test_the_ends_of_a_domain_are_gaps():
    errors = series(ask("step-size", "log(x)", {"x": 0.5}), "central")["errors"]
    assert errors[0] == "nan"
    assert errors[20] < 1e-8


def test_a_function_without_inputs_is_refused():
    lab = LABS["step-size"]
    with pytest.raises(ADError, match="no input"):
        lab.answer(Asked("3", {}, lab.read_options({}), Limits()))


@pytest.mark.parametrize("value", [-1, 1.0, True, "0"])
def test_a_position_is_a_whole_number(value):
    with pytest.raises(ADError, match="position of an input"):
        LABS["step-size"].read_options({"input": value})
