"""Reading files that people hand in: strict, with the place in words. Nothing is guessed, nothing unknown is let in."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from adcore.errors import ADError

DEEPEST_POINT = 2
"""Lists inside one another in a point: a matrix is a list of rows."""
UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Categories of Unicode that are no signs: orders, what turns the direction of a line or has no width, halves of
characters, ends of lines and paragraphs."""
JOINERS = frozenset("\u200c\u200d")
"""Without width too, but scripts and emoji are written with them."""


def read_json(text: str | bytes, what: str) -> Any:
    """Parsed JSON. Errors, of kind "file": no UTF-8, no JSON, a name twice, numbers that are none; `what` is named."""
    try:
        plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        return json.loads(plain, parse_constant=_no_constant, object_pairs_hook=_once_each, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise ADError("file", f"{what} is not JSON.", None, _explain(error)) from error


def _explain(error: ValueError | RecursionError) -> str:
    """Why a text is no JSON, in our words where they are Python's."""
    if isinstance(error, RecursionError):
        return "It has too many lists or objects inside one another."
    if isinstance(error, UnicodeDecodeError):
        return f"It is no text in UTF-8 from byte {error.start + 1} on."
    if isinstance(error, json.JSONDecodeError):
        return f"It cannot be understood from line {error.lineno}, column {error.colno} on."
    return f"{error}."


def _once_each(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("A name stands twice in one object")
    return found


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _whole(digits: str) -> int | float:
    """A whole number that other programs read alike; from 2**53 on they see the nearest one that they can hold."""
    return int(digits) if len(digits) < 16 else float(digits)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one object; `place` says in words where it stands, as in "Exercise 2"."""

    place: str
    values: Mapping[str, Any]

    @classmethod
    def of(cls, place: str, value: Any, names: Sequence[str]) -> Fields:
        """An object that has these fields and no others."""
        if not isinstance(value, dict):
            raise ADError("file", f"{place} must be an object with the fields {', '.join(names)}.")
        unknown = [name for name in value if name not in names]
        if unknown:
            shown = clean_name(unknown[0])
            raise ADError(
                "file", f"{place} has a field that is not known{shown}.", None, f"The fields are: {', '.join(names)}."
            )
        missing = [name for name in names if name not in value]
        if missing:
            raise ADError("file", f'{place} has no field "{missing[0]}".', None, f"The fields are: {', '.join(names)}.")
        return cls(place, value)

    def refuse(self, name: str, must: str) -> NoReturn:
        raise ADError("file", f'{self.place}: "{name}" must be {must}.')

    def text(self, name: str, most: int, lines: bool = False) -> str:
        """A text of at most so many characters, without what a terminal or a page would obey; `lines` may break."""
        value = self.values[name]
        if not isinstance(value, str):
            self.refuse(name, "text")
        if len(value) > most:
            self.refuse(name, f"at most {most:,} characters long")
        if any(is_control(c) and not (lines and c in "\n\t") for c in value):
            self.refuse(name, "text without control characters" + ("" if lines else " and line breaks"))
        return value

    def typed(self, name: str, most: int) -> str:
        """A text as somebody typed or pasted it, whatever was in it; it is judged, never shown."""
        value = self.values[name]
        if not isinstance(value, str) or len(value) > most or any(unicodedata.category(c) == "Cs" for c in value):
            self.refuse(name, f"text of at most {most:,} characters")
        return value

    def whole(self, name: str, low: int, high: int) -> int:
        value = self.values[name]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.refuse(name, f"a whole number from {low} to {high:,}")
        return value

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        value = self.values[name]
        if not isinstance(value, str) or value not in allowed:
            self.refuse(name, f"one of {', '.join(word for word in allowed if word)}")
        return value

    def truth(self, name: str) -> bool:
        value = self.values[name]
        if not isinstance(value, bool):
            self.refuse(name, "true or false")
        return value

    def listed(self, name: str, most: int, least: int = 0) -> list[Any]:
        value = self.values[name]
        if not isinstance(value, list) or not least <= len(value) <= most:
            self.refuse(name, f"a list of {least} to {most:,}")
        return value

    def point(self, name: str) -> dict[str, Any]:
        """Numbers or lists of numbers by the names of inputs."""
        value = self.values[name]
        if not isinstance(value, dict) or not all(key.isidentifier() for key in value):
            self.refuse(name, 'an object of numbers by the names of inputs, such as {"x": 1.5}')
        return {key: self._value(name, part, 0) for key, part in value.items()}

    def _value(self, name: str, value: Any, depth: int) -> Any:
        if isinstance(value, list) and depth < DEEPEST_POINT:
            return [self._value(name, part, depth + 1) for part in value]
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.refuse(name, "made of finite numbers, or of lists of them")
        return float(value)


def is_control(character: str) -> bool:
    """Whether a character is an order rather than a sign, or cannot be seen."""
    return unicodedata.category(character) in UNSEEN and character not in JOINERS


def clean_name(name: str) -> str:
    """A name in a sentence, where it can be one of ours."""
    return f': "{name}"' if name.isidentifier() and len(name) <= 40 else ""
