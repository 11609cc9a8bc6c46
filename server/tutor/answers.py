"""Reading an answer as people write it, and whether it is a number to the digits that are asked for.

A number may be written as a decimal with point or comma, as a power of ten, or as an expression of our own language
without inputs: 3/4, sqrt(2)/2, 2π. The words inf and nan are numbers too. Nothing that is typed is executed: what is
no plain decimal is read by the engine's language.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from adcore.differentiate import value
from adcore.errors import ADError
from adcore.limits import Limits

DIGITS = 3
"""Significant digits that an answer has to have right."""
EXACT = 15
"""Digits that an expression counts for: it is not rounded."""
NEGLIGIBLE = 1e-12
"""Parts of the size of a sum below which what is left of it is rounding."""
LIMITS = Limits().changed(source_characters=200, statements=20)
WORDS: Mapping[str, float] = MappingProxyType(
    {
        **dict.fromkeys(("inf", "infinity", "infinite", "∞"), math.inf),
        **dict.fromkeys(("nan", "not a number", "undefined"), math.nan),
    }
)
LABEL = re.compile(r"^[^\W\d][^=<>!]*=(?!=)|^[=≈~]")
"""What is often written before a number: `x = `, `≈`."""
FORMULA_LABEL = re.compile(
    r"^\s*(?:[d∂]\w*\s*/\s*[d∂]\s*(?P<by>[A-Za-z_]\w*(?:\[\d+\])*)"
    r"|[^\W\d]\w*\s*['’′](?:\s*\([\w\s,]*\))?)"
    r"\s*[=:](?!=)[ \t]*"
)
"""What may stand before the formula of a derivative: `df/dx =`, `y' =`, `f'(x) =`; `by` is the input, if it is said."""
COMMA = re.compile(r"(?<![\d.,])(\d*),(\d+)(?![\d.,])")
DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer read: the number, and how many significant digits were written."""

    value: float
    digits: int


def read_number(text: str) -> Reading:
    """The number that an answer means; raises ADError of kind "answer" for what cannot be read as one.

    >>> read_number("0,75"), read_number("3/4").value
    (Reading(value=0.75, digits=2), 0.75)
    """
    plain = LABEL.sub("", text.strip().replace("−", "-").replace("½", "1/2")).strip()
    word = plain.lower().lstrip("+-").strip()
    if word in WORDS:
        return Reading(-WORDS[word] if plain.startswith("-") else WORDS[word], EXACT)
    plain = _with_point(plain)
    decimal = DECIMAL.fullmatch(plain)
    if decimal:
        return Reading(float(plain), _digits(decimal[1]))
    return Reading(_evaluate(plain), EXACT)


def _with_point(text: str) -> str:
    """A comma between digits as a decimal point, but where it may separate a function's arguments, or thousands."""
    return text if "(" in text else COMMA.sub(r"\1.\2", text)


def _digits(mantissa: str) -> int:
    """Significant digits as written; of 1200 the zeros do not count."""
    digits = mantissa.replace(".", "").lstrip("0")
    return len(digits if "." in mantissa else digits.rstrip("0")) or 1


def _evaluate(text: str) -> float:
    if not text:
        raise ADError("answer", "There is no answer.", None, "Write a number, such as 0.75 or 3/4.")
    try:
        found = value(text, {}, LIMITS)
    except ADError as error:
        hint = "Write a number: 0.75, 3/4, 1.2e3, sqrt(2)/2 or inf, without units or separators of thousands."
        raise ADError("answer", f"This cannot be read as a number. {error.message}", error.span, hint) from error
    if not isinstance(found, int | float):
        raise ADError("answer", "This is a list of numbers.", None, "Write one number; a comma is a decimal point.")
    return float(found)


def agrees(reading: Reading, wanted: float, size: float = 0.0) -> bool:
    """Whether an answer is a number, rounded to three significant digits or more.

    `size` is how large the terms are that `wanted` is a sum of: what is negligible beside them is zero. An answer of
    more digits must come closer, half a thousandth: 1238 is not 1234, although both begin with 12.
    """
    given = reading.value
    if not (math.isfinite(given) and math.isfinite(wanted)):
        return given == wanted or (math.isnan(given) and math.isnan(wanted))
    if abs(wanted) <= NEGLIGIBLE * size or wanted == 0:
        return abs(given) <= NEGLIGIBLE * max(size, 1.0)
    close = half_unit(wanted, DIGITS) if reading.digits <= DIGITS else 0.0005 * abs(wanted)
    return abs(given - wanted) <= close * (1 + 1e-9)


def half_unit(x: float, digits: int) -> float:
    """Half of what the last of so many significant digits of x counts."""
    return float(0.5 * 10.0 ** (math.floor(math.log10(abs(x))) - digits + 1)) if x else 0.0


def is_as_written(reading: Reading, wanted: float) -> bool:
    """Whether an answer is a number to every digit that was written."""
    return abs(reading.value - wanted) <= half_unit(wanted, max(DIGITS, reading.digits)) * (1 + 1e-9)
