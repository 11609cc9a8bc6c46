"""The report on a derivative that was checked: the verdict, each component, and the mistakes that were found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from adcore.errors import Span
from adcore.events import json_numbers


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake that explains a wrong formula: its name, a sentence, and where (all nodes where it could be)."""

    name: str
    sentence: str
    nodes: tuple[int, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """One formula: its value and the right one at the point, digits of agreement, and what went wrong.

    `digits` are those shared with reverse mode, `oracle_digits` those that reverse mode shares with `oracle`; both the
    fewest over all points. Several findings are a tie: each explains the numbers equally well.
    """

    name: str
    given: float
    expected: float
    digits: int
    oracle: str
    oracle_digits: int
    verdict: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """The report. `verdict` is right, wrong, or undecided: no derivative there, or nowhere a number to compare."""

    subject: str
    verdict: str
    components: tuple[Component, ...]
    points: int

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, once each."""
        return tuple(dict.fromkeys(finding for part in self.components for finding in part.findings))

    def to_json(self) -> dict[str, Any]:
        parts = [
            asdict(part) | {"given": json_numbers(part.given), "expected": json_numbers(part.expected)}
            for part in self.components
        ]
        return {"subject": self.subject, "verdict": self.verdict, "components": parts, "points": self.points}
