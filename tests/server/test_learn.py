"""The lessons on the web: the list, a page, replies, and a lesson that somebody adds."""

import re
from pathlib import Path

import httpx
import pytest

from server.learn import LESSONS, open_lessons
from tests.server.conftest import WAIT_SECONDS, running

CHECK = "/api/lessons/reverse-mode/check"
NEW = """---
title: Halves
minutes: 5
can: halve a number
---
Half of three is {{ value(half) }}, with slope ${{ derivative(half, x) }}$.

```program half
at: x=3

x/2
```
```live half
mode: forward
```
```question
kind: number
ask: What is a quarter of three?
answer: value(half) / 2
hint: Halve it twice.
because: Half of a half.

value(half) :: That is one half.
```
```question
kind: formula
of: half
ask: What is the slope?
answer: 1/2
hint: It is the same everywhere.
because: A line has one slope.
```
"""


def test_every_lesson_is_listed_and_opens(client):
    listed = client.get("/learn").text
    for name, lesson in open_lessons().items():
        assert f'href="/learn/{name}"' in listed
        page = client.get(f"/learn/{name}")
        assert page.status_code == 200
        assert page.text.count('class="lesson-question"') == len(lesson.questions)


def test_links_of_lessons_lead_somewhere(client):
    pages = [client.get(f"/learn/{name}").text for name in open_lessons()]
    links = {link for page in pages for link in re.findall(r'href="(/[a-z][^"#]*)"', page)}
    assert [link for link in sorted(links) if client.get(link).status_code != 200] == []
    assert any(link.startswith("/labs/") for link in links)


def test_lessons_are_data():
    assert {path.suffix for path in LESSONS.iterdir()} == {".md"}


def test_an_answer_is_judged(client):
    right = client.post(CHECK, json={"place": 0, "answer": "-2,83"}).json()
    assert right["right"] is True
    once = client.post(CHECK, json={"place": 0, "answer": "0.14112"}).json()
    assert once["right"] is False
    assert "contribution of the product alone" in once["words"]
    assert once["answer"] == ""
    shown = client.post(CHECK, json={"place": 0, "answer": "", "reveal": True}).json()
    assert shown["answer"] == "−2.829"


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"place": 0}, 422, "field"),
        ({"place": -1, "answer": ""}, 422, "field"),
        ({"place": 99, "answer": "1"}, 422, "field"),
        ({"place": 0, "answer": 1}, 422, "field"),
        ({"place": 0, "answer": "1", "more": 1}, 422, "field"),
        ({"place": 0, "answer": "one"}, 422, "answer"),
    ],
)
def test_what_is_no_answer_is_refused(client, body, status, kind):
    response = client.post(CHECK, json=body)
    assert (response.status_code, response.json()["error"]["kind"]) == (status, kind)


def test_half_a_character_is_refused(client):
    body = b'{"place": 0, "answer": "\\ud800"}'
    response = client.post(CHECK, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422


def test_what_is_no_lesson_is_not_found(client):
    assert client.get("/learn/nothing").status_code == 404
    assert client.post("/api/lessons/nothing/check", json={"place": 0, "answer": "1"}).status_code == 404
    assert client.get("/learn/..%2Fsettings").status_code == 404


def test_an_answer_that_would_never_end_is_stopped(client):
    response = client.post(CHECK, json={"place": 0, "answer": "9**9**9**9"})
    assert response.status_code in (200, 422)


def test_a_new_lesson_is_one_file(tmp_path: Path):
    (tmp_path / "01-halves.md").write_text(NEW, encoding="utf-8")
    (tmp_path / "README.md").write_text("Not a lesson.", encoding="utf-8")
    with running(tmp_path) as service, httpx.Client(base_url=service.address, timeout=WAIT_SECONDS) as own:
        assert own.get("/learn").text.count('class="lesson-row"') == 1
        page = own.get("/learn/halves").text
        assert "Half of three is <span" in page
        assert ">1.5</span>" in page
        for place, answer in enumerate(("0.75", "0.5")):
            assert own.post("/api/lessons/halves/check", json={"place": place, "answer": answer}).json()["right"]
        named = own.post("/api/lessons/halves/check", json={"place": 0, "answer": "1.5"}).json()
        assert named["words"] == "That is one half."
