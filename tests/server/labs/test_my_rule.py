import math

import pytest

from adcore.errors import ADError
from server.labs import LABS
from tests.server.labs.test_labs import ask

LAB = LABS["my-rule"]


def parts(answer):
    return {c["name"]: c for rule in answer["rules"] for c in rule["components"]}


def test_the_partial_that_is_wrong_is_named_and_the_other_is_not():
    found = parts(ask("my-rule"))
    assert found["x"]["verdict"] == "right"
    assert found["k"]["verdict"] == "wrong"
    assert found["k"]["findings"]
    right = LAB.starts[0]
    assert {p["verdict"] for p in parts(ask("my-rule", right.source, dict(right.point))).values()} == {"right"}


def test_the_curves_are_the_rule_and_the_function():
    chain = LAB.starts[1]
    [rule] = ask("my-rule", chain.source, dict(chain.point))["rules"]
    [curve] = rule["curves"]
    assert curve["written"] == pytest.approx([math.cos(x * x) for x in curve["x"]])
    assert curve["right"] == pytest.approx([2 * x * math.cos(x * x) for x in curve["x"]])


def test_the_program_follows_the_rule_and_differences_do_not():
    step = LAB.starts[2]
    answer = ask("my-rule", step.source, dict(step.point))
    [effect] = answer["effect"]
    assert effect["rules"] == pytest.approx(2 * (1 - 2))
    assert effect["differences"] == pytest.approx(0)


def test_without_a_rule_it_is_said_how_to_write_one():
    with pytest.raises(ADError, match="rule of its own") as caught:
        ask("my-rule", "x**2", {"x": 1.0})
    assert "_partials" in caught.value.hint
