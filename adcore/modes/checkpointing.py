"""Reverse mode in little memory: only some states of a loop are stored, the others computed again when needed.

With c checkpoints and no turn run more than r times, a loop of C(c + r, c) turns can be reversed. The schedule is
binomial. Four turns with two checkpoints, of which the first holds the initial state:

    store 0; advance 0->2; store 2; advance 2->3; reverse 3; restore 2; reverse 2; release;
    restore 0; advance 0->1; reverse 1; restore 0; reverse 0; release          4 advances: t(4, 2) = 4

(Griewank 1992; Griewank & Walther, Algorithm 799: revolve, 2000.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import NamedTuple

from adcore.algebras.floats import FloatAlgebra
from adcore.arguments import as_count, as_weights
from adcore.errors import ADError
from adcore.interpreter import adjoints_of, run, sweep
from adcore.modes.reverse import seeds_of
from adcore.modes.taping import BYTES_PER_VALUE, kept_values
from adcore.modes.turns import Chain, Part, cut
from adcore.problem import Problem

KINDS = ("store", "restore", "advance", "reverse", "release")
State = Mapping[int, float]


class Action(NamedTuple):
    """One step of a schedule.

    store, restore, release   the state before `turn`, in `slot`
    advance                   from the state before `turn` to the state before `to`, keeping nothing
    reverse                   run `turn` with its tape and sweep it back
    """

    kind: str
    turn: int
    to: int
    slot: int = -1


@dataclass(frozen=True, slots=True)
class Happening:
    """An action as it was carried out: `again` of its turns had been run before; `held` values are then in memory."""

    action: Action
    again: int
    held: int

    @property
    def bytes(self) -> int:
        return self.held * BYTES_PER_VALUE


@dataclass(frozen=True, slots=True)
class Checkpointed:
    """A row of the Jacobian, and how it was obtained in less memory than `plain_values` on the tape."""

    gradient: tuple[float, ...]
    happenings: tuple[Happening, ...]
    turns: int
    checkpoints: int
    plain_values: int

    @property
    def advanced(self) -> int:
        """How many turns were run beyond those that are swept back: t(turns, checkpoints)."""
        return sum(h.action.to - h.action.turn for h in self.happenings if h.action.kind == "advance")

    @property
    def peak_values(self) -> int:
        return max(happening.held for happening in self.happenings)

    @property
    def peak_bytes(self) -> int:
        return self.peak_values * BYTES_PER_VALUE


def longest(checkpoints: int, repeats: int) -> int:
    """eta: how many turns can be reversed if none is run more than `repeats` times.

    >>> longest(3, 2)
    10
    """
    return comb(checkpoints + repeats, checkpoints)


def repeats_needed(turns: int, checkpoints: int) -> int:
    """The least r with `turns` <= eta(checkpoints, r)."""
    repeats = 0
    while longest(checkpoints, repeats) < turns:
        repeats += 1
    return repeats


def least_advances(turns: int, checkpoints: int) -> int:
    """t: the fewest turns to be run beyond the sweep itself, r*l - C(c + r, r - 1).

    >>> least_advances(10, 3)
    15
    """
    repeats = repeats_needed(turns, checkpoints)
    return repeats * turns - (comb(checkpoints + repeats, repeats - 1) if repeats else 0)


def schedule(turns: int, checkpoints: int) -> Iterator[Action]:
    """The actions that reverse `turns` turns with at least one checkpoint, the fewest advances in all."""
    yield Action("store", 0, 0, 0)
    waiting, at = [(0, turns, 0)], 0
    while waiting:
        start, end, slot = waiting.pop()
        if at != start:
            yield Action("restore", start, start, slot)
        if end - start == 1:
            yield Action("reverse", start, end)
            yield Action("release", start, start, slot)
            at = -1
            continue
        middle = start + _split(end - start, checkpoints - slot)
        yield Action("advance", start, middle)
        waiting.append((start, middle, slot))
        if end - middle == 1:
            yield Action("reverse", middle, end)
            at = -1
        else:
            yield Action("store", middle, middle, slot + 1)
            waiting.append((middle, end, slot + 1))
            at = middle


def _split(turns: int, checkpoints: int) -> int:
    """Where the next checkpoint goes: what is advanced now, then done with one checkpoint less, then with all."""
    if checkpoints == 1:
        return turns - 1
    return min(range(1, turns), key=lambda first: advances_with(first, turns, checkpoints))


def advances_with(first: int, turns: int, checkpoints: int) -> int:
    """The fewest advances if the next state that is kept, of at least two, is the one before turn `first`."""
    return first + least_advances(turns - first, checkpoints - 1) + least_advances(first, checkpoints)


def checkpointed(problem: Problem, checkpoints: int, weights: Sequence[float] | None = None) -> Checkpointed:
    """Weights times the Jacobian (the first output alone unless given), the turns of the loop reversed by schedule.

    Raises ADError where there is no loop, and where there is less than one checkpoint.
    """
    graph, outputs = problem.graph, len(problem.graph.outputs)
    checkpoints = as_count(checkpoints, "The number of checkpoints")
    if checkpoints < 1:
        raise ADError("limit", "At least one checkpoint is needed.", None, "The initial state is the first.")
    weights = [1.0, *[0.0] * (outputs - 1)] if weights is None else as_weights(weights, outputs)
    seeds = seeds_of(graph, FloatAlgebra(), weights)
    sweep_back = _Sweep(cut(graph), graph.varied(), seeds)
    sweep_back.begin(problem.leaves)
    turns = len(sweep_back.chain.turns)
    happenings = tuple(sweep_back.carry_out(action) for action in schedule(turns, checkpoints))
    adjoints = sweep_back.finish()
    row = tuple(adjoints.get(i, 0.0) for i in graph.inputs)
    return Checkpointed(row, happenings, turns, checkpoints, len(kept_values(graph)))


class _Sweep:
    """What is in memory while a schedule is carried out."""

    def __init__(self, chain: Chain, varied: Sequence[bool], seeds: Mapping[int, float]) -> None:
        self.chain, self.varied = chain, varied
        self.adjoints = dict(seeds)
        self.slots: dict[int, State] = {}
        self.state: State = {}
        self.opening: list[float] = []
        self.furthest = 0
        self.loose = len(kept_values(chain.before.graph))

    def begin(self, leaves: Sequence[float]) -> None:
        """Run the part before the loop; its tape is kept."""
        self.opening = run(self.chain.before.graph, FloatAlgebra(), leaves)
        self.state = _handed_on(self.chain.before, self.opening)

    def carry_out(self, action: Action) -> Happening:
        again, tape = 0, 0
        if action.kind == "store":
            self.slots[action.slot] = self.state
        elif action.kind == "restore":
            self.state = self.slots[action.slot]
        elif action.kind == "release":
            del self.slots[action.slot]
        elif action.kind == "advance":
            again = max(0, min(self.furthest, action.to) - action.turn)
            for part in self.chain.turns[action.turn : action.to]:
                self.state = _handed_on(part, self._run(part))
        else:
            again = int(action.turn < self.furthest)
            tape = self._reverse(action.turn)
        self.furthest = max(self.furthest, action.to)
        return Happening(action, again, self._held() + tape)

    def finish(self) -> Mapping[int, float]:
        """Sweep back what was done before the loop; the adjoints of the inputs are among the result."""
        self._sweep(self.chain.before, self.opening)
        return self.adjoints

    def _reverse(self, turn: int) -> int:
        """Run a turn and sweep it back, the part after the loop in between if it was the last; the size of the tape."""
        part, after = self.chain.turns[turn], self.chain.after
        values, tape = self._run(part), len(kept_values(part.graph))
        if turn == len(self.chain.turns) - 1:
            self.state = _handed_on(part, values)
            self._sweep(after, self._run(after))
            tape += len(kept_values(after.graph))
        self._sweep(part, values)
        return tape

    def _run(self, part: Part) -> list[float]:
        return run(part.graph, FloatAlgebra(), [self.state[i] for i in part.taken])

    def _sweep(self, part: Part, values: Sequence[float]) -> None:
        """Turn the adjoints of what a part gave into the adjoints of what it took."""
        ends = dict(zip(part.given, part.graph.outputs, strict=True))
        seeds = {ends[i]: self.adjoints[i] for i in part.given if i in self.adjoints}
        starts = dict(zip(part.taken, part.graph.inputs, strict=True))
        wanted = [starts[i] for i in part.taken if self.varied[i]]
        found = adjoints_of(sweep(part.graph, FloatAlgebra(), values, seeds, wanted))
        self.adjoints = {i: found[k] for i, k in starts.items() if k in found}

    def _held(self) -> int:
        """Values in the slots and on the tape of what went before the loop."""
        return self.loose + sum(len(state) for state in self.slots.values())


def _handed_on(part: Part, values: Sequence[float]) -> State:
    return {i: values[k] for i, k in zip(part.given, part.graph.outputs, strict=True)}
