"""Conditions of rows, asked as functions, against the same texts run as programs."""

import math
from itertools import islice, product

import pytest

import adcore
from adcore.conditions import read_condition
from tests.adcore.oracle import all_rules

NUMBERS = (0.5, 0.0, -1.0, 1.0, -2.5, 3.0, math.inf, -math.inf, math.nan)
CONDITIONS = {
    condition.text: condition
    for rule in all_rules().values()
    for condition in (rule.domain, rule.kink, *(edge.condition for edge in rule.edges if edge))
    if condition is not None
}


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_holds_where_its_program_says_so(text):
    condition = CONDITIONS[text]
    for numbers in islice(product(NUMBERS, repeat=len(condition.letters)), 300):
        at = dict(zip(condition.letters, numbers, strict=True))
        assert condition.holds(numbers) == bool(adcore.value(text, at)), numbers


def test_comparisons_chain_and_signs_bind():
    condition = read_condition("-x < y*2 - 1 <= abs(x) and not_used == 0 or y > 9", ("x", "y", "not_used"))
    assert condition.holds((2.0, 1.0, 0.0))
    assert not condition.holds((2.0, 1.0, 1.0))
    assert condition.holds((2.0, 10.0, 1.0))
    assert not condition.holds((-2.0, 1.0, 0.0))


def test_what_it_cannot_say_is_our_mistake():
    with pytest.raises(AssertionError):
        read_condition("x[0] > 1", ("x",))


def test_a_condition_is_said_with_other_words():
    condition = read_condition("x > 0 or (x == y and out < floor(x))", ("y", "x", "out"))
    assert condition.said_of(["x", "v₁"]) == "v₁ > 0 or (v₁ == x and out < floor(v₁))"
