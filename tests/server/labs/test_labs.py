"""What holds for every lab: one loop over the table of labs."""

import json
import math
from xml.etree import ElementTree as ET

import pytest

from adcore.errors import ADError
from adcore.limits import Limits
from server.assets import folder
from server.labs import LABS
from server.labs.lab import MOST_WORDS, Asked, Option, to_plain


def ask(name, source=None, point=None, **options):
    lab = LABS[name]
    return to_plain(lab.answer(Asked(source or lab.source, point or lab.point, lab.read_options(options), Limits())))


def post(client, name, body):
    return client.post(f"/api/labs/{name}", json=body)


@pytest.mark.parametrize("name", LABS)
def test_a_lab_explains_itself(name):
    lab = LABS[name]
    assert 2 <= lab.seen.count(". ") + 1 <= 4, "two sentences, one more where there are two pictures"
    assert lab.title
    assert lab.idea
    assert (folder("static") / "js" / "labs" / f"{name}.js").is_file()


@pytest.mark.parametrize("name", LABS)
def test_a_lab_is_listed_with_a_short_sentence_and_a_small_still(name):
    glance = LABS[name].glance
    assert LABS[name].seen.startswith(glance[:-1])
    assert 6 <= len(glance.split()) <= MOST_WORDS, glance
    still = ET.fromstring((folder("templates") / "stills" / f"{name}.svg").read_text())
    shapes = [each for each in still.iter() if each.tag not in ("svg", "g")]
    assert 3 <= len(shapes) <= 20
    assert still.get("aria-hidden") == "true"
    assert not [each.attrib for each in still.iter() if {"fill", "stroke", "style"} & set(each.keys())], (
        "colours are CSS"
    )


@pytest.mark.parametrize("name", LABS)
def test_a_lab_answers_its_own_question(client, name):
    lab = LABS[name]
    response = post(client, name, {"source": lab.source, "point": dict(lab.point)})
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer["summary"].endswith(".")
    assert answer["tables"], "those who cannot see the picture read a table"
    for table in answer["tables"]:
        assert table["rows"]
        assert {len(row) for row in table["rows"]} == {len(table["columns"])}
    json.dumps(answer, allow_nan=False)


@pytest.mark.parametrize(("name", "start"), [(name, start) for name, lab in LABS.items() for start in lab.starts])
def test_what_is_worth_a_look_is_answered(name, start):
    assert ask(name, start.source, dict(start.point), **start.options)["summary"]


@pytest.mark.parametrize("name", LABS)
def test_every_choice_of_an_option_is_answered(name):
    for option in LABS[name].options:
        values = {"choice": option.choices, "switch": (False, True)}.get(option.kind, (option.default,))
        for value in values:
            assert ask(name, **{option.name: value})["summary"]


@pytest.mark.parametrize("name", LABS)
@pytest.mark.parametrize("source", ["1 +", "x +* 2", "unknown(x)"])
def test_a_mistake_in_the_source_is_answered_with_its_place(client, name, source):
    response = post(client, name, {"source": source, "point": {"x": 1}})
    assert response.status_code == 422
    assert response.json()["error"]["span"]


@pytest.mark.parametrize("name", LABS)
@pytest.mark.parametrize("source", ["x/0 + log(x)", "sqrt(-x)", "3", "[x, x]", "x + y + z + u"])
def test_odd_functions_are_answered_or_refused_in_words(name, source):
    point = {each: 1.0 for each in "xyzu" if each in source.replace("sqrt", "")}
    assert said(name, source, point).endswith((".", "?"))


def said(name, source, point):
    try:
        return ask(name, source, point)["summary"]
    except ADError as error:
        return error.message


def test_an_unknown_lab_is_not_found(client):
    assert post(client, "nothing", {"source": "x", "point": {"x": 1}}).status_code == 404
    assert client.get("/labs/nothing").status_code == 404


def test_an_unknown_option_is_refused(client):
    name = next(iter(LABS))
    response = post(client, name, {"source": "x", "point": {"x": 1}, "options": {"colour": 1}})
    assert response.status_code == 422


@pytest.mark.parametrize("name", LABS)
def test_the_page_of_a_lab_says_what_is_seen(client, name):
    text = client.get(f"/labs/{name}", headers={"Accept": "text/html"}).text
    assert f'data-lab="{name}"' in text
    assert LABS[name].title in client.get("/labs").text


WHOLE = Option("n", "n", "whole", 3, 1, 9)
NUMBER = Option("h", "h", "number", 0.5, 0.0, 1.0)
CHOICE = Option("way", "way", "choice", "a", choices=("a", "b"))
SWITCH = Option("on", "on", "switch", False)


@pytest.mark.parametrize(("option", "value"), [(WHOLE, 9), (NUMBER, 1), (NUMBER, 0.25), (CHOICE, "b"), (SWITCH, True)])
def test_an_option_takes_what_fits(option, value):
    assert option.read(value) == value


@pytest.mark.parametrize(
    ("option", "value"),
    [(WHOLE, 10), (WHOLE, 2.5), (WHOLE, True), (NUMBER, math.nan), (NUMBER, "0.5"), (CHOICE, "c"), (SWITCH, 1)],
)
def test_an_option_refuses_what_does_not(option, value):
    with pytest.raises(ADError, match=option.name):
        option.read(value)


def test_numbers_that_json_lacks_are_words():
    assert to_plain({"a": (math.inf, -math.inf), "b": math.nan, 3: "x"}) == {"a": ["inf", "-inf"], "b": "nan", "3": "x"}
