"""Events: what a mode of differentiation does, one small frozen step at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

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
_CODES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {"phase": {name: i for i, name in enumerate(PHASES)}, "kind": {name: i for i, name in enumerate(KINDS)}}
)


def json_number(x: float | None) -> float | str | None:
    """JSON has no nan and no infinities: they travel as words."""
    if x is None or x - x == 0:
        return x
    return "nan" if x != x else "inf" if x > 0 else "-inf"


def json_numbers(value: Any) -> Any:
    """The same for nested lists."""
    if isinstance(value, list | tuple):
        return [json_numbers(element) for element in value]
    return json_number(float(value)) if value is not None else None


def batches(events: Sequence[Event], start: int, size: int) -> Iterator[dict[str, Any]]:
    """Events from number `start` on as columns, `size` at a time. Phase and kind become their positions."""
    for first in range(start, len(events), size):
        chosen = events[first : first + size]
        columns: dict[str, Any] = dict(zip(COLUMNS, map(list, zip(*chosen, strict=True)), strict=True))
        for name, codes in _CODES.items():
            columns[name] = [codes[value] for value in columns[name]]
        for name in ("value", "partial"):
            columns[name] = [json_number(value) for value in columns[name]]
        yield {"type": "events", "from": first, **columns}
