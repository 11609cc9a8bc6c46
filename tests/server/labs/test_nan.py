import math

import pytest

from tests.server.labs.test_labs import ask


def culprit(answer):
    [found] = [row for row in answer["operations"] if row["culprit"]]
    return found


def test_the_branch_that_leaks_is_named_and_mended():
    answer = ask("nan")
    assert (answer["symptom"], answer["leaked"]) == ("gradient", "first")
    assert answer["branch"] == "where(x > 0, x*log(x), 0)"
    assert culprit(answer)["text"] == "log(x)"
    assert answer["proposal"]["gradient"] == [0.0]


def test_an_overflow_is_found_behind_what_it_spoils():
    answer = ask("nan", "log(exp(x) + exp(y))", {"x": 800.0, "y": 1.0})
    assert culprit(answer)["value"] == "inf"
    states = [row["state"] for row in answer["operations"] if not row["culprit"]]
    assert any("spoiled" in state for state in states)
    assert answer["proposal"]["value"] == pytest.approx(800 + math.log1p(math.exp(-799)))
    assert answer["proposal"]["gradient"] == pytest.approx([1, 0], abs=1e-12)


def test_a_slope_that_has_lost_its_digits_is_marked():
    answer = ask("nan", "v*tanh(w*x)", {"v": 2.0, "w": 5.0, "x": 2.0})
    assert (answer["symptom"], culprit(answer)["text"]) == ("digits", "tanh(v₁)")
    assert answer["summary"].startswith("Digits have been lost. The slope of tanh(v₁) is")
    assert answer["proposal"]["gradient"][2] == pytest.approx(10 / math.cosh(10) ** 2, rel=1e-14)
    assert answer["before"]["gradient"][2] != pytest.approx(10 / math.cosh(10) ** 2, rel=1e-9, abs=0)


def test_a_sound_function_has_no_culprit():
    answer = ask("nan", "x**2", {"x": 1.0})
    assert not any(row["culprit"] or row["state"] for row in answer["operations"])
    assert answer["proposal"] is None
    assert "Nothing is the matter" in answer["summary"]
