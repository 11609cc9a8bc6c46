"""A sheet holds all cells in the order of the calculation, and its key is right."""

import pytest

from server.tutor.assignments import Task
from server.tutor.diagnosis import judge
from server.tutor.exercises import KINDS, LEVELS, make_exercise
from server.tutor.papers import make_paper, write_paper
from tests.server.tutor.handed_in import SURVEY

LOOP = "def f(x, y):\n    for i in range(3):\n        x = sin(x)*y + x\n    return x"
AT = {"x": 0.4, "y": 1.1}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("level", LEVELS)
def test_the_key_is_right(kind, level):
    source = "exp(x)*sin(y)/x" if kind == "formula" else LOOP
    paper = make_paper(Task(source, AT, kind, 3, level, None))
    exercise = make_exercise(source, AT, kind, 3, level)
    asked = [cell for cell in paper.cells if cell.form != "given"]
    assert len(asked) == len(exercise.blanks)
    for blank in exercise.blanks:
        cell = next(cell for cell in asked if cell.words == blank.words)
        answers = cell.answer.split(" or ") if cell.form == "choice" else [cell.answer]
        assert [judge(blank, answer).kind for answer in answers] == ["right"] * len(answers)


def test_cells_stand_in_the_order_of_the_calculation():
    words = [cell.words for cell in make_paper(SURVEY).cells]
    assert words[0] == "the adjoint of v₃"
    assert words[-1] == "the adjoint of x₁"
    assert len(words) == 10


def test_values_are_not_printed_where_they_are_asked_for():
    forward, reverse = (make_paper(Task("x*sin(x)", {"x": 2.0}, kind, 0, 3, None)) for kind in ("forward", "reverse"))
    assert [row.value for row in forward.rows] == ["2", "", ""]
    assert [row.value for row in reverse.rows] == ["2", "0.9093", "1.8186"]


def test_a_formula_that_nobody_would_read_is_not_printed():
    (cell,) = make_paper(Task(LOOP, AT, "formula", 0, 1, None)).cells
    assert cell.answer == "any formula that has the same values"


def test_a_sheet_as_text():
    lines = list(write_paper(make_paper(SURVEY)))
    assert lines[0] == "# The reverse trace"
    assert "    x1*x2 + sin(x1)" in lines
    assert "At x1 = 2, x2 = 3." in lines
    assert "7. the adjoint of x₂: 2" in lines
    assert "3. the adjoint of v₂: ________" in lines
    assert "## Key" not in lines
    key = list(write_paper(make_paper(SURVEY), with_key=True))
    assert key[: len(lines)] == lines
    assert key[len(lines) + 1 : len(lines) + 4] == ["## Key", "", "1. 1"]
