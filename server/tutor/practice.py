"""What practice is made of: the skills in the order in which they build on one another, and functions for each.

A skill is a kind of exercise. How well a learner has it is estimated in the browser, where the record is kept; here is
what to ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from server.tutor.exercises import KINDS


@dataclass(frozen=True, slots=True)
class Skill:
    """A kind of exercise to be practised once those of `after` go well, why after them, and the lesson on it."""

    kind: str
    after: tuple[str, ...]
    because: str
    lesson: str

    def to_json(self) -> dict[str, Any]:
        named = {"kind": self.kind, "title": KINDS[self.kind].title, "after": list(self.after)}
        return named | {"because": self.because, "lesson": self.lesson}


@dataclass(frozen=True, slots=True)
class Material:
    """A function at a point where exercises of these kinds, at these levels, are worth doing by hand."""

    source: str
    at: Mapping[str, float]
    kinds: tuple[str, ...]
    levels: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        point = {"source": self.source, "point": dict(self.at)}
        return point | {"kinds": list(self.kinds), "levels": list(self.levels)}


SKILLS = (
    Skill(
        "forward", (), "Values and tangents, one operation at a time: all else is made of these steps.", "forward-mode"
    ),
    Skill("doubling", (), "What depends on an input, and how, is seen before any rule is used.", "slopes"),
    Skill("dual", ("forward",), "A dual number is a value and its tangent, written as one number.", "dual-numbers"),
    Skill(
        "reverse",
        ("forward",),
        "The sweep back uses the values and local partials of the sweep forward.",
        "reverse-mode",
    ),
    Skill("formula", ("forward",), "A formula chains the local partials of a trace with letters for numbers.", "rules"),
    Skill(
        "order",
        ("reverse",),
        "What may be handed on when is clear to those who have added up adjoints.",
        "reverse-mode",
    ),
    Skill("bug", ("reverse",), "A wrong line is found by those who know the right ones.", "backpropagation"),
    Skill(
        "jacobian", ("forward", "reverse"), "A forward sweep gives a column of it and a reverse sweep a row.", "rows"
    ),
    Skill("mode", ("jacobian",), "Which sweep is cheaper depends on the shape of the Jacobian.", "rows"),
    Skill("hvp", ("dual", "reverse"), "It is a reverse sweep done with dual numbers.", "second-order"),
    Skill("checkpoint", ("order",), "What need not be kept follows from when the sweep back asks for it.", "memory"),
)
"""The skills, easier ones first; each comes after all that it builds on."""


_SMALL: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "x*y + sin(x)": {"x": 1.2, "y": 0.7},
        "y*exp(0.5*x)": {"x": 0.8, "y": 1.5},
        "3*x*y + x**2": {"x": 0.5, "y": 0.8},
        "log(x) + x*y": {"x": 2.0, "y": 0.6},
        "x*cos(y) + y": {"x": 1.4, "y": 0.9},
    }
)
_MIDDLE: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "a = x*y\nreturn sin(a) + a*y": {"x": 0.6, "y": 1.4},
        "y*sqrt(x**2 + 3*y)": {"x": 0.9, "y": 1.2},
        "a = x/y\nreturn a*exp(a) - x": {"x": 0.8, "y": 1.7},
        "2*x*exp(-x*y) + y**2": {"x": 0.9, "y": 0.7},
        "v*tanh(w*x + b)": {"v": 1.5, "w": 0.8, "x": 1.3, "b": -0.4},
    }
)
_LARGE: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "a = x1 / x2\nb = exp(x2)\nc = a - b\nreturn (sin(a) + c) * c": {"x1": 1.5, "x2": 0.5},
        "exp(sin(x*y))/y + x**3*cos(y)": {"x": 0.7, "y": 1.2},
        "a = x*y\nb = sin(a)\nc = a*b\nreturn c*b + log(c)": {"x": 0.6, "y": 1.4},
        "h = tanh(w*x + b)\nreturn (h*v - t)**2": {"w": 0.8, "x": 1.3, "b": -0.4, "v": 1.5, "t": 0.3},
        "def f(x, r):\n    for i in range(2):\n        x = r*x*(1 - x)\n    return x": {"x": 0.3, "r": 2.7},
    }
)
_WIDE: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "[x*y, 2*x + y]": {"x": 1.2, "y": 0.7},
        "[r*cos(t), r*sin(t)]": {"r": 2.0, "t": 0.75},
        "[x**2, 3*x, sin(x)]": {"x": 0.8},
        "x*y + y*z": {"x": 0.5, "y": 1.2, "z": 0.9},
        "[hypot(x, y), atan2(y, x)]": {"x": 1.5, "y": 2.0},
    }
)
_WIDER: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "[x*y*z, x + y*z]": {"x": 0.5, "y": 1.2, "z": 0.9},
        "a = x*y\nreturn [sin(a), a**2, x/y]": {"x": 0.6, "y": 1.4},
        "[x*exp(y), y*exp(-x), x*y]": {"x": 0.7, "y": 0.4},
        "a = x*y\nreturn [sin(a), a*z, exp(x) - z, y*z]": {"x": 0.6, "y": 1.4, "z": 0.5},
        "[p*q*r*s, p + s/q]": {"p": 0.5, "q": 1.2, "r": 0.9, "s": 1.6},
    }
)
_LOOP = "def f(x, y):\n    for i in range({turns}):\n        x = {turn}\n    return x"


def _loops(turns: Mapping[str, int]) -> dict[str, Mapping[str, float]]:
    """Loops by what is done in a turn, with so many turns each."""
    texts = {_LOOP.replace("{turns}", str(count)).replace("{turn}", turn) for turn, count in turns.items()}
    return {text: {"x": 0.4, "y": 1.1} for text in sorted(texts)}


def _rows(
    kinds: tuple[str, ...], levels: tuple[int, ...], functions: Mapping[str, Mapping[str, float]]
) -> list[Material]:
    return [Material(source, MappingProxyType(dict(at)), kinds, levels) for source, at in functions.items()]


_SWEPT = ("forward", "dual", "reverse")
_SEEN = ("doubling", "formula", "order", "bug")
_SHAPED = ("jacobian", "mode")

MATERIAL = (
    *_rows((*_SWEPT, "hvp"), (1, 2), _MIDDLE),  # at level 3 every cell is blank: of a small function
    *_rows((*_SWEPT, "hvp"), (3,), _SMALL),
    *_rows(_SEEN, (1,), _SMALL),
    *_rows(_SEEN, (2,), _MIDDLE),
    *_rows(_SEEN, (3,), _LARGE),
    *_rows(_SHAPED, (1, 2), _WIDE),
    *_rows(_SHAPED, (2, 3), _WIDER),
    *_rows(("checkpoint",), (1,), _loops({"sin(x)*y + x": 4, "x*y - x**2": 5, "cos(x)*y": 6})),
    *_rows(("checkpoint",), (2,), _loops({"sin(x)*y": 6, "x + y*cos(x)": 7, "y*x*(1 - x)": 8})),
    *_rows(("checkpoint",), (3,), _loops({"sin(x) + 0.1*y": 9, "x - 0.1*x*y": 10, "tanh(x*y)": 12})),
)
"""The functions of practice: small enough to be worked out by hand, at points where different mistakes differ."""


def practice_table() -> dict[str, Any]:
    """The body of GET /api/practice."""
    return {"skills": [skill.to_json() for skill in SKILLS], "functions": [row.to_json() for row in MATERIAL]}
