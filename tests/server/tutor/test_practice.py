"""What is practised: every skill has its place, and every function that is listed has the exercises that it is for."""

import math

import pytest

from server.learn import open_lessons
from server.tutor.blanks import Number
from server.tutor.exercises import KINDS, LEVELS, make_exercise
from server.tutor.practice import MATERIAL, SKILLS, practice_table

LISTED = [(row.source, row.at, kind, level) for row in MATERIAL for kind in row.kinds for level in row.levels]
MOST_BLANKS = 12
FEWEST_FUNCTIONS = 3


def test_every_kind_of_exercise_is_a_skill_once():
    assert sorted(skill.kind for skill in SKILLS) == sorted(KINDS)


def test_every_skill_has_a_lesson():
    assert {skill.lesson for skill in SKILLS} <= set(open_lessons())


def test_a_skill_comes_after_those_that_it_builds_on():
    seen = set()
    for skill in SKILLS:
        assert set(skill.after) <= seen
        assert skill.because
        seen.add(skill.kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("level", LEVELS)
def test_there_is_a_choice_of_functions(kind, level):
    sources = [source for source, _, each, at_level in LISTED if (each, at_level) == (kind, level)]
    assert len(sources) == len(set(sources)) >= FEWEST_FUNCTIONS


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_listed_can_be_done_by_hand(kind):
    """The exercise exists, is not long, and asks for numbers that there are."""
    for source, at, _, level in (row for row in LISTED if row[2] == kind):
        for seed in range(2):
            exercise = make_exercise(source, at, kind, seed, level)
            keys = [blank.key for blank in exercise.blanks]
            assert 1 <= len(keys) <= MOST_BLANKS, (source, kind, level)
            assert all(math.isfinite(key.value) for key in keys if isinstance(key, Number))


def test_the_table_is_plain_data():
    table = practice_table()
    assert table["skills"][0]["title"] == KINDS[SKILLS[0].kind].title
    assert {name for row in table["functions"] for name in row} == {"source", "point", "kinds", "levels"}
