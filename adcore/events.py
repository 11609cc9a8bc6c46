"""Events: what a mode of differentiation does, one small frozen step at a time.

A trace has very many of them, so they are kept as columns and read as `Event`s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, overload

PHASES: Mapping[str, str] = MappingProxyType(
    {
        "primal": "values, from the inputs to the outputs",
        "tangent": "how each value changes along a direction, from the inputs to the outputs",
        "adjoint": "how the output changes with each value, from the outputs to the inputs",
        "second": "how each adjoint changes along the direction, from the output to the inputs",
    }
)
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "value": "the primal of a node",
        "branch": "a decision that depends on the inputs",
        "seed": "the tangent or adjoint that the sweep starts with",
        "contribution": "one edge: a partial times a tangent or adjoint, added to the sum",
        "tangent": "the tangent of a node is complete",
        "adjoint": "the adjoint of a node is complete",
        "result": "the end",
        "curvature": "one edge: how fast its partial changes, times an adjoint, added to the tangent of an adjoint",
    }
)
_PHASES, _KINDS = tuple(PHASES), tuple(KINDS)
PHASE_CODES: Mapping[str, int] = MappingProxyType({name: code for code, name in enumerate(_PHASES)})
KIND_CODES: Mapping[str, int] = MappingProxyType({name: code for code, name in enumerate(_KINDS)})


class Event(NamedTuple):
    """One step. `source`, `arg` and `partial` belong to a contribution, along argument `arg` from `source` to `node`.

    `operations` counts the operations of the staged program up to here.
    """

    phase: str
    kind: str
    node: int | None = None
    value: float | None = None
    source: int | None = None
    arg: int | None = None
    partial: float | None = None
    operations: int = 0


COLUMNS = Event._fields


@dataclass(frozen=True, slots=True)
class Events(Sequence[Event]):
    """Events in columns of one length; `phase` and `kind` hold positions in `PHASES` and `KINDS`."""

    phase: Sequence[int]
    kind: Sequence[int]
    node: Sequence[int | None]
    value: Sequence[float | None]
    source: Sequence[int | None]
    arg: Sequence[int | None]
    partial: Sequence[float | None]
    operations: Sequence[int]

    @classmethod
    def of(cls, events: Iterable[Event]) -> Events:
        """The columns of events that were made one by one."""
        phases, kinds, *rest = list(zip(*events, strict=True)) or [()] * len(COLUMNS)
        return cls([PHASE_CODES[name] for name in phases], [KIND_CODES[name] for name in kinds], *map(list, rest))

    def __len__(self) -> int:
        return len(self.node)

    @overload
    def __getitem__(self, i: int) -> Event: ...

    @overload
    def __getitem__(self, i: slice) -> tuple[Event, ...]: ...

    def __getitem__(self, i: int | slice) -> Event | tuple[Event, ...]:
        """Event number i, or some events."""
        if isinstance(i, slice):
            return tuple(self[k] for k in range(*i.indices(len(self))))
        phase, kind, *rest = (getattr(self, name)[i] for name in COLUMNS)
        return Event(_PHASES[phase], _KINDS[kind], *rest)

    def __iter__(self) -> Iterator[Event]:
        rows = zip(*self.columns().values(), strict=True)
        return (Event(_PHASES[phase], _KINDS[kind], *rest) for phase, kind, *rest in rows)

    def ended(self, phase: str, operations: int) -> Events:
        """These events and the last one, which says that the sweep is complete."""
        last: tuple[Any, ...] = (PHASE_CODES[phase], KIND_CODES["result"], *[None] * 5, operations)
        columns = self.columns().values()
        return Events(*((*column, entry) for column, entry in zip(columns, last, strict=True)))

    def columns(self, start: int = 0, end: int | None = None) -> dict[str, Sequence[Any]]:
        """The columns by name, from event number `start` to before `end`."""
        return {name: getattr(self, name)[start:end] for name in COLUMNS}


def json_number(x: float | None) -> float | str | None:
    """JSON has no nan and no infinities: they travel as words."""
    if x is None or x - x == 0:
        return x
    return "nan" if x != x else "inf" if x > 0 else "-inf"


def is_finite(numbers: Iterable[float | None]) -> bool:
    """Whether there is no nan and no infinity among them; a sum that overflows counts as one."""
    total = sum(filter(None, numbers))
    return total - total == 0


def json_column(numbers: Sequence[float | None]) -> Sequence[float | str | None]:
    """The same for many numbers; where all of them are finite they stay as they are."""
    return numbers if is_finite(numbers) else [json_number(x) for x in numbers]


def json_numbers(value: Any) -> Any:
    """The same for nested lists."""
    if isinstance(value, list | tuple):
        return [json_numbers(element) for element in value]
    return json_number(float(value)) if value is not None else None


def batches(events: Events, start: int, size: int) -> Iterator[dict[str, Any]]:
    """Events from number `start` on as columns, `size` at a time."""
    for first in range(start, len(events), size):
        columns = events.columns(first, first + size)
        for name in ("value", "partial"):
            columns[name] = json_column(columns[name])
        yield {"type": "events", "from": first, **columns}
