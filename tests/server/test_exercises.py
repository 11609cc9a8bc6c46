"""Exercises on the web: made, answered, settled, hinted at; nothing that is right leaves before it is asked for."""

import math

import pytest

from server.settings import Settings
from server.tutor.exercises import KINDS
from server.tutor.results import LONGEST_ANSWER

SPEC = {"source": "x*sin(x)", "point": {"x": 2.0}, "kind": "reverse", "seed": 0, "level": 3}
LOOP = "def f(x, y):\n    for i in range(3):\n        x = exp(sin(x*y))/y\n    return x"
SLOPE = math.sin(2) + 2 * math.cos(2)


def check(client, blank, answer, **changes):
    body = {**SPEC, **changes, "blank": blank, "answers": {blank: answer}}
    return client.post("/api/exercise/check", json=body)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_sent_without_its_key(client, kind):
    spec = {**SPEC, "source": LOOP, "point": {"x": 0.4, "y": 1.1}, "kind": kind}
    sent = client.post("/api/exercise", json=spec).json()
    assert (sent["kind"], sent["at"]) == (kind, {"x": 0.4, "y": 1.1})
    names = [blank["id"] for blank in sent["blanks"]]
    assert names
    assert [cell for cell in sent["cells"] if cell in names] == names
    assert {*sent["cells"]} == {*names, *(cell["id"] for cell in sent["given"])}
    assert all(blank.keys().isdisjoint({"key", "hints", "slopes"}) for blank in sent["blanks"])


def test_an_answer_is_judged(client):
    right = check(client, "adjoint:0", "0.077").json()["verdict"]
    assert (right["kind"], right["value"]) == ("right", pytest.approx(SLOPE))
    wrong = check(client, "adjoint:0", "0.909").json()
    assert (wrong["verdict"]["names"], wrong["verdict"]["value"]) == (["accumulation"], None)
    assert wrong["question"] is None
    unread = check(client, "adjoint:0", "one").json()["verdict"]
    assert unread["kind"] == "unreadable"


def test_an_answer_that_no_result_may_hold_is_not_judged(client):
    most = Settings().engine[LONGEST_ANSWER]
    assert check(client, "adjoint:0", "1" * most).status_code == 200
    for body in ({"adjoint:0": "1" * (most + 1)}, {"adjoint:0": "1", "adjoint:1": "1" * 30_000}):
        sent = {**SPEC, "blank": "adjoint:0", "answers": body}
        for path, more in (("check", {}), ("settle", {"at": {}, "answer": "1"})):
            answer = client.post(f"/api/exercise/{path}", json={**sent, **more})
            assert answer.status_code == 422
            assert f"{most:,} characters (source_characters)" in answer.json()["error"]["message"]


def test_a_tie_is_settled_by_the_same_blank_elsewhere(client):
    """At (2, 2) a contribution of 2 leaves out the inner slope, y, or takes a value for the adjoint, x."""
    spec = {**SPEC, "source": "x**2*y", "point": {"x": 2.0, "y": 2.0}}
    tie = check(client, "adjoint:0", "2", **spec).json()
    assert sorted(tie["verdict"]["names"]) == ["chain", "value-for-rate"]
    assert tie["question"].keys() == {"words", "at", "choices"}
    x, y = tie["question"]["at"].values()
    body = {**spec, "blank": "adjoint:0", "answers": {"adjoint:0": "2"}, "at": tie["question"]["at"]}

    def settle(answer):
        return client.post("/api/exercise/settle", json={**body, "answer": answer}).json()

    assert settle(f"{y:.4g}")["names"] == ["chain"]
    assert settle(f"{x:.4g}")["names"] == ["value-for-rate"]
    assert settle("77")["kind"] == "tied"
    assert settle("one")["kind"] == "unreadable"
    assert client.post("/api/exercise/settle", json={**body, "at": {"z": 1}, "answer": "2"}).json()["kind"] == "tied"


def test_a_tie_that_no_number_settles_is_put_to_the_learner(client):
    tie = check(client, "contribution:0:2:0", "2").json()
    body = {**SPEC, "blank": "contribution:0:2:0", "answers": {"contribution:0:2:0": "2"}, "at": {}}
    assert (tie["question"]["at"], len(tie["question"]["choices"])) == ({}, 2)
    for finding in tie["verdict"]["findings"]:
        settled = client.post("/api/exercise/settle", json={**body, "answer": finding["sentence"]}).json()
        assert settled["names"] == [finding["name"]]


def test_hints_come_one_by_one_and_then_the_answer(client):
    told = [
        client.post("/api/exercise/hint", json={**SPEC, "blank": "adjoint:0", "hint": number}).json()
        for number in (1, 2, 3, 4)
    ]
    assert [each["level"] for each in told] == [1, 2, 3, 4]
    assert len({each["words"] for each in told}) == 4
    assert float(told[3]["words"]) == pytest.approx(SLOPE, rel=1e-5)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"kind": "sideways"}, "field"),
        ({"level": 4}, "field"),
        ({"level": True}, "field"),
        ({"seed": -1}, "field"),
        ({"seed": 2**31}, "field"),
        ({"seed": 0.5}, "field"),
        ({"more": 1}, "field"),
        ({"point": None}, "field"),
        ({"point": {"x": "two"}}, "field"),
        ({"source": "x +"}, "syntax"),
        ({"source": "x"}, "exercise"),
        ({"kind": "checkpoint"}, "loop"),
    ],
)
def test_what_is_no_exercise_is_refused(client, change, kind):
    response = client.post("/api/exercise", json={**SPEC, **change})
    assert (response.status_code, response.json()["error"]["kind"]) == (422, kind)


@pytest.mark.parametrize(
    ("route", "body", "kind"),
    [
        ("check", {"blank": "adjoint:9", "answers": {}}, "exercise"),
        ("check", {"blank": "adjoint:0"}, "field"),
        ("check", {"blank": "adjoint:0", "answers": {"adjoint:0": 1}}, "field"),
        ("settle", {"blank": "adjoint:0", "answers": {}, "at": {}}, "field"),
        ("hint", {"blank": "adjoint:9", "hint": 1}, "exercise"),
        ("hint", {"blank": "adjoint:0", "hint": 5}, "field"),
    ],
)
def test_what_is_no_question_is_refused(client, route, body, kind):
    response = client.post(f"/api/exercise/{route}", json={**SPEC, **body})
    assert (response.status_code, response.json()["error"]["kind"]) == (422, kind)


@pytest.mark.parametrize("blank", ["adjoint:0", "formula:0", "order"])
def test_half_a_character_is_refused(client, blank):
    text = check(client, blank, "X").request.content.replace(b'"X"', b'"\\ud800"')
    response = client.post("/api/exercise/check", content=text, headers={"Content-Type": "application/json"})
    assert response.status_code == 422


def test_an_answer_that_would_never_end_is_stopped(client):
    response = check(client, "adjoint:0", "9**9**9**9")
    assert response.status_code in (200, 422)


def test_the_page_opens(client):
    page = client.get("/exercise")
    assert page.status_code == 200
    assert all(kind.title in page.text for kind in KINDS.values())
    assert '<a href="/learn" aria-current="page">' in page.text
    assert 'href="/exercise"' in client.get("/learn").text
