"""Uncertainty: shares by hand, random inputs against distributions in closed form, and when first order is enough."""

import math

import numpy as np
import pytest

import adcore
from adcore.errors import ADError
from server.labs import LABS
from server.labs.lab import Option
from server.labs.uncertainty import SAMPLES, SAMPLES_THROUGH_BRANCHES
from tests.server.labs.test_labs import ask


def test_shares_are_those_of_the_engine():
    at, deviations = {"x": 2.0, "y": 3.0}, {"x": 0.1, "y": 0.2}
    answer = ask("uncertainty", "x*y", at, deviations=deviations)
    assert [each["share"] for each in answer["shares"]] == pytest.approx([0.36, 0.64])
    assert answer["deviation"] == adcore.propagate("x*y", at, deviations)[0].deviation == pytest.approx(0.5)


def test_deviations_are_given_by_name_and_filled_in():
    answer = ask("uncertainty", "x*y + v[1]", {"x": 1.0, "y": 1.0, "v": [0.0, 0.0]}, deviations={"v[1]": 0.5, "z": 9.0})
    assert [each["deviation"] for each in answer["shares"]] == [0.1, 0.1, 0.1, 0.5]


def test_a_sum_is_normal():
    answer = ask("uncertainty", "x + 2*y", {"x": 1.0, "y": 1.0}, deviations={"x": 0.3, "y": 0.2})
    found, expected = answer["found"], 0.5
    assert answer["deviation"] == pytest.approx(expected)
    assert found["mean"] == pytest.approx(3, abs=5 * expected / math.sqrt(SAMPLES))
    assert found["deviation"] == pytest.approx(expected, rel=5 / math.sqrt(2 * SAMPLES))
    assert found["interval"] == pytest.approx(answer["interval"], abs=0.1 * expected)
    assert answer["enough"]
    assert answer["widths"] == pytest.approx(answer["straight"], rel=0.1)


def test_a_square_is_chi_squared():
    answer = ask("uncertainty", "x**2", {"x": 0.0}, deviations={"x": 1.0})
    assert (answer["deviation"], answer["bell"], answer["enough"]) == (0, None, False)
    found = answer["found"]
    assert found["mean"] == pytest.approx(1, abs=0.05)
    assert found["deviation"] == pytest.approx(math.sqrt(2), rel=0.08)
    # The quantiles of chi squared with one degree of freedom: squares of the quantiles of |z|.
    assert found["interval"] == pytest.approx([0.03134**2, 2.24140**2], rel=0.15)


def test_an_exponential_is_log_normal():
    sigma = 0.5
    found = ask("uncertainty", "exp(x)", {"x": 0.0}, deviations={"x": sigma})["found"]
    assert found["mean"] == pytest.approx(math.exp(sigma**2 / 2), rel=0.02)
    assert found["interval"] == pytest.approx([math.exp(-1.96 * sigma), math.exp(1.96 * sigma)], rel=0.05)


def test_the_histogram_is_a_density():
    bars = ask("uncertainty", "x + y", {"x": 1.0, "y": 1.0})["histogram"]
    assert sum(np.diff(bars["edges"]) * bars["density"]) == pytest.approx(1, abs=0.002)


def test_small_deviations_are_enough_and_large_ones_are_not():
    at, deviations = {"x": 0.5}, {"x": 0.01}
    assert ask("uncertainty", "1/(1 - x)", at, deviations=deviations)["enough"]
    assert not ask("uncertainty", "1/(1 - x)", at, deviations=deviations, times=10)["enough"]


def test_the_factor_multiplies_every_deviation():
    one, three = (ask("uncertainty", times=times) for times in (1, 3))
    assert three["deviation"] == pytest.approx(3 * one["deviation"])
    assert three["widths"] == pytest.approx(one["widths"])
    assert three["straight"] == pytest.approx(one["straight"])


def test_the_same_seed_gives_the_same_numbers():
    first, again, other = (ask("uncertainty", seed=seed)["found"] for seed in (1, 1, 2))
    assert first == again != other


def test_inputs_outside_the_domain_are_counted():
    answer = ask("uncertainty", "sqrt(x)", {"x": 0.1}, deviations={"x": 0.1})
    assert answer["found"]["lost"] == pytest.approx(0.1587, abs=0.01)
    assert not answer["enough"]
    assert "has no value" in answer["summary"]


def test_every_branch_is_taken():
    answer = ask("uncertainty", "x if x > 0 else -x", {"x": 0.01}, deviations={"x": 1.0})
    assert answer["found"]["drawn"] == SAMPLES_THROUGH_BRANCHES
    assert answer["found"]["mean"] == pytest.approx(math.sqrt(2 / math.pi), abs=0.1)
    assert answer["histogram"]["density"][0] == 0


def test_an_output_is_chosen():
    assert ask("uncertainty", "x, 3*x", {"x": 1.0}, output=1)["deviation"] == pytest.approx(0.3)


def test_a_function_of_nothing_is_certain():
    answer = ask("uncertainty", "0*x + 3", {"x": 1.0})
    assert (answer["deviation"], answer["enough"], answer["found"]["deviation"]) == (0, True, 0)


def test_nothing_is_compared_where_there_is_no_gradient():
    with pytest.raises(ADError, match="nothing can be compared"):
        ask("uncertainty", "sqrt(x)", {"x": 0.0})


VECTOR = Option("spread", "Spread", "vector", {}, 0.0, 1.0)


@pytest.mark.parametrize("value", [[0.1], 0.1, {"x": -1}, {"x": "1"}, {"x": math.nan}, {"x": True}, {"x": 2.0}])
def test_a_vector_refuses_what_is_none(value):
    with pytest.raises(ADError, match="numbers from 0 to 1 by the names"):
        VECTOR.read(value)


def test_a_vector_travels_as_it_is():
    assert VECTOR.read({"x": 0.5, "y": 1}) == {"x": 0.5, "y": 1}
    assert LABS["uncertainty"].to_json()["options"][0]["default"] == {"L": 0.02, "T": 0.05}
