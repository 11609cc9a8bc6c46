"""What can go wrong, and where: places, the one error users see, and warnings that travel with an answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a source text. One-based; columns count code points; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def to_list(self) -> list[int]:
        return [self.line, self.column, self.end_line, self.end_column]

    def quote(self, source: str) -> str:
        """The piece of a source at this place; empty if it does not lie in one line."""
        if self.line != self.end_line:
            return ""
        return source.splitlines()[self.line - 1][self.column - 1 : self.end_column - 1]


START = Span(1, 1, 1, 1)


class ADError(Exception):
    """A mistake that the user can mend: what kind, plain words, the place, and a way out.

    `kind` is a short stable word (`syntax`, `name`, `limit`, ...); `message` and `hint` are for people. Where the
    mistake is too much of something, `limit` names the setting.
    """

    def __init__(self, kind: str, message: str, span: Span | None = None, hint: str = "", limit: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.span = span
        self.hint = hint
        self.limit = limit

    def __reduce__(self) -> tuple[type[ADError], tuple[str, str, Span | None, str, str]]:
        return ADError, (self.kind, self.message, self.span, self.hint, self.limit)

    def to_json(self) -> dict[str, Any]:
        """The body of every error answer: kind, message, span (or None), hint."""
        span = asdict(self.span) if self.span else None
        return {"kind": self.kind, "message": self.message, "span": span, "hint": self.hint}


@dataclass(frozen=True, slots=True)
class Caution:
    """A warning: the answer stands, and this should be known about it. `node` is an id of the graph, or None."""

    kind: str
    message: str
    span: Span | None = None
    node: int | None = None
    hint: str = ""

    def to_json(self) -> dict[str, Any]:
        """The warning as the page and the command line get it."""
        span = asdict(self.span) if self.span else None
        return {"kind": self.kind, "message": self.message, "span": span, "node": self.node, "hint": self.hint}
