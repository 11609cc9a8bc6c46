"""A result replays: what the file says of an answer is compared with what the judge says of it now."""

import json
from dataclasses import replace

import pytest

from adcore import ADError
from server.tutor.assignments import Assignment, Task
from server.tutor.canon import digest
from server.tutor.diagnosis import answer
from server.tutor.exercises import KINDS
from server.tutor.grades import Outcome, grade, grade_text, holders
from server.tutor.results import read_result, replay, write_result
from tests.server.tutor.handed_in import ASSIGNMENT, FORMULA, PRODUCT, Learner

LOOPED_AT = {"x": 0.4, "y": 1.1}
RIGHT, SLOPE, TURNED = "0.909", "-0.416", "0.416"


def edited(text: str, *places: tuple[str | int, ...], value: object, sign: bool) -> str:
    """The file with a field changed by hand; `sign` works the digest out again."""
    data = json.loads(text)
    for place in places:
        part = data
        for name in place[:-1]:
            part = part[name]
        part[place[-1]] = value
    if sign:
        data["digest"] = digest({name: part for name, part in data.items() if name != "digest"})
    return json.dumps(data)


def ada() -> Learner:
    return Learner().try_out(0, "primal:1", RIGHT).try_out(0, "tangent:1", TURNED).try_out(0, "tangent:1", SLOPE)


def test_a_result_is_read_as_it_was_written():
    result = ada().do_rightly(1).result
    assert read_result(write_result(result)) == result
    assert all(each.agrees for run in replay(result) for each in run.attempts)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_exercise_replays(kind):
    """Each blank is answered twice: by a number of no meaning or the first of the choices, then rightly."""
    task = Task(
        "def f(x, y):\n    for i in range(3):\n        x = sin(x)*y + x\n    return x", LOOPED_AT, kind, 1, 2, None
    )
    learner = Learner(Assignment("", "", (replace(task, source="x*sin(y)") if kind == "formula" else task,)))
    for blank in learner.exercises[0].blanks:
        choices = blank.to_json()["choices"]
        learner.try_out(0, blank.id, (choices[0] if len(choices) < 4 else ", ".join(choices)) if choices else "0.123")
        learner.try_out(0, blank.id, answer(blank).split(" or ")[0])
    found = grade(read_result(write_result(learner.result)))
    assert found.complaints == ()
    assert found.outcomes[0].right == found.outcomes[0].blanks


def test_an_answer_may_hold_whatever_can_be_pasted():
    result = Learner().try_out(0, "primal:1", "\u202a0.909\x0c").try_out(0, "primal:1", "0.909\x0c").result
    assert result.attempts[1].verdict == "right"
    assert read_result(write_result(result)) == result


def test_an_edit_makes_the_digest_stale():
    text = write_result(ada().result)
    for place, value in ((("learner",), "Bob"), (("attempts", 1, "verdict"), "right")):
        with pytest.raises(ADError, match="changed after it was saved"):
            read_result(edited(text, place, value=value, sign=False))


def test_a_verdict_that_does_not_replay_is_reported_even_where_the_digest_fits():
    text = edited(write_result(ada().result), ("attempts", 1, "verdict"), value="right", sign=True)
    found = grade(read_result(edited(text, ("attempts", 1, "names"), value=[], sign=True)))
    assert found.complaints == (
        "Exercise 1, tangent:1: the file calls an answer right; judged anew it is named (sign).",
    )
    assert found.outcomes[0] == Outcome(4, 1, 2, 0, 3, 0)


def test_what_counts_as_right():
    """At once is the first readable attempt without a hint; right is within the attempts and before the answer."""
    learner = Learner().try_out(0, "primal:1", "what?").try_out(0, "primal:1", RIGHT)
    assert grade(learner.result).outcomes[0] == Outcome(4, 1, 1, 0, 1, 0)
    learner.try_out(0, "tangent:1", SLOPE, hints=2)
    assert grade(learner.result).outcomes[0] == Outcome(4, 1, 2, 0, 2, 2)
    learner.try_out(0, "primal:2", "7").try_out(0, "primal:2", "8").try_out(0, "primal:2", "1.82")
    assert grade(learner.result).outcomes[0] == Outcome(4, 1, 2, 1, 5, 2)
    learner.give_up(0, "tangent:2").try_out(0, "tangent:2", "0.0770")
    assert grade(learner.result).outcomes[0] == Outcome(4, 1, 2, 2, 6, 5)


def test_a_step_that_follows_from_a_wrong_number_is_no_misconception():
    learner = Learner().try_out(0, "tangent:1", "0.5").try_out(0, "tangent:2", "1.909")
    assert [attempt.names for attempt in learner.result.attempts] == [(), ("carried-over",)]
    assert grade(learner.result).mistakes == ()


def test_a_mistake_counts_once_a_blank():
    learner = Learner().try_out(0, "tangent:1", TURNED).try_out(0, "tangent:1", TURNED)
    assert [(mistake.name, mistake.times) for mistake in grade(learner.result).mistakes] == [("sign", 1)]


def test_a_tie_is_open_until_a_second_question_settles_it():
    assignment = Assignment("", "", (replace(PRODUCT, source="x + y", point={"x": 1.0, "y": 2.0}, kind="reverse"),))
    learner = Learner(assignment)
    names = next(
        (blank.id, text, learner.try_out(0, blank.id, text).result.attempts[-1].names)
        for blank in learner.exercises[0].blanks
        for text in ("0", "2", "3", "-1", "1.5")
        if learner.try_out(0, blank.id, text).result.attempts[-1].verdict == "tied"
    )
    blank, text, tied = names
    alone = Learner(assignment).try_out(0, blank, text)
    assert grade(alone.result).perhaps == (tied,)
    assert grade(alone.result).mistakes == ()
    settled = Learner(assignment).try_out(0, blank, text, settled=tied[0])
    assert [mistake.name for mistake in grade(settled.result).mistakes] == [tied[0]]
    assert (grade(settled.result).perhaps, grade(settled.result).complaints) == ((), ())
    invented = Learner(assignment).try_out(0, blank, text, settled="never-heard-of")
    assert grade(invented.result).complaints


def test_the_class_is_summarised_by_misconception():
    formula = Assignment("", "", (FORMULA, PRODUCT))
    one = Learner(formula, "Ada").try_out(0, "formula:0", "x*cos(x)").try_out(1, "tangent:1", TURNED)
    two = Learner(formula, "Bob").try_out(0, "formula:0", "x*cos(x)")
    rows = holders([("Ada", grade(one.result)), ("Bob", grade(two.result))])
    assert [(mistake.name, learners) for mistake, learners in rows] == [
        ("product-half", ["Ada", "Bob"]),
        ("sign", ["Ada"]),
    ]


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (("wengert",), "assignment", '"wengert": "result"'),
        (("version",), "1", "version that is not known"),
        (("learner",), "x" * 81, "at most 80"),
        (("learner",), "a\nb", "control characters"),
        (("attempts", 0, "exercise"), 2, 'Attempt 1: "exercise" must be a whole number from 0 to 1'),
        (("attempts", 0, "verdict"), "perfect", '"verdict" must be one of'),
        (("attempts", 0, "names"), ["<b>"], '"names" must be'),
        (("attempts", 0, "at"), "yesterday", '"at" must be a time'),
        (("attempts", 0, "hints"), 9, '"hints" must be'),
        (("attempts", 0, "revealed"), 1, "true or false"),
        (("attempts", 0, "answer"), "1" * 10_001, "at most 10,000"),
        (("attempts", 0, "answer"), "\ud800", "at most 10,000"),
        (("assignment", "exercises", 0, "kind"), "", "Exercise 1"),
        (("digest",), "", "digest"),
    ],
)
def test_a_broken_result_is_refused_with_the_reason(place, value, words):
    text = edited(write_result(ada().result), place, value=value, sign=place != ("digest",) and value != "\ud800")
    with pytest.raises(ADError) as caught:
        read_result(text)
    assert words in caught.value.message


def test_a_blank_that_there_is_not_is_refused():
    text = edited(write_result(ada().result), ("attempts", 0, "blank"), value="primal:99", sign=True)
    with pytest.raises(ADError, match="Exercise 1: This exercise has no such blank"):
        grade_text(text.encode())


def test_work_is_the_same_whatever_the_name():
    one, two = ada().result, replace(ada().result, learner="Bob")
    assert one.digest() != two.digest()
    first, second = (grade_text(write_result(each).encode()) for each in (one, two))
    assert (first.work, first.assigned) == (second.work, ASSIGNMENT.digest())
