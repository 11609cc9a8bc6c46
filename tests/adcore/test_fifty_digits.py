"""Values and Jacobians to fifty digits: graphs and rules of the table, over numbers that rounding does not reach.

The values of the primitives come from mpmath by name, their partials from the rows, so that an error in a rule cannot
hide behind rounding. What a program computes from constants alone (pi, 1/3, sqrt(2)) is a double in the graph, as it is
in Python: such cases agree to a double's digits, all others to 45.
"""

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import mpmath as mp
import pytest

import adcore
from adcore.interpreter import adjoints_of, run, sweep
from tests.adcore.oracle import function_of
from tests.adcore.reference import by_id, read_lines

CASES = read_lines("cases.jsonl")
EXACT = {row["id"]: row for row in read_lines("cases_50digits.jsonl")}
DIGITS = 70
DOUBLE, EXACTLY = 2e-15, 1e-45
AT_LEAST_EXACT = 560
"""So many of the 646 cases have no constant that is rounded."""


class Precise:
    """Numbers of mpmath."""

    def const(self, c):
        return mp.mpf(c)

    def apply(self, rule, args):
        return function_of(rule)(*args)


def leaves_of(nested: Any) -> Iterator[Any]:
    if not isinstance(nested, list):
        yield mp.mpf(nested)
        return
    for part in nested:
        yield from leaves_of(part)


def error(found: Sequence[Any], nested: Any) -> Any:
    """The largest error, relative to the largest number."""
    expected = list(leaves_of(nested))
    size = max(map(abs, expected), default=0) or 1
    return max((abs(x - y) / size for x, y in zip(found, expected, strict=True)), default=0)


@functools.cache
def errors() -> dict[str, Any]:
    """The error of every case, value and Jacobian together."""
    with mp.workdps(DIGITS):
        return {case["id"]: error_of(case) for case in CASES}


def error_of(case: dict[str, Any]) -> Any:
    problem, precise = adcore.record(case["text"], case["point"]), Precise()
    graph = problem.graph
    values = run(graph, precise, [mp.mpf(x) for x in problem.leaves])
    sweeps = [adjoints_of(sweep(graph, precise, values, {i: mp.mpf(1)})) for i in graph.outputs]
    jacobian = [adjoints.get(i, mp.mpf(0)) for adjoints in sweeps for i in graph.inputs]
    exact = EXACT[case["id"]]
    return max(error([values[i] for i in graph.outputs], exact["value"]), error(jacobian, exact["jacobian"]))


def test_the_cases_are_the_same():
    assert [case["id"] for case in CASES] == list(EXACT)


@pytest.mark.parametrize("case", **by_id(CASES))
def test_reverse_mode_to_fifty_digits(case):
    assert errors()[case["id"]] <= DOUBLE


def test_most_agree_to_forty_five_digits():
    assert sum(found <= EXACTLY for found in errors().values()) >= AT_LEAST_EXACT


def test_a_slip_would_show():
    exact = EXACT["baydin2018/logistic-l2/p0"]
    with mp.workdps(DIGITS):
        wrong = mp.mpf(exact["value"][0]) * (1 + mp.mpf("1e-40"))
        assert error([wrong], exact["value"]) > EXACTLY
