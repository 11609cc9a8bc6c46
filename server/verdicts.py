"""What is said of a derivative that a person wrote, formulas or a backward program: verdict, words, lines to mark."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

import adcore
from adcore.backward import KIND, CheckedProgram
from adcore.checked import Checked, Component, Finding
from adcore.errors import ADError, Span
from adcore.events import json_numbers
from adcore.examining import Examined, examine_formulas
from adcore.limits import Limits
from adcore.problem import pose_formula
from adcore.wording import another_number, numbered
from server.tutor.answers import FORMULA_LABEL

STATEMENT = re.compile(r"^[ \t]*(def|return|for|while|if|import|from)\b|(?<![=!<>])=(?!=)", re.MULTILINE)
"""What only a program has."""
TIE = "The numbers cannot tell which of these it is."


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as typed, with the place where it stands, and the input that it is said to be the derivative by."""

    text: str
    span: Span
    by: str = ""


def read_formulas(text: str) -> list[Formula] | None:
    """The formulas of a text: one a line, or a list; None where it is a program.

    >>> [formula.text for formula in read_formulas("[2*x, x**2]")]
    ['2*x', 'x**2']
    """
    bare = re.sub(r"#.*", "", text)
    elements = _elements(bare)
    if elements is not None:
        return elements
    if STATEMENT.search("\n".join(FORMULA_LABEL.sub("", line) for line in bare.split("\n"))):
        return None
    return [_formula(line, row) for row, line in enumerate(bare.split("\n"), start=1) if line.strip()]


def _formula(line: str, row: int) -> Formula:
    label = FORMULA_LABEL.match(line)
    start = label.end() if label else 0
    start += len(line[start:]) - len(line[start:].lstrip())
    end = len(line.rstrip())
    return Formula(line[start:end], Span(row, start + 1, row, end + 1), label["by"] or "" if label else "")


def _elements(text: str) -> list[Formula] | None:
    """The elements of a list written out, on one line or several; None where the text is no such list."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if text[start : start + 1] != "[":
        return None
    found, depth, first = list[Formula](), 0, start + 1
    for at in range(start, end):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth == 0 and at < end - 1:
            return None
        if depth == 0 or (depth == 1 and text[at] == ","):
            found += _element(text, first, at)
            first = at + 1
    return found if depth == 0 else None


def _element(text: str, start: int, end: int) -> Iterator[Formula]:
    """The formula in a part of a text, on one line; none where there is but space."""
    piece = text[start:end]
    start, end = start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
    if start < end:
        yield Formula(text[start:end].replace("\n", " "), Span(*_position(text, start), *_position(text, end)))


def _position(text: str, at: int) -> tuple[int, int]:
    """Line and column of a character, both from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def answer(
    source: str, point: Mapping[str, Any], gradient: Sequence[str] | None, backward: str | None, limits: Limits
) -> bytes:
    """The body of /api/check."""
    if backward is not None:
        return orjson.dumps(judge(source, point, backward, limits))
    formulas = [Formula(text, Span(1, 1, 1, len(text) + 1)) for text in gradient or ()]
    return orjson.dumps(judge_formulas(source, point, formulas, limits))


def judge(source: str, point: Mapping[str, Any], text: str, limits: Limits | None = None) -> dict[str, Any]:
    """The answer for a derivative as it was typed. Errors in it are of kind "derivative", with their place in it."""
    short = len(text) <= (limits or Limits())["source_characters"]
    formulas = read_formulas(text) if short else None
    if formulas is not None:
        return judge_formulas(source, point, formulas, limits)
    report = adcore.check_program(source, text, point, limits)
    return {
        **report.to_json(),
        "kind": "program",
        "summary": " ".join(program_words(report)),
        "lines": [asdict(report.blame.span)] if report.blame and report.blame.span else [],
        "places": [asdict(span) for span in _places(report.findings)],
    }


def judge_formulas(
    source: str, point: Mapping[str, Any], formulas: Sequence[Formula], limits: Limits | None = None
) -> dict[str, Any]:
    """The answer for formulas."""
    ordered = _ordered(source, point, formulas, limits)
    examined = examine_formulas(source, point, [formula.text for formula in ordered], limits)
    parts = examined.checked.components
    wrong = [formula for formula, part in zip(ordered, parts, strict=True) if part.verdict == "wrong"]
    return {
        **examined.checked.to_json(),
        "at": {name: json_numbers(value) for name, value in examined.at.items()},
        "moved": examined.moved,
        "points": examined.points,
        "blame": None,
        "kind": "formulas",
        "summary": " ".join(formula_words(examined)),
        "lines": [asdict(formula.span) for formula in wrong],
        "places": [asdict(span) for span in _places(examined.checked.findings)],
    }


def _ordered(
    source: str, point: Mapping[str, Any], formulas: Sequence[Formula], limits: Limits | None
) -> list[Formula]:
    """The formulas in the order of the inputs, each one read. Errors: not one for each input, or one that is none."""
    problem = adcore.record(source, point, limits)
    names = [problem.graph.names[i] or "" for i in problem.graph.inputs]
    labelled = {formula.by: formula for formula in formulas}
    if len(formulas) != len(names):
        hint = "Write one formula a line, or a list, or a backward program."
        raise ADError(KIND, another_number(names, len(formulas)), None, hint)
    if any(labelled) and set(labelled) != set(names):
        raise ADError(KIND, f"There is one formula for each of: {', '.join(names)}.")
    ordered = [labelled[name] for name in names] if any(labelled) else list(formulas)
    for formula in ordered:
        _read(formula, point, limits)
    return ordered


def _read(formula: Formula, point: Mapping[str, Any], limits: Limits | None) -> None:
    try:
        found = pose_formula(formula.text, point, limits).recording.template
    except ADError as error:
        raise ADError(KIND, error.message, _shifted(error.span, formula.span), error.hint) from error
    if isinstance(found, list):
        raise ADError(KIND, "This gives a list; a derivative by one input is one number.", formula.span)


def _shifted(span: Span | None, place: Span) -> Span:
    if span is None or span.line > 1 or place.end_line > place.line:
        return place
    offset = place.column - 1
    return Span(place.line, span.column + offset, place.line, span.end_column + offset)


def _places(findings: Sequence[Finding]) -> list[Span]:
    return list(dict.fromkeys(finding.span for finding in findings if finding.span))


def formula_words(examined: Examined) -> list[str]:
    """What is said of formulas."""
    words = verdict_words(examined.checked, examined.at, examined.moved, examined.points)
    for part in examined.checked.components:
        words += part_words(part)
    return words


def program_words(report: CheckedProgram) -> list[str]:
    """What is said of a backward program."""
    words = verdict_words(report.gradient, report.at, report.moved, report.points)
    blame = report.blame
    if blame is None or blame.span is None:
        for part in report.gradient.components:
            words += part_words(part)
        return words
    sure = "The first wrong statement is" if blame.confirmed else "The first statement that looks wrong is"
    verb = "it adds" if blame.amount else "with it,"
    given, expected = _apart(blame.given, blame.expected)
    told = (
        f"{given} to {blame.variable}; {expected} belongs there"
        if blame.amount
        else (f"{blame.variable} is {given}; it should be {expected}")
    )
    return [*words, f"{sure} in line {blame.span.line}: {verb} {told}.", *finding_words(blame.findings)]


def verdict_words(checked: Checked, at: Mapping[str, Any], moved: bool, points: int) -> list[str]:
    """The verdict in a sentence or two."""
    place = ", ".join(f"{name} = {_short(value)}" for name, value in at.items())
    if checked.verdict == "right":
        where = numbered(points, "point")
        return [f"Every derivative agrees with reverse mode and with a second computation, at {where}."]
    blank = [part.name for part in checked.components if math.isfinite(part.expected) and not math.isfinite(part.given)]
    if blank:
        return [f"At {place} d/d{blank[0]} is no number here; it should be one."]
    if checked.verdict == "undecided":
        return [f"At {place} there is no derivative to compare with: nothing can be said of it there."]
    return [f"At the point given nothing is wrong; at {place} it is."] if moved else []


def part_words(part: Component) -> list[str]:
    """What is said of a component that is another number than it should be."""
    told = part.verdict == "wrong" and math.isfinite(part.given)
    return [f"d/d{part.name} {gap(part)}.", *finding_words(part.findings)] if told else []


def gap(part: Component) -> str:
    """What a component is and what it should be."""
    given, expected = _apart(part.given, part.expected)
    return f"is given as {given}; it is {expected}"


def finding_words(findings: Sequence[Finding]) -> list[str]:
    """What is wrong, in words; more than one is a tie."""
    if not findings:
        return ["No known mistake explains the number."]
    sentences = list(dict.fromkeys(finding.sentence for finding in findings))
    return [" Or: ".join(sentences), *([TIE] if len(sentences) > 1 else [])]


def _apart(given: float, expected: float) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to see that they are not the same."""
    pairs = ((f"{given:.{digits}g}", f"{expected:.{digits}g}") for digits in range(6, 18))
    return next((pair for pair in pairs if pair[0] != pair[1]), (repr(given), repr(expected)))


def _short(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_short(part) for part in value) + "]"
    return f"{value:.4g}"
