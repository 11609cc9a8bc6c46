"""Lists, tuples, ranges and dicts: what a loop runs over, and how parts are read, set and taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from adcore.errors import ADError, Span
from adcore.keys import item, key_of
from adcore.limits import Limits
from adcore.values import Traced, describe

INDEXED = (list, tuple, range)


def elements(value: Any, span: Span) -> Iterable[Any]:
    """What a loop runs over."""
    if isinstance(value, dict):
        return list(value)
    if not isinstance(value, list | tuple | range):
        raise ADError("shape", f"A loop runs over a list or a range; this is {describe(value)}.", span, "Use range(n).")
    return value


def members(value: Any, span: Span, limits: Limits) -> Iterable[Any]:
    """The same for `in`, which looks at one after the other: a range must not be too long."""
    within = elements(value, span)
    if isinstance(within, range):
        limits.check("statements", len(within), span)
    return within


def position(index: Any, length: int, span: Span) -> int:
    """A checked index; negative ones count from the end."""
    if isinstance(index, Traced):
        raise ADError("index", "An index cannot depend on the inputs.", span, "Choose with if, or with where(…).")
    if not isinstance(index, int):
        hint = (
            "A list has places 0, 1, …; a dict has keys." if isinstance(index, str) else "Divide with // instead of /."
        )
        raise ADError("index", f"An index is a whole number, not {describe(index)}.", span, hint)
    if not -length <= index < length:
        ends = f"its indices run from 0 to {length - 1}" if length else "it is empty"
        raise ADError("index", f"There is no element {index} in a list of {length}: {ends}.", span)
    return index


def part(holder: Any, place: Any, span: Span) -> Any:
    """What stands at an index or under a key; `span` is where that is written."""
    return item(holder, place, span) if type(holder) is dict else holder[position(place, len(holder), span)]


def set_part(holder: list[Any] | dict[Any, Any], place: Any, value: Any, span: Span, limits: Limits) -> None:
    """Put a value at an index or under a key; `span` is where that is written."""
    if isinstance(holder, list):
        holder[position(place, len(holder), span)] = value
        return
    holder[key_of(place, span)] = value
    limits.check("vector_length", len(holder), span)


def cut(holder: Sequence[Any], ends: Sequence[Any], span: Span) -> Any:
    """A slice; `ends` are the first index, the last and the step, or None."""
    if not all(end is None or isinstance(end, int) for end in ends) or ends[2] == 0:
        raise ADError("index", "The ends of a slice are whole numbers, its step is not 0.", span)
    return holder[slice(*ends)]


def call_method(name: str, holder: Any, args: list[Any], span: Span, limits: Limits) -> Any:
    """Call a method of a list or a dict. Unlike Python's, what a dict gives are lists."""
    kind, counts, takes, function = _METHODS[name]
    if not isinstance(holder, kind):
        raise ADError("shape", f"Only a {kind.__name__} has .{name}; this is {describe(holder)}.", span)
    if len(args) not in counts:
        raise ADError("argument", f".{name} takes {takes}.", span)
    return function(holder, args, span, limits)


def _append(holder: list[Any], args: list[Any], span: Span, limits: Limits) -> None:
    limits.check("vector_length", len(holder) + 1, span)
    holder.append(args[0])


def _pop(holder: list[Any], args: list[Any], span: Span, limits: Limits) -> Any:
    return holder.pop(position(args[0] if args else -1, len(holder), span))


_METHODS: Mapping[str, tuple[type, tuple[int, ...], str, Callable[[Any, list[Any], Span, Limits], Any]]] = (
    MappingProxyType(
        {
            "append": (list, (1,), "one value", _append),
            "pop": (list, (0, 1), "an index", _pop),
            "keys": (dict, (0,), "nothing", lambda holder, *_: [*holder]),
            "values": (dict, (0,), "nothing", lambda holder, *_: [*holder.values()]),
            "items": (dict, (0,), "nothing", lambda holder, *_: [*holder.items()]),
        }
    )
)
"""For each method what has it, how many arguments it takes, these in words, and what it does."""
