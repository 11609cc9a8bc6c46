"""Right answers are right in every form, and planted mistakes are named, never right."""

import math
from fractions import Fraction

import pytest

from adcore.errors import ADError
from server.tutor.blanks import Number
from server.tutor.diagnosis import answer, ask_apart, ask_which, hint, judge, judge_in, settle
from server.tutor.exercises import make_exercise
from tests.server.tutor.functions import all_functions

SURVEY, AT = "x1*x2 + sin(x1)", {"x1": 2.0, "x2": 3.0}
X = {"x": 1.3}

PLANTED = (
    # program, point, kind, blank, the number that the mistake gives worked out here, its name
    (SURVEY, AT, "reverse", "adjoint:0", 3.0, "accumulation"),
    (SURVEY, AT, "reverse", "adjoint:0", math.cos(2), "accumulation"),
    (SURVEY, AT, "reverse", "contribution:0:3:0", -math.cos(2), "sign"),
    (SURVEY, AT, "reverse", "contribution:0:3:0", math.cos(math.radians(2)), "degrees"),
    (SURVEY, AT, "reverse", "adjoint:4", 6 + math.sin(2), "seed"),
    (SURVEY, AT, "reverse", "adjoint:0", (3 + math.cos(2)) * (6 + math.sin(2)), "seed"),
    ("cos(x*y)", {"x": 1.3, "y": 0.6}, "reverse", "contribution:0:2:0", -math.sin(0.78) * 1.3, "wrong-partial"),
    ("cos(x*y)", {"x": 1.3, "y": 0.6}, "reverse", "contribution:0:2:0", 0.6, "arriving-factor"),
    ("cos(x*y)", {"x": 1.3, "y": 0.6}, "reverse", "contribution:0:2:0", 0.6 - math.sin(0.78), "added"),
    ("cos(x*y)", {"x": 1.3, "y": 0.6}, "reverse", "contribution:2:3:0", math.sin(0.78), "sign"),
    ("sin(x**2)", X, "forward", "tangent:2", math.cos(1.69), "arriving-factor"),
    ("sin(x**2)", X, "forward", "tangent:2", 2.6, "chain"),
    ("sin(x**2)", X, "forward", "tangent:2", math.cos(1.3) * 2.6, "wrong-point"),
    ("sin(x**2)", X, "forward", "tangent:2", math.cos(1.69) + 2.6, "added"),
    ("sin(x**2)", X, "forward", "tangent:2", -math.cos(1.69) * 2.6, "sign"),
    ("sin(x**2)", X, "forward", "tangent:2", math.cos(1.69) * 2.6 * 1.3, "seed"),
    ("sin(x**2)", X, "forward", "primal:2", math.sin(math.radians(1.69)), "degrees"),
    ("sin(x**2)", X, "forward", "primal:2", math.sin(1.3), "input-for-value"),
    ("sin(x**2)", X, "forward", "primal:1", 2.6, "power-as-product"),
    ("x**5", X, "forward", "tangent:1", 5 * 1.3**5, "exponent"),
    ("x**5", X, "forward", "tangent:1", 1.3**4, "exponent"),
    ("x*sin(x)", X, "forward", "tangent:2", math.sin(1.3), "product-half"),
    ("x**3*sin(x)", X, "forward", "tangent:3", 3 * 1.3**2 * math.cos(1.3), "product-of-derivatives"),
    ("sin(x)/x", X, "forward", "tangent:2", (math.cos(1.3) * 1.3 + math.sin(1.3)) / 1.69, "quotient-sign"),
    ("sin(x)/x", X, "dual", "tangent:2", math.cos(1.3) / 1.3, "quotient-half"),
    ("exp(sin(x))", X, "dual", "tangent:2", math.exp(1.3) * math.cos(1.3), "wrong-point"),
    ("3*x*y - y", {"x": 1.3, "y": 0.6}, "reverse", "adjoint:1", 3.9, "accumulation"),
    ("x*y*log(x)", {"x": 1.3, "y": 0.6}, "reverse", "adjoint:0", 0.6, "accumulation"),
)


@pytest.mark.parametrize(("source", "at", "kind", "blank", "number", "name"), PLANTED)
@pytest.mark.parametrize("digits", [3, 6])
def test_a_planted_mistake_is_named(source, at, kind, blank, number, name, digits):
    exercise = make_exercise(source, at, kind, level=3)
    verdict = judge(exercise.blank(blank), f"{number:.{digits}g}")
    assert verdict.kind in ("named", "tied")
    assert name in verdict.names
    assert verdict.kind == "named" or len(verdict.names) > 1
    assert verdict.node == exercise.blank(blank).node


def sweep_exercises():
    """Exercises of three kinds for every function that has them."""
    for source, at in all_functions():
        for number, kind in enumerate(("forward", "reverse", "dual")):
            if has_exercise(source, at):
                yield make_exercise(source, at, kind, seed=number, level=3)


def has_exercise(source, at):
    """Whether the function depends on its inputs."""
    try:
        make_exercise(source, at, "forward")
    except ADError:
        return False
    return True


def test_three_hundred_exercises_know_right_from_wrong():
    """Every right answer is right in every form; of the mistakes that the engine knows the name comes first."""
    exercises = list(sweep_exercises())
    assert len(exercises) >= 300
    blanks = [blank for exercise in exercises for blank in exercise.blanks]
    refused = [
        (blank.words, text) for blank in blanks for text in right_forms(blank.key.value) if not is_right(blank, text)
    ]
    assert refused == []
    planted = [(blank, c) for blank in blanks for c in blank.key.candidates if not c.general]
    for digits in (3, 6):
        verdicts = [(judge(blank, f"{c.value:.{digits}g}"), c.name) for blank, c in planted]
        assert {verdict.kind for verdict, _ in verdicts} == {"named", "tied"}
        assert sum(verdict.names[0] == name for verdict, name in verdicts) >= 0.95 * len(verdicts)
        assert all(name in verdict.names for verdict, name in verdicts)


def is_right(blank, text):
    return judge(blank, text).kind == "right"


def right_forms(x):
    """As people write a number: all digits, six, three, with a comma, as a fraction."""
    if not math.isfinite(x):
        return [str(x)]
    fraction = Fraction(x).limit_denominator(10**6)
    forms = [repr(x), f"{x:.6g}", f"{x:.3g}", f"{x:.4g}".replace(".", ","), f"{x:.3e}"]
    return [*forms, f"{fraction.numerator}/{fraction.denominator}"] if abs(x) > 1e-3 else forms


def test_an_answer_without_a_mistake_that_is_known_gets_the_next_smaller_step():
    blank = make_exercise(SURVEY, AT, "reverse", level=3).blank("adjoint:0")
    verdict = judge(blank, "17.123")
    assert verdict.kind == "unknown"
    assert verdict.step in blank.steps
    assert not verdict.names


def test_what_follows_from_an_earlier_mistake_is_no_second_one():
    """The sine's contribution has its sign turned; the sum is done rightly with it."""
    exercise = make_exercise(SURVEY, AT, "reverse", level=3)
    wrong = {"contribution:0:3:0": f"{-math.cos(2):.6g}", "contribution:0:2:0": "3"}
    sums = {"mended": 3 + math.cos(2), "followed": 3 - math.cos(2), "other": 17.123}
    verdicts = {how: judge_in(exercise, "adjoint:0", {**wrong, "adjoint:0": f"{x:.6g}"}) for how, x in sums.items()}
    assert verdicts["mended"].kind == "right"
    assert verdicts["other"].kind == "unknown"
    assert verdicts["followed"].names[0] == "carried-over"
    assert verdicts["followed"].kind in ("named", "tied")
    unreadable = {"contribution:0:3:0": "who knows", "adjoint:0": repr(sums["mended"])}
    assert judge_in(exercise, "adjoint:0", unreadable).kind == "right"
    assert judge_in(exercise, "adjoint:0", {}).kind == "unreadable"


def test_too_few_digits_are_called_so():
    blank = make_exercise("x*sin(x)", {"x": 2.0}, "forward", level=3).blank("tangent:2")
    assert [judge(blank, text).names for text in ("0.08", "0.0773")] == [("rounding",)] * 2
    assert judge(blank, "0.079").kind == "unknown"


def test_no_number_is_near_an_infinity_or_what_is_none():
    infinite = make_exercise("log(x)*y", {"x": 0.0, "y": 2.0}, "forward", level=3).blank("primal:2")
    assert judge(infinite, "-inf").kind == "right"
    assert judge(infinite, "5").kind == "unknown"
    assert judge(infinite, "inf").kind != "right"
    undefined = make_exercise("log(x)*y", {"x": -1.0, "y": 2.0}, "forward", level=3).blank("primal:2")
    assert judge(undefined, "undefined").kind == "right"
    assert judge(undefined, "5").kind == "unknown"


def test_an_answer_that_cannot_be_read_is_no_mistake_in_the_calculation():
    blank = make_exercise(SURVEY, AT, "reverse", level=3).blanks[0]
    verdict = judge(blank, "about three")
    assert verdict.kind == "unreadable"
    assert "cannot be read" in verdict.sentence


def test_a_tie_is_not_called_certain_and_another_point_settles_it():
    """For x*y at (2, 2) and rate 1 many a mistake gives 1; elsewhere they differ."""
    exercise = make_exercise("x**2*y", {"x": 2.0, "y": 2.0}, "reverse", level=3)
    blank = exercise.blank("contribution:0:1:0") if "contribution:0:1:0" in numbers(exercise) else None
    blank = blank or next(b for b in exercise.blanks if b.id.startswith("contribution:0"))
    tied = next(v for c in blank.key.candidates if (v := judge(blank, f"{c.value:.6g}")).kind == "tied")
    question = ask_apart(exercise, blank, tied)
    assert question is not None
    assert set(question.values) == set(tied.names)
    alone = [n for n, x in question.values.items() if list(question.values.values()).count(x) == 1]
    settled = settle(question, tied, f"{question.values[alone[0]]:.6g}")
    assert (settled.kind, settled.names) == ("named", (alone[0],))
    neither = settle(question, tied, "123456")
    assert (neither.kind, neither.sentence.startswith("That fits none of them")) == ("tied", True)
    assert settle(question, tied, "who knows").kind == "unreadable"
    right = settle(question, tied, f"{question.right:.6g}")
    assert (right.kind, right.sentence.startswith("There it is right.")) == ("tied", True)
    assert question.to_json().keys() == {"words", "at", "choices"}


def numbers(exercise):
    return {blank.id for blank in exercise.blanks}


def test_there_are_three_hints_before_the_answer_and_none_gives_it_away():
    exercise = make_exercise("x*sin(x)*exp(x)", X, "reverse", level=3)
    for blank in exercise.blanks:
        assert isinstance(blank.key, Number)
        assert len({hint(blank, level) for level in (1, 2, 3)}) == 3
        assert float(answer(blank)) == pytest.approx(blank.key.value, rel=1e-5)
        assert judge(blank, answer(blank)).kind == "right"


def test_a_mistake_is_shown_where_it_was_made():
    """x1 is used by node 2, the product, and by node 3, the sine: -cos for cos is made at the sine."""
    exercise = make_exercise("x1*x2 + sin(x1)", {"x1": 2.0, "x2": 3.0}, "reverse", level=3)
    verdict = judge(exercise.blank("adjoint:0"), f"{3 - math.cos(2):.4g}")
    assert (verdict.names, verdict.node, verdict.edge) == (("sign",), 0, (3, 0))
    matrix = make_exercise("sin(x**2) + x", {"x": 1.2}, "jacobian", level=3)
    turned = judge(matrix.blank("jacobian:0:0"), f"{1 - 2.4 * math.cos(1.44):.5g}")
    assert (turned.names, turned.edge) == (("sign",), None)
    assert turned.node in (1, 2)


def test_where_no_number_tells_the_learner_says_which_it_was():
    """In x·sin(x) the partial by x is sin(x): the other partial, x, is also the value of what carries the adjoint."""
    exercise = make_exercise("x*sin(x)", {"x": 2.0}, "reverse", level=3)
    blank = exercise.blank("contribution:0:2:0")
    tied = judge(blank, "2")
    assert sorted(tied.names) == ["value-for-rate", "wrong-partial"]
    assert ask_apart(exercise, blank, tied) is None
    question = ask_which(tied)
    assert len(question.choices) == 2
    for finding in tied.findings:
        assert settle(question, tied, finding.sentence).names == (finding.name,)
    assert settle(question, tied, "something else").kind == "tied"
