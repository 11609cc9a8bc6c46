"""Events: what a mode of differentiation does, one small frozen step at a time.

A trace has very many of them, so they are kept as columns and read as `Event`s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple, overload

import numpy as np

PHASES: Mapping[str, str] = MappingProxyType(
    {
        "primal": "values, from the inputs to the outputs",
        "tangent": "how each value changes along a direction, from the inputs to the outputs",
        "adjoint": "how the output changes with each value, from the outputs to the inputs",
        "second": "how each adjoint changes along the direction, from the output to the inputs",
        "series": "Taylor coefficients of each value, order by order",
        "edges": "partials on edges, while nodes are eliminated until the edges lead from inputs to outputs",
        "memory": "values and states that are kept for the sweep back, let go of, and computed again",
        "pattern": "where derivatives can be other than zero, and which columns or rows can share a pass",
        "difference": "values at points near by, and their quotients",
        "formula": "formulas of values and of their derivatives, written out by the rules",
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
        "coefficient": "a Taylor coefficient of a node; arg is its order",
        "bound": "one end of an interval that encloses: the low one, arg 0, or the high one, arg 1",
        "mixed": "how a tangent of a node, by one input, changes along a direction",
        "edge": "the partial on an edge from source to node",
        "eliminate": "a node is eliminated by so many multiplications",
        "checkpoint": "the state before turn source of a loop is stored in slot arg",
        "restore": "it is taken up again",
        "recompute": "the turns from source to before arg are run again",
        "release": "it is needed no longer",
        "nonzero": "the entry in the row of node and the column of source can be other than zero",
        "meeting": "an operation with a second partial joins inputs, whose entries follow",
        "colour": "an input, whose column it is, or an output, whose row it is, gets colour arg",
        "front": "the edge from source to node is front-eliminated by so many multiplications",
        "back": "the edge from source to node is back-eliminated by so many multiplications",
        "gone": "the edge from source to node is there no longer",
        "keep": "the value of a node is kept; so many are by then",
        "drop": "the value of a node is not kept",
        "reader": "the partial of source for its argument arg reads the value of a node that is kept",
        "step": "by how much an input is moved",
        "probe": "where an input is moved to; of a complex number the real part has arg 0, the imaginary one 1",
        "quotient": "the difference quotient of an output by source",
        "size": "how many operators a node's formula has, or its derivative by source",
    }
)
_PHASES, _KINDS = tuple(PHASES), tuple(KINDS)
PHASE_CODES: Mapping[str, int] = MappingProxyType({name: code for code, name in enumerate(_PHASES)})
KIND_CODES: Mapping[str, int] = MappingProxyType({name: code for code, name in enumerate(_KINDS)})


class Event(NamedTuple):
    """One step. `source`, `arg` and `partial` belong to a contribution, along argument `arg` from `source` to `node`.

    `operations` counts the operations of the staged program up to here, in elimination multiplications. Modes that only
    `step_through` knows use `source` and `arg` as `KINDS` and their `steps` say; their results have a value.
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
ARRAYS = COLUMNS[:-1]
ADDING = frozenset(KIND_CODES[kind] for kind in ("contribution", "curvature"))
"""Events along an edge: these alone have a source, an argument and a partial."""
RESULT = KIND_CODES["result"]
NONE = -1
"""In columns of whole numbers: there is none."""


class Deferred(Sequence[int]):
    """Numbers that are worked out, all of them, when the first is asked for: `work(*given)`."""

    def __init__(self, work: Callable[..., Sequence[int]], *given: Any) -> None:
        self._work, self._given = work, given

    @cached_property
    def _found(self) -> Sequence[int]:
        return self._work(*self._given)

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, i: int) -> int: ...

    @overload
    def __getitem__(self, i: slice) -> Sequence[int]: ...

    def __getitem__(self, i: int | slice) -> int | Sequence[int]:
        return self._found[i]


def whole(numbers: Sequence[int | None]) -> Any:
    """A column of whole numbers; `NONE` where there is none."""
    return np.array([NONE if x is None else x for x in numbers], np.intc)


def real(numbers: Sequence[float | None]) -> Any:
    """A column of numbers; nan where there is none."""
    return np.asarray(numbers, float)


@dataclass(frozen=True, slots=True, eq=False)
class Events(Sequence[Event]):
    """Events in columns of one length, NumPy arrays all of them but `operations`.

    `phase` and `kind` hold positions in `PHASES` and `KINDS`; what an event has not is `NONE`, or nan in `value` and
    `partial`. While a slider is dragged these two may be lists, with None for nan.
    """

    phase: Any
    kind: Any
    node: Any
    value: Any
    source: Any
    arg: Any
    partial: Any
    operations: Sequence[int]

    @classmethod
    def of(cls, events: Iterable[Event]) -> Events:
        """The columns of events that were made one by one."""
        phases, kinds, node, value, source, arg, partial, operations = list(zip(*events, strict=True)) or [()] * 8
        codes = whole([PHASE_CODES[name] for name in phases]), whole([KIND_CODES[name] for name in kinds])
        return cls(*codes, whole(node), real(value), whole(source), whole(arg), real(partial), list(operations))

    def __len__(self) -> int:
        return len(self.node)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Events) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    @overload
    def __getitem__(self, i: int) -> Event: ...

    @overload
    def __getitem__(self, i: slice) -> tuple[Event, ...]: ...

    def __getitem__(self, i: int | slice) -> Event | tuple[Event, ...]:
        """Event number i, or some events."""
        if isinstance(i, slice):
            return tuple(self[k] for k in range(*i.indices(len(self))))
        return self.uncounted(i)._replace(operations=self.operations[i])

    def uncounted(self, i: int) -> Event:
        """Event number i with operations of 0, so that nothing has to be counted."""
        phase, kind, node, source, arg = self.unmoved(i)
        value = None if node is None else float(self.value[i])
        return Event(phase, kind, node, value, source, arg, None if arg is None else float(self.partial[i]))

    def unmoved(self, i: int) -> tuple[str, str, int | None, int | None, int | None]:
        """Event number i without its numbers: phase, kind, node, source and argument."""
        kind, node = int(self.kind[i]), int(self.node[i])
        source, arg = (int(self.source[i]), int(self.arg[i])) if kind in ADDING else (None, None)
        return _PHASES[self.phase[i]], _KINDS[kind], None if node == NONE else node, source, arg

    def __iter__(self) -> Iterator[Event]:
        return self._events(self.columns())

    def __reversed__(self) -> Iterator[Event]:
        return reversed(list(self))

    @staticmethod
    def _events(columns: Mapping[str, Sequence[Any]]) -> Iterator[Event]:
        phases, kinds, *rest = plain(columns, json_float=float).values()
        rows = zip(phases, kinds, *rest, strict=True)
        return (Event(_PHASES[phase], _KINDS[kind], *row) for phase, kind, *row in rows)

    def moved(self, value: Any, partial: Any) -> Events:
        """The same events at another point, where these are their numbers."""
        return Events(self.phase, self.kind, self.node, value, self.source, self.arg, partial, self.operations)

    def columns(self, start: int = 0, end: int | None = None) -> dict[str, Sequence[Any]]:
        """The columns by name, from event number `start` to before `end`."""
        return {**self.arrays(start, end), "operations": self.operations[start:end]}

    def arrays(self, start: int = 0, end: int | None = None) -> dict[str, Any]:
        """The same without the operations, so that nothing has to be counted."""
        return {name: getattr(self, name)[start:end] for name in ARRAYS}


def plain(columns: Mapping[str, Sequence[Any]], json_float: Callable[[float], Any]) -> dict[str, list[Any]]:
    """Columns of events as lists, with None for what an event has not."""
    kinds = [int(kind) for kind in columns["kind"]]
    found: dict[str, list[Any]] = {name: [int(x) for x in columns[name]] for name in columns if name not in REAL}
    for name in ("node", "source", "arg"):
        found[name] = [None if x == NONE else x for x in found[name]]
    has = {"value": [kind != RESULT for kind in kinds], "partial": [kind in ADDING for kind in kinds]}
    for name, there in has.items():
        found[name] = [json_float(float(x)) if yes else None for x, yes in zip(columns[name], there, strict=True)]
    return {name: found[name] for name in columns}


REAL = ("value", "partial")


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
    """Events from number `start` on as columns, `size` at a time, in plain lists."""
    for first in range(start, len(events), size):
        columns = plain(events.columns(first, first + size), json_number)
        yield {"type": "events", "from": first, **columns}


def _odd(events: Events) -> Any:
    """The numbers of the events with a nan or an infinity."""
    edges = events.arg != NONE  # elsewhere a partial is nan
    if np.isfinite(events.value[:-1]).all() and np.array_equal(np.isfinite(events.partial), edges):
        return ()
    odd = ~np.isfinite(events.value) & (events.kind != RESULT)
    odd[edges] |= ~np.isfinite(events.partial[edges])
    return np.flatnonzero(odd)


def packed(events: Events, start: int, size: int) -> Iterator[dict[str, Any]]:
    """The same but for the operations, in arrays as they are where all numbers are finite: nan is null in JSON."""
    odd = _odd(events)
    for first in range(start, len(events), size):
        columns = events.arrays(first, first + size)
        if len(odd) and np.searchsorted(odd, first) < np.searchsorted(odd, first + size):
            found = plain(columns, json_number)
            columns |= {name: found[name] for name in REAL}
        yield {"type": "events", "from": first, **columns}


def numbers_json(events: Events, value: Any, partial: Any) -> dict[str, Any]:
    """What moves with the point, `value` and `partial` of all events, as `packed` has them."""
    if isinstance(value, list):
        return {"value": json_column(value), "partial": json_column(partial)}
    moved = events.moved(value, partial)
    if len(_odd(moved)):
        columns = plain(moved.arrays(), json_number)
        return {name: columns[name] for name in REAL}
    return {"value": value, "partial": partial}
