"""Assignments on the web: a file is checked as strictly as on the command line, a sheet comes with its key."""

import json
from dataclasses import replace

import httpx
import pytest

from server.tutor.assignments import Assignment, write_assignment
from tests.server.conftest import POST_HEADERS, WAIT_SECONDS, running
from tests.server.tutor.handed_in import ASSIGNMENT, PRODUCT, SURVEY

ENDLESS = "i = 0\nwhile i < 1:\n    i = i*1\nreturn x*x"


@pytest.mark.parametrize("path", ["/assignment", "/sheet"])
def test_the_pages_are_there(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert "</html>" in answer.text


def test_an_assignment_is_checked(client):
    text = json.dumps(json.loads(write_assignment(ASSIGNMENT)), indent=1)
    answer = client.post("/api/assignment", content=text, headers=POST_HEADERS).json()
    assert answer["assignment"] == ASSIGNMENT.to_json()
    assert answer["digest"] == ASSIGNMENT.digest()
    assert [(each["title"], each["blanks"]) for each in answer["exercises"]] == [
        ("The forward trace", 4),
        ("The reverse trace", 6),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        (write_assignment(ASSIGNMENT).replace('"level":2', '"level":7'), 'Exercise 2: "level" must be'),
        (write_assignment(Assignment("", "", (PRODUCT, replace(PRODUCT, source="x +")))), "Exercise 2: "),
        ('{"wengert": "assignment", "wengert": "assignment"}', "not JSON"),
    ],
)
def test_what_is_wrong_with_an_assignment_is_said(client, text, words):
    answer = client.post("/api/assignment", content=text, headers=POST_HEADERS)
    assert answer.status_code == 422
    assert words in answer.json()["error"]["message"]


def test_nothing_is_worked_out_behind_the_first_exercise_that_is_wrong():
    wrong = replace(PRODUCT, source="x + foo(x)")
    text = write_assignment(Assignment("", "", (wrong, *[replace(PRODUCT, source=ENDLESS)] * 29)))
    with running(numeric_workers=1, numeric_queue=1, statements=1_000_000_000) as service:
        with httpx.Client(base_url=service.address, timeout=WAIT_SECONDS) as client:
            answer = client.post("/api/assignment", content=text, headers=POST_HEADERS)
        pool = service.app.state.service.numeric
        assert answer.json()["error"]["message"].startswith("Exercise 1: ")
        assert (answer.status_code, pool.waiting, pool.counts["stopped"]) == (422, 0, 0)


def test_a_sheet_has_its_key(client):
    spec = {name: value for name, value in SURVEY.to_json().items() if name != "attempts"}
    paper = client.post("/api/sheet", json=spec).json()
    assert (paper["title"], paper["point"]) == ("The reverse trace", "x1 = 2, x2 = 3")
    assert next(cell["answer"] for cell in paper["cells"] if not cell["value"]) == "1"
    assert client.post("/api/sheet", json={**spec, "attempts": 1}).status_code == 422
