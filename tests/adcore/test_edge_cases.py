"""Kinks, ties, edges of domains and branches: what each case accepts, as an assertion."""

import math

import pytest

import adcore
from tests.adcore.reference import by_id, read_lines

CASES = read_lines("edge_cases.jsonl")


def gives(*slopes):
    """Exactly these derivatives."""
    return lambda value, gradient, kinds: list(gradient) == pytest.approx(slopes, abs=1e-12)


def within(low, high, *kinds_wanted):
    """A slope between the one-sided ones, and a warning of one of these kinds."""
    return lambda value, gradient, kinds: low <= gradient[0] <= high and kinds & set(kinds_wanted)


def no_number(value, gradient, kinds):
    """Neither value nor derivative is reported as a number, and a warning says why."""
    return not math.isfinite(gradient[0]) and not math.isfinite(value) and kinds & {"domain", "nan"}


ACCEPTED = {
    "edge/abs-0": within(-1, 1, "kink"),
    "edge/max-tie": lambda value, gradient, kinds: (
        min(gradient) >= 0 and sum(gradient) == pytest.approx(1) and kinds & {"kink", "tie"}
    ),
    "edge/sqrt-0": lambda value, gradient, kinds: gradient[0] == math.inf and "kink" in kinds,
    "edge/sqrt-square-0": lambda value, gradient, kinds: "kink" in kinds,
    "edge/relu-squared": gives(0),
    "edge/log-0": lambda value, gradient, kinds: "domain" in kinds,
    "edge/inv-0": lambda value, gradient, kinds: "domain" in kinds,
    "edge/sinc-0": no_number,
    "edge/sign-0": within(0, 0, "kink"),
    "edge/x-over-abs": no_number,
    "edge/branch-constant": gives(0),
    "edge/branch-pitfall": lambda value, gradient, kinds: gradient[0] == 2 or kinds & {"kink", "branch"},
    "edge/branch-continuous-kink": within(2, 3, "kink", "branch"),
    "edge/branch-c1": gives(0),
    "edge/branch-jump": within(1, 1, "kink", "branch"),
    "edge/while-boundary": gives(0.125),
    "edge/even-filter": within(8, 8, "kink", "branch"),
    "edge/sort-tie": lambda value, gradient, kinds: (
        kinds & {"kink", "tie", "branch"} and sum(gradient) == pytest.approx(3) and 1 <= gradient[0] <= 2
    ),
    "edge/gradient-of-constant": gives(0),
    "edge/sigmoid-tail": gives(0),
    "edge/cancel-log1p": gives(1),
}


def test_every_case_has_its_assertion():
    assert set(ACCEPTED) == {case["id"] for case in CASES}


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("case", **by_id(CASES))
def test_what_is_accepted(case, mode):
    source, point = case["text"], case["point"]
    gradient = adcore.gradient(source, point, mode)
    kinds = {warning.kind for warning in adcore.trace(source, point).warnings}
    assert ACCEPTED[case["id"]](adcore.value(source, point), gradient, kinds), (gradient, kinds)


@pytest.mark.parametrize("case", **by_id([case for case in CASES if isinstance(case["value"], float)]))
def test_value(case):
    assert adcore.value(case["text"], case["point"]) == pytest.approx(case["value"], rel=1e-14)
