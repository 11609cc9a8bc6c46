import math

import pytest

from tests.server.labs.test_labs import ask

ROUNDING = 1e-14


def way(answer, name):
    [found] = [each for each in answer["ways"] if each["way"] == name]
    return found


def test_every_way_gives_the_derivative():
    answer = ask("four-ways", "sin(x)*y", {"x": 1.0, "y": 2.0})
    assert answer["exact"] == pytest.approx(2 * math.cos(1), rel=1e-15)
    assert [each["value"] for each in answer["ways"]] == pytest.approx([2 * math.cos(1)] * 5, rel=1e-8)
    assert way(answer, "symbolic")["formula"]


def test_an_input_and_an_output_can_be_chosen():
    answer = ask("four-ways", "[x*y, x + 3*y]", {"x": 1.0, "y": 2.0}, input=1, output=1)
    assert (answer["input"], answer["exact"]) == ("y", 3)


def test_differences_err_more_than_the_exact_ways():
    series = {each["way"]: each["error"] for each in ask("four-ways", "exp(x)*x", {"x": 1.0})["errors"]["series"]}
    assert max(series["reverse"]) < ROUNDING
    assert max(series["forward"]) < ROUNDING
    assert max(series["complex-step"]) < ROUNDING
    assert 1e-12 < max(series["numerical"]) < 1e-6


def test_a_way_that_fails_says_so_and_the_others_stay():
    answer = ask("four-ways", "gamma(x)", {"x": 2.0})
    assert way(answer, "reverse")["value"] == pytest.approx(1 - 0.5772156649015329)
    assert way(answer, "complex-step")["error"]
    assert way(answer, "complex-step")["value"] is None


STEEP = "tanh(50*(x - 1))"


def test_digits_are_counted_against_the_derivative_in_hundreds_of_digits():
    answer = ask("four-ways", STEEP, {"x": 1.3})
    digits = {each["way"]: each["digits"] for each in answer["ways"]}
    assert answer["against"] == "a run in 400 digits"
    assert max(digits["forward"], digits["reverse"]) <= 4
    assert min(digits["symbolic"], digits["complex-step"]) >= 15
    assert "digits that agree with a run in 400 digits" in answer["tables"][0]["columns"]
    assert "reverse AD 3, symbolic 17" in answer["summary"]


def test_why_digits_are_lost_is_said():
    why = ask("four-ways", STEEP, {"x": 1.3})["why"]
    assert why.startswith("The slope of tanh(50*(x - 1)) is 1 − tanh(50*(x - 1))²: nearly equal numbers cancel in it")
    assert "The formula keeps them" in why
    assert "The complex step keeps them" in why
    assert "until 0 is left" in ask("four-ways", STEEP, {"x": 1.6})["why"]


@pytest.mark.parametrize("x", [1.0, 1.06, 1.1])
def test_no_reason_is_given_where_digits_are_kept(x):
    assert ask("four-ways", STEEP, {"x": x})["why"] == ""


def test_the_reason_is_that_of_the_derivative_that_is_asked_for():
    source, point = "[x*y, tanh(x) + y]", {"x": 15.0, "y": 2.0}
    assert ask("four-ways", source, point, input=0, output=0)["why"] == ""
    assert ask("four-ways", source, point, input=1, output=1)["why"] == ""
    assert ask("four-ways", source, point, input=0, output=1)["why"].startswith("The slope of tanh(x)")


def test_what_is_not_known_to_hundreds_of_digits_is_compared_with_reverse_mode_and_not_drawn():
    answer = ask("four-ways", "x*floor(1/x)", {"x": 0.1})
    assert (answer["exact"], answer["against"]) == (None, "reverse mode")
    assert way(answer, "reverse")["digits"] == 17
    assert "agrees with" in answer["summary"]
    answer = ask("four-ways", "gamma(x)", {"x": 2.5})
    assert answer["exact"] == pytest.approx(0.9347345216260855, rel=1e-15)
    assert way(answer, "forward")["value"] == pytest.approx(way(answer, "reverse")["value"])
