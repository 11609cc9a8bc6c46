"""Every reference case, by every way: values and derivatives that were computed in 220-digit arithmetic."""

import numpy as np
import pytest

import adcore
from tests.adcore.reference import assert_close, by_id, numbers, read_lines, shape

CASES = read_lines("cases.jsonl")
SCALAR_EXPRESSIONS = [case for case in CASES if case["kind"] == "scalar-expression"]
WITH_HESSIAN = [case for case in CASES if case["hessian"]]
NO_COMPLEX_VALUE = {"erf", "erfc", "gamma", "lgamma", "atan2"}
"""Functions without a complex value in NumPy: the complex step says that it cannot go through them."""
STEEP = ("baydin2018/logistic-loop-n14",)
"""The thirteenth turn of the logistic map: its third derivative is too large for an ordinary step."""


def jacobian_of(case):
    return np.array(case["jacobian"] if "jacobian" in case else [case["gradient"]], dtype=float)


def assert_within(found, expected, tolerance, factor=1.0):
    """Within the stated tolerance of a case, relative to the largest number or absolute."""
    allowed = factor * tolerance["tol"]
    if tolerance["kind"] == "absolute":
        assert_close(found, expected, 0.0, allowed)
    else:
        assert_close(found, expected, allowed)


def test_all_cases_are_here():
    assert len(CASES) == len({case["id"] for case in CASES}) == 646


@pytest.mark.parametrize("case", **by_id(CASES))
def test_value(case):
    value = adcore.value(case["text"], case["point"])
    assert_within(numbers(value), numbers(case["value"]), case["tolerance"]["value"])
    assert shape(value) == case["out_shape"]


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("case", **by_id(CASES))
def test_jacobian(case, mode):
    found = adcore.jacobian(case["text"], case["point"], mode)
    assert found.shape == (case["n_out"], case["n_in"])
    assert_within(found, jacobian_of(case), case["tolerance"]["gradient"])


@pytest.mark.parametrize("case", **by_id(CASES))
def test_complex_step(case):
    if NO_COMPLEX_VALUE & set(adcore.record(case["text"], case["point"]).graph.ops):
        with pytest.raises(adcore.ADError, match="complex step cannot go through"):
            adcore.jacobian(case["text"], case["point"], "complex-step")
    else:
        found = adcore.jacobian(case["text"], case["point"], "complex-step")
        assert_within(found, jacobian_of(case), case["tolerance"]["gradient"], factor=10)


@pytest.mark.parametrize("case", **by_id(CASES))
def test_numerical(case):
    found = adcore.jacobian(case["text"], case["point"], "numerical")
    assert_close(found, jacobian_of(case), 1e-2 if case["id"] in STEEP else 1e-4, absolute=1e-6)


@pytest.mark.parametrize("case", **by_id(SCALAR_EXPRESSIONS))
def test_symbolic(case):
    found = adcore.jacobian(case["text"], case["point"], "symbolic")
    assert_within(found, jacobian_of(case), case["tolerance"]["gradient"], factor=10)


@pytest.mark.parametrize("case", **by_id(WITH_HESSIAN))
def test_hessian(case):
    found = adcore.hessian(case["text"], case["point"])
    expected = np.array(case["hessian"], dtype=float)
    # A Hessian that is identically zero has no size of its own to be relative to.
    assert_close(found, expected, case["tolerance"]["hessian"]["tol"], absolute=0.0 if expected.any() else 1e-14)
