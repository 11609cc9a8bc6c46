"""Every lesson reads, renders with its numbers computed, and judges its own right and wrong answers rightly."""

import json
import math
import re
from urllib.parse import parse_qsl, urlsplit

import pytest

import adcore
from adcore.errors import ADError
from adcore.limits import Limits
from server.learn import LESSONS
from server.prose import render_lesson
from server.tutor.exercises import make_exercise
from server.tutor.lessons import Derived, Lesson, Live, Sample, read, read_folder
from server.tutor.listings import FORMS, write_form
from server.tutor.quantities import evaluate, write, write_latex
from server.tutor.replies import COMPUTED, fill, reply

ALL = {lesson.name: lesson for lesson in read_folder(LESSONS)}
QUESTIONS = [(name, place) for name, lesson in ALL.items() for place in range(len(lesson.questions))]
LIMITS = Limits()
FRONT = "---\ntitle: T\nminutes: 5\ncan: do it\n---\n"
SQUARE = "```program square\nat: x=3\n\nx^2\n```\n"
FORMULA = re.compile(r"\$\$?(.+?)\$\$?", re.DOTALL)
TYPED = re.compile(r"\d\.\d|(?<![\w.])(?!1[5-9]\d\d\b|20\d\d\b|10[⁻⁰-⁹²³])(?:[3-9]|\d\d+)(?!!)(?!\w)")
"""A number in words that somebody typed: all but 0, 1, 2, years, powers of ten and factorials."""
TYPED_IN_FORMULA = re.compile(r"\d\.\d|[\w}] ?= ?-?(?:[3-9]|\d\d+)(?![\w.! ]*[a-zA-Z\\(])|(?<![\w^_{])\d\d+")
"""In a formula: what an equals sign ends in, and whatever has several digits. Coefficients may be typed."""
WORDS_A_MINUTE = 150


def texts(lesson: Lesson) -> list[str]:
    """All that is said in a lesson, without programs and expressions."""
    questions = [
        text
        for each in lesson.questions
        for text in (each.ask, each.hint, each.because, *(option.reply for option in each.options))
    ]
    return [COMPUTED.sub("", text) for text in (*filter(is_text, lesson.parts), *questions)]


def is_text(part: object) -> bool:
    return isinstance(part, str)


def right_answers(lesson: Lesson, place: int) -> list[str]:
    question = lesson.questions[place]
    if question.kind == "choice":
        return [str(position) for position, option in enumerate(question.options) if option.right]
    if question.kind == "formula":
        return [question.answer]
    number = evaluate(question.answer, lesson.programs)
    return [repr(number), f"{number:.3g}"]


def wrong_answers(lesson: Lesson, place: int) -> list[str]:
    question = lesson.questions[place]
    if question.kind == "choice":
        return [str(position) for position, option in enumerate(question.options) if not option.right]
    if question.kind == "formula":
        return [f"({question.answer}) + 1", f"2*({question.answer})"]
    number = evaluate(question.answer, lesson.programs)
    return [repr(number * 1.02 + 0.01), repr(2 * number + 100)]


@pytest.mark.parametrize("name", ALL)
def test_a_lesson_is_whole(name: str):
    lesson = ALL[name]
    parts = render_lesson(lesson, LIMITS)
    assert len(lesson.questions) >= 3
    assert any(isinstance(part, Live) for part in lesson.parts)
    assert "{{ " not in str(parts)
    assert "nan" not in re.findall(r'"computed">([^<]*)<', str(parts))


def typed_numbers(text: str) -> list[str]:
    """The numbers of a text that are not computed, but should be."""
    plain = re.sub(r"`[^`]*`", "", COMPUTED.sub("", text))
    formulas = [re.sub(r"(10)?[_^]\{[^}]*\}", "", formula) for formula in FORMULA.findall(plain)]
    words = FORMULA.sub(" ", plain)
    return [*TYPED.findall(words), *(found for each in formulas for found in TYPED_IN_FORMULA.findall(each))]


@pytest.mark.parametrize("name", ALL)
def test_every_number_of_the_prose_is_computed(name: str):
    assert [(text, found) for text in texts(ALL[name]) if (found := typed_numbers(text))] == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It is 12, after 3 turns.", 2),
        ("Here $x = 3$ and $y = 0.5$.", 2),
        ("Of $100$ numbers", 1),
        ("the slope is 6x, in 1964, two of 2, $2x + 1$, $10^{-12}$, $J_{12}$, `n = 7`, 10⁻⁸", 0),
        ("Here $x = {{ primal(square, x) }}$: {{ 9 }}.", 0),
    ],
)
def test_typed_numbers_are_found(text: str, count: int):
    assert len(typed_numbers(text)) == count


def minutes_of(lesson: Lesson) -> float:
    """How long a lesson takes: reading, a minute for each question and each view, a quarter for each program."""
    spoken = [*filter(is_text, lesson.parts), *(question.ask for question in lesson.questions)]
    words = sum(len(FORMULA.sub("x", COMPUTED.sub("x", text)).split()) for text in spoken)
    shown = sum(isinstance(part, Derived) or (isinstance(part, Sample) and part.shown) for part in lesson.parts)
    views = sum(isinstance(part, Live) for part in lesson.parts)
    return words / WORDS_A_MINUTE + len(lesson.questions) + views + shown / 4


@pytest.mark.parametrize("name", ALL)
def test_a_lesson_takes_as_long_as_it_says(name: str):
    assert 5 <= ALL[name].minutes <= 10
    assert abs(minutes_of(ALL[name]) - ALL[name].minutes) <= 1


def test_the_course_has_every_lesson():
    assert [lesson.number for lesson in ALL.values()] == list(range(1, 23))


@pytest.mark.parametrize("name", ALL)
def test_a_lesson_ends_with_an_exercise_that_can_be_made(name: str):
    practice = ALL[name].practice
    assert practice
    exercise = make_exercise(
        practice.program.source, practice.program.point, practice.kind, 0, practice.level, limits=LIMITS
    )
    assert 1 <= len(exercise.blanks) <= 12
    (shown,) = [part for part in render_lesson(ALL[name], LIMITS) if part["kind"] == "practice"]
    fields = dict(parse_qsl(urlsplit(shown["address"]).fragment))
    assert (fields["f"], fields["kind"]) == (practice.program.source, practice.kind)
    assert json.loads(fields["at"]) == practice.program.point


def test_a_derivative_by_the_rules_is_the_derivative():
    program = Sample("wave", "y = sin(x**2)\nreturn x*y + exp(y)/x", {"x": 1.3})
    formula = write_form("derivative by the rules", program, LIMITS)
    assert adcore.value(formula, program.point) == pytest.approx(adcore.gradient(program.source, program.point)[0])
    assert write_form("derivative by the rules", Sample("same", "def f(x):\n    return 3", {"x": 1.0}), LIMITS) == "0"
    with pytest.raises(ADError, match="one input and one output"):
        write_form("derivative by the rules", Sample("two", "x*y", {"x": 1.0, "y": 2.0}), LIMITS)


@pytest.mark.parametrize("form", sorted(FORMS.keys() - {"derivative by the rules"}))
def test_a_program_is_written_in_every_form(form: str):
    program = Sample("two", "a = x*y\nb = sin(a)\nreturn a + b", {"x": 2.0, "y": 0.5})
    text = write_form(form, program, LIMITS)
    assert len(text.splitlines()) >= 5
    assert "import" not in text


@pytest.mark.parametrize("name", ALL)
def test_replies_are_plain_text(name: str):
    for question in ALL[name].questions:
        for text in (question.because, *(option.reply for option in question.options)):
            assert not re.search(r"[$\\`]|\*\*", text), text


@pytest.mark.parametrize("name", ALL)
def test_live_views_begin_at_a_step_that_exists(name: str):
    for part in ALL[name].parts:
        if isinstance(part, Live):
            trace = adcore.trace(part.program.source, part.program.point, part.mode, seed=dict(part.seed) or None)
            assert 0 <= part.step <= len(trace.events)


@pytest.mark.parametrize(("name", "place"), QUESTIONS)
def test_right_answers_are_right(name: str, place: int):
    for answer in right_answers(ALL[name], place):
        given = reply(ALL[name], place, answer, LIMITS)
        assert given.right, answer
        assert given.words


@pytest.mark.parametrize(("name", "place"), QUESTIONS)
def test_wrong_answers_are_wrong(name: str, place: int):
    for answer in wrong_answers(ALL[name], place):
        assert not reply(ALL[name], place, answer, LIMITS).right, answer


@pytest.mark.parametrize(("name", "place"), QUESTIONS)
def test_each_mistake_is_named(name: str, place: int):
    lesson = ALL[name]
    question = lesson.questions[place]
    for position, option in enumerate(question.options):
        answer = str(position) if question.kind == "choice" else repr(evaluate(option.text, lesson.programs))
        given = reply(lesson, place, answer, LIMITS)
        assert given.right == option.right
        assert fill(option.reply, lesson.programs)[:20] in given.words


@pytest.mark.parametrize(("name", "place"), QUESTIONS)
def test_the_answer_is_given_away_on_demand_only(name: str, place: int):
    shown = reply(ALL[name], place, "", LIMITS, reveal=True)
    assert shown.answer
    assert not shown.right
    assert reply(ALL[name], place, wrong_answers(ALL[name], place)[0], LIMITS).answer == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no front matter", "begins with fields"),
        ("---\ntitle: T\nminutes: x\ncan: a\n---\n", "how long it takes"),
        ("---\ntitle: T\nminutes: 5\n---\n", "how long it takes"),
        (FRONT + "```live square\nmode: reverse\n```\n", "No program called square"),
        (FRONT + "```poem\na: b\n```\n", "A block is"),
        (FRONT + "```question\nkind: number", "no end"),
        (FRONT + "```question\nkind: number\nask: a\n```\n", "no answer"),
        (FRONT + "```question\nkind: riddle\n```\n", "one of number"),
        (FRONT + "```question\nkind: choice\nask: a\nhint: h\nbecause: b\n\n- one :: no\n```\n", "exactly one right"),
        (FRONT + "```question\nkind: choice\n\none\n```\n", "An option is written"),
        (FRONT + "```program square\nwhat\n\nx\n```\n", "name: value"),
        (FRONT + "```program square\nat: x=(3)\n\nx\n```\n", "A point is written"),
        (FRONT + "```derived square\nform: tape\n```\n", "No program called square"),
        (FRONT.replace("can:", "practise: dual\ncan:"), "What to practise"),
        (FRONT.replace("can:", "practise: dual square\ncan:"), "No program called square"),
    ],
)
def test_mistakes_of_authors_are_named(text: str, words: str):
    with pytest.raises(ADError, match=words) as raised:
        read(text, "mine")
    assert raised.value.kind == "lesson"


@pytest.mark.parametrize(
    "expression",
    ["nothing(square)", "value(circle)", "square", "value(square", "__import__('os')", "value(square).real", "2**3",
     "derivative(square, y)", "value(square, 1, 2)", "[1]", "'a'", "used(square, sin)", "multiplications(square, best)",
     "elimination(square, forward, 9)", "moved(square, uphill, 1, x)", "moved(square, newton, 1, y)"],
)  # fmt: skip
def test_expressions_are_a_closed_set(expression: str):
    lesson = read(FRONT + SQUARE, "mine")
    with pytest.raises(ADError):
        evaluate(expression, lesson.programs)


KNOWN = read(
    FRONT
    + SQUARE
    + "```program two\nat: a=2 b=5\n\nc = a*b\nd = sin(a)\nreturn c + d, c*c\n```\n"
    + "```program any\nat: x=[1,2]\n\np = x[0]\nfor i in range(1, len(x)):\n    p = p*x[i]\nreturn p\n```\n"
    + "```program waves\nat: x=0.7\n\nfor i in range(4):\n    x = sin(x)\nreturn x\n```\n",
    "mine",
)


def test_numbers_are_what_they_say():
    known = {
        "value(square)": 9.0,
        "value(square, x=-2) - 1": 3.0,
        "derivative(square, x)": 6.0,
        "secant(square, x, 0.5)": 6.5,
        "curvature(square, x, x)": 2.0,
        "entry(two, 1, 1)": 5 + math.cos(2),
        "jvp(two, 2, a=1)": 2 * 10 * 5,
        "vjp(two, 2, 0, 1)": 2 * 10 * 2,
        "primal(two, d)": math.sin(2),
        "tangent(two, d, a=3)": 3 * math.cos(2),
        "adjoint(square, x)": 6.0,
        "inputs(two) / outputs(two)": 1.0,
        "operations(square)": 1.0,
    }
    for text, number in known.items():
        assert evaluate(text, KNOWN.programs) == pytest.approx(number, rel=1e-12), text


def test_sizes_and_costs_are_what_they_say():
    known = {
        "recorded(two)": 4.0,
        "used(two, mul)": 2.0,
        "kept(two)": 3.0,
        "recorded(any, x=5)": 4.0,
        "turns(any, x=5)": 4.0,
        "held(waves, 1)": 2.0,
        "repeated(waves, 1)": 4 * 3 / 2,
        "paths(square)": 1.0,
        "paths(two)": 7.0,
        "edges(two)": 6.0,
        "products(two)": 7.0,
        "sums(two, forward)": 3.0,
        "sums(two, reverse)": 3.0,
        "multiplications(two, columns)": 12.0,
        "multiplications(two, rows)": 12.0,
        "multiplications(two, forward)": 5.0,
        "elimination(two, forward, 1)": 4.0,
        "adjoint_program(square, never) - adjoint_program(square, after)": 0.0,
        "moved(square, newton, 1, x)": 0.0,
        "moved(square, gradient_descent, 1, x, 0.25)": 1.5,
        "lowered(square, gradient_descent, 2, 0.25)": 0.5625,
    }
    for text, number in known.items():
        assert evaluate(text, KNOWN.programs) == pytest.approx(number, rel=1e-12), text


@pytest.mark.parametrize(
    ("number", "plain", "latex"),
    [
        (0.5, "0.5", "0.5"),
        (-2.0, "−2", "-2"),
        (1.25e-8, "1.25 × 10⁻⁸", r"1.25 \times 10^{-8}"),
        (1234567.0, "1234567", "1234567"),
    ],
)
def test_numbers_are_written_as_people_write_them(number: float, plain: str, latex: str):
    assert write(number) == plain
    assert write_latex(number) == latex


def test_an_answer_that_cannot_be_read_is_no_wrong_answer():
    lesson = ALL["slopes"]
    for answer in ("", "six", "[1, 2]", "x"):
        with pytest.raises(ADError):
            reply(lesson, 0, answer, LIMITS)
    with pytest.raises(ADError):
        reply(lesson, 1, "7", LIMITS)
    with pytest.raises(ADError):
        reply(lesson, 99, "7", LIMITS)


def test_html_in_a_lesson_is_text():
    lesson = read(FRONT + "<script>alert(1)</script> and $<b>$ and [a](javascript:alert)", "mine")
    (part,) = render_lesson(lesson, LIMITS)
    assert "<script" not in part["html"]
    assert "<b>" not in part["html"]
    assert 'href="javascript' not in part["html"]
