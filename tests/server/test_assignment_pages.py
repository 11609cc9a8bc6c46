"""Assignments on the web: a file is checked as strictly as on the command line, a sheet comes with its key."""

import json
from dataclasses import replace

import pytest

from server.tutor.assignments import Assignment, write_assignment
from tests.server.conftest import POST_HEADERS
from tests.server.tutor.handed_in import ASSIGNMENT, PRODUCT, SURVEY


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


def test_a_sheet_has_its_key(client):
    spec = {name: value for name, value in SURVEY.to_json().items() if name != "attempts"}
    paper = client.post("/api/sheet", json=spec).json()
    assert (paper["title"], paper["point"]) == ("The reverse trace", "x1 = 2, x2 = 3")
    assert next(cell["answer"] for cell in paper["cells"] if not cell["value"]) == "1"
    assert client.post("/api/sheet", json={**spec, "attempts": 1}).status_code == 422
