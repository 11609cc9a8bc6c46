"""Forward over reverse travels like the other modes that can be stepped."""

import json

QUESTION = {"source": "x*y + sin(x)", "point": {"x": 2.0, "y": 3.0}, "mode": "forward-over-reverse", "seed": {"y": 1.0}}


def test_the_catalog_lists_it_as_a_mode_with_steps(client):
    found = client.get("/api/catalog").json()
    traced = [mode["name"] for mode in found["modes"] if mode["traced"]]
    assert traced == ["forward", "reverse", "forward-over-reverse"]
    assert found["phases"][:4] == ["primal", "tangent", "adjoint", "second"]
    assert "forward-over-reverse" not in [way["way"] for way in found["ways"]]


def test_it_is_streamed(client):
    lines = [json.loads(line) for line in client.post("/api/trace", json=QUESTION).text.splitlines()]
    assert [line["type"] for line in lines] == ["graph", "events", "result", "counts"]
    assert lines[0]["mode"] == "forward-over-reverse"
    assert set(lines[1]["phase"]) == {0, 1, 2, 3}
    assert lines[2]["jacobian"] == [[1.0, 0.0]]


def test_it_is_explained(client):
    answer = client.post("/api/explain", json={**QUESTION, "from": 0, "count": 40}).json()
    assert any(said["phase"] == "second" and said["kind"] == "curvature" for said in answer["explanations"])


def test_two_outputs_are_refused(client):
    response = client.post("/api/trace", json={**QUESTION, "source": "[x, y]"})
    assert "one output" in response.text
