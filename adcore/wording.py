"""Numbers and counts as a sentence or a formula says them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from adcore.algebras.text import LATEX, latex_number, pretty_number

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def short(x: float) -> str:
    """Five significant digits, enough to follow a step; whole numbers below a million in full."""
    return str(int(x)) if x.is_integer() and abs(x) < 1e6 else f"{x:.5g}"


STEP = replace(LATEX, number=lambda c: latex_number(c, short(c)), closed=None)
"""Formulas with the numbers of a step in them."""


def number(x: float | None) -> str:
    """A number in a sentence; nan and infinities as words."""
    if x is None or math.isnan(x):
        return "not a number"
    if math.isinf(x):
        return "infinite" if x > 0 else "minus infinite"
    return pretty_number(x, short(x))


def latex(x: float | None) -> str:
    """A number in a formula."""
    return "" if x is None else STEP.number(x)


def bracketed(formula: str) -> str:
    """A factor of a product: in brackets if it begins with a sign or is a sum."""
    plain = formula.replace(r"\data", "")
    is_sum = (" + " in plain or " - " in plain) and not plain.startswith((r"\left(", r"\frac"))
    return rf"\left({formula}\right)" if plain.startswith("-") or is_sum else formula


def ordinal(n: int) -> str:
    """first, second, third, ..."""
    return ORDINALS[n - 1] if 1 <= n <= len(ORDINALS) else f"{n}th"


def count(n: int) -> str:
    """one, two, three, ..."""
    return COUNTS[n] if n < len(COUNTS) else str(n)


def numbered(n: int, what: str) -> str:
    """1 input, 2 inputs, ..."""
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def another_number(names: Sequence[str], given: int) -> str:
    """The function has 2 inputs (x, y), but you gave 1 formula."""
    inputs, formulas = numbered(len(names), "input"), numbered(given, "formula")
    return f"The function has {inputs} ({', '.join(names)}), but you gave {formulas}."


def times(n: int) -> str:
    """once, twice, three times, ..."""
    return {1: "once", 2: "twice"}.get(n, f"{count(n)} times")


def listed(names: list[str]) -> str:
    """a, b and c."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
