"""What an exercise is made of: blanks with the right answers, and what each known mistake would give in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adcore.errors import ADError, Span
from adcore.events import json_number, json_numbers
from adcore.limits import Limits


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mistake made for one blank: its name, the sentence that tells a person, and the number it leads to.

    `general` ones only describe: they are named where no other mistake explains the answer. `node` or `edge`, an
    operation and its argument, say where in the graph it was made, if not where the blank is.
    """

    name: str
    sentence: str
    value: float
    general: bool = False
    node: int | None = None
    edge: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number to three significant digits. `size` is how large the terms are that it is a sum of."""

    value: float
    size: float
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """All of `items` in any order in which each of `pairs`, (earlier, later), is kept."""

    items: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of `options`; each of `right` is right. `reasons` say why others are not: the mistake and a sentence."""

    options: tuple[str, ...]
    right: tuple[str, ...]
    reasons: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Formula:
    """The derivative of a program by input number `index`, as a formula; compared by value at points around `at`.

    `limits` are those that the program was recorded under, and that formulas are read under.
    """

    source: str
    at: Mapping[str, Any]
    index: int
    limits: Limits = field(default_factory=Limits, compare=False)


Key = Number | Order | Choice | Formula


@dataclass(frozen=True, slots=True)
class Blank:
    """One question. `key` has the right answer; `hints` go from the idea to all but the answer.

    `node` is the node that it is about and `edge` the operation and its argument, ids of the graph; `steps` are the
    blanks or cells, by id, that it is worked out from. Where it is linear in them `slopes` has how fast it changes with
    each; what follows rightly from a wrong number before is worked out with them.
    """

    id: str
    words: str
    latex: str
    key: Key
    hints: tuple[str, str, str]
    node: int | None = None
    edge: tuple[int, int] | None = None
    steps: tuple[str, ...] = ()
    slopes: tuple[float, ...] = ()
    span: Span | None = None

    def to_json(self) -> dict[str, Any]:
        """What a learner may see: all but the key and the hints."""
        key = self.key
        choices = key.options if isinstance(key, Choice) else key.items if isinstance(key, Order) else ()
        return {
            "id": self.id,
            "form": type(key).__name__.lower(),
            "words": self.words,
            "latex": self.latex,
            "choices": list(choices),
            "node": self.node,
            "edge": self.edge,
            "span": self.span and self.span.to_list(),
        }


@dataclass(frozen=True, slots=True)
class Given:
    """A cell that is filled in already."""

    id: str
    words: str
    latex: str
    value: float
    node: int | None = None
    edge: tuple[int, int] | None = None

    def to_json(self) -> dict[str, Any]:
        place = {"node": self.node, "edge": self.edge}
        return {"id": self.id, "words": self.words, "latex": self.latex, "value": json_number(self.value), **place}


@dataclass(frozen=True, slots=True)
class Parts:
    """What a kind of exercise makes: what is asked, the cells that are given, the blanks, and lines of a program.

    `cells` are the ids of both in the order of the calculation; where there are none, the blanks are all there is.
    """

    ask: str
    given: Sequence[Given]
    blanks: Sequence[Blank]
    cells: Sequence[str] = ()
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise: what is asked, what is given, and the blanks in the order in which they are asked.

    It is computed from `source`, `at`, `kind`, `seed` and `level` alone, so that these five are all that need be kept.
    `values` are those of all nodes, asked for or not.
    """

    kind: str
    source: str
    at: Mapping[str, Any]
    seed: int
    level: int
    ask: str
    latex: str
    given: tuple[Given, ...]
    blanks: tuple[Blank, ...]
    cells: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    values: tuple[float, ...] = ()

    def blank(self, name: str) -> Blank:
        """The blank with this id; raises ADError where there is none."""
        found = next((blank for blank in self.blanks if blank.id == name), None)
        if found is None:
            raise ADError("exercise", "This exercise has no such blank.", None, "Its blanks are those that it lists.")
        return found

    def to_json(self) -> dict[str, Any]:
        """The exercise without its key, as plain data: of the values those that are not asked for."""
        asked = [blank.node for blank in self.blanks if blank.id.startswith("primal:")]
        return {
            "kind": self.kind,
            "source": self.source,
            "at": {name: json_numbers(value) for name, value in self.at.items()},
            "seed": self.seed,
            "level": self.level,
            "ask": self.ask,
            "latex": self.latex,
            "cells": list(self.cells) or [blank.id for blank in self.blanks],
            "lines": list(self.lines),
            "values": [None if i in asked else json_number(value) for i, value in enumerate(self.values)],
            "given": [cell.to_json() for cell in self.given],
            "blanks": [blank.to_json() for blank in self.blanks],
        }
