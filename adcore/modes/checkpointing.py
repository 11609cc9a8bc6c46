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
from types import MappingProxyType
from typing import NamedTuple

from adcore.algebras.floats import FloatAlgebra
from adcore.arguments import as_count, as_weights
from adcore.errors import ADError
from adcore.events import Event
from adcore.graph import Graph
from adcore.interpreter import Contribution, adjoints_of, run, sweep
from adcore.modes.reverse import seeds_of
from adcore.modes.taping import BYTES_PER_VALUE, kept_values
from adcore.modes.telling import kinds_of, tell_results, tell_step
from adcore.modes.turns import Part, cut
from adcore.problem import Problem

KINDS = ("store", "restore", "advance", "reverse", "release")
MEMORY_KINDS: Mapping[str, str] = MappingProxyType({"store": "checkpoint", "restore": "restore", "release": "release"})
"""The events of actions that only move states."""
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
    checkpoints, sweep_back = _check_count(checkpoints), _begin(problem, weights)
    turns = len(sweep_back.chain.turns)
    happenings = tuple(sweep_back.carry_out(action) for action in schedule(turns, checkpoints))
    return Checkpointed(sweep_back.finish(), happenings, turns, checkpoints, len(kept_values(problem.graph)))


def steps(problem: Problem, checkpoints: int, weights: Sequence[float] | None = None) -> Iterator[Event]:
    """The same as events. Errors: as of `checkpointed`, before there are events.

    `checkpoint`, `restore` and `release` are of the state before turn `source`, in slot `arg`; `recompute` runs the
    turns from `source` to before `arg` again. Their value is how many numbers are held then. The value of a node is
    told when it is first known; the events of the sweep are those of plain reverse mode. Two turns, one checkpoint:

        values of what precedes;  checkpoint 0;  values of turn 0, of turn 1;  sweep of turn 1;
        restore 0;  recompute 0 to 1;  sweep of turn 0;  release 0;  results
    """
    checkpoints, teller = _check_count(checkpoints), Teller(problem.graph)
    return _tell(_begin(problem, weights, teller), teller, checkpoints)


def _tell(sweep_back: _Sweep, teller: Teller, checkpoints: int) -> Iterator[Event]:
    yield from teller.take()
    for action in schedule(len(sweep_back.chain.turns), checkpoints):
        happening = sweep_back.carry_out(action)
        held = float(happening.held)
        if action.kind in MEMORY_KINDS:
            yield Event("memory", MEMORY_KINDS[action.kind], None, held, action.turn, action.slot)
        elif happening.again:
            yield Event("memory", "recompute", None, held, action.turn, action.to)
        yield from teller.take()
    gradient = sweep_back.finish()
    yield from teller.take()
    yield from tell_results("adjoint", sweep_back.graph.inputs, gradient)


def _check_count(checkpoints: int) -> int:
    checkpoints = as_count(checkpoints, "The number of checkpoints")
    if checkpoints < 1:
        raise ADError("limit", "At least one checkpoint is needed.", None, "The initial state is the first.")
    return checkpoints


def _begin(problem: Problem, weights: Sequence[float] | None, teller: Teller | None = None) -> _Sweep:
    """A sweep of which what precedes the loop has been run."""
    outputs = len(problem.graph.outputs)
    weights = [1.0, *[0.0] * (outputs - 1)] if weights is None else as_weights(weights, outputs)
    sweep_back = _Sweep(problem.graph, seeds_of(problem.graph, FloatAlgebra(), weights), teller)
    sweep_back.begin(problem.leaves)
    return sweep_back


class Teller:
    """Makes the events of a sweep; `take` gives those since the last time."""

    def __init__(self, graph: Graph) -> None:
        self.kinds = kinds_of(graph)
        self.events: list[Event] = []
        self.known = 0
        self.is_sweeping = False

    def take(self) -> list[Event]:
        taken, self.events = self.events, []
        return taken

    def hear_values(self, part: Part, values: Sequence[float]) -> None:
        """Tell those that are new."""
        for i, value in zip(part.nodes, values, strict=True):
            kind = self.kinds[i]
            if i >= self.known and kind is not None:
                self.events.append(Event("primal", kind, i, value))
        self.known = max([self.known, *(i + 1 for i in part.nodes)])

    def hear_sweep(
        self, part: Part, seeds: Mapping[int, float], contributions: Iterator[Contribution[float]]
    ) -> Iterator[Contribution[float]]:
        """Pass them on; an adjoint is complete in the part that makes its node, and no sooner."""
        if not self.is_sweeping:
            self.events += [Event("adjoint", "seed", part.nodes[k], seed) for k, seed in seeds.items()]
        self.is_sweeping = True
        for step in contributions:
            if step.arg >= 0 or part.nodes[step.node] >= part.start:
                self.events.append(tell_step(step, part.nodes))
            yield step


class _Sweep:
    """What is in memory while a schedule is carried out."""

    def __init__(self, graph: Graph, seeds: Mapping[int, float], teller: Teller | None) -> None:
        self.graph, self.teller = graph, teller
        self.chain, self.varied = cut(graph), graph.varied()
        self.adjoints = dict(seeds)
        self.slots: dict[int, State] = {}
        self.state: State = {}
        self.opening: list[float] = []
        self.furthest = 0
        self.loose = len(kept_values(self.chain.before.graph))

    def begin(self, leaves: Sequence[float]) -> None:
        """Run the part before the loop; its tape is kept."""
        self.opening = self._evaluate(self.chain.before, leaves)
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

    def finish(self) -> tuple[float, ...]:
        """Sweep back what was done before the loop; the adjoints of the inputs."""
        self._sweep(self.chain.before, self.opening)
        return tuple(self.adjoints.get(i, 0.0) for i in self.graph.inputs)

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
        return self._evaluate(part, [self.state[i] for i in part.taken])

    def _evaluate(self, part: Part, inputs: Sequence[float]) -> list[float]:
        values = run(part.graph, FloatAlgebra(), inputs)
        if self.teller:
            self.teller.hear_values(part, values)
        return values

    def _sweep(self, part: Part, values: Sequence[float]) -> None:
        """Turn the adjoints of what a part gave into the adjoints of what it took."""
        ends = dict(zip(part.given, part.graph.outputs, strict=True))
        seeds = {ends[i]: self.adjoints[i] for i in part.given if i in self.adjoints}
        starts = dict(zip(part.taken, part.graph.inputs, strict=True))
        wanted = [starts[i] for i in part.taken if self.varied[i]]
        contributions = sweep(part.graph, FloatAlgebra(), values, seeds, wanted)
        if self.teller:
            contributions = self.teller.hear_sweep(part, seeds, contributions)
        found = adjoints_of(contributions)
        self.adjoints = {i: found[k] for i, k in starts.items() if k in found}

    def _held(self) -> int:
        """Values in the slots and on the tape of what went before the loop."""
        return self.loose + sum(len(state) for state in self.slots.values())


def _handed_on(part: Part, values: Sequence[float]) -> State:
    return {i: values[k] for i, k in zip(part.given, part.graph.outputs, strict=True)}
