import numpy as np
import pytest

import adcore
from adcore.errors import ADError
from adcore.optimisers import METHODS, Tuning
from server.labs import LABS
from tests.server.labs.test_labs import ask

LAB = LABS["optimise"]


def start(title):
    [found] = [each for each in LAB.starts if title in each.title]
    return found


@pytest.mark.parametrize("method", METHODS)
def test_each_run_is_that_of_the_engine(method):
    answer = ask("optimise", steps=20)
    [run] = [each for each in answer["runs"] if each["method"] == method]
    steps = list(adcore.optimise(LAB.source, LAB.point, method, Tuning(rate=0.01, steps=20)))
    assert run["values"] == [step.value for step in steps]
    assert np.array(run["points"]) == pytest.approx(np.array([step.point for step in steps]))


def test_the_cannon_hits_its_target():
    cannon = start("cannon")
    flight = ask("optimise", cannon.source, dict(cannon.point), **cannon.options)["flight"]
    [newton] = [path for path in flight["after"] if path["label"] == "Newton"]
    assert (newton["x"][-1], newton["y"][-1]) == pytest.approx((8, 3), abs=1e-6)
    assert (flight["before"]["x"][-1], flight["before"]["y"][-1]) != pytest.approx((8, 3), abs=0.5)


def test_the_network_learns():
    network = start("network")
    answer = ask("optimise", network.source, dict(network.point), **network.options)
    assert answer["picture"] is None
    assert answer["left_out"] == ["Newton"]
    for run in answer["runs"]:
        assert run["values"][-1] < 0.2 * run["values"][0], run["method"]


def test_what_runs_away_does_not_decide_what_is_shown():
    answer = ask("optimise", "x**2 + 25*y**2", {"x": 4.0, "y": 1.0}, rate=0.1)
    assert "Not a number" not in answer["summary"]
    assert abs(answer["picture"]["axes"][0][-1]) < 50


def test_what_is_no_number_in_the_end_is_said():
    assert "a smaller rate" in ask("optimise", "x**4", {"x": 3.0}, rate=10.0)["summary"]


def test_several_outputs_are_refused():
    with pytest.raises(ADError, match="One number"):
        ask("optimise", "[x, x]", {"x": 1.0})
