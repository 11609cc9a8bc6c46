"""Why an answer is wrong: the one mistake that explains it, or a question where several do, or the next smaller step.

A verdict never claims more than the numbers say. An answer is compared with what every known mistake would give (see
mistakes); one name that fits is named, several are a tie, which a second question, the same blank at another point,
can settle.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any

from adcore.checking import check
from adcore.errors import ADError
from adcore.events import json_number, json_numbers
from adcore.limits import Limits
from adcore.problem import pose_formula
from server.tutor.answers import FORMULA_LABEL, Reading, agrees, half_unit, is_as_written, read_number
from server.tutor.blanks import Blank, Candidate, Choice, Exercise, Formula, Number, Order
from server.tutor.exercises import make_exercise
from server.tutor.keys import write_formula, write_order
from server.tutor.mistakes import CARRIED, ROUNDING, distinct

VERDICTS = ("right", "named", "tied", "unknown", "unreadable")
NEAR = 0.005
"""Parts of the right number within which an answer is one that lost digits."""
PLAIN_DIGITS = MappingProxyType(str.maketrans("₀₁₂₃₄₅₆₇₈₉₋", "0123456789-"))
LONG = 80
"""Cells from which on an exercise is long."""
DISTANCES = (0.13, -0.19, 0.29, -0.37)
"""How far from the point others lie at which a tie may be settled, in parts of its size."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake that explains an answer, and where in the graph it was made, if not where the blank is."""

    name: str
    sentence: str
    node: int | None = None
    edge: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """The same blank at another point, where the mistakes of a tie give different numbers: those in `values`.

    `right` is the right one there, a sum of terms of that `size`. Where no numbers tell, `choices` are the mistakes in
    words, and the learner says which it was.
    """

    words: str
    at: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    right: float = math.nan
    size: float = 0.0
    choices: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What a learner may see: all but the numbers that the mistakes lead to."""
        at = {name: json_numbers(value) for name, value in self.at.items()}
        return {"words": self.words, "at": at, "choices": list(self.choices)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of an answer: one of `VERDICTS`.

    `named` has one finding and `tied` several; `unknown` may have a `step`: the id of the cell to try next. `node` and
    `edge` say where in the graph. `value` is the number asked for, once the answer is right.
    """

    kind: str
    sentence: str
    findings: tuple[Finding, ...] = ()
    step: str = ""
    node: int | None = None
    edge: tuple[int, int] | None = None
    names: tuple[str, ...] = ()
    value: float | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"value": json_number(self.value)}


def judge(blank: Blank, answer: str) -> Verdict:
    """What is to be said of an answer to a blank. It does not depend on other answers.

    >>> judge(make_exercise("sin(x)", {"x": 2.0}, "forward", level=3).blank("tangent:1"), "0.42").findings[0].name
    'sign'
    """
    try:
        return JUDGES[type(blank.key)](blank, answer)
    except ADError as error:
        return Verdict("unreadable", " ".join(part for part in (error.message, error.hint) if part))


def judge_in(exercise: Exercise, name: str, answers: Mapping[str, str]) -> Verdict:
    """What is to be said of the answer to the blank `name` beside the answers to other blanks, by id.

    A step that is done rightly with a wrong number from before is not a second mistake: it is named carried-over.
    """
    blank = exercise.blank(name)
    if isinstance(blank.key, Number) and blank.slopes:
        change = sum(
            slope * _error(exercise, step, answers) for step, slope in zip(blank.steps, blank.slopes, strict=True)
        )
        carried = [Candidate(*CARRIED, blank.key.value + change)] if change else []
        found = distinct(blank.key.value, blank.key.size, [*carried, *blank.key.candidates])
        blank = replace(blank, key=replace(blank.key, candidates=found))
    return judge(blank, answers.get(name, ""))


def _error(exercise: Exercise, step: str, answers: Mapping[str, str]) -> float:
    """By how much an earlier answer is wrong; 0 where it is right, not given or cannot be read."""
    earlier = next((blank for blank in exercise.blanks if blank.id == step), None)
    if earlier is None or not isinstance(earlier.key, Number) or step not in answers:
        return 0.0
    try:
        reading = read_number(answers[step])
    except ADError:
        return 0.0
    return 0.0 if agrees(reading, earlier.key.value, earlier.key.size) else reading.value - earlier.key.value


def hint(blank: Blank, level: int) -> str:
    """Hint number 1, 2 or 3: the idea, the formula, the numbers but for the answer."""
    return blank.hints[min(max(level, 1), len(blank.hints)) - 1]


def answer(blank: Blank) -> str:
    """The right answer in words, for whoever has had every hint."""
    key = blank.key
    if isinstance(key, Number):
        return f"{key.value:.6g}"
    if isinstance(key, Choice):
        return " or ".join(key.right)
    return write_order(key) if isinstance(key, Order) else write_formula(key)


def _judge_number(blank: Blank, text: str) -> Verdict:
    assert isinstance(blank.key, Number)
    reading, key = read_number(text), blank.key
    if agrees(reading, key.value, key.size):
        return replace(_right(), value=key.value)
    found = _explanations(reading, key.candidates)
    if found:
        return _found(blank, [Finding(c.name, c.sentence, c.node, c.edge) for c in found])
    if _has_lost_digits(reading, key.value):
        return _found(blank, [Finding(*ROUNDING)])
    return _unknown(blank)


def _has_lost_digits(reading: Reading, right: float) -> bool:
    """Whether an answer is the right one with fewer digits than are asked for, or very near it."""
    if not (math.isfinite(reading.value) and math.isfinite(right)):
        return False
    return abs(reading.value - right) <= max(half_unit(right, reading.digits), NEAR * abs(right))


def _explanations(reading: Reading, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The mistakes that lead to the answer, one for each name: the nearest only, and general ones only if alone."""
    fitting = [c for c in candidates if agrees(reading, c.value)]
    exact = [c for c in fitting if is_as_written(reading, c.value)]
    chosen = exact or fitting
    special = [c for c in chosen if not c.general]
    return list({c.name: c for c in reversed(special or chosen)}.values())[::-1]


def _found(blank: Blank, findings: Sequence[Finding]) -> Verdict:
    once = tuple({finding.name: finding for finding in findings}.values())
    if len(once) == 1:
        return _named(once[0], blank.node, blank.edge)
    words = f"{len(once)} different mistakes lead to this answer; which it was the numbers do not tell."
    return Verdict("tied", words, once, "", blank.node, blank.edge, tuple(finding.name for finding in once))


def _named(finding: Finding, node: int | None, edge: tuple[int, int] | None) -> Verdict:
    """One mistake, shown where it was made."""
    if finding.node is not None:
        node, edge = finding.node, None
    return Verdict("named", finding.sentence, (finding,), "", node, finding.edge or edge, (finding.name,))


def _right() -> Verdict:
    return Verdict("right", "That is right.")


def _unknown(blank: Blank) -> Verdict:
    words = f"That is not {blank.words}, and no mistake that is known here leads to it. {blank.hints[0]}"
    return Verdict("unknown", words, (), blank.steps[-1] if blank.steps else "", blank.node, blank.edge)


def _judge_choice(blank: Blank, text: str) -> Verdict:
    assert isinstance(blank.key, Choice)
    key, given = blank.key, " ".join(text.split()).lower()
    chosen = next((option for option in key.options if option.lower() == given), None)
    if chosen is None:
        raise ADError("answer", "This is none of the choices.", None, f"The choices are: {', '.join(key.options)}.")
    if chosen in key.right:
        return _right()
    return _found(blank, [Finding(*key.reasons[chosen])]) if chosen in key.reasons else _unknown(blank)


def _judge_order(blank: Blank, text: str) -> Verdict:
    assert isinstance(blank.key, Order)
    key = blank.key
    given = text.lower().translate(PLAIN_DIGITS).replace(",", " ").replace("→", " ").split()
    if sorted(given) != sorted(key.items):
        words = f"Each of {', '.join(key.items)} stands in the order once."
        raise ADError("answer", words, None, "Write them one after the other, with commas between.")
    place = {item: position for position, item in enumerate(given)}
    broken = [(first, later) for first, later in key.pairs if place[first] > place[later]]
    if not broken:
        return _right()
    if len(key.pairs) > 1 and len(broken) == len(key.pairs):
        words = "This is the order of the forward sweep; the sweep back starts at the output."
        return _found(blank, [Finding("forward-order", words)])
    first, later = broken[0]
    words = f"{later} hands its adjoint on before {first} has reported to it: it is not complete yet."
    return _found(blank, [Finding("handed-on-early", words)])


def _judge_formula(blank: Blank, text: str) -> Verdict:
    assert isinstance(blank.key, Formula)
    key, text = blank.key, FORMULA_LABEL.sub("", text)
    if not text.strip():
        raise ADError("answer", "There is no answer.", None, "Write the derivative as a formula.")
    pose_formula(text, key.at, key.limits)  # what is wrong with the text is said in its own words
    report = check(key.source, key.at, [text] * _leaves(key.at), key.limits)
    part = report.components[key.index]
    if part.verdict == "right":
        return _right()
    if math.isfinite(part.expected) and not math.isfinite(part.given):
        words = "This formula is no number at the point of the exercise; the derivative is one there."
        return Verdict("unknown", words, (), "", blank.node)
    if part.verdict == "undecided":
        words = "At this point the function has no derivative to compare with, so nothing can be said of the formula."
        return Verdict("unknown", words, (), "", blank.node)
    found = ((f.name, f.sentence, f.nodes[0] if len(f.nodes) == 1 else None) for f in part.findings)
    findings = [Finding(*each) for each in found]
    return _found(blank, findings) if findings else _unknown(blank)


def _leaves(value: Any) -> int:
    """How many numbers a point has."""
    parts: list[Any] = [value]
    count = 0
    while parts:
        part = parts.pop()
        if isinstance(part, Mapping):
            parts.extend(part.values())
        elif isinstance(part, list | tuple):
            parts.extend(part)
        else:
            count += 1
    return count


JUDGES: Mapping[type, Callable[[Blank, str], Verdict]] = MappingProxyType(
    {Number: _judge_number, Choice: _judge_choice, Order: _judge_order, Formula: _judge_formula}
)


def ask_apart(exercise: Exercise, blank: Blank, verdict: Verdict, limits: Limits | None = None) -> Question | None:
    """The question that tells the mistakes of a tie apart; None where they give one number at every point tried.

    A long exercise, which takes a while to make, is made again once only.
    """
    best: Question | None = None
    tried = DISTANCES if len(exercise.cells) <= LONG else DISTANCES[:1]
    for distance in tried if isinstance(blank.key, Number) else ():
        question = ask_at(exercise, blank, verdict, _moved(exercise.at, distance), limits)
        if question and (best is None or _kinds(question) > _kinds(best)):
            best = question
        if best and _kinds(best) == len(verdict.names):
            break
    return best if best and _kinds(best) > 1 else None


def ask_which(verdict: Verdict) -> Question:
    """The question that is left where no point tells the mistakes of a tie apart: only the learner knows."""
    words = "No number tells these apart. Which of them was it?"
    return Question(words, choices=tuple(finding.sentence for finding in verdict.findings))


def ask_at(
    exercise: Exercise, blank: Blank, verdict: Verdict, at: Mapping[str, Any], limits: Limits | None = None
) -> Question | None:
    """The same blank at another point, if the program does the same there."""
    try:
        other = make_exercise(exercise.source, at, exercise.kind, exercise.seed, exercise.level, limits)
    except ADError:
        return None
    same = next((b for b in other.blanks if (b.id, b.words) == (blank.id, blank.words)), None)
    if same is None or not isinstance(same.key, Number):
        return None
    names = verdict.names
    values = {name: c.value for name in names for c in same.key.candidates if c.name == name}
    place = ", ".join(f"{name} = {value}" for name, value in at.items())
    words = f"To see which it was: do the same once more at {place}. What is {blank.words} there?"
    return Question(words, at, values, same.key.value, same.key.size) if len(values) == len(names) else None


def _kinds(question: Question) -> int:
    """How many answers a question tells apart."""
    return len({f"{value:.3g}" for value in question.values.values()})


def _moved(value: Any, distance: float) -> Any:
    """A point with every number moved by a part of its size, to few digits."""
    if isinstance(value, Mapping):
        return {name: _moved(part, distance * (1 + 0.4 * j)) for j, (name, part) in enumerate(value.items())}
    if isinstance(value, list | tuple):
        return [_moved(part, distance * (1 + 0.4 * j)) for j, part in enumerate(value)]
    return float(f"{value + distance * (abs(value) or 1.0):.2g}")


def settle(question: Question, verdict: Verdict, text: str) -> Verdict:
    """What an answer to the question makes of a tie: one name, or the same where it fits none."""
    if question.choices:
        chosen = next((finding for finding in verdict.findings if finding.sentence == text), None)
        return _named(chosen, verdict.node, verdict.edge) if chosen else verdict
    try:
        reading = read_number(text)
    except ADError as error:
        return Verdict("unreadable", " ".join(part for part in (error.message, error.hint) if part))
    if agrees(reading, question.right, question.size):
        return replace(verdict, sentence=f"There it is right. Do it here in the same way. {verdict.sentence}")
    left = tuple(f for f in verdict.findings if agrees(reading, question.values[f.name]))
    if len(left) == 1:
        return _named(left[0], verdict.node, verdict.edge)
    return replace(verdict, sentence=f"That fits none of them alone. {verdict.sentence}")
