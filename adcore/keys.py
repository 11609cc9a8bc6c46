"""Keys of dicts: plain numbers, text in quotes, and tuples of these; and the values that they lead to.

Text is only ever compared and looked up. It is shown as it was typed and cut short, never formatted or read again.
"""

from __future__ import annotations

import re
from typing import Any

from adcore.errors import ADError, Span
from adcore.values import Traced

LONGEST_SHOWN = 40
"""Characters of a key in a message."""
MOST_SHOWN = 6
"""Keys in a message."""
WORD = re.compile(r"[A-Za-z_]\w{0,31}", re.ASCII)
"""Text that a value can be called by, wherever its name is shown or written as code."""


def is_key(value: Any) -> bool:
    """Whether a dict takes it as a key. What depends on the inputs is none."""
    parts = value if isinstance(value, tuple) else (value,)
    return all(isinstance(part, int | float | str) for part in parts)


def key_of(value: Any, span: Span) -> Any:
    """A checked key. As in Python, 1, 1.0 and True are the same one."""
    if isinstance(value, Traced):
        raise ADError("index", "A key cannot depend on the inputs.", span, "Choose with if, or with where(…).")
    if not is_key(value):
        words = "A key is a plain number, text in quotes, or a tuple of these."
        raise ADError("index", words, span, 'Write p["w"], p[1] or p["w", 1].')
    return value


def item(holder: dict[Any, Any], key: Any, span: Span) -> Any:
    """What stands under a key. Raises ADError, which names the keys that there are, where nothing does."""
    key = key_of(key, span)
    if key not in holder:
        raise ADError("index", f"There is no key {shown(key)} in this dict.", span, _others(holder))
    return holder[key]


def _others(holder: dict[Any, Any]) -> str:
    keys = [shown(key) for key in [*holder][:MOST_SHOWN]]
    more = f", … ({len(holder)} keys)" if len(holder) > len(keys) else ""
    return (f"Its keys: {', '.join(keys)}{more}. " if keys else "It is empty. ") + "A new one is set with =."


def shown(key: Any) -> str:
    """A key in a message, cut short.

    >>> shown("w"), shown((1, "b"))
    ('"w"', '(1, "b")')
    """
    if isinstance(key, tuple):
        text = f"({', '.join(map(shown, key))}{',' if len(key) == 1 else ''})"
    else:
        text = f'"{key}"' if isinstance(key, str) else str(key)
    return cut_short(text)


def cut_short(text: str) -> str:
    """A text that may hold keys, as short as it is shown in messages and labels."""
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def place_of(key: Any) -> str | None:
    """How the value under a key is called, after the name of its dict; None where that would not be a plain name.

    >>> place_of("w"), place_of(2), place_of("<b>"), place_of(0.5)
    ('["w"]', '[2]', None, None)
    """
    if isinstance(key, str):
        return f'["{key}"]' if WORD.fullmatch(key) else None
    return f"[{key}]" if type(key) is int and key >= 0 else None
