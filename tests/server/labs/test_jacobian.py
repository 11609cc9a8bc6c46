import numpy as np
import pytest

import adcore
from server.labs import LABS
from server.labs.jacobian import WAYS
from tests.server.labs.test_labs import ask

LAB = LABS["jacobian"]


def cost(answer, way):
    [found] = [each for each in answer["costs"] if each["way"] == way]
    return found


@pytest.mark.parametrize("way", WAYS)
def test_the_matrix_is_that_of_reverse_mode(way):
    for start in (LAB, *LAB.starts):
        answer = ask("jacobian", start.source, dict(start.point), way=way)
        expected = adcore.jacobian(start.source, start.point)
        assert np.array(answer["matrix"]) == pytest.approx(expected, rel=1e-12)
        assert answer["shape"] == list(expected.shape)


def test_three_diagonals_need_three_sweeps_at_any_size():
    [diagonals] = [start for start in LAB.starts if start.title == "three diagonals"]
    answer = ask("jacobian", diagonals.source, {"x": [0.1] * 20}, way="coloured columns")
    assert cost(answer, "coloured columns")["sweeps"] == 3
    assert cost(answer, "columns by forward")["sweeps"] == 20


def test_the_last_step_leaves_the_jacobian():
    answer = ask("jacobian", order="reverse")
    elimination = answer["elimination"]
    edges = {(e["source"], e["target"]): e["value"] for e in elimination["edges"]}
    for step in elimination["steps"]:
        edges |= {(e["source"], e["target"]): e["value"] for e in step["changes"]}
        edges = {edge: value for edge, value in edges.items() if step["node"] not in edge}
    ids = {v["name"]: v["id"] for v in elimination["vertices"]}
    names = zip(answer["outputs"], answer["matrix"], strict=True)
    expected = {
        (ids[name], ids[output]): entry
        for output, row in names
        for name, entry in zip(answer["inputs"], row, strict=True)
        if entry
    }
    assert edges == pytest.approx(expected)
    assert elimination["steps"][-1]["total"] == cost(answer, "elimination, reverse order")["multiplications"]


def test_a_large_graph_is_counted_and_not_drawn():
    source = "y = x\nfor i in range(90):\n    y = sin(y)*x\nreturn y"
    answer = ask("jacobian", source, {"x": 0.5})
    assert answer["elimination"] is None
    assert cost(answer, "elimination, markowitz order")["multiplications"] > 0
    assert cost(answer, "elimination, optimal order")["multiplications"] is None
