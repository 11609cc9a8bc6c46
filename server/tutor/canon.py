"""JSON in one form only, so that the same content has the same digest wherever it is worked out.

The form is the JSON Canonicalization Scheme (RFC 8785): no spaces, names in order, numbers as ECMAScript writes them.
A browser gets it from JSON.stringify once the names are sorted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

MOST_WHOLE_DIGITS = 21
"""Digits before the point from which on ECMAScript writes an exponent (ECMA-262, Number::toString)."""
MOST_ZEROS = 6
"""Zeros after the point from which on it does so as well."""


def write_canonical(value: Any) -> str:
    """Plain data as text: names sorted, no spaces, finite numbers only.

    >>> write_canonical({"b": [1.0, 1e21, 5e-7], "a": True})
    '{"a":true,"b":[1,1e+21,5e-7]}'
    """
    return "".join(_pieces(value))


def digest(value: Any) -> str:
    """The SHA-256 of the canonical text, as 64 hexadecimal digits."""
    return hashlib.sha256(write_canonical(value).encode()).hexdigest()


def _pieces(value: Any) -> Iterator[str]:
    """The text in pieces; as deep as the data, and what is written here was read with a bound on that."""
    if isinstance(value, Mapping):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        yield from _listed("{}", (f"{_text(name)}:{write_canonical(value[name])}" for name in names))
    elif isinstance(value, list | tuple):
        yield from _listed("[]", map(write_canonical, value))
    elif isinstance(value, str):
        yield _text(value)
    else:
        yield json.dumps(value) if value is None or isinstance(value, bool) else _number(float(value))


def _listed(brackets: str, parts: Iterator[str]) -> Iterator[str]:
    yield f"{brackets[0]}{','.join(parts)}{brackets[1]}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _number(x: float) -> str:
    """The shortest digits that mean this number, with the point where ECMAScript puts it."""
    if x == 0:
        return "0"
    sign, figures, exponent = Decimal(repr(x)).normalize().as_tuple()
    assert isinstance(exponent, int), "only finite numbers are written"
    minus, digits = "-" if sign else "", "".join(map(str, figures))
    place = len(digits) + exponent
    if len(digits) <= place <= MOST_WHOLE_DIGITS:
        return minus + digits + "0" * exponent
    if 0 < place <= MOST_WHOLE_DIGITS:
        return f"{minus}{digits[:place]}.{digits[place:]}"
    if -MOST_ZEROS < place <= 0:
        return f"{minus}0.{'0' * -place}{digits}"
    mantissa = digits[:1] + ("." + digits[1:] if digits[1:] else "")
    return f"{minus}{mantissa}e{place - 1:+d}"
