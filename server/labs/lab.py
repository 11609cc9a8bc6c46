"""What a lab is: a question about one function, options that vary it, and an answer as plain data for one picture."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from adcore.errors import ADError
from adcore.events import json_number
from adcore.limits import Limits

Kind = Literal["whole", "number", "choice", "switch", "input", "output", "vector"]
MOST_POSITION = 4095
MOST_WORDS = 25


@dataclass(frozen=True, slots=True)
class Option:
    """What a person may change beside the function and the point.

    `low` and `high` bound a `whole` or a `number`; a `choice` is one of `choices`. An `input` is the position of one
    number among those that the function takes, an `output` among those that it gives: see `position`. A `vector` has a
    number for each that the function takes, by name, and `fill` for those that it does not name: see `numbers`.
    `asked` is False for what only the picture depends on: the server is then not asked again. `shown` is False where
    the picture has a control of its own.
    """

    name: str
    label: str
    kind: Kind
    default: Any
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()
    asked: bool = True
    shown: bool = True
    fill: float = 0.0

    def read(self, value: Any) -> Any:
        """The value of this option in a request. Errors: of another kind, or out of bounds."""
        if self._fits(value):
            return dict(value) if self.kind == "vector" else value
        wanted = {
            "whole": f"a whole number from {self.low:g} to {self.high:g}",
            "number": f"a number from {self.low:g} to {self.high:g}",
            "choice": f"one of {', '.join(self.choices)}",
            "switch": "true or false",
            "input": "the position of an input",
            "output": "the position of an output",
            "vector": f"numbers from {self.low:g} to {self.high:g} by the names of inputs",
        }
        raise ADError("field", f'The option "{self.name}" must be {wanted[self.kind]}.')

    def _fits(self, value: Any) -> bool:
        if self.kind == "switch":
            return isinstance(value, bool)
        if self.kind == "choice":
            return isinstance(value, str) and value in self.choices
        if self.kind in ("input", "output"):
            return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_POSITION
        if self.kind == "vector":
            return isinstance(value, Mapping) and len(value) <= MOST_POSITION and all(map(self._bounds, value.values()))
        return self._bounds(value) and (self.kind == "number" or isinstance(value, int))

    def _bounds(self, value: Any) -> bool:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and math.isfinite(value) and self.low <= value <= self.high

    def to_json(self) -> dict[str, Any]:
        bounds = {"low": self.low, "high": self.high, "choices": list(self.choices), "fill": self.fill}
        words = {"name": self.name, "label": self.label, "kind": self.kind}
        default = dict(self.default) if self.kind == "vector" else self.default
        return {**words, "default": default, **bounds, "asked": self.asked, "shown": self.shown}


@dataclass(frozen=True, slots=True)
class Asked:
    """A lab's question: a program, a point, the value of every option, and the limits to keep."""

    source: str
    point: Mapping[str, Any]
    options: Mapping[str, Any]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Start:
    """Another function on which a lab is worth a look, with its point, and options that differ from the usual."""

    title: str
    source: str
    point: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {"title": self.title, "source": self.source, "point": dict(self.point), "options": dict(self.options)}


Answer = dict[str, Any]
"""What `Lab.answer` gives: the data of the picture, and for everybody `summary`, what is seen, in a sentence or two."""


@dataclass(frozen=True, slots=True)
class Lab:
    """One lab. `seen` says in two sentences what is seen; `slow` labs use SymPy and run where that may take its time.

    `answer` may give any plain data (numbers, texts, lists, mappings, arrays) beside its `summary`; what it puts under
    `tables` (a list of `table(...)`) is shown to those who cannot or do not want to see a picture.
    """

    name: str
    title: str
    idea: str
    seen: str
    source: str
    point: Mapping[str, Any]
    answer: Callable[[Asked], Answer]
    options: tuple[Option, ...] = ()
    starts: tuple[Start, ...] = ()
    slow: bool = False

    @property
    def glance(self) -> str:
        """What is seen, for the list of labs: the first sentence of `seen`, or as many of its clauses as are short."""
        sentence = re.split(r"\.(?: |$)", self.seen, maxsplit=1)[0]
        ends = [end.start() for end in re.finditer(r"[:;] |$", sentence)]
        short = [end for end in ends if len(sentence[:end].split()) <= MOST_WORDS]
        return sentence[: max(short, default=ends[0])] + "."

    def read_options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Every option with its value: given, or the default. Errors: an option that this lab has not."""
        known = {option.name: option for option in self.options}
        for name in given:
            if name not in known:
                raise ADError("field", f"The lab {self.name} has no option of that name.", None, "See /api/catalog.")
        return {name: option.read(given.get(name, option.default)) for name, option in known.items()}

    def to_json(self) -> dict[str, Any]:
        words = {"name": self.name, "title": self.title, "idea": self.idea, "seen": self.seen}
        start = {"source": self.source, "point": dict(self.point)}
        starts = [each.to_json() for each in self.starts]
        return {**words, **start, "options": [option.to_json() for option in self.options], "starts": starts}


def position(asked: Asked, name: str, count: int) -> int:
    """Which of `count` numbers an option means: the last one where a function has fewer. Errors: there are none."""
    if not count:
        raise ADError("shape", f"The function has no {name}, so nothing can be chosen.", None, f"Give it an {name}.")
    return min(int(asked.options[name]), count - 1)


def numbers(asked: Asked, option: Option, names: Sequence[str]) -> list[float]:
    """A vector's number for each of some input numbers, in their order."""
    given = asked.options[option.name]
    return [float(given.get(name, option.fill)) for name in names]


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """A table of an answer: what its columns are called, and numbers or words by rows."""
    return {"title": title, "columns": list(columns), "rows": [list(row) for row in rows]}


def to_plain(value: Any) -> Any:
    """An answer as JSON can say it: arrays as lists, not-a-number and the infinities as words.

    >>> to_plain({"y": np.array([1.0, np.inf])})
    {'y': [1.0, 'inf']}
    """
    if isinstance(value, Mapping):
        return {str(key): to_plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return to_plain(value.tolist())
    if isinstance(value, list | tuple):
        return [to_plain(each) for each in value]
    return json_number(value) if isinstance(value, float) else value
