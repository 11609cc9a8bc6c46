"""Which value of a function each variable of a backward program is the adjoint of.

Variables are matched by name: a_bar is the adjoint of what the function calls a, at each time that it is assigned. What
the function does not name, but the backward program works out again under a name of its own, is matched by its value
at several points.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

import numpy as np

from adcore.graph import CONST
from adcore.interpreter import RuleBook
from adcore.keys import shown
from adcore.local_sweeps import Floats, Whole
from adcore.locating import Locator
from adcore.problem import nest
from adcore.simplify import share
from adcore.slips import close
from adcore.statement_slips import say
from adcore.statements import Fault, Step, written
from adcore.values import Traced
from adcore.watching import Assignment, Mend, Nested, Path, Slot, Watched, nested, number_of, part_of

MOST_STEPS = 400
"""Assignments up to which the wrong one is looked for."""
CLOSE = 1e-12
MOST_FAULTS = 8
"""Statements that look wrong of which one is chosen."""


class Matching:
    """Both programs at several points near one.

    `base` gives the variable that a name is the adjoint of, among those of the function and others; `shared` makes
    equal operations of the function one.
    """

    def __init__(
        self,
        base: Callable[[str, frozenset[str]], str | None],
        forward: Sequence[Watched],
        runs: Sequence[Watched],
        shared: bool,
    ) -> None:
        alike = [k for k, run in enumerate(runs) if _sequence(run) == _sequence(runs[0])]
        self.runs = [runs[k] for k in alike]
        self.whole = _whole([forward[k] for k in alike], shared)
        self.own = frozenset(name for name in self.runs[0].history if base(name, frozenset()) is None)
        self._base = base
        graph = self.whole.graph
        self._candidates = [i for i, varied in enumerate(graph.varied()) if varied and graph.ops[i] != CONST]
        self._results = {a.slot: graph.inputs[k] for k, a in enumerate(self.runs[0].results)}
        self._found: dict[Slot, tuple[int, ...]] = {}
        self._carriers = self._find_carriers()

    def first_fault(self, rerun: Callable[[Mend], Watched]) -> tuple[Fault, bool] | None:
        """The first wrong statement, and whether the gradient gets right with it; None where it cannot be told.

        `rerun` runs the backward program once more at the first point, with other numbers assigned.
        """
        steps = list(self._steps())
        if len(steps) > MOST_STEPS or len(self.runs) < 2:
            return None
        given = {slot: np.ones(len(self.runs)) for slot in self._handed()}
        faults = islice(
            Locator(self.whole, steps, self.find, given, self._names(), self._carriers).faults(), MOST_FAULTS
        )
        first = next(faults, None)
        cause = self._cause(steps, first)
        if cause or first is None:
            return (cause, True) if cause else None
        return self._choose(chain([first], faults), rerun)

    def _choose(self, faults: Iterable[Fault], rerun: Callable[[Mend], Watched]) -> tuple[Fault, bool]:
        """The first that is explained and confirmed, else the first that is explained, else confirmed, else any."""
        seen = list[tuple[Fault, bool]]()
        for fault in faults:
            seen.append((fault, self._is_confirmed(fault, rerun)))
            if fault.findings and seen[-1][1]:
                break
        return max(seen, key=lambda each: (bool(each[0].findings), each[1]))

    def _is_confirmed(self, fault: Fault, rerun: Callable[[Mend], Watched]) -> bool:
        """Whether fewer numbers are wrong once the statement assigns what it should."""
        if not fault.mended:
            return True
        before = self._wrong(self.runs[0])
        return any(self._wrong(rerun(_mend(numbers))) < before for numbers in fault.mended)

    def _wrong(self, run: Watched) -> int:
        """How many numbers of what comes back are wrong at the first point."""
        found = {made.slot: made.number for made in run.results}
        wanted = {slot: float(self.whole.adjoints[0, leaf]) for slot, leaf in self._results.items()}
        sizes = {slot: float(self.whole.sizes[0, leaf]) for slot, leaf in self._results.items()}
        return sum(not close(found.get(slot) or 0.0, number, sizes[slot]) for slot, number in wanted.items())

    def is_ambiguous(self) -> bool:
        """Whether a variable that is matched by value has the value of several operations."""
        slots = dict.fromkeys(a.slot for a in self.runs[0].assignments)
        bases = {(base, path) for name, path in slots if (base := self._base(name, self.own)) in self.own}
        return any(len(nodes) > 1 for base, path in bases for nodes in self._by_value(base or "", path))

    def find(self, slot: Slot) -> tuple[int, ...]:
        """The nodes that a slot is the adjoint of, in the order in which they were assigned; none if it is none."""
        if slot not in self._found:
            self._found[slot] = tuple(dict.fromkeys(self._find(slot)))
        return self._found[slot]

    def _find(self, slot: Slot) -> Iterator[int]:
        name, path = slot
        if slot in self._results:
            yield self._results[slot]
            return
        base = self._base(name, self.own) if name else None
        if base is None:
            yield from self._by_adjoint(name, path) if name in self._carriers else ()
            return
        held = [part_of(value, path) for value in self.whole.variables.get(base, ())]
        known = [node for node in held if isinstance(node, int)] or _elements(held)
        if base in self.own and (not known or not self._has_values(base, path, known)):
            known = [nodes[0] for nodes in self._by_value(base, path) if nodes] or known
        if not known and base not in self.whole.variables and base not in self.own and not path:
            known = [self.whole.output]
        yield from known

    def _by_adjoint(self, name: str, path: Path) -> Iterator[int]:
        """The operations without a name that a variable which is handed adjoints holds the adjoints of."""
        held = [numbers for numbers in self._own_values(name, path) if np.ptp(numbers)]
        same = ([i for i in self._candidates if _equal(self.whole.adjoints[:, i], numbers)] for numbers in held)
        yield from sorted(nodes[-1] for nodes in same if nodes)

    def _find_carriers(self) -> frozenset[str]:
        """Variables of the backward program's own that it works out from adjoints."""
        found = set[str]()
        for made in self.runs[0].assignments:
            read = {name for name, _ in made.reads}
            plain = made.name in self.own and self._base(made.name, self.own) is None
            if plain and (read & found or any(self._base(name, self.own) for name in read)):
                found.add(made.name)
        return frozenset(found)

    def _own_values(self, base: str, path: Path) -> Iterator[Floats]:
        """What a variable of the backward program's own held, over the points."""
        for held in zip(*(run.history[base] for run in self.runs), strict=True):
            numbers = [number_of(part_of(value, path)) for value in held]
            if None not in numbers:
                yield np.array(numbers, float)

    def _by_value(self, base: str, path: Path) -> Iterator[list[int]]:
        for numbers in self._own_values(base, path):
            yield [i for i in self._candidates if _equal(self.whole.values[:, i], numbers)]

    def _has_values(self, base: str, path: Path, nodes: Sequence[int]) -> bool:
        """Whether all that a variable held are values of these nodes."""
        return all(
            any(_equal(self.whole.values[:, i], numbers) for i in nodes) for numbers in self._own_values(base, path)
        )

    def _steps(self) -> Iterator[Step]:
        rows = [[*run.assignments, *run.results] for run in self.runs]
        for position, made in enumerate(zip(*rows, strict=True)):
            values, before = [a.number for a in made], [a.before or 0.0 for a in made]
            if None not in values:
                yield Step(position, made[0], np.array(values, float), np.array(before, float))

    def _handed(self) -> Iterator[Slot]:
        """The adjoint of the output, where the program is handed it."""
        taken = [given.name for given in self.runs[0].recording.inputs]
        yield from ((name, ()) for name in taken if self.find((name, ())) == (self.whole.output,))

    def _names(self) -> dict[int, str]:
        """What the variables are called that nodes are."""
        names: dict[int, str] = {}
        for name, held in self.whole.variables.items():
            for value in held:
                _name_parts(name, value, names)
        for name, path in dict.fromkeys(a.slot for a in self.runs[0].assignments):
            base = self._base(name, self.own) if name else None
            for node in self.find((name, path)) if base else ():
                names.setdefault(node, written((base or "", path)))
        for node in range(len(self.whole.graph)):
            span = self.whole.graph.spans[node]
            if span and self.whole.graph.args[node]:
                said = RuleBook().find(self.whole.graph, node).row.said
                names.setdefault(node, f"{said} in line {span.line}")
        return names

    def _cause(self, steps: Sequence[Step], fault: Fault | None) -> Fault | None:
        """A variable of the function that the backward program works out differently, if that is what is read."""
        read = {node.id for node in ast.walk(fault.statement) if isinstance(node, ast.Name)} if fault else None
        for step in steps:
            name, path = step.made.slot
            held = [part_of(value, path) for value in self.whole.variables.get(name, ())]
            nodes = [node for node in held if isinstance(node, int)]
            if not nodes or name not in self.own or any(_equal(self.whole.values[:, i], step.value) for i in nodes):
                continue
            if (read is None or name in read) and np.ptp(step.value):
                expected = float(self.whole.values[0, nodes[-1]])
                found = (say("forward", down=name),)
                return Fault(written(step.made.slot), step.made.statement, float(step.value[0]), expected, False, found)
        return None


def versions_of(forward: Watched) -> dict[str, list[Nested]]:
    """What each variable of a function held, in order: ids of nodes, in lists where it held lists."""
    recording = forward.recording
    ids: Any = nest(recording.inputs, list(recording.graph.inputs))
    found: dict[str, list[Nested]] = {name: [value] for name, value in ids.items()}
    for name, values in forward.history.items():
        found.setdefault(name, []).extend(nested(value, _node_of) for value in values)
    return found


def _mend(numbers: Mapping[int, tuple[int, float]]) -> Mend:
    """Puts right numbers in the place of some assignments."""

    def mend(position: int, before: float) -> float | None:
        kept, added = numbers.get(position, (0, None))
        return None if added is None else kept * before + added

    return mend


def _node_of(value: Any) -> int | None:
    return value.id if isinstance(value, Traced) else None


def _whole(forward: Sequence[Watched], shared: bool) -> Whole:
    recordings = [watched.recording for watched in forward]
    graph, variables = recordings[0].graph, versions_of(forward[0])
    values = np.array([recording.values for recording in recordings])
    if shared:
        graph, moved = share(graph)
        first = {new: old for old, new in reversed(list(moved.items()))}
        values = values[:, [first[new] for new in range(len(graph))]]
        variables = {name: [nested(v, moved.get) for v in held] for name, held in variables.items()}
    return Whole(graph, values, variables)


def _sequence(run: Watched) -> list[tuple[int, Slot, tuple[Slot, ...]]]:
    """What happened in a run, but for the numbers."""
    made: Sequence[Assignment] = [*run.assignments, *run.results]
    return [(id(a.statement), a.slot, a.reads) for a in made]


def _equal(x: Floats, y: Floats) -> bool:
    return bool(np.all(np.abs(x - y) <= CLOSE * np.maximum(np.abs(x), np.abs(y))))


def _elements(held: Sequence[Nested]) -> list[int]:
    """The elements of a list as it is in the end: one after the other has its adjoint in a variable named like it."""
    names: dict[int, str] = {}
    for value in held[-1:]:
        _name_parts("", value, names)
    return [*names]


def _name_parts(name: str, value: Nested, names: dict[int, str]) -> None:
    if isinstance(value, list | dict):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            _name_parts(f"{name}[{shown(key)}]", part, names)
    elif isinstance(value, int):
        names.setdefault(value, name)
