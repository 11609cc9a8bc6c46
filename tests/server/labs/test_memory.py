import pytest

import adcore
from tests.server.labs.test_labs import ask

LOOP = "y = x\nfor i in range({n}):\n    y = y*y + x\nreturn y"


@pytest.mark.parametrize(("turns", "checkpoints", "advances"), [(10, 3, 15), (4, 2, 4), (10, 1, 45), (5, 20, 4)])
def test_the_schedule_repeats_the_fewest_turns(turns, checkpoints, advances):
    schedule = ask("memory", LOOP.replace("{n}", str(turns)), {"x": 0.1}, checkpoints=checkpoints)["schedule"]
    assert schedule["advanced"] == advances
    assert sorted(a["turn"] for a in schedule["actions"] if a["kind"] == "reverse") == list(range(turns))


def test_the_tape_is_empty_before_and_after():
    answer = ask("memory")
    moments = answer["moments"]
    assert moments["live"][-1] == 0
    assert max(moments["live"]) == answer["peak"]
    assert moments["step"] == sorted(moments["step"])
    assert moments["step"][-1] < 2 * moments["nodes"]


@pytest.mark.parametrize(("source", "names"), [("x + y", []), ("x*y", ["x", "y"]), ("tanh(x) + y", ["v₁"])])
def test_only_what_a_partial_reads_is_kept(source, names):
    answer = ask("memory", source, {"x": 0.5, "y": 2.0})
    rows = answer["tables"][0]["rows"]
    assert [row[0] for row in rows if len(row) > 1] == names
    assert answer["peak"] == len(names) == adcore.tape(source, {"x": 0.5, "y": 2.0}).peak_values


def test_without_a_loop_there_is_no_schedule():
    answer = ask("memory", "x*y", {"x": 0.5, "y": 2.0})
    assert answer["schedule"] is None
    assert "no loop" in answer["summary"]
