"""One line of text for each event of a mode that is stepped through: what its number is, and where it comes from.

tangent of v₁ = x · y, by x
multiplications that eliminate v₂ = sin(x)
store in slot 0, the state before turn 1
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from adcore.events import Event
from adcore.labels import Labels

PARTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"intervals": ("low end", "high end"), "complex-step": ("real part", "imaginary part")}
)
"""Modes whose numbers are told in two parts."""
BY = ("tangent", "second", "difference", "formula")
"""Phases in which a source is the input that something is differentiated by, as it is of every result."""


class Words(NamedTuple):
    """What an event names: its node, alone and with what it is; its source; `arg`, and the same counted from 1."""

    name: str
    node: str
    source: str
    arg: int | None
    place: int | None


SENTENCES: Mapping[str, Callable[[Words], str]] = MappingProxyType(
    {
        "contribution": lambda w: f"sum in {w.name}, with the contribution of argument {w.place} of {w.source}",
        "nonzero": lambda w: f"can be other than zero: {w.node}, by {w.source}",
        "meeting": lambda w: f"inputs meet in {w.node}",
        "colour": lambda w: f"colour {w.arg} for {w.node}",
        "eliminate": lambda w: f"multiplications that eliminate {w.node}",
        "front": lambda w: f"multiplications that front-eliminate the edge of {w.node}, from {w.source}",
        "back": lambda w: f"multiplications that back-eliminate the edge of {w.node}, from {w.source}",
        "gone": lambda w: f"the edge of {w.node}, from {w.source}, is gone",
        "keep": lambda w: f"kept by now, with {w.node}",
        "drop": lambda w: f"kept by now, without {w.node}",
        "reader": lambda w: f"{w.name} is read by the partial of {w.source} for its argument {w.place}",
        "release": lambda w: f"kept by now, as nothing before {w.source} reads {w.name}",
        "step": lambda w: f"step of {w.node}",
        "probe": lambda w: f"{w.node} at a probe",
    }
)
"""Of kinds that are not told as what a number is of."""
MOVES: Mapping[str, str] = MappingProxyType(
    {"checkpoint": "store in slot", "restore": "take from slot", "release": "clear slot"}
)


def describe_event(event: Event, mode: str, labels: Labels) -> str:
    """The line of an event of a mode, but for its number; `labels` are of the graph that the events are about."""
    if event.node is None:
        return "kept at most" if mode == "tape" else _move(event)
    parts = PARTS.get(mode)
    part = f"{parts[event.arg]} of " if parts and event.arg is not None else ""
    if event.kind in SENTENCES:
        place = None if event.arg is None else event.arg + 1
        named = _name(event.node, labels), _whole(event.node, labels), _name(event.source, labels)
        return part + SENTENCES[event.kind](Words(*named, event.arg, place))
    return _of_node(event, mode, part, labels)


def _of_node(event: Event, mode: str, part: str, labels: Labels) -> str:
    """`coefficient 2 of v₁ = sin(x)`; `adjoint of x, from v₃`; `seed of x, colour 0`."""
    number = f" {event.arg}" if mode == "taylor" else ""
    kind = "" if part and event.kind in ("bound", "value") else f"{event.kind}{number} of "
    said = part + kind + _whole(event.node, labels)
    if event.source is not None:
        said += _from(event, _name(event.source, labels))
    return said + f", colour {event.arg}" * (mode == "sparse-jacobian" and event.arg is not None)


def _from(event: Event, source: str) -> str:
    if event.phase == "difference" and event.kind == "value":
        return f", with {source} moved"
    return f", by {source}" if event.kind == "result" or event.phase in BY else f", from {source}"


def _whole(i: int | None, labels: Labels) -> str:
    """The name of a node, and what it is."""
    name = _name(i, labels)
    text = labels.text(i) if i is not None and i < len(labels.graph) else name
    return name if name == text else f"{name} = {text}"


def _name(i: int | None, labels: Labels) -> str:
    return labels.name(i) if i is not None and i < len(labels.graph) else "an output"


def _move(event: Event) -> str:
    """What is done with a state, or turns that are run again; the first turn is 1, as in s⁽¹⁾."""
    if event.source is None or event.arg is None:
        return event.kind
    turn, last = event.source + 1, event.arg
    if event.kind == "recompute":
        return f"run turn {turn} again" if turn == last else f"run turns {turn} to {last} again"
    return f"{MOVES[event.kind]} {event.arg}, the state before turn {turn}"
