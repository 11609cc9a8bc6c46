"""Every limit and every choice of the service, each stated once with its default and what it is for.

A setting called `numeric_seconds` is changed by the environment variable `WENGERT_NUMERIC_SECONDS`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from adcore.errors import ADError
from adcore.limits import ENGINE_SETTINGS, Limits, Setting

PREFIX = "WENGERT_"

SERVICE_SETTINGS = (
    Setting("body_bytes", 65_536, "bytes in a request body or a WebSocket message"),
    Setting("header_bytes", 16_384, "bytes in the head of a request"),
    Setting("receive_seconds", 10, "seconds that a request may take to arrive"),
    Setting("send_seconds", 20, "seconds that a client may take to read what was sent"),
    Setting("idle_seconds", 900, "seconds that a live connection may stay silent"),
    Setting("live_connections", 1_000, "live connections at once"),
    Setting("live_nodes", 1_000, "nodes in a graph that is re-evaluated without a worker process"),
    Setting("numeric_workers", 2, "processes that record and differentiate programs"),
    Setting("numeric_seconds", 1, "seconds for recording and differentiating a program"),
    Setting("numeric_queue", 400, "requests waiting for a numeric worker"),
    Setting("symbolic_workers", 1, "processes that differentiate symbolically"),
    Setting("symbolic_seconds", 3, "seconds for differentiating symbolically"),
    Setting("symbolic_queue", 50, "requests waiting for a symbolic worker"),
    Setting("grading_workers", 2, "processes that judge results again"),
    Setting("grading_seconds", 30, "seconds for judging one result again"),
    Setting("grading_queue", 10_000, "results waiting to be judged"),
    Setting("result_bytes", 4_000_000, "bytes in the file of a result"),
    Setting("worker_mebibytes", 512, "mebibytes of memory in a worker process"),
    Setting("worker_recursion", 10_000, "calls inside one another in a worker process"),
    Setting("explanations", 256, "explanations in one answer"),
    Setting("batch_events", 512, "events in one line of a trace"),
    Setting("shutdown_seconds", 4, "seconds for open requests to end when the service stops"),
)

# A page cannot show what the command line can still count.
SERVICE_DEFAULTS: Mapping[str, int] = MappingProxyType({"graph_nodes": 10_000})


@dataclass(frozen=True, slots=True)
class Choice:
    """One text that may be changed; lists are separated by commas."""

    name: str
    default: str
    help: str


CHOICES = (
    Choice("host", "127.0.0.1", "address to listen on"),
    Choice("port", "8000", "port to listen on; 0 takes a free one"),
    Choice("hosts", "localhost,127.0.0.1,[::1]", "names by which browsers may reach the service, without ports"),
    Choice("origins", "", "further origins, such as https://example.org, that may open live connections"),
    Choice("trusted_proxies", "", "addresses of proxies whose forwarded client addresses are believed"),
)


class Settings:
    """A frozen set of values. `settings["numeric_seconds"]` reads a number, `settings.choice("host")` a text."""

    __slots__ = ("_choices", "_numbers")

    def __init__(self, **changes: int | str) -> None:
        numbers = {s.name: s.default for s in (*ENGINE_SETTINGS, *SERVICE_SETTINGS)} | dict(SERVICE_DEFAULTS)
        choices = {c.name: c.default for c in CHOICES}
        for name, value in changes.items():
            if name in numbers:
                numbers[name] = _whole_number(name, value)
            elif name in choices:
                choices[name] = str(value)
            else:
                raise ADError("setting", f"There is no setting called {name}.")
        self._numbers = MappingProxyType(numbers)
        self._choices = MappingProxyType(choices)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The defaults, changed by the variables that carry the name of a setting."""
        names = [s.name for s in (*ENGINE_SETTINGS, *SERVICE_SETTINGS)] + [c.name for c in CHOICES]
        given = {name: environment.get(PREFIX + name.upper()) for name in names}
        return cls(**{name: value for name, value in given.items() if value is not None})

    def changed(self, **changes: int | str) -> Settings:
        """The same settings but for those named."""
        return Settings(**{**self._numbers, **self._choices, **changes})

    def __getitem__(self, name: str) -> int:
        return self._numbers[name]

    def choice(self, name: str) -> str:
        return self._choices[name]

    def listed(self, name: str) -> tuple[str, ...]:
        """A choice that is a list, as its parts."""
        return tuple(part.strip().lower() for part in self._choices[name].split(",") if part.strip())

    @property
    def engine(self) -> Limits:
        """The engine's part."""
        return Limits({s.name: self._numbers[s.name] for s in ENGINE_SETTINGS})

    def to_json(self) -> list[dict[str, Any]]:
        """Every limit with its present value, for the catalog."""
        return [
            {"name": s.name, "value": self._numbers[s.name], "help": s.help}
            for s in (*ENGINE_SETTINGS, *SERVICE_SETTINGS)
        ]


def _whole_number(name: str, value: int | str) -> int:
    """Read a limit. Errors: not a positive whole number."""
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text) > 0):
        raise ADError("setting", f"{PREFIX}{name.upper()} must be a positive whole number.")
    return int(text)
