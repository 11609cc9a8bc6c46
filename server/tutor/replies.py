"""What a lesson replies to an answer: whether it is right, and if not, which mistake leads to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import adcore
from adcore.errors import ADError
from adcore.limits import Limits
from server.tutor.answers import DIGITS, agrees, read_number
from server.tutor.lessons import Lesson, Question, Sample
from server.tutor.quantities import SHOWN, evaluate, write

COMPUTED = re.compile(r"\{\{(.+?)(?:\|\s*(\d+)\s*)?\}\}")
"""`{{ expression }}` or `{{ expression | digits }}`."""


@dataclass(frozen=True, slots=True)
class Reply:
    """`answer` is given away only where that was asked for."""

    right: bool
    words: str
    answer: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def reply(lesson: Lesson, place: int, answer: str, limits: Limits, reveal: bool = False) -> Reply:
    """The reply to the answer to question `place`. Errors: no such question; an answer that cannot be read."""
    if not 0 <= place < len(lesson.questions):
        raise ADError("field", "The lesson has no such question.")
    question, programs = lesson.questions[place], lesson.programs
    if reveal:
        return Reply(False, fill(question.because, programs), _right_answer(question, programs))
    found = {"number": _number, "formula": _formula, "choice": _choice}[question.kind]
    return found(question, answer, programs, limits)


def fill(text: str, programs: Mapping[str, Sample]) -> str:
    """A plain text with its numbers."""
    return COMPUTED.sub(lambda match: write(evaluate(match[1], programs), int(match[2] or SHOWN)), text)


def _number(question: Question, answer: str, programs: Mapping[str, Sample], _: Limits) -> Reply:
    given = read_number(answer)
    if agrees(given, evaluate(question.answer, programs)):
        return Reply(True, fill(question.because, programs))
    named = [option.reply for option in question.options if agrees(given, evaluate(option.text, programs))]
    return Reply(False, " Or: ".join(fill(words, programs) for words in named))


def _formula(question: Question, answer: str, programs: Mapping[str, Sample], limits: Limits) -> Reply:
    assert question.program is not None, "a formula question names its program"
    report = adcore.check(question.program.source, question.program.point, [answer], limits)
    if report.verdict == "right":
        return Reply(True, fill(question.because, programs))
    return Reply(False, " Or: ".join(finding.sentence for finding in report.findings))


def _choice(question: Question, answer: str, programs: Mapping[str, Sample], _: Limits) -> Reply:
    if not answer.isdecimal() or int(answer) >= len(question.options):
        raise ADError("answer", "Choose one of the answers first.")
    option = question.options[int(answer)]
    words = [option.reply, question.because] if option.right else [option.reply]
    return Reply(option.right, fill(" ".join(words), programs))


def _right_answer(question: Question, programs: Mapping[str, Sample]) -> str:
    if question.kind == "number":
        return write(evaluate(question.answer, programs), DIGITS + 1)
    if question.kind == "formula":
        return question.answer
    return fill(next(option.text for option in question.options if option.right), programs)
