"""Whether a person's formulas, or backward program, give the partial derivatives, at one point or several."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import adcore
from adcore.backward import KIND
from adcore.errors import ADError, Span
from adcore.problem import pose_formula
from adcore.wording import another_number, numbered
from server.verdicts import program_words

AGREEMENT = 1e-9

# A wrong formula can be right by chance: without a point three are tried.
_VARIATIONS = ((1.0, 0.0), (0.75, 0.125), (1.25, 0.375))


class FormulaError(ADError):
    """What is wrong with one formula; `span` is a place in `formula`, not in the program."""

    def __init__(self, formula: str, message: str, span: Span | None = None, hint: str = "") -> None:
        super().__init__("check", message, span or Span(1, 1, 1, len(formula) + 1), hint)
        self.formula = formula


def check(source: str, at: Mapping[str, Any], formulas: Sequence[str]) -> Iterator[str]:
    """One line for each right formula. Errors: the first wrong one, or one that is no formula."""
    points = [at] if at else list(_proposed(source))
    leaves = list(leaf_names(adcore.parse(source, points[0]).to_json()["inputs"]))
    if len(leaves) != len(formulas):
        raise ADError("check", another_number(leaves, len(formulas)))
    for point in points:
        gradient = adcore.gradient(source, point)
        for leaf, formula, right in zip(leaves, formulas, gradient, strict=True):
            if not _agrees(leaf, formula, float(right), point):
                raise _wrong(source, formulas, point, leaf, formula, float(right))
    where = "there" if at else f"at {numbered(len(points), 'point')}"
    yield from (f"d/d{leaf} = {formula} is right {where}" for leaf, formula in zip(leaves, formulas, strict=True))


def check_backward(source: str, at: Mapping[str, Any], text: str) -> Iterator[str]:
    """One line for each derivative of a backward program, if all are right. Errors: the first wrong statement."""
    points = [at] if at else list(_proposed(source))
    for point in points:
        try:
            report = adcore.check_program(source, text, point)
        except ADError as error:
            raise (
                FormulaError(text, error.message, error.span, error.hint) if error.kind == KIND else error
            ) from error
        if report.verdict != "right":
            span = report.blame.span if report.blame else None
            raise FormulaError(text, " ".join(program_words(report)), span)
    where = "there" if at else f"at {numbered(len(points), 'point')}"
    yield from (f"d/d{part.name} = {part.given!r} is right {where}" for part in report.gradient.components)


def leaf_names(inputs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The names of single numbers: x, or v[0], v[1]."""
    for given in inputs:
        for index in itertools.product(*map(range, given["shape"])):
            yield given["name"] + "".join(f"[{i}]" for i in index)


def _agrees(leaf: str, formula: str, right: float, point: Mapping[str, Any]) -> bool:
    try:
        posed = pose_formula(formula, point)
    except ADError as error:
        message = f"In the formula for d/d{leaf}: {error.message}"
        raise FormulaError(formula, message, error.span, error.hint) from error
    if isinstance(posed.recording.template, list):
        raise FormulaError(formula, f"The formula for d/d{leaf} gives a list; it must give one number.")
    [found] = posed.outputs
    return math.isclose(found, right, rel_tol=AGREEMENT, abs_tol=AGREEMENT) or (math.isnan(found) and math.isnan(right))


def _wrong(
    source: str, formulas: Sequence[str], point: Mapping[str, Any], leaf: str, formula: str, right: float
) -> FormulaError:
    """The error for a wrong formula; its hint says which rule was used wrongly, if that can be told."""
    where = ", ".join(f"{name} = {value}" for name, value in point.items())
    found = adcore.value(formula, point)
    message = f"The formula for d/d{leaf} gives {found!r} at {where}, but the derivative is {right!r}."
    try:
        report = adcore.check(source, point, list(formulas))
    except ADError:  # another formula is none; its turn comes when this one is right
        return FormulaError(formula, message)
    part = next(part for part in report.components if part.name == leaf)
    return FormulaError(formula, message, None, " Or: ".join(finding.sentence for finding in part.findings))


def _proposed(source: str) -> Iterator[dict[str, Any]]:
    inputs = adcore.parse(source).to_json()["inputs"]
    for factor, offset in _VARIATIONS:
        yield {given["name"]: _vary(given["value"], factor, offset) for given in inputs}


def _vary(value: Any, factor: float, offset: float) -> Any:
    if isinstance(value, list):
        return [_vary(element, factor, offset) for element in value]
    return float(value) * factor + offset
