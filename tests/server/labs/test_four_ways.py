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


def test_what_is_not_known_to_hundreds_of_digits_is_not_drawn():
    answer = ask("four-ways", "gamma(x)", {"x": 2.5})
    assert answer["exact"] is None
    assert way(answer, "forward")["value"] == pytest.approx(way(answer, "reverse")["value"])
